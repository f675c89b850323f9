package watch_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cordial/runtime/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// folder is a folder with a script bot.lua that is watched, with a module
// that is not there yet.
type folder struct {
	*testing.T
	dir string
	w   *watch.Watcher
}

func newFolder(t *testing.T, prepare func(dir string)) *folder {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &folder{T: t, dir: dir}
	prepare(dir)
	w, err := watch.New(watch.Options{OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	f.w = w
	w.Watch(map[string]watch.Stamp{filepath.Join(dir, "bot.lua"): sha256.Sum256([]byte("old")), filepath.Join(dir, "mod", "m.lua"): {}})
	return f
}

func (f *folder) write(name, content string) {
	f.Helper()
	f.must(os.WriteFile(filepath.Join(f.dir, name), []byte(content), 0o600))
}

func (f *folder) rename(from, to string) {
	f.Helper()
	f.must(os.Rename(filepath.Join(f.dir, from), filepath.Join(f.dir, to)))
}

func (f *folder) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// expect waits for the next change, which must be of these files.
func (f *folder) expect(names ...string) {
	f.Helper()
	for i, name := range names {
		names[i] = filepath.Join(f.dir, name)
	}
	select {
	case got := <-f.w.Changed():
		if !slices.Equal(got, names) {
			f.Errorf("changed: %v, want %v", got, names)
		}
	case <-time.After(time.Minute):
		f.Fatalf("no change was told, want %v", names)
	}
}

func plain(t *testing.T) func(dir string) {
	return func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "bot.lua"), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestChanges(t *testing.T) {
	for name, change := range map[string]func(f *folder){
		"written in place": func(f *folder) { f.write("bot.lua", "new") },
		"in several steps": func(f *folder) {
			for i := range 5 {
				f.write("bot.lua", fmt.Sprint("step ", i))
			}
			f.write("bot.lua", "new")
		},
		"truncated first": func(f *folder) { f.write("bot.lua", ""); f.write("bot.lua", "new") },
		"by rename, as vim does": func(f *folder) {
			f.rename("bot.lua", "bot.lua~")
			f.write("bot.lua", "new")
			f.must(os.Remove(filepath.Join(f.dir, "bot.lua~")))
		},
		"by rename, as others do":   func(f *folder) { f.write(".bot.lua.swp", "new"); f.rename(".bot.lua.swp", "bot.lua") },
		"deleted and made again":    func(f *folder) { f.must(os.Remove(filepath.Join(f.dir, "bot.lua"))); f.write("bot.lua", "new") },
		"the same, then another":    func(f *folder) { f.write("bot.lua", "old"); f.write("bot.lua", "new") },
		"beside a file that is not": func(f *folder) { f.write("log.txt", "x"); f.write("bot.lua", "new") },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t, plain(t))
			change(f)
			f.expect("bot.lua")
			f.write("bot.lua", "again")
			f.expect("bot.lua")
		})
	}
}

// What has changed between reading and watching is told too.
func TestChangedBefore(t *testing.T) {
	f := newFolder(t, func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "bot.lua"), []byte("new"), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	f.expect("bot.lua")
}

// A file may appear in a folder that is not there yet, and the folder may go
// and come again.
func TestFolderAppears(t *testing.T) {
	f := newFolder(t, plain(t))
	for i := range 2 {
		f.must(os.Mkdir(filepath.Join(f.dir, "mod"), 0o700))
		f.write("mod/m.lua", fmt.Sprint("return ", i))
		f.expect("mod/m.lua")
		f.must(os.RemoveAll(filepath.Join(f.dir, "mod")))
	}
}

// The script is a link into a folder that is a link itself: both may be turned
// elsewhere, and the file at the end may be written.
func TestLinks(t *testing.T) {
	f := newFolder(t, func(dir string) {
		for _, version := range []string{"one", "two"} {
			if err := os.MkdirAll(filepath.Join(dir, "versions", version), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "versions", version, "b.lua"), []byte(map[string]string{"one": "old", "two": "2"}[version]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for link, target := range map[string]string{"current": "versions/one", "bot.lua": "current/b.lua"} {
			if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
				t.Skip(err)
			}
		}
	})
	f.write("versions/one/b.lua", "written")
	f.expect("bot.lua")
	f.must(os.Symlink("versions/two", filepath.Join(f.dir, "next")))
	f.rename("next", "current")
	f.expect("bot.lua")
	f.write("versions/two/b.lua", "written there")
	f.expect("bot.lua")
	f.write("third.lua", "3")
	f.must(os.Remove(filepath.Join(f.dir, "bot.lua")))
	f.must(os.Symlink("third.lua", filepath.Join(f.dir, "bot.lua")))
	f.expect("bot.lua")
}

// Nothing is told of files that are not watched, of a file that is written as
// it was, and of one that is gone.
func TestNoChange(t *testing.T) {
	f := newFolder(t, plain(t))
	f.write("other.lua", "x")
	f.write("bot.lua", "old")
	f.must(os.Remove(filepath.Join(f.dir, "bot.lua")))
	f.w.Watch(map[string]watch.Stamp{filepath.Join(f.dir, "bot.lua"): sha256.Sum256([]byte("old"))})
	select {
	case got := <-f.w.Changed():
		t.Errorf("told of %v", got)
	default:
	}
	f.write("bot.lua", "old")
	f.write("marker.lua", "1")
	f.w.Watch(map[string]watch.Stamp{filepath.Join(f.dir, "bot.lua"): sha256.Sum256([]byte("old")), filepath.Join(f.dir, "marker.lua"): {}})
	f.expect("marker.lua")
}
