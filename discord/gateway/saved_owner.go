package gateway

import (
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/jonboulle/clockwork"

	"cordial/internal/filelock"
)

// ownedHere are the files that clients of this process own, by sessionStore.path: that they are owned is not another process's doing.
// The owner's process id cannot tell that, because two containers that share a folder may both have the process 1.
var ownedHere sync.Map

// own takes the files of shards until close, as far as nobody has them, and removes those that are of no use to any program of the bot.
// twin is another process that has one of the files.
func (s *sessionStore) own(shards []int, clock clockwork.Clock) (twin *filelock.Owner, err error) {
	if s.dir == "" {
		return nil, nil
	}
	unlock, err := s.turn.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	s.sweep(clock)
	for _, shard := range shards {
		other, err := s.take(shard)
		if err != nil {
			return nil, err
		}
		if other != nil {
			twin = other
		}
	}
	return twin, nil
}

// take owns a shard's file unless somebody does; twin is who, if it is another process. The caller has the turn.
func (s *sessionStore) take(shard int) (twin *filelock.Owner, err error) {
	path := s.path(shard)
	if _, here := ownedHere.Load(path); here {
		return nil, nil
	}
	release, twin, err := filelock.Own(path, filelock.Owner{PID: os.Getpid(), Script: s.name})
	if release == nil {
		return twin, err
	}
	ownedHere.Store(path, true)
	s.owned[shard] = func() {
		ownedHere.Delete(path)
		release()
	}
	return nil, nil
}

// close has the sessions saved, and gives the files back even if that fails.
func (s *sessionStore) close(save func() error) error {
	if s.dir == "" {
		return nil
	}
	unlock, err := s.turn.lock()
	if err == nil {
		defer unlock()
		err = save()
	}
	for _, release := range s.owned {
		release()
	}
	clear(s.owned)
	return err
}

// sweep removes the bot's sessions that are too old, and what is left of the locks of clients that have ended. The caller has the turn:
// meanwhile nobody saves a session and nobody takes a lock.
func (s *sessionStore) sweep(clock clockwork.Clock) {
	files, _ := os.ReadDir(s.dir) // what cannot be listed stays
	for _, file := range files {
		if !strings.HasPrefix(file.Name(), s.prefix()) {
			continue
		}
		path := filepath.Join(s.dir, file.Name())
		base, ending, _ := strings.Cut(file.Name(), ".")
		switch base = filepath.Join(s.dir, base); ending {
		case "lock", "owner": // of filelock.Own
			if !filelock.IsOwned(base) {
				os.Remove(path)
			}
		default:
			if !readSaved(path).fresh(clock.Now()) {
				os.Remove(path)
			}
		}
	}
}
