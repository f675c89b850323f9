package runtime

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// OnLoad registers a function that is called when a script has run to its end
// and what it has started goes on, such as its handlers. remove takes it away.
func (h *Host) OnLoad(fn func()) (remove func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	entry := &fn
	h.onLoad = append(h.onLoad, entry)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.onLoad = without(h.onLoad, entry)
	}
}

func (h *Host) loaded() {
	h.mu.Lock()
	hooks := slices.Clone(h.onLoad)
	h.mu.Unlock()
	for _, hook := range hooks {
		(*hook)()
	}
}

// OnStop registers a function that ends in good order what a script has opened.
// It is called once, before the tasks are cancelled: when the script was
// interrupted, failed or called os.exit, and when the host is closed. Tasks run
// meanwhile, so it may wait for some of them until ctx ends, which is after
// Options.StopTime. remove takes it away.
func (h *Host) OnStop(fn func(ctx context.Context)) (remove func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	entry := &fn
	h.onStop = append(h.onStop, entry)
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.onStop = without(h.onStop, entry)
	}
}

// EndWith ends what runs in the host when ctx ends, as RunFile does with its
// own: the functions of OnStop are called, and then all tasks are cancelled. It
// is for who runs Lua with [Host.Eval] or [Host.Do] and leaves with ctx. These
// cancel no task but their own, which cannot end while another one holds the
// Lua state. stop must be called; if ctx has ended it waits for the end of that.
func (h *Host) EndWith(ctx context.Context) (stop func()) {
	ended := make(chan struct{})
	unheeded := context.AfterFunc(ctx, func() {
		defer close(ended)
		h.endTasks(context.Cause(ctx))
	})
	return sync.OnceFunc(func() {
		if !unheeded() {
			<-ended
		}
	})
}

// endTasks ends in good order what scripts have opened, and cancels all tasks.
func (h *Host) endTasks(cause error) {
	if limit, ok := errors.AsType[*LimitError](cause); ok && limit.Memory > 0 {
		cancelAll(h.Tasks(), cause) // at once: there is no memory to end in good order with
	}
	h.stopAll()
	cancelAll(h.Tasks(), cause)
}

// stopAll calls the functions of OnStop that have not been called yet, and
// waits for those that another call of it is at.
func (h *Host) stopAll() {
	h.stopping.Lock()
	defer h.stopping.Unlock()
	h.mu.Lock()
	hooks := h.onStop
	h.onStop = nil
	h.mu.Unlock()
	if len(hooks) == 0 {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	timer := h.clock.AfterFunc(h.options.StopTime, cancel)
	defer timer.Stop()
	for _, hook := range hooks {
		(*hook)(ctx)
	}
}

// Fail ends the script that [Host.RunFile] runs, with an error: something that
// it cannot go on without has ended for good. The first error counts.
func (h *Host) Fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failure == nil {
		h.failure = err
	}
	h.changed()
}

// Failure is what [Host.Fail] was called with, nil without.
func (h *Host) Failure() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failure
}

func (h *Host) takeFailure() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	failure := h.failure
	h.failure = nil
	return failure
}
