package store

import (
	"context"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime/bind"
)

// updateTries bounds how often update begins again because others have changed the key meanwhile.
const updateTries = 1000

// place is where an entry is.
type place struct{ namespace, key string }

// spot is what the updates of one key share, so that many tasks which update one key do so one after the other: each goes on with what
// the one before has written. They wait for reads and writes of the others only, never for a function of Lua, so that whatever a
// function waits for, they cannot hold each other up. The Lua state is held to look at a spot.
type spot struct {
	users   int           // the last one takes the spot away
	busy    chan struct{} // closed at the end of the read or write under way, nil without one
	entry   Entry         // what the key had at the end of the last one
	version int           // how many there were
}

// update calls the function without holding anything, and writes only if the key is still as it was.
func (n *namespace) update(c *bind.Call) (any, error) {
	at := place{n.name, c.String("key")}
	s := n.spots[at]
	if s == nil {
		s = &spot{}
		n.spots[at] = s
	}
	s.users++
	defer func() {
		if s.users--; s.users == 0 {
			delete(n.spots, at)
		}
	}()
	old, err := n.current(c, s, at)
	for try := 0; err == nil && try < updateTries; try++ {
		var v lua.LValue
		var done bool
		if v, done, err = n.tryUpdate(c, s, old); done || err != nil {
			return v, err
		}
		old = s.entry
	}
	if err == nil {
		err = fail(Conflict, nil, "%q was changed by others each time of %d while update called its function: let it not wait, nor change the key itself",
			shorten(at.key), updateTries)
	}
	return nil, err
}

// current is what the key has, by a read or write that ends after the call.
func (n *namespace) current(c *bind.Call, s *spot, at place) (Entry, error) {
	for begun := s.version; ; {
		if err := s.free(c); err != nil {
			return Entry{}, err
		}
		if s.version > begun {
			return s.entry, nil
		}
		err := s.use(c, func(ctx context.Context) (Entry, error) { return n.db.Get(ctx, at.namespace, at.key) })
		if err != nil {
			return Entry{}, err
		}
	}
}

// tryUpdate calls the function and writes what it returns, if the key still has the old entry. If not, s has what it has.
func (n *namespace) tryUpdate(c *bind.Call, s *spot, old Entry) (v lua.LValue, done bool, err error) {
	v, entry, err := n.updated(c, old)
	if err != nil {
		return nil, false, err
	}
	if err := s.free(c); err != nil {
		return nil, false, err
	}
	err = s.use(c, func(ctx context.Context) (current Entry, err error) {
		current, done, err = n.db.Swap(ctx, old, entry)
		return current, err
	})
	return v, done, err
}

// free waits until nothing is under way.
func (s *spot) free(c *bind.Call) error {
	for s.busy != nil {
		busy := s.busy
		err := c.Wait(func(ctx context.Context) error {
			select {
			case <-busy:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// use reads or writes while nothing else is under way.
func (s *spot) use(c *bind.Call, fn func(ctx context.Context) (Entry, error)) error {
	busy := make(chan struct{})
	s.busy = busy
	var entry Entry
	err := c.Wait(func(ctx context.Context) (err error) {
		entry, err = fn(ctx)
		return err
	})
	if err == nil {
		s.entry, s.version = entry, s.version+1
	}
	s.busy = nil
	close(busy)
	return err
}

// updated is what the function makes of an entry.
func (n *namespace) updated(c *bind.Call, old Entry) (lua.LValue, Entry, error) {
	var v lua.LValue = lua.LNil
	var err error
	if old.Value != "" {
		if v, err = n.decode(c.L, old); err != nil {
			return nil, Entry{}, err
		}
	}
	results, err := n.host.Call(c.L, c.Func("fn"), v)
	if err != nil {
		return nil, Entry{}, err
	}
	entry := Entry{Namespace: n.name, Key: c.String("key"), Expires: old.Expires}
	if len(results) == 0 || results[0] == lua.LNil {
		return lua.LNil, entry, nil
	}
	entry.Value, err = n.codec.encode(c.L, results[0])
	return results[0], entry, inCall(c, err)
}
