package modules

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// moveTo gives the file or folder another place. Between two allowed folders, which may lie on two disks, it is copied.
func (p place) moveTo(ctx context.Context, to place) error {
	if p.folder == to.folder {
		return p.use(func(folder *os.Root) error {
			if _, err := folder.Lstat(p.path); err != nil {
				return err
			}
			to.willWrite()
			return to.renamed(folder.Rename(p.path, to.path))
		})
	}
	if err := p.copyAllTo(ctx, to); err != nil {
		return err
	}
	return p.use(func(folder *os.Root) error { return folder.RemoveAll(p.path) })
}

// renamed explains why nothing could be moved to the place.
func (p place) renamed(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		err = errNoFolder
	}
	return p.explain(err)
}

// copyAllTo is copyTo for folders, too, with all that they hold. A folder of which something cannot be copied is not there afterwards.
func (p place) copyAllTo(ctx context.Context, to place) error {
	var info fs.FileInfo
	if err := p.use(func(folder *os.Root) (err error) {
		info, err = folder.Lstat(p.path)
		return err
	}); err != nil {
		return err
	}
	if !info.IsDir() {
		return p.copyTo(ctx, to)
	}
	if err := to.use(func(folder *os.Root) error { return to.renamed(folder.Mkdir(to.path, info.Mode().Perm())) }); err != nil {
		return err
	}
	entries, err := p.entries()
	for _, entry := range entries {
		if err == nil {
			err = p.within(entry.Name()).copyAllTo(ctx, to.within(entry.Name()))
		}
	}
	if err != nil {
		err = errors.Join(err, to.use(func(folder *os.Root) error { return folder.RemoveAll(to.path) }))
	}
	return err
}
