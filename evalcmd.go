package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

type evalCommand struct {
	JSON       bool     `help:"Print values as JSON, one on a line."`
	Expression []string `arg:"" optional:"" name:"expression" help:"Lua, such as 'dc:guilds()'."`
}

// Run evaluates an expression, or runs statements, and prints the values.
func (c *evalCommand) Run(p *process, g *grammar) (err error) {
	if len(c.Expression) == 0 {
		return &usageError{"eval needs an expression: cordial eval 'dc:guilds()'"}
	}
	host, err := p.openHost(g, hostStreams{name: "eval", stdin: p.stdin, stdout: p.stdout, stderr: p.stderr})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	ctx, stop := p.interruptible(nil)
	defer stop()
	ctx, end := g.Safety.limited(ctx, host.Clock())
	defer end()
	defer host.EndWith(ctx)()
	values, err := host.Eval(ctx, "eval", strings.Join(c.Expression, " "))
	if err != nil {
		return err
	}
	if err := c.print(ctx, p, host, values); err != nil {
		return err
	}
	if jobs := host.jobs.Waiting(); len(jobs) > 0 {
		what := fmt.Sprintf("%d jobs", len(jobs))
		if len(jobs) == 1 {
			what = jobs[0].String()
		}
		p.tell(runtime.Notice{Text: fmt.Sprintf("eval waits for %s; Ctrl-C ends it", what)})
	}
	return host.Drain(ctx)
}

func (c *evalCommand) print(ctx context.Context, p *process, host *hosted, values []lua.LValue) error {
	return host.Do(ctx, "print", func(L *lua.LState) error {
		for _, v := range values {
			text, err := c.text(L, v)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(p.stdout, p.redactor.String(text)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *evalCommand) text(L *lua.LState, v lua.LValue) (string, error) {
	if !c.JSON {
		return strings.TrimRight(runtime.Format(L, v), "\n"), nil
	}
	return runtime.EncodeJSON(L, v)
}
