package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"sync"
	"time"

	"cordial/runtime"
)

// logger writes log lines to w, those of a level that the person names, or
// else of the usual one.
func (p *process) logger(g *grammar, w io.Writer, usual slog.Level) (*slog.Logger, error) {
	options := slog.HandlerOptions{Level: usual}
	if level := cmp.Or(g.LogLevel, p.getenv("CORDIAL_LOG")); level != "" {
		var named slog.Level
		if err := named.UnmarshalText([]byte(level)); err != nil {
			return nil, &usageError{fmt.Sprintf("log level %q: expected debug, info, warn or error", level)}
		}
		options.Level = named
	}
	if g.LogFormat == "json" {
		return slog.New(p.inJSON(w, options)), nil
	}
	return slog.New(slog.NewTextHandler(w, &options)), nil
}

// inJSON writes log lines to w as JSON. They name the script that runs.
func (p *process) inJSON(w io.Writer, options slog.HandlerOptions) slog.Handler {
	options.ReplaceAttr = p.readable
	handler := slog.NewJSONHandler(w, &options)
	if p.script == "" {
		return handler
	}
	return handler.WithAttrs([]slog.Attr{slog.String("script", p.script)})
}

// readable makes text of what JSON would have as a mere number, such as a duration. Tokens go before JSON may write them in another way.
func (p *process) readable(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case json.Marshaler:
	case string:
		a.Value = slog.StringValue(p.redactor.String(v))
	case error:
		a.Value = slog.StringValue(p.redactor.String(v.Error()))
	case fmt.Stringer:
		a.Value = slog.StringValue(p.redactor.String(v.String()))
	}
	return a
}

// tell tells the person something on stderr.
func (p *process) tell(n runtime.Notice) {
	if p.journal == nil {
		fmt.Fprintln(p.stderr, p.redactor.String(n.String()))
		return
	}
	// There is nobody left to tell that stderr takes nothing.
	_ = p.journal.Handle(context.Background(), n.Record(time.Now()))
}

func (p *process) warn(text string) { p.tell(runtime.Notice{Level: slog.LevelWarn, Text: text}) }

// openJournal has stderr be lines of JSON from then on, for a command that runs a script, if the person wants that. The level of the log
// does not matter for what is told. end must be called; only tell may be used after it.
func (p *process) openJournal(g *grammar) (end func()) {
	if g.LogFormat != "json" {
		return func() {}
	}
	p.journal = p.inJSON(p.redactor.Writer(p.stderr), slog.HandlerOptions{})
	lines := p.lines()
	before, flags := log.Writer(), log.Flags()
	log.SetOutput(lines) // by which the packages of Go tell of an odd answer of a server's
	log.SetFlags(0)
	return func() {
		log.SetOutput(before)
		log.SetFlags(flags)
		lines.Close()
	}
}

// keepJournal has a host, and its scripts, write into the journal.
func (p *process) keepJournal(h *hosted, o *runtime.Options) {
	lines := p.lines()
	written := p.redactor.Writer(lines) // a long line is cut, where a token may be
	h.streams = append(h.streams, written, lines)
	o.Stderr, o.Talk = written, p.tell
}

// lines takes text of others into the journal. Close ends the last line.
func (p *process) lines() *journalLines { return &journalLines{tell: p.tell} }

// journalLines makes notices of the lines of a text that others write to stderr, such as a script with io.stderr.
type journalLines struct {
	tell func(runtime.Notice)

	mu   sync.Mutex
	line []byte // that has not ended
}

// maxJournalLine is how long a line may get, in bytes; a longer one comes in parts.
const maxJournalLine = 64 << 10

// Write implements [io.Writer].
func (j *journalLines) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for rest := b; len(rest) > 0; {
		part := rest[:min(len(rest), maxJournalLine-len(j.line))]
		if end := bytes.IndexByte(part, '\n'); end >= 0 {
			part = part[:end+1]
		}
		j.line, rest = append(j.line, part...), rest[len(part):]
		if len(j.line) == maxJournalLine || part[len(part)-1] == '\n' {
			j.end()
		}
	}
	return len(b), nil
}

// Close implements [io.Closer].
func (j *journalLines) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.line) > 0 {
		j.end()
	}
	return nil
}

// end tells the line; j.mu is held.
func (j *journalLines) end() {
	text := string(bytes.TrimRight(j.line, "\r\n"))
	j.line = j.line[:0]
	j.tell(runtime.Notice{Text: text, Fields: []slog.Attr{slog.String("stream", "stderr")}})
}
