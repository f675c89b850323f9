package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"cordial/runtime"
	"cordial/runtime/repl"
)

// ClientOptions say what a client is connected to on its own side.
type ClientOptions struct {
	Stdout, Stderr io.Writer

	// Input is what the script reads, and what [Client.ReadLine] gives.
	Input *runtime.Input

	// Confirm asks a question that is answered with yes or no; nil for nobody
	// to ask, which counts as yes.
	Confirm func(question string) bool

	// Columns is the width of the terminal; nil for a pipe.
	Columns func() int
}

// Client is attached to a script. It is a [repl.Evaluator].
type Client struct {
	options ClientOptions
	info    Info
	conn    net.Conn
	ctx     context.Context // ends with the connection; the cause is why
	end     context.CancelCauseFunc
	working sync.WaitGroup

	writing sync.Mutex // held while a frame is written

	mu      sync.Mutex
	id      int64
	pending map[int64]*request
}

// request is what the server was asked for.
type request struct {
	value []byte
	done  chan frame // has room for one
}

// cancelPatience is how long something may take to end that was cancelled.
const cancelPatience = 3 * time.Second

// EndedError is the end of the script that a client is attached to.
type EndedError struct {
	Info
	Reason string // "" when it has ended in good order
	Asked  bool   // by this client, with os.exit
}

func (e *EndedError) Error() string {
	if e.Reason != "" {
		return fmt.Sprintf("%s: %s", e.Info, e.Reason)
	}
	return fmt.Sprintf("%s has ended", e.Info)
}

// EvalError is the error of what was evaluated.
type EvalError struct{ Text string }

func (e *EvalError) Error() string { return e.Text }

// Dial attaches to a script.
func Dial(ctx context.Context, to Running, o ClientOptions) (*Client, error) {
	conn, in, hello, err := connect(ctx, to.Socket)
	if err == nil {
		err = checkProtocol(hello)
	}
	if err != nil {
		if conn != nil {
			err = errors.Join(err, conn.Close())
		}
		return nil, err
	}
	c := &Client{options: o, info: *hello.Info, conn: conn, pending: map[int64]*request{}}
	c.ctx, c.end = context.WithCancelCause(context.Background())
	c.send(frame{Type: typeHello, Protocol: Protocol, Columns: c.columns()})
	c.working.Go(func() { c.end(c.listen(in)) })
	return c, nil
}

// Info says what the client is attached to.
func (c *Client) Info() Info { return c.info }

// Context ends when the connection does. The cause is an [*EndedError] unless
// the client itself was closed.
func (c *Client) Context() context.Context { return c.ctx }

// Close ends the connection, and what runs on it.
func (c *Client) Close() error {
	c.end(errGone)
	err := c.conn.Close()
	c.working.Wait()
	return err
}

func (c *Client) columns() int {
	if c.options.Columns == nil {
		return 0
	}
	return c.options.Columns()
}

// listen handles what the server sends, until the connection ends.
func (c *Client) listen(in frameReader) error {
	exits := false
	for {
		f, err := in.next()
		if err != nil {
			return &EndedError{Info: c.info, Reason: "the connection broke off; the script was killed, perhaps", Asked: exits}
		}
		switch f.Type {
		case typeBye:
			return &EndedError{Info: c.info, Reason: f.Text, Asked: exits}
		case typeOut:
			err = c.show(f)
		case typeAsk:
			c.working.Go(func() { c.send(c.answer(f)) })
		case typeValue, typeDone, typeFound:
			exits = exits || f.End == endExit
			c.note(f)
		}
		if err != nil {
			return err
		}
	}
}

// show writes what the script has written.
func (c *Client) show(f frame) error {
	w := c.options.Stdout
	if f.Stderr {
		w = c.options.Stderr
	}
	_, err := w.Write(f.Data)
	return err
}

// answer asks the person what the script asks.
func (c *Client) answer(ask frame) frame {
	answer := frame{Type: typeAnswer, ID: ask.ID}
	if ask.Text != "" {
		answer.Yes = c.options.Confirm == nil || c.options.Confirm(ask.Text)
		return answer
	}
	line, err := c.options.Input.ReadLine(c.ctx)
	switch {
	case errors.Is(err, runtime.ErrInterrupted):
		answer.End = endInterrupted
	case err != nil:
		answer.End = endEOF
	default:
		answer.Data = []byte(line)
	}
	return answer
}

// note keeps an answer for who waits for it.
func (c *Client) note(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.pending[f.ID]
	switch {
	case !ok:
	case f.Type == typeValue:
		r.value = append(r.value, f.Data...)
	default:
		delete(c.pending, f.ID)
		r.done <- f
	}
}

