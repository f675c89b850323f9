package runtime

import (
	"bufio"
	"context"
	"io"
	"strings"
)

// Input is a standard input. Tasks read it one after the other, and a read
// can be given up: what comes then is for the next one.
type Input struct {
	source io.Reader
	turn   chan struct{} // holds a token while nobody reads
	text   *bufio.Reader // reads from the input itself

	// The rest belongs to whoever has the turn.
	ctx     context.Context
	pending chan piece // of the source, asked for and not here yet
	rest    piece
}

// piece is what one Read of the source gave.
type piece struct {
	data []byte
	err  error
}

// NewInput makes an input that reads source.
func NewInput(source io.Reader) *Input {
	in := &Input{source: source, turn: make(chan struct{}, 1)}
	in.text = bufio.NewReader(in)
	in.turn <- struct{}{}
	return in
}

// use calls read when it is the caller's turn. When ctx ends, it returns the
// context's cause.
func (in *Input) use(ctx context.Context, read func(text *bufio.Reader) error) error {
	select {
	case <-in.turn:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { in.turn <- struct{}{} }()
	in.ctx = ctx
	return read(in.text)
}

// Read implements [io.Reader] for in.text. The goroutine that reads the source
// ends when the source gives something: a file or terminal cannot be
// interrupted. There is one at most.
func (in *Input) Read(b []byte) (int, error) {
	if len(in.rest.data) == 0 && in.rest.err == nil {
		if in.pending == nil {
			pending := make(chan piece, 1)
			in.pending = pending
			go func() {
				data := make([]byte, 4096)
				n, err := in.source.Read(data)
				pending <- piece{data[:n], err}
			}()
		}
		select {
		case in.rest = <-in.pending:
			in.pending = nil
		case <-in.ctx.Done():
			return 0, context.Cause(in.ctx)
		}
	}
	n := copy(b, in.rest.data)
	in.rest.data = in.rest.data[n:]
	if len(in.rest.data) > 0 {
		return n, nil
	}
	err := in.rest.err
	in.rest.err = nil
	return n, err
}

// ReadLine reads a line of the standard input, without its end, from a
// goroutine that does not hold the Lua state. Scripts read what follows.
func (h *Host) ReadLine(ctx context.Context) (line string, err error) {
	line, err = h.streams.in.ReadLine(ctx)
	return strings.TrimRight(line, "\r\n"), err
}

// ReadLine reads a line with its end, which the last one may lack. When ctx
// ends it returns the context's cause.
func (in *Input) ReadLine(ctx context.Context) (line string, err error) {
	err = in.use(ctx, func(text *bufio.Reader) error {
		line, err = readLine(text)
		return err
	})
	return line, err
}

// Read reads what the standard input has, from a goroutine that does not hold
// the Lua state. When ctx ends it returns the context's cause, and what comes
// then is for the next one who reads.
func (h *Host) Read(ctx context.Context, b []byte) (n int, err error) {
	err = h.streams.in.use(ctx, func(text *bufio.Reader) error {
		n, err = text.Read(b)
		return err
	})
	return n, err
}

// readLine reads up to the end of a line. A last line may have none.
func readLine(text *bufio.Reader) (string, error) {
	line, err := text.ReadString('\n')
	if line != "" && err == io.EOF {
		err = nil
	}
	return line, err
}
