package filelock_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"cordial/internal/filelock"
)

func TestOwn(t *testing.T) {
	base := filepath.Join(t.TempDir(), "new", "thing")
	if filelock.IsOwned(base) {
		t.Error("it is owned from the beginning")
	}
	me := filelock.Owner{PID: 4711, Script: "bot.lua"}
	release, other, err := filelock.Own(base, me)
	if err != nil || other != nil {
		t.Fatal(other, err)
	}
	if !filelock.IsOwned(base) {
		t.Error("it is not owned")
	}
	if _, other, err := filelock.Own(base, filelock.Owner{PID: 1}); err != nil || other == nil || *other != me {
		t.Errorf("the owner is %+v, %v", other, err)
	}
	if err := os.WriteFile(base+".owner", []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, other, err := filelock.Own(base, filelock.Owner{PID: 1}); err != nil || other == nil || other.PID != 0 {
		t.Errorf("the unknown owner is %+v, %v", other, err)
	}
	release()
	if filelock.IsOwned(base) {
		t.Error("it is owned after the release")
	}
	release, other, err = filelock.Own(base, me)
	if err != nil || other != nil {
		t.Fatal(other, err)
	}
	release()
}

// Who asks whether somebody has a thing is never taken for its owner.
func TestAskingKeepsNobodyOut(t *testing.T) {
	base := filepath.Join(t.TempDir(), "thing")
	var askers sync.WaitGroup
	ended := make(chan struct{})
	defer askers.Wait()
	defer close(ended)
	askers.Go(func() {
		for {
			select {
			case <-ended:
				return
			default:
				filelock.IsOwned(base)
			}
		}
	})
	for range 1000 {
		release, other, err := filelock.Own(base, filelock.Owner{})
		if err != nil || other != nil {
			t.Fatal(other, err)
		}
		if _, other, err := filelock.Own(base, filelock.Owner{}); err != nil || other == nil {
			t.Fatalf("it has two owners, %v", err)
		}
		release()
		if filelock.IsOwned(base) {
			t.Fatal("it has an owner, who is only asking")
		}
	}
}

func TestWait(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	release, err := filelock.Try(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := filelock.Try(name); !errors.Is(err, filelock.ErrLocked) {
		t.Errorf("a second lock: %v", err)
	}
	released := make(chan error, 1)
	freed := make(chan struct{})
	go func() {
		again, err := filelock.Wait(name)
		select {
		case <-freed:
		default:
			t.Error("two have the lock")
		}
		if err == nil {
			again()
		}
		released <- err
	}()
	close(freed)
	release()
	if err := <-released; err != nil {
		t.Error(err)
	}
}

func TestShare(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	shared := func(want bool) {
		t.Helper()
		if got := filelock.IsShared(name); got != want {
			t.Errorf("it is shared: %v, want %v", got, want)
		}
	}
	shared(false)
	first, err := filelock.Share(name)
	if err != nil {
		t.Fatal(err)
	}
	second, err := filelock.Share(name)
	if err != nil {
		t.Fatal(err)
	}
	first()
	shared(true)
	second()
	shared(false)
}

func TestFolderThatIsAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, other, err := filelock.Own(filepath.Join(file, "thing"), filelock.Owner{}); err == nil || other != nil {
		t.Errorf("%+v, %v", other, err)
	}
}
