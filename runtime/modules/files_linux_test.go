package modules_test

import (
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
