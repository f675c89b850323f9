package voice

import (
	"slices"
	"sync"
	"sync/atomic"
)

// listeners are functions of one type that are told something. Reading them takes no lock and makes nothing.
type listeners[F any] struct {
	mu   sync.Mutex
	list atomic.Pointer[[]*F]
}

// add adds a function, and gives what takes it away again.
func (l *listeners[F]) add(f F) (stop func()) {
	own := &f
	l.change(func(list []*F) []*F { return append(list, own) })
	return func() {
		l.change(func(list []*F) []*F { return slices.DeleteFunc(list, func(one *F) bool { return one == own }) })
	}
}

func (l *listeners[F]) change(change func([]*F) []*F) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := change(slices.Clone(l.all()))
	l.list.Store(&list)
}

// all are the functions. The slice does not change.
func (l *listeners[F]) all() []*F {
	if list := l.list.Load(); list != nil {
		return *list
	}
	return nil
}
