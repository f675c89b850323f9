package filelock

import (
	"errors"
	"syscall"
	"time"
)

// errorSharingViolation is ERROR_SHARING_VIOLATION: another process holds the file.
const errorSharingViolation = syscall.Errno(32)

// Try takes the lock of a file, which is made when missing, or fails with ErrLocked. A file that is opened without sharing can be
// opened only once.
func Try(name string) (release func(), err error) {
	return open(name, 0)
}

// tryShared takes the lock together with others who do the same.
func tryShared(name string) (release func(), err error) {
	return open(name, syscall.FILE_SHARE_READ|syscall.FILE_SHARE_WRITE)
}

func open(name string, share uint32) (release func(), err error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, share, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err == errorSharingViolation {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, err
	}
	return func() { syscall.CloseHandle(h) }, nil
}

// Wait waits until nobody else has the lock of a file, which is made when missing, and takes it.
func Wait(name string) (release func(), err error) {
	return wait(name, Try)
}

// Share waits until nobody has the lock of a file for himself, and takes it together with others who share it.
func Share(name string) (release func(), err error) {
	return wait(name, tryShared)
}

func wait(name string, try func(string) (func(), error)) (release func(), err error) {
	for {
		release, err = try(name)
		if !errors.Is(err, ErrLocked) {
			return release, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