// send sends a frame. If that fails the connection has ended, which listen
// finds out.
func (c *Client) send(f frame) {
	c.writing.Lock()
	defer c.writing.Unlock()
	_, _ = c.conn.Write(encode(f))
}

// errBusy says that something which was cancelled has not ended yet.
var errBusy = errors.New("the script is busy: what was cancelled before has not ended yet")

// ask sends a request and waits for its end. When ctx ends, the request is
// cancelled.
func (c *Client) ask(ctx context.Context, f frame) (frame, []byte, error) {
	r := &request{done: make(chan frame, 1)}
	c.mu.Lock()
	if len(c.pending) > 0 {
		c.mu.Unlock()
		return frame{}, nil, errBusy
	}
	c.id++
	f.ID = c.id
	c.pending[f.ID] = r
	c.mu.Unlock()
	c.send(f)
	done, err := c.await(ctx, f.ID, r)
	c.mu.Lock() // of a request that was given up parts may still come
	defer c.mu.Unlock()
	return done, r.value, err
}

func (c *Client) await(ctx context.Context, id int64, r *request) (frame, error) {
	select {
	case f := <-r.done:
		return f, nil
	case <-c.ctx.Done():
		return c.last(r)
	case <-ctx.Done():
	}
	c.send(frame{Type: typeCancel, ID: id})
	select {
	case f := <-r.done:
		return f, nil
	case <-c.ctx.Done():
		return c.last(r)
	case <-time.After(cancelPatience):
		return frame{}, fmt.Errorf("%v, but the script is busy and has not noticed yet; cordial attach --tasks shows with what", context.Cause(ctx))
	}
}

// last gives an answer that has come just before the end of the connection.
func (c *Client) last(r *request) (frame, error) {
	select {
	case f := <-r.done:
		return f, nil
	default:
		return frame{}, context.Cause(c.ctx)
	}
}

// result is the error that a request has ended with.
func (c *Client) result(ctx context.Context, done frame) error {
	switch done.End {
	case "":
		return nil
	case endInterrupted:
		return runtime.ErrInterrupted
	case endExit, endOver:
		select {
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	default:
		return &EvalError{done.Text}
	}
}

// Eval implements [repl.Evaluator]. The error of what was evaluated is an
// [*EvalError]; the end of the script is an [*EndedError].
func (c *Client) Eval(ctx context.Context, _, source string) (text string, err error) {
	if len(source) > maxSource {
		return "", fmt.Errorf("%d bytes are too many to evaluate at a time; %d may be", len(source), maxSource)
	}
	done, value, err := c.ask(ctx, frame{Type: typeEval, Data: []byte(source), Columns: c.columns(), Asks: c.options.Confirm != nil})
	if err != nil {
		return "", err
	}
	return string(value), c.result(ctx, done)
}

// Tail shows events, all of them or those with the names, or what the script
// writes, until ctx ends.
func (c *Client) Tail(ctx context.Context, what string, events []string) error {
	done, _, err := c.ask(ctx, frame{Type: typeTail, Name: what, Events: events})
	if err != nil {
		return err
	}
	return c.result(ctx, done)
}

// Tasks lists the script's tasks as a table, "" for none, also while Lua code is stuck.
func (c *Client) Tasks(ctx context.Context) (string, error) {
	done, table, err := c.ask(ctx, frame{Type: typeTasks})
	if err != nil {
		return "", err
	}
	return string(table), c.result(ctx, done)
}

// Cancel cancels the task with a number, also while Lua code is stuck.
func (c *Client) Cancel(ctx context.Context, task int64) error {
	done, _, err := c.ask(ctx, frame{Type: typeStop, Task: task})
	if err != nil {
		return err
	}
	return c.result(ctx, done)
}

// completionPatience bounds how long Tab waits for a busy script: the server
// gives an answer once it is cancelled, also while Lua code is stuck.
const completionPatience = time.Second

// Complete implements [repl.Evaluator].
func (c *Client) Complete(source string) repl.Completion {
	nothing := repl.Completion{Start: len(source)}
	ctx, cancel := context.WithTimeout(c.ctx, completionPatience)
	defer cancel()
	found, _, err := c.ask(ctx, frame{Type: typeComplete, Data: []byte(source)})
	if err != nil || found.Completion == nil || found.Completion.Start < 0 || found.Completion.Start > len(source) {
		return nothing
	}
	return *found.Completion
}

// ReadLine implements [repl.Evaluator].
func (c *Client) ReadLine(ctx context.Context) (string, error) {
	line, err := c.options.Input.ReadLine(ctx)
	return strings.TrimRight(line, "\r\n"), err
}

// Drain implements [repl.Evaluator]: what still runs belongs to the script.
func (c *Client) Drain(context.Context) error { return nil }
