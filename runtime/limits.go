package runtime

import (
	"context"
	"errors"
	"fmt"
	"math"
	goruntime "runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/internal/show"
)

// Limits bound a run. Zero values mean none.
type Limits struct {
	// Memory is how many bytes may be in use when the garbage collector has
	// done its work. Go tells that for the whole process: a host's own needs,
	// some 10 MB, and what other parts of a program hold, count as well.
	Memory int64

	// Run is how long the run may take.
	Run time.Duration
}

// LimitError is the cause of a context that Limits have ended.
type LimitError struct {
	Memory int64 // the limit that was reached; the other one is zero
	Run    time.Duration
}

func (e *LimitError) Error() string {
	if e.Memory > 0 {
		return fmt.Sprintf("the script was ended because it uses more than %s of memory (--max-memory)", show.Bytes(e.Memory))
	}
	return fmt.Sprintf("the script was ended because it has run for %s (--max-run)", e.Run)
}

// Context returns a context that ends with a [*LimitError] when a limit is
// reached. A run under it, such as [Host.RunFile], then ends as one that is
// interrupted, and gives that error. stop must be called.
func (l Limits) Context(parent context.Context, clock clockwork.Clock) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	var stops []func()
	if l.Run > 0 {
		timer := clock.AfterFunc(l.Run, func() { cancel(&LimitError{Run: l.Run}) })
		stops = append(stops, func() { timer.Stop() })
	}
	if l.Memory > 0 {
		stops = append(stops, watchMemory(l.Memory, func() { cancel(&LimitError{Memory: l.Memory}) }))
	}
	return ctx, sync.OnceFunc(func() {
		for _, stop := range stops {
			stop()
		}
		cancel(nil)
	})
}

// watchMemory calls exceeded once more than limit bytes survive a garbage
// collection. Go collects at the latest when the process reaches the limit,
// and looks are taken after each collection only: an idle process has none.
func watchMemory(limit int64, exceeded func()) (stop func()) {
	before := debug.SetMemoryLimit(math.MaxInt64)
	debug.SetMemoryLimit(min(limit, before))
	var mu sync.Mutex
	stopped := false
	var look func(*sentinel)
	look = func(*sentinel) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case stopped:
		case liveHeap() > uint64(limit):
			stopped = true
			go exceeded() // other finalizers wait for this one
		default:
			goruntime.SetFinalizer(new(sentinel), look)
		}
	}
	goruntime.SetFinalizer(new(sentinel), look)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		debug.SetMemoryLimit(before)
	}
}

// sentinel is garbage from the beginning, so that every collection finds it.
// It has a size and a pointer: Go puts tiny objects without one together.
type sentinel struct{ _ *[16]byte }

// liveHeap is how many bytes the last garbage collection found in use.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0 // a later Go may not tell
	}
	return sample[0].Value.Uint64()
}

// interruption is what a run under ctx, which has ended, returns.
func interruption(ctx context.Context) error {
	if limit, ok := errors.AsType[*LimitError](context.Cause(ctx)); ok {
		return limit
	}
	return ErrInterrupted
}
