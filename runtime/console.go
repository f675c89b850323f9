package runtime

import (
	"context"
	"io"

	lua "github.com/yuin/gopher-lua"
)

// Terminal is where a person sits who is connected to a host that others own, such as with cordial attach.
type Terminal interface {
	// Write takes what tasks write to the standard output, or to the standard error. It must not wait: if it cannot take more for now it
	// gives a channel that is closed when it can, and the task waits for that. ok is false once nobody sits there any more; then the
	// text goes to the host's own stream.
	Write(text string, toStderr bool) (room <-chan struct{}, ok bool)

	// Read is the standard input. It may wait.
	io.Reader

	// Confirm asks a question that is answered with yes or no. With nobody to
	// ask it is yes.
	Confirm(ctx context.Context, question string) bool

	// Columns is the width of the terminal in cells, 0 for a pipe.
	Columns() int
}

// Console stands in place of the host's streams for the tasks of [Host.DoAt], and for those that they start.
type Console struct {
	Terminal
	in *Input
}

// NewConsole makes a console for a terminal.
func NewConsole(t Terminal) *Console { return &Console{t, NewInput(t)} }

// DoAt is [Host.Do] with a console in place of the host's streams; nil leaves
// those.
func (h *Host) DoAt(ctx context.Context, console *Console, name string, fn func(L *lua.LState) error) error {
	return h.doAs(origin{generation: h.Live(), console: console}, ctx, name, fn)
}

// Console is that of the Lua code that runs, nil for the host's own streams. The caller holds the Lua state.
func (h *Host) Console() *Console { return consoleOf(h.L.G.CurrentThread) }

func consoleOf(L *lua.LState) *Console {
	if t := taskOf(L); t != nil {
		return t.origin.console
	}
	return nil
}

// Print writes a line to the standard output, as print does, for the Lua code
// that runs. The caller holds the Lua state.
func (h *Host) Print(line string) error { return h.write(h.L.G.CurrentThread, line+"\n", false) }

// write writes to a standard stream for the code that runs on L.
func (h *Host) write(L *lua.LState, text string, toStderr bool) error {
	if console := consoleOf(L); console != nil {
		room, ok := console.Write(text, toStderr)
		switch {
		case ok && room == nil:
			return nil
		case ok:
			return h.Wait(L, func(ctx context.Context) error { return awaitRoom(ctx, room) })
		}
	}
	if toStderr {
		h.streams.talk(text)
		return nil
	}
	return h.streams.print(text)
}

func awaitRoom(ctx context.Context, room <-chan struct{}) error {
	select {
	case <-room:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// stdin is the standard input of the code that runs on L.
func (h *Host) stdin(L *lua.LState) *Input {
	if console := consoleOf(L); console != nil {
		return console.in
	}
	return h.streams.in
}

// outputs are the standard output and error for a command that the code on L runs. They may be written to while L waits until ctx ends.
func (h *Host) outputs(ctx context.Context, L *lua.LState) (stdout, stderr io.Writer) {
	if console := consoleOf(L); console != nil {
		return &commandOutput{ctx, h.streams.out, console, false}, &commandOutput{ctx, h.streams.err, console, true}
	}
	return h.streams.out, h.streams.err
}

// commandOutput is a stream of a command.
type commandOutput struct {
	ctx      context.Context
	host     io.Writer
	console  *Console
	toStderr bool
}

// Write implements [io.Writer].
func (o *commandOutput) Write(b []byte) (int, error) {
	room, ok := o.console.Write(string(b), o.toStderr)
	if !ok {
		return o.host.Write(b)
	}
	if room != nil {
		if err := awaitRoom(o.ctx, room); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}
