package modules

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// errHelp says that the usage is asked for.
var errHelp = errors.New("--help")

// unknownOption is the error of an option that the script does not have.
type unknownOption struct{ name, near string }

func (e *unknownOption) Error() string { return "there is no option " + e.name + e.near }

// parsing is a command line on its way.
type parsing struct {
	*arguments
	left   []string // that are still to be read
	values map[string]any
	place  int // of the next positional argument
}

// parse reads a command line: the values by key. Options stand anywhere, until "--". Of the errors one is [errHelp].
func (d *arguments) parse(list []string) (map[string]any, error) {
	p := &parsing{arguments: d, left: list, values: map[string]any{}}
	for len(p.left) > 0 {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	for _, a := range d.positional {
		if _, given := p.values[a.key]; !given && !a.optional {
			return nil, fmt.Errorf("%s is missing: %s", strings.ToUpper(a.name), a.doc)
		}
	}
	for _, all := range [][]*argument{d.positional, d.options} {
		for _, a := range all {
			if _, given := p.values[a.key]; !given && a.byDef != nil {
				p.values[a.key] = a.byDef
			}
		}
	}
	return p.values, nil
}

// next reads the argument at the front, with its value.
func (p *parsing) next() error {
	text := p.take()
	switch {
	case text == "--help" || text == "-h":
		return errHelp
	case text == "--":
		for len(p.left) > 0 {
			if err := p.word(p.take()); err != nil {
				return err
			}
		}
		return nil
	case strings.HasPrefix(text, "-") && text != "-" && !isNumber(text):
		return p.option(text)
	}
	return p.word(text)
}

// isNumber tells a negative number from an option.
func isNumber(text string) bool {
	_, number := luaNumber(text).(lua.LNumber)
	return number
}

func (p *parsing) take() string {
	text := p.left[0]
	p.left = p.left[1:]
	return text
}

// word takes a positional argument.
func (p *parsing) word(text string) error {
	if p.place == len(p.positional) {
		return fmt.Errorf("%q is one argument too many", text)
	}
	a := p.positional[p.place]
	if !a.rest {
		p.place++
	}
	return p.set(a, text)
}

func (p *parsing) option(text string) error {
	name, value, hasValue := strings.Cut(text, "=")
	a := p.find(name)
	if a == nil {
		return &unknownOption{name, didYouMean(name, p.optionNames())}
	}
	switch {
	case hasValue:
	case a.isFlag():
		value = "true"
	case len(p.left) == 0 || p.isOption(p.left[0]):
		return fmt.Errorf("%s needs a value: %s", a.name, a.kind.expects)
	default:
		value = p.take()
	}
	return p.set(a, value)
}

// isOption tells whether a text is an option that is declared, and so not the value of another one.
func (p *parsing) isOption(text string) bool {
	name, _, _ := strings.Cut(text, "=")
	return p.find(name) != nil
}

func (p *parsing) find(name string) *argument {
	for _, a := range p.options {
		if a.name == name {
			return a
		}
	}
	return nil
}

func (p *parsing) optionNames() []string {
	names := []string{"--help"}
	for _, a := range p.options {
		names = append(names, a.name)
	}
	return names
}

func (p *parsing) set(a *argument, text string) error {
	value, err := a.read(text)
	if err != nil {
		return err
	}
	before, given := p.values[a.key]
	switch {
	case a.list():
		list, _ := before.([]any)
		value = append(list, value)
	case given:
		return fmt.Errorf("%s is given twice", a.name)
	}
	p.values[a.key] = value
	return nil
}

// usage is what --help prints; command is how the script is run.
func (d *arguments) usage(command string) string {
	var b strings.Builder
	if d.about != "" {
		fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(d.about))
	}
	b.WriteString("Usage: " + command)
	for _, a := range d.positional {
		word := strings.ToUpper(a.name)
		if a.rest {
			word += "…"
		}
		if a.optional {
			word = "[" + word + "]"
		}
		b.WriteString(" " + word)
	}
	b.WriteString(" [options]\n\n")
	var rows [][2]string
	for _, a := range d.positional {
		rows = append(rows, [2]string{strings.ToUpper(a.name), a.text()})
	}
	for _, a := range d.options {
		name := a.name
		if !a.isFlag() {
			name += " " + a.value
		}
		rows = append(rows, [2]string{name, a.text()})
	}
	writeRows(&b, append(rows, [2]string{"--help", "show this"}))
	return b.String()
}

// text is an argument's line in the usage.
func (a *argument) text() string {
	text := a.doc
	if a.choice != nil && !a.isOption() {
		text += ": " + orList(a.choice)
	}
	if a.defText != "" {
		text += " (" + a.defText + ")"
	}
	return text
}

// writeRows writes two columns.
func writeRows(b *strings.Builder, rows [][2]string) {
	width := 0
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row[0]))
	}
	for _, row := range rows {
		fmt.Fprintf(b, "  %-*s  %s\n", width, row[0], row[1])
	}
}
