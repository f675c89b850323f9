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

// help shows the help of a name or of what an expression stands for.
func (s *Shell) help(ctx context.Context, source string) error {
	tokens := scan(source)
	tokens = tokens[:len(tokens)-1]
	name := strings.TrimSpace(source[:tokens[len(tokens)-1].end])
	var text string
	var ok bool
	err := s.do(ctx, "help", func(L *lua.LState) error {
		text, ok = newResolver(L, s.host, s.session).help(name, tokens)
		return nil
	})
	if err == nil && !ok {
		err = fmt.Errorf("there is no help for %s; help() lists what there is", name)
	}
	s.show(s.stdout, text)
	return err
}

// Help returns the help of a declared name, such as "Channel:send", or of what
// an expression stands for, such as "dc:guild". The caller holds the Lua state.
func Help(L *lua.LState, host *runtime.Host, expression string) (string, bool) {
	return newResolver(L, host, newSession()).help(expression, scan(expression))
}

func (r *resolver) help(name string, tokens []token) (string, bool) {
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

// complete finds what can stand at the end of source.
func (s *Shell) complete(source string) completion {
	found := completion{start: len(source)}
	ctx, cancel := context.WithTimeout(context.Background(), completionPatience)
	defer cancel()
	// A busy script leaves nothing to offer, which is what there is to say.
	_ = s.host.Do(ctx, "completion", func(L *lua.LState) error {
		found = newResolver(L, s.host, s.session).complete(source)
		return nil
	})
	return found
}
