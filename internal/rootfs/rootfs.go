// Package rootfs tells the errors of [os.Root] apart.
package rootfs

import "strings"

// Escapes tells whether an error of an [os.Root] is that of a path which leads out of it, by "..", from the root or through a link. Package
// os has no name for it, only a text.
func Escapes(err error) bool {
	return err != nil && strings.Contains(err.Error(), "escapes from parent")
}
