package schedule

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cordial/internal/filelock"
)

// ledgerFile is where a ledger is kept.
type ledgerFile string

// read gives an empty book for a file that does not exist, and errBroken for one that holds something else.
func (f ledgerFile) read() (*book, error) {
	data, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return &book{}, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := parseBook(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f, err)
	}
	return b, nil
}

// write replaces the file as a whole. A process that is killed meanwhile leaves the old one or the new one behind, and so does a
// machine that loses its power, unless it is volatile. Only one process may write at a time.
func (f ledgerFile) write(data []byte, volatile bool) error {
	name := string(f) + ".tmp"
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if volatile {
		os.Remove(string(f)) // file systems may wait for the disk when a file replaces another
	} else {
		err = errors.Join(err, file.Sync())
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(name, string(f))
	}
	if err != nil || volatile {
		return err
	}
	return syncFolder(filepath.Dir(string(f)))
}

// putAside moves a file out of the way, in the place of the one that was moved before.
func (f ledgerFile) putAside() (moved string, err error) {
	moved = string(f) + ".broken"
	return moved, os.Rename(string(f), moved)
}

// own takes the file for this process until release, or says who has it.
func (f ledgerFile) own(me filelock.Owner) (release func(), other *filelock.Owner, err error) {
	return filelock.Own(f.base(), me)
}

func (f ledgerFile) base() string     { return strings.TrimSuffix(string(f), ledgerSuffix) }
func (f ledgerFile) lockName() string { return f.base() + ".lock" }

const (
	ledgerSuffix = ".json"
	byHandSuffix = ".once.json" // of the runs of cordial run --once, which may happen beside the process that owns the ledger
	byHandLock   = ".once.runs" // is shared by the processes in which such runs go on
)
