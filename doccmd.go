package main

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/suggest"
	"cordial/runtime/luatest"
	"cordial/runtime/repl"
)

type docCommand struct {
	Name string `arg:"" optional:"" help:"A function, module or class, such as sleep, json or Channel:send."`
}

// Run prints the reference of one name, or a list of all names.
func (c *docCommand) Run(p *process) (err error) {
	host, err := p.openHost(&grammar{UseSandbox: true}, hostStreams{
		name: "doc", stdin: p.stdin, stdout: p.stdout, stderr: p.stderr, test: luatest.NewWorld(),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	luatest.Describe(host.Host)
	registry := host.Registry()
	if c.Name == "" {
		return p.write(registry.All().Overview() +
			"\ncordial doc NAME tells more, such as cordial doc dc, cordial doc Channel or cordial doc Channel:send\n")
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
	if near, ok := suggest.Nearest(c.Name, registry.All().Names()); ok {
		reason += fmt.Sprintf("; did you mean %s?", near)
	}
	return &usageError{reason + "; cordial doc lists all names"}
}

func (p *process) write(text string) error {
	_, err := fmt.Fprint(p.stdout, text)
	return err
}
