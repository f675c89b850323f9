package bind

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Help returns what help(v) shows: of a function its signature, text,
// parameters and example; of a module or an object the list of what it has.
func (r *Registry) Help(v lua.LValue) (string, bool) {
	switch v := v.(type) {
	case *lua.LFunction:
		if decl := r.functions[v]; decl != nil {
			return decl.help(), true
		}
	case *lua.LTable:
		if mod := r.tables[v]; mod != nil {
			return mod.help(), true
		}
	case *lua.LUserData:
		if c := r.classOf(v); c != nil {
			return c.help(), true
		}
	}
	return "", false
}

func (f *function) help() string {
	var b strings.Builder
	b.WriteString(f.signature())
	if f.Returns != "" {
		b.WriteString(" -> " + f.Returns)
	}
	b.WriteString("\n" + f.Doc + "\n")
	if len(f.Params) > 0 {
		b.WriteString("\n")
	}
	width := 0
	for _, p := range f.Params {
		width = max(width, len(p.Name))
	}
	for _, p := range f.Params {
		fmt.Fprintf(&b, "  %-*s  %s%s\n", width, p.Name, p.Type.Name, p.note())
	}
	if f.Example != "" {
		b.WriteString("\nExample:\n")
		for line := range strings.Lines(f.Example) {
			b.WriteString("  " + line)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// note is what help says of a parameter after its type.
func (p *Param) note() string {
	var notes []string
	switch {
	case p.Required:
		notes = append(notes, "required")
	case p.Default != nil:
		notes = append(notes, "default "+literal(p.Default))
	}
	if p.Doc != "" {
		notes = append(notes, p.Doc)
	}
	if len(notes) == 0 {
		return ""
	}
	return ": " + strings.Join(notes, "; ")
}

func literal(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case rune:
		return strconv.Quote(string(v))
	}
	return fmt.Sprint(v)
}

func (m *Module) help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", m.Name, m.Doc)
	for _, f := range m.Funcs {
		entry(&b, m.Name+"."+f.Signature(), f.Doc)
	}
	for _, f := range m.Fields {
		entry(&b, m.Name+"."+f.Name, f.Doc)
	}
	if m.Names != nil {
		for _, name := range m.Names() {
			entry(&b, m.Name+"."+name, "")
		}
	}
	return b.String()
}

func (c *class) help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", c.Name, c.Doc)
	for level := c; level != nil; level = level.parent {
		b.WriteString("\n")
		if level != c {
			fmt.Fprintf(&b, "From %s:\n", level.Name)
		}
		for _, f := range level.Methods {
			entry(&b, level.mark()+f.Signature(), f.Doc)
		}
		for _, f := range level.Fields {
			entry(&b, "."+f.Name, f.Doc)
		}
	}
	return b.String()
}

// entryWidth is where the texts of a list of names begin.
const entryWidth = 36

// entry writes one line of a list, the first sentence of doc beside the name,
// or under a name that is too long for that.
func entry(b *strings.Builder, name, doc string) {
	sentence, _, _ := strings.Cut(doc, ". ")
	switch {
	case sentence == "":
		fmt.Fprintf(b, "  %s\n", name)
		return
	case len(name) > entryWidth:
		fmt.Fprintf(b, "  %s\n", name)
		name = ""
	}
	fmt.Fprintf(b, "  %-*s %s\n", entryWidth, name, strings.TrimSuffix(sentence, "."))
}
