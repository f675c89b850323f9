package term

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// escapeTime is how long the rest of a sequence may take. An ESC that nothing follows meanwhile is the key of that name.
const escapeTime = 50 * time.Millisecond

// maxKeys is how many keys wait for a script that is busy. Further ones are lost.
const maxKeys = 64

// keyboard reads keys while the terminal is raw.
type keyboard struct {
	read      func(ctx context.Context, b []byte) (int, error) // the standard input
	clock     clockwork.Clock
	interrupt func() // what Ctrl-C does when nobody waits for a key

	mu      sync.Mutex
	keys    chan string // closed at the end of the input; nil while nothing is read
	stop    context.CancelFunc
	ended   chan struct{} // closed when the reading goroutine has ended
	waiting int
	over    bool // nothing is read any more
}

// start begins to read, unless that has begun or is over.
func (k *keyboard) start() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys != nil || k.over {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	k.keys, k.stop, k.ended = make(chan string, maxKeys), cancel, make(chan struct{})
	go k.run(ctx, k.keys, k.ended)
}

// close ends the reading, and the waits for a key: until the next start, or for good.
func (k *keyboard) close(forGood bool) {
	k.mu.Lock()
	k.over = k.over || forGood
	stop, ended := k.stop, k.ended
	k.keys, k.stop = nil, nil
	k.mu.Unlock()
	if stop != nil {
		stop()
		<-ended
	}
}

// next waits for a key. It returns false when there will be none.
func (k *keyboard) next(ctx context.Context) (key string, ok bool, err error) {
	k.mu.Lock()
	keys := k.keys
	k.waiting++
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		k.waiting--
		k.mu.Unlock()
	}()
	if keys == nil {
		return "", false, nil
	}
	select {
	case key, ok := <-keys:
		return key, ok, nil
	case <-ctx.Done():
		return "", false, context.Cause(ctx)
	}
}

// run reads the input until ctx ends or the input does.
func (k *keyboard) run(ctx context.Context, keys chan<- string, ended chan<- struct{}) {
	defer close(ended)
	defer close(keys)
	var in []byte
	b := make([]byte, 256)
	for {
		n, err := k.readFor(ctx, b, len(in) > 0)
		in = append(in, b[:n]...)
		late := errors.Is(err, errLate)
		for {
			key, n := nextKey(in, late || err != nil)
			if n == 0 {
				break
			}
			in = in[n:]
			if key != "" {
				k.pressed(key, keys)
			}
		}
		if err != nil && !late {
			return
		}
	}
}

// errLate is the error of a sequence whose rest has not come.
var errLate = errors.New("nothing follows")

// readFor reads, for escapeTime at the most if something has begun.
func (k *keyboard) readFor(ctx context.Context, b []byte, begun bool) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if begun {
		timer := k.clock.AfterFunc(escapeTime, func() { cancel(errLate) })
		defer timer.Stop()
	}
	return k.read(ctx, b)
}

// pressed passes a key on. Ctrl-C is a key for a script that waits for keys; otherwise it ends the script, as it does without keys.
func (k *keyboard) pressed(key string, keys chan<- string) {
	k.mu.Lock()
	waiting := k.waiting > len(keys)
	k.mu.Unlock()
	if key == "ctrl-c" && !waiting {
		k.interrupt()
		return
	}
	select {
	case keys <- key:
	default:
	}
}
