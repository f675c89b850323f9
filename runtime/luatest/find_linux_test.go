package luatest_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"cordial/runtime/luatest"
)

func TestFindLeavesPipesOut(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe_test.lua"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := luatest.Find([]string{dir}); len(got) > 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}
