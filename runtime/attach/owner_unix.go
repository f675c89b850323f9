//go:build unix

package attach

import (
	"io/fs"
	"os"
	"syscall"
)

// owned tells whether a file belongs to who runs the process.
func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
