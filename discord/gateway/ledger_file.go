package gateway

import (
	"encoding/json"
	"os"
	"path/filepath"

	"cordial/internal/filelock"
)

// ledgerFile is where a ledger's entries are kept, "" for nowhere. Processes that use the same file take turns by a lock beside
// it, which the system lifts when a process dies.
type ledgerFile string

// lock waits for the file, which nobody holds for long.
func (f ledgerFile) lock() (unlock func(), err error) {
	if f == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(filepath.Dir(string(f)), 0o700); err != nil {
		return nil, err
	}
	return filelock.Wait(string(f) + ".lock")
}

// read takes over what the file says. A file that is missing or broken says nothing: Discord's own count comes with each start.
func (f ledgerFile) read(e *entries) {
	data, err := os.ReadFile(string(f))
	if err != nil {
		return
	}
	var kept entries
	if json.Unmarshal(data, &kept) == nil && kept.Concurrency > 0 {
		*e = kept
	}
}

func (f ledgerFile) write(e *entries) error {
	if f == "" {
		return nil
	}
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return writeFile(string(f), data)
}

// writeFile replaces a file as a whole, for its owner's eyes only.
func writeFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+"-*") // has mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
