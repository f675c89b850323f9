package attach

import (
	"context"
	"io"
	"strings"

	"cordial/runtime"
)

// terminal is a client as the host's tasks see it, a [runtime.Terminal].
type terminal clientConn

// Write implements [runtime.Terminal].
func (t *terminal) Write(text string, toStderr bool) (room <-chan struct{}, ok bool) {
	c := (*clientConn)(t)
	c.text.Lock()
	defer c.text.Unlock()
	if c.ctx.Err() != nil {
		return nil, false
	}
	stream := c.text.stdout
	if toStderr {
		stream = c.text.stderr
	}
	stream.write(text)
	return c.out.full(), true
}

// redacted is a stream of the terminal, from which secrets are taken out.
type redacted struct {
	client   *clientConn
	toStderr bool
	w        io.WriteCloser
}

func newRedacted(c *clientConn, toStderr bool) *redacted {
	r := &redacted{client: c, toStderr: toStderr}
	r.w = c.server.options.Redact(sink{r})
	return r
}

// write takes a text. What may be the beginning of a secret is kept back.
func (r *redacted) write(text string) {
	_, _ = io.WriteString(r.w, text) // a sink takes everything
}

// flush sends what was kept back.
func (r *redacted) flush() {
	_ = r.w.Close() // as write
	r.w = r.client.server.options.Redact(sink{r})
}

// sink sends what it is given.
type sink struct{ *redacted }

// Write implements [io.Writer].
func (s sink) Write(b []byte) (int, error) {
	for _, part := range parts(string(b)) {
		s.client.out.put(frame{Type: typeOut, Stderr: s.toStderr, Data: []byte(part)})
	}
	return len(b), nil
}

// flush sends what is kept back of both streams.
func (c *clientConn) flush() {
	c.text.Lock()
	defer c.text.Unlock()
	c.text.stdout.flush()
	c.text.stderr.flush()
}

// redact takes secrets out of a whole text.
func (c *clientConn) redact(text string) string {
	var b strings.Builder
	w := c.server.options.Redact(&b)
	_, _ = io.WriteString(w, text) // a Builder takes everything
	_ = w.Close()
	return b.String()
}

// Columns implements [runtime.Terminal].
func (t *terminal) Columns() int { return int(t.columns.Load()) }

// Read implements [runtime.Terminal]: it gives lines that are typed.
func (t *terminal) Read(b []byte) (int, error) {
	if len(t.typed) == 0 {
		answer, ok := (*clientConn)(t).ask(context.Background(), "")
		switch {
		case !ok || answer.End == endEOF:
			return 0, io.EOF
		case answer.End == endInterrupted:
			return 0, runtime.ErrInterrupted
		}
		t.typed = answer.Data
	}
	n := copy(b, t.typed)
	t.typed = t.typed[n:]
	return n, nil
}

// Confirm implements [runtime.Terminal].
func (t *terminal) Confirm(ctx context.Context, question string) bool {
	if !t.asks.Load() {
		return true
	}
	answer, ok := (*clientConn)(t).ask(ctx, question)
	return ok && answer.Yes
}

// ask asks the client and waits for its answer; ok is false when there is
// none.
func (c *clientConn) ask(ctx context.Context, question string) (answer frame, ok bool) {
	c.flush()
	c.mu.Lock()
	c.asked++
	id, answered := c.asked, make(chan frame, 1)
	c.answers[id] = answered
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.answers, id)
	}()
	c.out.put(frame{Type: typeAsk, ID: id, Text: c.redact(question)})
	select {
	case answer = <-answered:
		return answer, true
	case <-ctx.Done():
	case <-c.ctx.Done():
	}
	return frame{}, false
}

// answer hands an answer to who has asked. One that nobody waits for any more
// is dropped.
func (c *clientConn) answer(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answered, ok := c.answers[f.ID]; ok {
		answered <- f
		delete(c.answers, f.ID)
	}
}
