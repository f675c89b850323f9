package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/jonboulle/clockwork"
)

// watch ends a try that makes no progress: nothing sent and nothing received for as long as Options.Timeout. A long upload over a
// slow line goes on as long as it moves.
type watch struct {
	timeout time.Duration
	timer   clockwork.Timer
	ctx     context.Context
	cancel  context.CancelCauseFunc
}

func newWatch(ctx context.Context, clock clockwork.Clock, timeout time.Duration) *watch {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{timeout: timeout, ctx: ctx, cancel: cancel}
	w.timer = clock.AfterFunc(timeout, func() {
		cancel(fmt.Errorf("nothing sent or received for %s", timeout))
	})
	return w
}

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(context.Canceled)
}

// reason is what stands behind an error of net/http, without the URL that it repeats, which may contain a token.
func (w *watch) reason(err error) error {
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		return outer.Err
	}
	return err
}

// body notes the progress of a body being read.
func (w *watch) body(r io.ReadCloser) io.ReadCloser { return &watchedBody{ReadCloser: r, watch: w} }

type watchedBody struct {
	io.ReadCloser
	watch *watch
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 && b.watch.ctx.Err() == nil {
		b.watch.timer.Reset(b.watch.timeout)
	}
	return n, err
}
