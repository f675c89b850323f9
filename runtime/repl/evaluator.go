package repl

import (
	"context"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// Evaluator is where the chunks of a shell run.
type Evaluator interface {
	// Eval runs one chunk, which errors call name, until ctx ends. It gives
	// what the chunk's values print as.
	Eval(ctx context.Context, name, source string) (text string, err error)

	// Complete finds what can stand at the end of source, quickly or not at all.
	Complete(source string) Completion

	// ReadLine reads a line of a pipe, without its end. The scripts that the
	// line runs read what follows it.
	ReadLine(ctx context.Context) (string, error)

	// Drain is called at the end of a pipe, to wait for what still runs.
	Drain(ctx context.Context) error
}

// Local is the [Evaluator] on a host of this process. Its chunks share the
// locals that they declare at top level, and the last values. One chunk runs
// at a time.
type Local struct {
	host    *runtime.Host
	console *runtime.Console
	session *session
	lines   int // read so far, which keeps line numbers in errors unique
}

// NewLocal makes an Evaluator on a host. Chunks print to the console, or to
// the host's own streams if it is nil.
func NewLocal(host *runtime.Host, console *runtime.Console) *Local {
	return &Local{host: host, console: console, session: newSession()}
}

// Declare makes a variable that the chunks see, as a local that one of them
// has declared.
func (l *Local) Declare(name string, v lua.LValue) { l.session.declare(name, v) }

// Eval implements [Evaluator].
func (l *Local) Eval(ctx context.Context, name, source string) (text string, err error) {
	if isHelp(source) {
		return l.help(ctx, source)
	}
	padded := strings.Repeat("\n", l.lines) + source
	l.lines += strings.Count(source, "\n")
	pieces, err := l.session.compile(name, padded)
	if err != nil {
		return "", runtime.ExplainSyntax(name, padded, err)
	}
	err = l.do(ctx, name, func(L *lua.LState) error {
		text = format(L, l.session.run(L, pieces))
		return nil
	})
	return text, err
}

func (l *Local) do(ctx context.Context, name string, fn func(L *lua.LState) error) error {
	return l.host.DoAt(ctx, l.console, name, fn)
}

// ReadLine implements [Evaluator].
func (l *Local) ReadLine(ctx context.Context) (string, error) { return l.host.ReadLine(ctx) }

// Drain implements [Evaluator].
func (l *Local) Drain(ctx context.Context) error { return l.host.Drain(ctx) }

// format is what a chunk's values print as: on one line if they fit there.
func format(L *lua.LState, values []lua.LValue) string {
	var texts []string
	separator := "\t"
	for _, v := range values {
		text := strings.TrimRight(runtime.Format(L, v), "\n")
		if strings.Contains(text, "\n") {
			separator = "\n"
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return ""
	}
	return strings.Join(texts, separator) + "\n"
}
