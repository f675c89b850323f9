package gateway

import (
	"syscall"
	"time"
)

// errorSharingViolation is ERROR_SHARING_VIOLATION: another process holds the file.
const errorSharingViolation = syscall.Errno(32)

// lockFile waits until no other process holds the file, and holds it until unlock. A file that is opened without sharing can be
// opened only once.
func lockFile(name string) (unlock func(), err error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	for {
		h, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
		if err == nil {
			return func() { syscall.CloseHandle(h) }, nil
		}
		if err != errorSharingViolation {
			return nil, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
