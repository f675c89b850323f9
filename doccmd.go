package main

import (
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/suggest"
	"cordial/runtime/bind"
	"cordial/runtime/repl"
)

type docCommand struct {
	Name string `arg:"" optional:"" help:"A function, module or class, such as sleep, json or Channel:send."`
}

// Run prints the reference of one name, or a list of all names.
func (c *docCommand) Run(p *process) (err error) {
	host, err := p.openHost(&grammar{UseSandbox: true}, hostStreams{stdin: p.stdin, stdout: p.stdout, stderr: p.stderr})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	registry := host.Registry()
	if c.Name == "" {
		return p.write(overview(registry.All()))
	}
	ctx, stop := p.interruptible(nil)
	defer stop()
	var text string
	var found bool
	err = host.Do(ctx, "doc", func(L *lua.LState) error {
		text, found = repl.Help(L, host.Host, c.Name)
		return nil
	})
	if err != nil || found {
		return errors.Join(err, p.write(text))
	}
	reason := fmt.Sprintf("there is nothing named %s", c.Name)
	if near, ok := suggest.Nearest(c.Name, declaredNames(registry.All())); ok {
		reason += fmt.Sprintf("; did you mean %s?", near)
	}
	return &usageError{reason + "; cordial doc lists all names"}
}

func (p *process) write(text string) error {
	_, err := fmt.Fprint(p.stdout, text)
	return err
}

// overview lists what is declared, each with its first sentence.
func overview(ref bind.Reference) string {
	var b strings.Builder
	entry := func(name, doc string) {
		sentence, _, _ := strings.Cut(doc, ". ")
		fmt.Fprintf(&b, "  %-16s %s\n", name, strings.TrimSuffix(sentence, "."))
	}
	b.WriteString("Functions\n")
	for _, f := range ref.Globals {
		entry(f.Name, f.Doc)
	}
	b.WriteString("\nModules\n")
	for _, m := range ref.Modules {
		entry(m.Name, m.Doc)
	}
	b.WriteString("\nObjects\n")
	for _, class := range ref.Classes {
		entry(class.Name, class.Doc)
	}
	b.WriteString("\ncordial doc NAME tells more, such as cordial doc dc, cordial doc Channel or cordial doc Channel:send\n")
	return b.String()
}

// declaredNames lists every name that [bind.Registry.HelpFor] knows.
func declaredNames(ref bind.Reference) []string {
	var names []string
	for _, f := range ref.Globals {
		names = append(names, f.Name)
	}
	for _, m := range ref.Modules {
		names = append(names, m.Name)
		for _, f := range m.Funcs {
			names = append(names, m.Name+"."+f.Name)
		}
	}
	for _, class := range ref.Classes {
		names = append(names, class.Name)
		for _, f := range class.Methods {
			names = append(names, class.Name+":"+f.Name)
		}
	}
	return names
}
