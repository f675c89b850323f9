//go:build !windows

package filelock

import (
	"errors"
	"os"
	"syscall"
)

// Try takes the lock of a file, which is made when missing, or fails with ErrLocked.
func Try(name string) (release func(), err error) {
	return try(name, syscall.LOCK_EX)
}

// tryShared takes the lock together with others who do the same.
func tryShared(name string) (release func(), err error) {
	return try(name, syscall.LOCK_SH)
}

func try(name string, how int) (release func(), err error) {
	release, err = lock(name, how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrLocked
	}
	return release, err
}

// Wait waits until nobody else has the lock of a file, which is made when missing, and takes it.
func Wait(name string) (release func(), err error) {
	return lock(name, syscall.LOCK_EX)
}

func lock(name string, how int) (release func(), err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}

// Share waits until nobody has the lock of a file for himself, and takes it together with others who share it.
func Share(name string) (release func(), err error) {
	return lock(name, syscall.LOCK_SH)
}
