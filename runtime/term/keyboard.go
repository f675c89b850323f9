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

// patience is how long Ctrl-C may wait for the script to take it as a key. Then it ends the script, as it does without keys.
const patience = 500 * time.Millisecond

// key is one that was pressed.
type key struct {
	name  string
	guard clockwork.Timer // of Ctrl-C: ends the script
}

// keyboard reads keys while the terminal is raw.
type keyboard struct {
	read      func(ctx context.Context, b []byte) (int, error) // the standard input
	clock     clockwork.Clock
	interrupt func() // ends the script

	mu   sync.Mutex
	keys chan key // closed when the reading goroutine has ended; nil while nothing is read
	stop context.CancelFunc
	over bool // nothing is read any more
}

// start begins to read, unless that has begun or is over.
func (k *keyboard) start() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys != nil || k.over {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	k.keys, k.stop = make(chan key, maxKeys), cancel
	go k.run(ctx, k.keys)
}

// close ends the reading, and the waits for a key: until the next start, or for good. Keys that nobody has taken are lost.
func (k *keyboard) close(forGood bool) {
	k.mu.Lock()
	k.over = k.over || forGood
	stop, keys := k.stop, k.keys
	k.keys, k.stop = nil, nil
	k.mu.Unlock()
	if stop == nil {
		return
	}
	stop()
	for pressed := range keys {
		pressed.taken()
	}
}

// next waits for a key. It returns false when there will be none.
func (k *keyboard) next(ctx context.Context) (name string, ok bool, err error) {
	k.mu.Lock()
	keys := k.keys
	k.mu.Unlock()
	if keys == nil {
		return "", false, nil
	}
	select {
	case pressed, ok := <-keys:
		return pressed.taken(), ok, nil
	case <-ctx.Done():
		return "", false, context.Cause(ctx)
	}
}

// taken returns the key's name and calls its guard off.
func (k key) taken() string {
	if k.guard != nil {
		k.guard.Stop()
	}
	return k.name
}

// run reads the input until ctx ends or the input does.
func (k *keyboard) run(ctx context.Context, keys chan<- key) {
	defer close(keys)
	var in []byte
	b := make([]byte, 256)
	for {
		n, err := k.readFor(ctx, b, len(in) > 0)
		in = append(in, b[:n]...)
		late := errors.Is(err, errLate)
		for {
			name, n := nextKey(in, late || err != nil)
			if n == 0 {
				break
			}
			in = in[n:]
			if name != "" {
				k.pressed(name, keys)
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

// pressed passes a key on.
func (k *keyboard) pressed(name string, keys chan<- key) {
	pressed := key{name: name}
	if name == "ctrl-c" {
		pressed.guard = k.clock.AfterFunc(patience, k.interrupt)
	}
	select {
	case keys <- pressed:
	default:
	}
}
