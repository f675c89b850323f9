package modules

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds what a script reads into one string, in bytes.
const maxFile = 256 << 20

// read reads a part of a file; a limit of -1 is all that is left.
func (p place) read(offset, limit int64) (text string, err error) {
	err = p.use(func(folder *os.Root) error {
		file, info, err := openRegular(folder, p.path)
		if err != nil {
			return err
		}
		defer file.Close()
		left := max(0, info.Size()-offset)
		if limit < 0 || limit > left {
			limit = left
		}
		if limit > maxFile {
			return fmt.Errorf("has %d MB, too many for one string; use fs.lines, or read parts with offset and limit", left>>20)
		}
		data, err := io.ReadAll(io.NewSectionReader(file, offset, limit))
		text = string(data)
		return err
	})
	return text, err
}

// openRegular opens a file for reading that is one.
func openRegular(folder *os.Root, path string) (*os.File, fs.FileInfo, error) {
	info, err := folder.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if err := regular(info); err != nil {
		return nil, nil, err
	}
	file, err := folder.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if info, err = file.Stat(); err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

// write replaces a file, or makes it, in one step: whoever reads it meanwhile,
// and who looks after a crash, finds the old text or the new one. A link is
// replaced, not what it leads to. A file that is made has the mode, less what
// the umask takes away; one that is replaced keeps its own.
func (p place) write(content io.Reader, mode fs.FileMode) error {
	p.willWrite()
	return p.use(func(folder *os.Root) (err error) {
		keep := false // the mode of the file that is replaced
		switch info, err := folder.Lstat(p.path); {
		case err == nil && info.Mode().IsRegular():
			mode, keep = info.Mode().Perm(), true
		case err == nil && info.Mode()&fs.ModeSymlink == 0:
			return regular(info)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		}
		temporary := filepath.Join(filepath.Dir(p.path), ".cordial-"+rand.Text())
		file, err := folder.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrNotExist) {
			return errNoFolder
		} else if err != nil {
			return err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, folder.Remove(temporary))
			}
		}()
		if err := fill(file, content, mode, keep); err != nil {
			return err
		}
		return folder.Rename(temporary, p.path)
	})
}

// fill writes a new file to the disk and closes it.
func fill(file *os.File, content io.Reader, mode fs.FileMode, setMode bool) error {
	_, err := io.Copy(file, content)
	if err == nil && setMode {
		err = file.Chmod(mode)
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

var errNoFolder = errors.New("its folder does not exist; fs.mkdir makes it")

// add writes at the end of a file.
func (p place) add(text string) error {
	p.willWrite()
	return p.use(func(folder *os.Root) error {
		if info, err := folder.Stat(p.path); err == nil {
			if err := regular(info); err != nil {
				return err
			}
		}
		file, err := folder.OpenFile(p.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
		if errors.Is(err, fs.ErrNotExist) {
			return errNoFolder
		} else if err != nil {
			return err
		}
		_, err = io.WriteString(file, text)
		return errors.Join(err, file.Close())
	})
}

// copyTo writes the file's content to another place. What only its owner may
// read stays so, and what can be run, too.
func (p place) copyTo(ctx context.Context, to place) error {
	return p.use(func(folder *os.Root) error {
		file, info, err := openRegular(folder, p.path)
		if err != nil {
			return err
		}
		defer file.Close()
		return to.write(&untilDone{ctx, file}, info.Mode().Perm())
	})
}

// untilDone is a reader that fails when a context has ended.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// pieces reads a file from its beginning. It holds no file open between two
// reads, so that a script can leave a loop without closing anything; in
// return the file must stay the same one.
type pieces struct {
	place  place
	offset int64
	first  fs.FileInfo // as the file was at the first read
}

// Read implements [io.Reader].
func (r *pieces) Read(b []byte) (n int, err error) {
	err = r.place.use(func(folder *os.Root) error {
		file, info, err := openRegular(folder, r.place.path)
		if err != nil {
			return err
		}
		defer file.Close()
		if r.first == nil {
			r.first = info
		}
		if !os.SameFile(r.first, info) {
			return errors.New("was replaced while it was read")
		}
		n, err = file.ReadAt(b, r.offset)
		r.offset += int64(n)
		if n > 0 && errors.Is(err, io.EOF) {
			return nil
		}
		return err
	})
	if errors.Is(err, io.EOF) {
		err = io.EOF
	}
	return n, err
}
