package bind

import (
	"fmt"
	"slices"
	"strings"
)

// Topic registers help on names that are not declared themselves, such as the
// types of parameters. It is asked when nothing declared has a name.
func (r *Registry) Topic(fn func(name string) (text string, ok bool)) {
	r.topics = append(r.topics, fn)
}

// HelpFor returns the help of a name: "sleep", "json", "json.encode",
// "Channel", "Channel:send" or "Channel.send", or only "send", for which it
// lists the objects that have one, or "encode", for which it takes the first
// module that has one.
func (r *Registry) HelpFor(name string) (string, bool) {
	for _, find := range []func(string) (string, bool){r.globalHelp, r.moduleHelp, r.classHelp, r.methodHelp, r.bareHelp} {
		if text, ok := find(name); ok {
			return text, true
		}
	}
	for _, topic := range r.topics {
		if text, ok := topic(name); ok {
			return text, true
		}
	}
	return "", false
}

func (r *Registry) globalHelp(name string) (string, bool) {
	for _, f := range r.globals {
		if f.Name == name {
			return (&function{Func: f, display: f.Name}).help(), true
		}
	}
	return "", false
}

func (r *Registry) moduleHelp(name string) (string, bool) {
	for _, m := range r.modules {
		if m.Name == name {
			return m.help(), true
		}
	}
	for _, m := range r.modules {
		member, inside := strings.CutPrefix(name, m.Name+".")
		if !inside {
			continue
		}
		if f, ok := m.find(member); ok {
			return (&function{Func: f, display: name}).help(), true
		}
	}
	return "", false
}

// bareHelp finds a module's function by its name alone.
func (r *Registry) bareHelp(name string) (string, bool) {
	for _, m := range r.modules {
		if f, ok := m.find(name); ok {
			return (&function{Func: f, display: m.Name + "." + name}).help(), true
		}
	}
	return "", false
}

// find returns the declaration of a module's function, also of one that is
// made on first use.
func (m *Module) find(name string) (Func, bool) {
	for _, f := range m.Funcs {
		if f.Name == name {
			return f, true
		}
	}
	if m.Lookup != nil {
		return m.Lookup(name)
	}
	return Func{}, false
}

func (r *Registry) classHelp(name string) (string, bool) {
	if c, ok := r.classes[name]; ok {
		return c.help(), true
	}
	className, member, _ := strings.Cut(strings.Replace(name, ".", ":", 1), ":")
	c := r.classes[className]
	if c == nil {
		return "", false
	}
	if decl := c.decls[member]; decl != nil {
		return decl.help(), true
	}
	if f := c.fields[member]; f != nil {
		return fmt.Sprintf("%s.%s: %s\n%s\n", c.Name, f.Name, f.Type, f.Doc), true
	}
	return "", false
}

// methodHelp finds a method by its name alone: the help of the only one, or a
// list of all.
func (r *Registry) methodHelp(name string) (string, bool) {
	name = strings.TrimPrefix(name, ":")
	var found []*function
	for _, c := range r.classes {
		if decl := c.decls[name]; decl != nil && decl.class == c {
			found = append(found, decl)
		}
	}
	if len(found) == 0 {
		return "", false
	}
	if len(found) == 1 {
		return found[0].help(), true
	}
	slices.SortFunc(found, func(a, b *function) int { return strings.Compare(a.display, b.display) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s is a method of several objects\n\n", name)
	for _, decl := range found {
		entry(&b, decl.signature(), decl.Doc)
	}
	return b.String(), true
}
