package runtime

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Notice is what a host tells the person who runs its script.
type Notice struct {
	Level     slog.Level
	Text      string      // may have several lines
	Traceback string      // of an error of Lua code; "" when it says no more than Text
	Fields    []slog.Attr // what Text is about, for programs: task or job, and where, such as "bot.lua:3"
}

// String is the notice as people read it, without a newline at its end.
func (n Notice) String() string { return strings.TrimRight(n.Text+"\n"+n.Traceback, "\n") }

// Record is the notice as a line of a log, which has the level and the traceback in fields of their own.
func (n Notice) Record(at time.Time) slog.Record {
	text := strings.TrimRight(n.Text, "\n")
	if n.Level == slog.LevelWarn {
		text = strings.TrimPrefix(text, warning)
	}
	record := slog.NewRecord(at, n.Level, text, 0)
	record.AddAttrs(n.Fields...)
	if n.Traceback != "" {
		record.AddAttrs(slog.String("traceback", n.Traceback))
	}
	return record
}

// warning stands before texts that could be taken for something that went well.
const warning = "warning: "

// Say tells something to the person who runs the script.
func (h *Host) Say(text string, fields ...slog.Attr) {
	h.Tell(Notice{Level: slog.LevelInfo, Text: text, Fields: fields})
}

// Warn is Say for what may be wrong.
func (h *Host) Warn(text string, fields ...slog.Attr) {
	h.Tell(Notice{Level: slog.LevelWarn, Text: text, Fields: fields})
}

// Tell tells something to the person who runs the script, by Options.Talk. It may be called from any goroutine.
func (h *Host) Tell(n Notice) {
	if h.options.Talk != nil {
		h.options.Talk(n)
		return
	}
	h.streams.talk(n.String() + "\n")
}

// ErrorNotice is an error for a person: with the detail of the Go error that a script's error holds, and with the traceback, unless that
// says nothing new. That somebody has interrupted a script is no error of anything.
func ErrorNotice(err error) Notice {
	if errors.Is(err, ErrInterrupted) {
		return Notice{Level: slog.LevelInfo, Text: ErrInterrupted.Error()}
	}
	n := Notice{Level: slog.LevelError, Text: err.Error()}
	if limit, ok := errors.AsType[*LimitError](err); ok {
		n.Text = limit.Error()
		return n
	}
	if where := errorPlace(err); where != "" {
		n.Fields = append(n.Fields, slog.String("where", where))
	}
	if luaErr, ok := errors.AsType[*Error](err); ok && !repeatsPlace(n.Text, luaErr.Traceback) {
		n.Traceback = strings.TrimRight(luaErr.Traceback, "\n")
	}
	if d, ok := errors.AsType[detailed](err); ok {
		n.Text = strings.Replace(n.Text, d.Error(), d.Detail(), 1)
	}
	return n
}

// Explain is the text of [ErrorNotice].
func Explain(err error) string { return ErrorNotice(err).String() }

// errorPlace is the line of a script that an error names, or else the innermost one that was running: "bot.lua:3", or "" for none.
func errorPlace(err error) string {
	if syntax, ok := errors.AsType[*SyntaxError](err); ok {
		return strings.TrimSuffix(fmt.Sprintf("%s:%d", syntax.Source, syntax.Line), ":0")
	}
	luaErr, ok := errors.AsType[*Error](err)
	if !ok {
		return ""
	}
	for frame := range strings.Lines(luaErr.Traceback) {
		if place := framePlace(frame); strings.HasPrefix(luaErr.Error(), place+": ") {
			return place
		}
	}
	return framePlace(luaErr.Traceback)
}

// repeatsPlace reports whether a traceback is one line with the place that
// the error's text begins with.
func repeatsPlace(text, traceback string) bool {
	_, rest, _ := strings.Cut(traceback, "\n")
	return rest == "" && strings.HasPrefix(text, framePlace(traceback)+":")
}

// framePlace is the place in the first line of a traceback.
func framePlace(traceback string) string {
	place, _, _ := strings.Cut(strings.TrimSpace(traceback), ": in ")
	return place
}
