package web

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cordial/internal/rootfs"
)

// place is a file that a script names. Its functions wait for the disk.
type place struct {
	name   string // as the script has it, "" for none
	folder string // that it must lie in
	path   string // inside the folder
}

// place finds the folder for a file of a request. The caller holds the Lua state.
func (c *client) place(r *request, name string) (place, error) {
	folder, path, err := c.options.Place(name)
	if err != nil {
		return place{}, r.named(fileError(name, err), r.url.String())
	}
	return place{name, folder, filepath.FromSlash(path)}, nil
}

// open opens an ordinary file and tells its size. Of others the size is not known, and opening some waits without end.
func (p place) open() (*os.File, int64, error) {
	root, err := os.OpenRoot(p.folder)
	if err != nil {
		return nil, 0, fileError(p.name, err)
	}
	defer root.Close()
	info, err := root.Stat(p.path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("is not an ordinary file")
	}
	if err != nil {
		return nil, 0, fileError(p.name, err)
	}
	file, err := root.Open(p.path)
	if err != nil {
		return nil, 0, fileError(p.name, err)
	}
	return file, info.Size(), nil
}

// target is a file that takes its name when it is complete.
type target struct {
	place
	root *os.Root
	part string // the path until then
	file *os.File
}

// create opens a file beside the one that it becomes, so that a mistake shows before anything is sent.
func (p place) create() (*target, error) {
	root, err := os.OpenRoot(p.folder)
	if err != nil {
		return nil, fileError(p.name, err)
	}
	t := &target{place: p, root: root, part: p.path + "." + rand.Text()[:8] + ".part"}
	if info, found := root.Stat(p.path); found == nil && !info.Mode().IsRegular() {
		err = errors.New("is not an ordinary file; name another")
	} else {
		t.file, err = root.OpenFile(t.part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	}
	if err != nil {
		return nil, errors.Join(fileError(p.name, err), root.Close())
	}
	return t, nil
}

// Write keeps its errors apart from those of the answer that is read.
func (t *target) Write(p []byte) (int, error) {
	n, err := t.file.Write(p)
	if err != nil {
		err = fileError(t.name, err)
	}
	return n, err
}

// commit gives the file its name.
func (t *target) commit() error {
	err := t.file.Close()
	if err == nil {
		err = t.root.Rename(t.part, t.path)
	}
	if err != nil {
		return fileError(t.name, err)
	}
	t.part = ""
	return nil
}

// close removes the file, unless it was committed. What went wrong before is what the script is told.
func (t *target) close() {
	if t.part != "" {
		t.file.Close()
		t.root.Remove(t.part)
	}
	t.root.Close()
}

// fileError is the error of a file, without the operation that package os puts before it.
func fileError(name string, err error) *Error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	reason := strings.TrimPrefix(err.Error(), name+": ")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "there is no such file or folder"
	case rootfs.Escapes(err):
		reason = "lies outside of the script's folder"
	}
	return &Error{Kind: kindFile, Reason: name + ": " + reason, Err: err}
}
