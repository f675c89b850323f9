package repl

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// isHelp reports whether source asks for help: "ch.send?".
func isHelp(source string) bool {
	tokens := scan(source)
	return len(tokens) > 1 && tokens[len(tokens)-1].is("?")
}

// help is the help of a name or of what an expression stands for.
func (l *Local) help(ctx context.Context, source string) (text string, err error) {
	tokens := scan(source)
	tokens = tokens[:len(tokens)-1]
	name := strings.TrimSpace(source[:tokens[len(tokens)-1].end])
	var ok bool
	err = l.do(ctx, "help", func(L *lua.LState) error {
		text, ok = newResolver(L, l.host, l.session).help(name, tokens)
		return nil
	})
	if err == nil && !ok {
		err = fmt.Errorf("there is no help for %s; help() lists what there is", name)
	}
	return text, err
}

// Help returns the help of a declared name, such as "Channel:send", or of what
// an expression stands for, such as "dc:guild". The caller holds the Lua state.
func Help(L *lua.LState, host *runtime.Host, expression string) (string, bool) {
	return newResolver(L, host, newSession()).help(expression, scan(expression))
}

func (r *resolver) help(name string, tokens []token) (string, bool) {
	if cell, own := r.session.variables[name]; own {
		if text, ok := r.registry.Help(cell.Value()); ok {
			return text, true
		}
	}
	if text, ok := r.registry.HelpFor(name); ok {
		return text, true
	}
	found, ok := r.resolve(tokens)
	switch {
	case !ok:
		return "", false
	case found.decl != nil:
		return r.registry.HelpFor(found.path)
	case found.class != "":
		return r.registry.HelpFor(found.class)
	}
	if text, ok := r.registry.Help(found.value); ok {
		return text, true
	}
	return r.fieldHelp(tokens)
}

// fieldHelp is the help of a declared field, for a value that has none.
func (r *resolver) fieldHelp(tokens []token) (string, bool) {
	n := len(tokens)
	if n < 3 || tokens[n-1].kind != nameToken || !tokens[n-2].is(".") {
		return "", false
	}
	owner, ok := r.resolve(tokens[:n-2])
	class := cmp.Or(owner.class, r.registry.ClassOf(owner.value))
	if !ok || class == "" {
		return "", false
	}
	return r.registry.HelpFor(class + "." + tokens[n-1].text)
}

// completionPatience bounds how long Tab waits for a busy script.
const completionPatience = 300 * time.Millisecond

// Complete implements [Evaluator].
func (l *Local) Complete(source string) Completion {
	found := Completion{Start: len(source)}
	ctx, cancel := context.WithTimeout(context.Background(), completionPatience)
	defer cancel()
	// A busy script leaves nothing to offer, which is what there is to say.
	_ = l.do(ctx, "completion", func(L *lua.LState) error {
		found = newResolver(L, l.host, l.session).complete(source)
		return nil
	})
	return found
}
