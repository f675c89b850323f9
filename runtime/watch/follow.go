package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxLinks bounds the symbolic links on the way to a file, as systems do.
const maxLinks = 40

// follow watches the folders in which something can happen that changes a
// file: where it lies, and where links on the way to it lie.
func (s *watching) follow() {
	s.names = map[string]bool{}
	dirs := map[string]bool{}
	for path := range s.files {
		for _, name := range steps(path) {
			s.names[name] = true
			dirs[filepath.Dir(name)] = true
		}
	}
	for dir := range s.dirs {
		if !dirs[dir] {
			_ = s.notify.Remove(dir) // it may be gone
			delete(s.dirs, dir)
		}
	}
	for dir := range dirs {
		// Adding a folder twice does no harm, and is needed for one that was
		// made again.
		if err := s.notify.Add(dir); err == nil {
			s.dirs[dir] = true
		} else if !errors.Is(err, fs.ErrNotExist) {
			s.options.OnError(fmt.Errorf("changes in %s go unnoticed: %w", dir, err))
		}
	}
}

// steps are the paths whose change may change the file at path, in folders
// that exist: each symbolic link on the way, and the file itself. If a folder
// is missing, it is the last step.
func steps(path string) []string {
	var list []string
	at, rest := split(path)
	for links := 0; len(rest) > 0 && links < maxLinks; {
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		info, err := os.Lstat(next)
		if err != nil || len(rest) == 0 {
			list = append(list, next)
		}
		if err != nil {
			return list
		}
		at = next
		if info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		target, err := os.Readlink(next)
		if err != nil {
			return list
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(next), target)
		}
		list = append(list, next)
		links++
		var further []string
		at, further = split(target)
		rest = append(further, rest...)
	}
	return list
}

// split takes a path apart: its root, and the names below.
func split(path string) (root string, names []string) {
	path = filepath.Clean(path)
	root = filepath.VolumeName(path) + string(filepath.Separator)
	for name := range strings.SplitSeq(strings.TrimPrefix(path, root), string(filepath.Separator)) {
		if name != "" {
			names = append(names, name)
		}
	}
	return root, names
}
