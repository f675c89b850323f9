package schedule

import "syscall"

// errorSharingViolation is ERROR_SHARING_VIOLATION: another process holds the file.
const errorSharingViolation = syscall.Errno(32)

// tryLock takes a lock that the system lifts when the process dies, or fails with errLocked. A file that is opened without sharing can
// be opened only once.
func tryLock(name string) (release func(), err error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if err == errorSharingViolation {
		return nil, errLocked
	}
	if err != nil {
		return nil, err
	}
	return func() { syscall.CloseHandle(h) }, nil
}

// syncFolder has nothing to do: folders cannot be opened for that here.
func syncFolder(string) error { return nil }
