package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

// maxBody bounds an answer that is held in memory. Discord's longest, a thousand members, is about one megabyte.
const maxBody = 64 << 20

// maxAnnounced is how many bytes are made room for on the word of a Content-Length.
const maxAnnounced = 1 << 20

var errTooLarge = errors.New("the answer is longer than 64 MB")

// Do sends a request and gives Discord's answer, or an error: *Error when Discord says no, *AuthError, *NetworkError, *FileError,
// *RateLimitError, *QueueFullError, *BreakerError, *ReadOnlyError, *GuildError, or the context's.
//
// It waits for rate limits, and it repeats what failed: always after 429, and after 500, 502, 503, 504 and lost connections if the
// request may be repeated.
func (c *Client) Do(ctx context.Context, req *Request) (*Response, error) {
	x, err := c.prepare(req)
	if err != nil {
		return nil, err
	}
	if held, err := c.inspect(ctx, x); held != nil || err != nil {
		return held, err
	}
	return c.perform(ctx, x)
}

// perform sends a request that is ready, as often as it takes.
func (c *Client) perform(ctx context.Context, x *exchange) (*Response, error) {
	var t turn
	for failures := 0; ; {
		if err := c.limits.wait(ctx, &t, x.route, c.maxWait); err != nil {
			return nil, explain(x, err)
		}
		resp, err := c.try(ctx, x)
		if c.limits.leave(&t, resp) {
			continue
		}
		if failures >= c.retries || ctx.Err() != nil || !again(x, resp, err) {
			return c.conclude(ctx, x, resp, err)
		}
		if err := c.sleep(ctx, backoff(failures)); err != nil {
			return nil, explain(x, err)
		}
		x.repeated = x.repeated || !unsent(err)
		failures++
	}
}

// try sends the request once and reads the answer.
func (c *Client) try(ctx context.Context, x *exchange) (*Response, error) {
	start := c.clock.Now()
	w := newWatch(ctx, c.clock, c.timeout)
	defer w.stop()
	resp, err := c.send(w, x)
	if err != nil {
		err = w.reason(err)
	}
	if c.log.Enabled(ctx, slog.LevelDebug) {
		attrs := []any{"method", x.Method, "path", shownPath(x.Path), "took", c.clock.Since(start)}
		if err != nil {
			attrs = append(attrs, "error", err)
		} else {
			attrs = append(attrs, "status", resp.Status)
		}
		c.log.DebugContext(ctx, "request", attrs...)
	}
	return resp, err
}

func (c *Client) send(w *watch, x *exchange) (*Response, error) {
	req := x.http.WithContext(w.ctx)
	if x.body != nil {
		req.Body = x.body.open(w)
		req.GetBody = func() (io.ReadCloser, error) { return x.body.open(w), nil }
	}
	answer, err := c.api.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := readBody(w.body(answer.Body), answer.ContentLength)
	if err != nil {
		return nil, err
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: data}, nil
}

// readBody reads an answer into memory, of which it takes what has been announced at once, as far as that is believable.
func readBody(r io.Reader, announced int64) ([]byte, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(announced, 0), maxAnnounced)) + bytes.MinRead)
	n, err := body.ReadFrom(io.LimitReader(r, maxBody+1))
	if err == nil && n > maxBody {
		err = errTooLarge
	}
	return body.Bytes(), err
}

// conclude turns the last answer into what Do returns.
func (c *Client) conclude(ctx context.Context, x *exchange, resp *Response, err error) (*Response, error) {
	if err != nil {
		switch {
		case ctx.Err() != nil:
			return nil, explain(x, context.Cause(ctx))
		case errors.Is(err, errTooLarge):
			return nil, explain(x, err)
		}
		if file, ok := errors.AsType[*FileError](err); ok {
			return nil, file
		}
		return nil, &NetworkError{Method: x.Method, Path: shownPath(x.Path), Host: x.http.URL.Host, Err: err}
	}
	// 304 says that there was nothing to change.
	if resp.Status/100 == 2 || resp.Status == http.StatusNotModified {
		return resp, nil
	}
	answer := newError(x, resp)
	c.gone.note(x, answer)
	if x.credential != nil && tokenRefused(x, answer) {
		x.credential.refused.Store(true)
		return nil, x.credential.check()
	}
	return nil, answer
}

// tokenRefused tells an answer that is about the token from one about an operation that bots may not use.
func tokenRefused(x *exchange, e *Error) bool {
	return e.Status == http.StatusUnauthorized && e.Code == 0 && (x.UseUser || x.op != nil && x.op.BotMay())
}

// explain says which request an error is about.
func explain(x *exchange, err error) error {
	if limited, ok := errors.AsType[*RateLimitError](err); ok {
		limited.Method, limited.Path = x.Method, shownPath(x.Path)
		return limited
	}
	return fmt.Errorf("%s %s: %w", x.Method, shownPath(x.Path), err)
}
