// Package filelock has processes of a machine take turns by files, whose locks the system lifts when a process dies.
package filelock

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// ErrLocked says that somebody else has a lock.
var ErrLocked = errors.New("another process has the lock")

// Owner says which process has something.
type Owner struct {
	PID    int    `json:"pid"`    // 0 when unknown
	Script string `json:"script"` // what runs there: its path or name
}

// Own takes base for this process until release, or says who has it, as far as that is known. The lock is in base.lock and its owner in
// base.owner, in a folder that is made when missing.
func Own(base string, me Owner) (release func(), other *Owner, err error) {
	if err := os.MkdirAll(filepath.Dir(base), 0o700); err != nil {
		return nil, nil, err
	}
	owner := base + ".owner"
	unlock, err := tryAlone(base + ".lock")
	if errors.Is(err, ErrLocked) {
		return nil, readOwner(owner), nil
	}
	if err != nil {
		return nil, nil, err
	}
	// Who has the lock is a courtesy to the others: it goes without.
	if data, err := json.Marshal(me); err == nil {
		os.WriteFile(owner, data, 0o600)
	}
	return func() {
		os.Remove(owner)
		unlock()
	}, nil, nil
}

// readOwner gives the zero Owner for a file that says nothing.
func readOwner(name string) *Owner {
	var o Owner
	if data, err := os.ReadFile(name); err == nil {
		json.Unmarshal(data, &o)
	}
	return &o
}

// tryAlone is Try, but takes nobody for an owner who only asks: those are gone in a moment.
func tryAlone(name string) (release func(), err error) {
	for {
		release, err = Try(name)
		if !errors.Is(err, ErrLocked) || isLocked(name) {
			return release, err
		}
		runtime.Gosched()
	}
}

// isLocked asks for the lock together with others who ask, which fails when somebody has it for himself.
func isLocked(name string) bool {
	release, err := tryShared(name)
	if err == nil {
		release()
	}
	return errors.Is(err, ErrLocked)
}

// IsOwned tells whether somebody has base.
func IsOwned(base string) bool {
	name := base + ".lock"
	_, err := os.Stat(name)
	return err == nil && isLocked(name)
}

// IsShared tells whether somebody shares the lock of a file. Two who ask at one moment may take each other for somebody.
func IsShared(name string) bool {
	if _, err := os.Stat(name); err != nil {
		return false
	}
	release, err := Try(name)
	if err == nil {
		release()
	}
	return errors.Is(err, ErrLocked)
}
