//go:build !windows

package schedule

import (
	"errors"
	"os"
)

// syncFolder has a rename survive a loss of power.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
