package sqlite

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// tokens are the parts of SQL that matter for its parameters: what may hold their signs without being one, words, the parameters
// themselves and the end of a statement. See sqlite.org/lang_expr.html#varparam.
var tokens = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?(?:\*/|$)|'[^']*'?|"[^"]*"?|` + "`[^`]*`?" + `|\[[^\]]*\]?|[\pL_][\pL\d_$]*|\?\d*|[:@$][\pL\d_$]+|;|\S`)

// signature is what a text of SQL takes.
type signature struct {
	parameters int  // the highest number of one
	several    bool // there is more than one statement
}

func signatureOf(text string) signature {
	var s signature
	named, ended := map[string]bool{}, false
	for _, token := range tokens.FindAllString(text, -1) {
		switch {
		case token == ";":
			ended = true
			continue
		case strings.HasPrefix(token, "--") || strings.HasPrefix(token, "/*"):
			continue
		case token == "?":
			s.parameters++
		case token[0] == '?':
			n, _ := strconv.Atoi(token[1:]) // SQLite refuses what is too large
			s.parameters = max(s.parameters, n)
		case strings.ContainsRune(":@$", rune(token[0])) && len(token) > 1 && !named[token]:
			named[token] = true
			s.parameters++
		}
		s.several = s.several || ended
	}
	return s
}

// checkValues refuses values that the driver would use for each of several statements anew, or not at all. It tells itself of those that
// are missing.
func checkValues(text string, given int) error {
	if given == 0 {
		return nil
	}
	s := signatureOf(text)
	switch {
	case s.several:
		return &Error{Kind: BadSQL, Text: "values are for one statement alone; run each by itself", SQL: text}
	case given > s.parameters:
		return &Error{Kind: BadSQL, Text: fmt.Sprintf("%d values are given, and the statement takes %d", given, s.parameters), SQL: text}
	}
	return nil
}
