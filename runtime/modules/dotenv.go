package modules

import (
	"fmt"
	"regexp"
	"strings"
)

// variable is a line of a .env file.
type variable struct{ name, value string }

// assignment is the beginning of a line that sets a variable.
var assignment = regexp.MustCompile(`^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*`)

// parseDotenv reads a .env file: NAME=value, export NAME=value, comments
// behind #, values in single quotes (as they stand) and in double quotes
// (with \n, \t, \r, \", \\ and \$), which may go over several lines. Nothing
// is put in for $NAME. An error begins with the line's number.
func parseDotenv(text string) ([]variable, error) {
	var variables []variable
	rest := strings.ReplaceAll(strings.TrimPrefix(text, byteOrderMark), "\r\n", "\n")
	for line := 1; rest != ""; {
		trimmed := strings.TrimLeft(rest, " \t")
		if trimmed == "" || trimmed[0] == '\n' || trimmed[0] == '#' {
			_, rest, _ = strings.Cut(trimmed, "\n")
			line++
			continue
		}
		m := assignment.FindStringSubmatch(trimmed)
		if m == nil {
			first, _, _ := strings.Cut(trimmed, "\n")
			return nil, fmt.Errorf("%d: expected NAME=value, got %q", line, clip(first))
		}
		value, after, err := dotenvValue(trimmed[len(m[0]):])
		if err != nil {
			return nil, fmt.Errorf("%d: %s: %w", line, m[1], err)
		}
		variables = append(variables, variable{m[1], value})
		line += strings.Count(rest[:len(rest)-len(after)], "\n")
		rest = after
	}
	return variables, nil
}

// dotenvValue reads a value and the end of its line.
func dotenvValue(text string) (value, rest string, err error) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		line, rest, _ := strings.Cut(text, "\n")
		if i := strings.Index(" "+line, " #"); i >= 0 {
			line = line[:max(0, i-1)]
		}
		return strings.TrimSpace(line), rest, nil
	}
	end := closingQuote(text)
	if end < 0 {
		return "", "", fmt.Errorf("the quote %c is not closed", text[0])
	}
	value = text[1:end]
	if text[0] == '"' {
		value = dotenvEscapes.Replace(value)
	}
	line, rest, _ := strings.Cut(text[end+1:], "\n")
	if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
		return "", "", fmt.Errorf("%q stands behind the value", clip(line))
	}
	return value, rest, nil
}

var dotenvEscapes = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\r", `\"`, `"`, `\\`, `\`, `\$`, `$`)

// closingQuote is where the quote that a text begins with is closed, -1 for
// nowhere. In double quotes a backslash takes the next character with it.
func closingQuote(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == text[0]:
			return i
		case text[i] == '\\' && text[0] == '"':
			i++
		}
	}
	return -1
}
