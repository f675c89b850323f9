package luatest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// suffix is how the names of files with tests end.
const suffix = "_test.lua"

// Find lists the files with tests: those that are named, and those below the folders that are named, in order. Folders whose names
// begin with a dot are left out, and what is no file: reading a pipe that nobody writes to has no end.
func Find(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, fmt.Errorf("there is no file or folder %s", path)
		case !info.IsDir() && !strings.HasSuffix(path, ".lua"):
			return nil, fmt.Errorf("%s is no Lua file", path)
		case !info.IsDir():
			files = append(files, filepath.Clean(path))
			continue
		}
		if err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && file != path && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			case entry.Type()&^fs.ModeSymlink == 0 && strings.HasSuffix(file, suffix):
				files = append(files, filepath.Clean(file))
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}
