package record

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// ErrExists is wrapped by the error that says which file a recording would replace.
var ErrExists = errors.New("there is a recording of that name already")

// layout says where the files of a recording lie: in one folder, with names that begin alike.
type layout struct {
	folder    string
	name      string // without extension
	ext       string // of the tracks, with its dot
	mixed     string // path of the mix, "" for none
	split     int64  // length of each file in samples, 0 for one file
	overwrite bool
}

func (l *layout) manifest() string { return filepath.Join(l.folder, l.name+".json") }

// files are the files of one track, in the order of time.
type files struct {
	layout *layout
	stem   string // path without extension
	ext    string
	split  int64
	paths  []string
}

// track gives the files of a speaker's track.
func (l *layout) track(user string) *files {
	return &files{layout: l, stem: filepath.Join(l.folder, l.name+"_"+user), ext: l.ext, split: l.split}
}

// mix gives the files of the mix.
func (l *layout) mix() *files {
	ext := filepath.Ext(l.mixed)
	return &files{layout: l, stem: strings.TrimSuffix(l.mixed, ext), ext: ext, split: l.split}
}

// next names the next file. One that exists and may not be replaced is an error.
func (f *files) next() (string, error) {
	path := f.stem + f.ext
	if f.split > 0 {
		path = fmt.Sprintf("%s_%03d%s", f.stem, len(f.paths)+1, f.ext)
	}
	if !f.layout.overwrite && exists(path) {
		return path, refuse(path)
	}
	f.paths = append(f.paths, path)
	return path, nil
}

// createFile makes the next file with a function, and leaves it out if that fails.
func createFile[F any](f *files, create func(path string) (F, error)) (file F, err error) {
	path, err := f.next()
	if err != nil {
		return file, err
	}
	if file, err = create(path); err != nil {
		f.paths = f.paths[:len(f.paths)-1]
	}
	return file, err
}

// first is the path of the first file, "" before it was made.
func (f *files) first() string {
	if len(f.paths) == 0 {
		return ""
	}
	return f.paths[0]
}

// last is the path of the file that was made last, "" before the first.
func (f *files) last() string {
	if len(f.paths) == 0 {
		return ""
	}
	return f.paths[len(f.paths)-1]
}

// check refuses a folder that is not there and files that would be replaced.
func (l *layout) check() error {
	entries, err := readFolder(l.folder)
	if err != nil {
		return err
	}
	tracks := l.trackNames()
	for _, entry := range entries {
		if name := entry.Name(); !l.overwrite && (name == l.name+".json" || tracks.MatchString(name)) {
			return refuse(filepath.Join(l.folder, name))
		}
	}
	if l.mixed == "" {
		return nil
	}
	return l.checkMix()
}

// checkMix refuses a mix in a folder that is not there, in place of a speaker's track, and over a file that may not be replaced.
func (l *layout) checkMix() error {
	folder, name := filepath.Split(l.mixed)
	if _, err := readFolder(filepath.Clean(folder)); err != nil {
		return err
	}
	if l.trackNames().MatchString(name) && sameFolder(folder, l.folder) {
		return fmt.Errorf("%s is what the track of a speaker is called: give the mix another name", l.mixed)
	}
	_, err := l.mix().next()
	return err
}

// trackNames matches what the files of a speaker's track may be called. Some disks make no difference between large and small letters.
func (l *layout) trackNames() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^` + regexp.QuoteMeta(l.name) + `_\d+(_\d+)?` + regexp.QuoteMeta(l.ext) + `$`)
}

func sameFolder(a, b string) bool {
	first, err := os.Stat(filepath.Clean(a))
	if err != nil {
		return false
	}
	second, err := os.Stat(filepath.Clean(b))
	return err == nil && os.SameFile(first, second)
}

func readFolder(folder string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the folder %s does not exist: create it, or record to another path", folder)
	}
	return entries, err
}

func refuse(path string) error {
	return fmt.Errorf("%s: %w: choose another name, or ask to overwrite it", path, ErrExists)
}

// FreePath gives a path in the working folder to a recording that has none: recording, or recording-2 and so on while that name is taken
// and o does not replace it, with the extension of o.Format, or .mp3.
func FreePath(o Options) string {
	name := "recording"
	for n := 2; !o.Overwrite && exists(name+".json"); n++ {
		name = fmt.Sprintf("recording-%d", n)
	}
	return name + "." + cmp.Or(strings.TrimPrefix(o.Format, "."), "mp3")
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
