//go:build !unix

package attach

import "io/fs"

// owned takes every file for the person's own: the folders in which they lie
// are those of a person.
func owned(fs.FileInfo) bool { return true }
