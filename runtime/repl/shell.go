package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ergochat/readline"

	"cordial/runtime"
)

// Options say what a shell reads from and writes to.
type Options struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	// Terminal is what Stdin and Stdout are connected to; nil when they are
	// no terminal. Then there is no prompt, and the first error ends the shell.
	Terminal *Terminal

	// Banner is shown first, on a terminal.
	Banner string

	// HistoryFile keeps the lines that were typed at a terminal; "" for none.
	HistoryFile string

	// Redact takes secrets out of values and errors, and Record out of what
	// enters the history; Redact does that too when Record is nil.
	Redact func(string) string
	Record func(string) string

	// Color lets errors be coloured.
	Color bool

	// Interrupts are the signals that cancel the running line.
	Interrupts <-chan os.Signal
}

// Shell reads chunks of Lua, runs them and prints their values.
type Shell struct {
	options Options
	screen  screen
	stdout  io.Writer
	stderr  io.Writer
	editor  *editor // nil on a pipe
	history history
	where   Evaluator
	begun   bool // a line has been read
}

// The prompts of a new chunk and of its further lines.
const (
	prompt     = "> "
	morePrompt = ">> "
)

// New makes a shell. It takes the terminal, which [Shell.Close] gives back.
func New(options Options) (*Shell, error) {
	if options.Redact == nil {
		options.Redact = func(s string) string { return s }
	}
	if options.Record == nil {
		options.Record = options.Redact
	}
	s := &Shell{
		options: options,
		stdout:  options.Stdout,
		stderr:  options.Stderr,
		history: history{path: options.HistoryFile, redact: options.Record},
	}
	if options.Terminal == nil {
		return s, nil
	}
	var err error
	s.editor, err = newEditor(options.Terminal, options.Stdin, options.Stdout, options.Stderr, &s.screen)
	if err != nil {
		return nil, err
	}
	s.stdout, s.stderr = s.editor.stdout, s.editor.stderr
	s.loadHistory()
	return s, nil
}

func (s *Shell) loadHistory() {
	lines, err := s.history.load()
	if err != nil {
		fmt.Fprintf(s.stderr, "the history of earlier sessions is not available: %v\n", err)
	}
	for _, line := range lines {
		s.editor.remember(line)
	}
}

// Stdin is what the host's scripts read: lines that are typed for them, on a
// terminal, or else what follows the chunk that runs.
func (s *Shell) Stdin() io.Reader {
	if s.editor == nil {
		return s.options.Stdin
	}
	return &typedInput{editor: s.editor}
}

// Stdout is where the host's scripts write: above the prompt, on a terminal.
func (s *Shell) Stdout() io.Writer { return s.stdout }

// Stderr is where the host's scripts write errors.
func (s *Shell) Stderr() io.Writer { return s.stderr }

// Run reads and runs chunks until the input ends. At a terminal errors are
// shown and only a call of os.exit is returned; on a pipe the first error is.
// The host reads [Shell.Stdin]. When ctx ends, what runs in it does, too.
func (s *Shell) Run(ctx context.Context, host *runtime.Host) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	host.OnExit(func(exit *runtime.ExitError) { cancel(exit) })
	defer host.EndWith(ctx)()
	return s.RunOn(ctx, NewLocal(host, nil))
}

// RunOn is Run for chunks that run elsewhere. When ctx ends its cause is
// returned.
func (s *Shell) RunOn(ctx context.Context, where Evaluator) error {
	s.where = where
	if s.editor == nil {
		return s.runPipe(ctx)
	}
	return s.runTerminal(ctx)
}

func (s *Shell) runTerminal(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.editor.close)()
	if s.options.Banner != "" {
		fmt.Fprintln(s.stdout, s.options.Banner)
	}
	for {
		source, err := s.readChunk(s.readTyped)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, readline.ErrInterrupt):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		s.keep(asLine(source))
		err = s.eval(ctx, "repl", source)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			s.showError(err)
		}
	}
}

// Close gives the terminal back.
func (s *Shell) Close() {
	if s.editor != nil {
		s.editor.close()
	}
}

func (s *Shell) runPipe(ctx context.Context) error {
	readLine := func(string) (string, error) { return s.where.ReadLine(ctx) }
	for {
		source, err := s.readChunk(readLine)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, io.EOF):
			return s.where.Drain(ctx)
		case err != nil:
			return err
		}
		if err := s.eval(ctx, "stdin", source); err != nil {
			return err
		}
	}
}

// readChunk reads lines until they make a chunk, or until they end, which may
// leave the last chunk incomplete.
func (s *Shell) readChunk(readLine func(chunk string) (string, error)) (string, error) {
	chunk := ""
	for {
		line, err := readLine(chunk)
		if err == io.EOF && chunk != "" {
			return chunk, nil
		} else if err != nil {
			return "", err
		}
		chunk += line + "\n"
		if !s.begun && s.editor == nil {
			chunk = runtime.Clean(chunk)
		}
		s.begun = true
		if isHelp(chunk) {
			return chunk, nil
		}
		if _, err := parseChunk("", chunk); !errors.Is(err, errIncomplete) {
			return chunk, nil
		}
	}
}

// readTyped reads a line at the terminal and keeps it in the history.
func (s *Shell) readTyped(chunk string) (string, error) {
	text := prompt
	if chunk != "" {
		text = morePrompt
	}
	line, err := s.editor.readLine(text, chunk, s.where.Complete)
	if err != nil {
		return "", err
	}
	s.keep(line)
	return line, nil
}

// keep puts a line into the history.
func (s *Shell) keep(line string) {
	kept, err := s.history.add(line)
	if err != nil {
		s.history.path = ""
		fmt.Fprintf(s.stderr, "lines are not kept for the next session: %v\n", err)
	}
	if kept != "" {
		s.editor.remember(kept)
	}
}

// eval runs one chunk, which an interrupt cancels, and prints its values.
func (s *Shell) eval(ctx context.Context, name, source string) error {
	select {
	case <-s.options.Interrupts: // it was meant for an earlier line
	default:
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-s.options.Interrupts:
			s.screen.echoed()
			cancel(runtime.ErrInterrupted)
		case <-done:
		}
	}()
	text, err := s.where.Eval(ctx, name, source)
	close(done)
	<-watched
	if text != "" {
		s.show(s.stdout, text)
	}
	return err
}

// show prints what the shell itself has to say, on a line of its own.
func (s *Shell) show(w io.Writer, text string) {
	s.screen.mu.Lock()
	// What the terminal does not take, the next prompt reports.
	_ = s.screen.freshLine(s.options.Stdout)
	s.screen.mu.Unlock()
	io.WriteString(w, s.options.Redact(text))
}

// showError prints an error, its first line in colour.
func (s *Shell) showError(err error) {
	text := runtime.Explain(err)
	if s.options.Color {
		first, rest, _ := strings.Cut(text, "\n")
		text = "\x1b[31m" + first + "\x1b[0m" + strings.TrimSuffix("\n"+rest, "\n")
	}
	s.show(s.stderr, text+"\n")
}

// Confirm asks a question that is answered with yes or no, for a call that the
// running line makes. It is no at a pipe, and while a line is being typed.
func (s *Shell) Confirm(question string) bool {
	if s.editor == nil {
		return false
	}
	return s.editor.confirm(question)
}
