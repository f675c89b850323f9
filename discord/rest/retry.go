package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// again reports whether a failed try may be followed by another.
func again(x *exchange, resp *Response, err error) bool {
	if err == nil {
		switch resp.Status {
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return x.repeatable()
		}
		return false
	}
	if _, ok := errors.AsType[*FileError](err); ok || errors.Is(err, errTooLarge) {
		return false
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return false
	}
	return unsent(err) || x.repeatable()
}

// unsent reports whether a try failed before anything was sent.
func unsent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// Waits between tries double from firstBackoff.
const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 15 * time.Second
)

// backoff is the wait after a number of earlier failures; its upper half is random, so that many clients do not come back at once.
func backoff(failures int) time.Duration {
	d := min(maxBackoff, firstBackoff<<min(failures, 10))
	return d/2 + rand.N(d/2)
}

// sleep waits on the client's clock, or fails with the cause of the context's end.
func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	timer := c.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.Chan():
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
