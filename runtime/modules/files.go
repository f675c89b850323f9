package modules

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"cordial/internal/rootfs"
	"cordial/runtime"
)

// files is what a script may use of the file system: its own folder, those
// that are allowed beside it, and a temporary one. A folder is opened for one
// operation at a time, as an [os.Root], which no link leads out of.
type files struct {
	host    *runtime.Host
	allowed []string
	tempDir string

	mu        sync.Mutex
	temporary string // "" before its first use
	ended     bool   // the temporary folder is gone
}

func newFiles(host *runtime.Host, options Options) *files {
	f := &files{host: host, allowed: options.Allow, tempDir: options.TempDir}
	host.OnStop(func(context.Context) { f.removeTemporary() })
	return f
}

// place is a file or folder inside an allowed folder.
type place struct {
	name   string // as the script has it
	folder string // the allowed folder
	path   string // inside it, "." for the folder itself
	files  *files
}

// fileError says what went wrong with a file.
type fileError struct {
	name string // as the script has it
	err  error
}

func (e *fileError) Error() string { return e.name + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// place finds the allowed folder that a path lies in. A path that does not
// begin at the root of the file system begins at the script's folder. The
// caller holds the Lua state.
func (f *files) place(name string) (place, error) {
	if name == "" {
		return place{}, errors.New(`a path is empty; "." is the script's folder`)
	}
	if err := f.host.Denied(runtime.DenyIO, "using "+name); err != nil {
		return place{}, err
	}
	folders, err := f.folders()
	if err != nil {
		return place{}, err
	}
	full := filepath.Clean(filepath.FromSlash(name))
	if !filepath.IsAbs(full) {
		full = filepath.Join(folders[0], full)
	}
	for _, folder := range folders {
		if path, err := filepath.Rel(folder, full); err == nil && filepath.IsLocal(path) {
			return place{name: name, folder: folder, path: path, files: f}, nil
		}
	}
	return place{}, &fileError{name, outside(folders)}
}

// outside is the error of what lies in no allowed folder.
func outside(folders []string) error {
	return fmt.Errorf("lies outside of what the script may use: its own folder %s; --allow-dir=FOLDER allows another", strings.Join(folders, ", "))
}

// folders are the allowed folders, the script's first, as absolute paths.
func (f *files) folders() ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	folders := append([]string{f.host.Dir()}, f.allowed...)
	if f.temporary != "" {
		folders = append(folders, f.temporary)
	}
	for i, folder := range folders {
		full, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("the folder %s cannot be found: %w", folder, err)
		}
		folders[i] = full
	}
	return folders, nil
}

// temporaryFolder makes the folder of fs.temp at its first use. It goes when
// the script ends.
func (f *files) temporaryFolder() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return "", errors.New("the script has ended, and its temporary files with it")
	}
	if f.temporary == "" {
		dir, err := os.MkdirTemp(f.tempDir, "cordial-")
		if err != nil {
			return "", fmt.Errorf("there is no place for temporary files: %w", err)
		}
		f.temporary = dir
	}
	return f.temporary, nil
}

func (f *files) removeTemporary() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	if f.temporary == "" {
		return
	}
	if err := os.RemoveAll(f.temporary); err != nil {
		f.host.Warn("temporary files are left: " + err.Error())
	}
}

// willWrite tells that the script writes the file: it is not code that a person changes.
func (p place) willWrite() { p.files.host.Wrote(filepath.Join(p.folder, p.path)) }

// use opens the folder that the place lies in. It waits for the disk.
func (p place) use(work func(folder *os.Root) error) error {
	folder, err := os.OpenRoot(p.folder)
	if err != nil {
		return p.explain(err)
	}
	defer folder.Close()
	return p.explain(work(folder))
}

// explain puts an error of the system into words.
func (p place) explain(err error) error {
	if err == nil {
		return nil
	}
	if named, ok := errors.AsType[*fileError](err); ok {
		return named
	}
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		err = linkErr.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = missing{p.folder}
	case rootfs.Escapes(err):
		err = fmt.Errorf("a link in it leads out of %s, where the script may not go", p.folder)
	}
	return &fileError{p.name, err}
}

// missing is fs.ErrNotExist in words.
type missing struct{ folder string }

func (e missing) Error() string { return "there is no such file or folder in " + e.folder }

// Unwrap makes it the error of the standard library.
func (missing) Unwrap() error { return fs.ErrNotExist }

// within is the place of something in the folder that p is.
func (p place) within(path string) place {
	p.name = filepath.ToSlash(filepath.Join(p.name, path))
	p.path = filepath.Join(p.path, path)
	return p
}

// regular fails for what is no file that can be read from its beginning to its
// end, such as a folder, or a pipe that nobody writes to.
func regular(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return errors.New("is a folder, not a file")
	case !info.Mode().IsRegular():
		return errors.New("is a device or a pipe, not a file")
	}
	return nil
}
