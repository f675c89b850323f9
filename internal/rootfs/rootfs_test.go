package rootfs

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestEscapes fails when Go has another text for the error.
func TestEscapes(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "inside")
	if err := os.Mkdir(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, inside} {
		if err := os.WriteFile(filepath.Join(name, "file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]bool{"file": false, "missing": false, "../file": true, filepath.Join(dir, "file"): true}
	if runtime.GOOS != "windows" { // where not everybody may make links
		if err := os.Symlink("../file", filepath.Join(inside, "link")); err != nil {
			t.Fatal(err)
		}
		tests["link"] = true
	}
	root, err := os.OpenRoot(inside)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, want := range tests {
		f, err := root.Open(name)
		if err == nil {
			f.Close()
		}
		if Escapes(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
