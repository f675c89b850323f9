//go:build unix

package rest

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

func TestSaveRefusesPipes(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := noAPI(t).Save(t.Context(), "http://127.0.0.1:1/a.txt", pipe); !errors.Is(err, errPipe) {
		t.Errorf("got %v", err)
	}
}
