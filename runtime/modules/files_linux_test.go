package modules_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe that nobody writes to would be read for ever.
func TestPipesAreRefused(t *testing.T) {
	s, _ := newScripts(t)
	if err := syscall.Mkfifo(filepath.Join(s.dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, call := range []string{`fs.read("pipe")`, `fs.lines("pipe")`, `fs.append("pipe", "x")`, `fs.write("pipe", "x")`, `fs.copy("pipe", "x")`, `crypto.hash_file("pipe")`} {
		if _, err := s.run(call); err == nil || !strings.Contains(err.Error(), "pipe: is a device or a pipe, not a file") {
			t.Errorf("%s: got %v", call, err)
		}
	}
}

// Copies, and moves from one allowed folder to another, keep who may read and run a file.
func TestCopiesKeepTheMode(t *testing.T) {
	s, _ := newScripts(t)
	for name, mode := range map[string]fs.FileMode{"secret": 0o600, "program": 0o700} {
		if err := os.WriteFile(filepath.Join(s.dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
		s.must(`
			local name, other = "` + name + `", fs.temp{folder = true}
			fs.copy(name, other .. "/copy")
			fs.move(other .. "/copy", name .. "2")`)
		if info, err := os.Stat(filepath.Join(s.dir, name+"2")); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has become %v, %v", name, info, err)
		}
	}
}
