package gateway

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/internal/filelock"
)

// Each program goes on with its own session, whichever of them starts next.
func TestEachProgramHasItsSession(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		dir := t.TempDir()
		begin := func(name string, seq int64) {
			stop, _ := f.run(f.client(Options{StateDir: dir, Name: name}))
			p := f.peer()
			p.accept(name)
			p.messages(2, seq)
			synctest.Wait()
			if err := stop(); err != nil {
				t.Fatal(err)
			}
		}
		begin("/one/bot.lua", 3)
		begin("/two/bot.lua", 5)
		for name, seq := range map[string]int64{"/one/bot.lua": 3, "/two/bot.lua": 5} {
			stop, _ := f.run(f.client(Options{StateDir: dir, Name: name}))
			if r := f.peer().resume(); r.SessionID != name || r.Seq != seq {
				t.Errorf("%s resumed with %+v", name, r)
			}
			stop()
		}
	})
}

// A session that somebody uses is neither resumed nor replaced by others, until it is free. Those in one process are no news to it.
func TestSessionInUse(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		dir := t.TempDir()
		start := func() (stop func() error) {
			stop, _ = f.run(f.client(Options{StateDir: dir, Name: "bot.lua"}))
			return stop
		}
		first := start()
		f.peer().accept("one")
		second := start()
		f.peer().accept("two")
		third := start()
		f.peer().accept("three")
		if err := second(); err != nil {
			t.Fatal(err)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "session-*.json")); len(files) > 0 {
			t.Errorf("the second client saved its session: %s", files)
		}
		if err := first(); err != nil {
			t.Fatal(err)
		}
		again := start()
		peer := f.peer()
		if r := peer.resume(); r.SessionID != "one" {
			t.Errorf("resumed with %+v", r)
		}
		peer.event("RESUMED", 2, "{}")
		synctest.Wait()
		if err := errors.Join(again(), third()); err != nil {
			t.Fatal(err)
		}
		last := start()
		if r := f.peer().resume(); r.SessionID != "three" { // it stopped last, when nobody else was there
			t.Errorf("resumed with %+v", r)
		}
		last()
		if slices.Contains(f.kinds(), NoticeTwin) {
			t.Errorf("told of another process, but all were in one: %v", f.notices)
		}
	})
}

// A session is for the client that came first, even if another one looks before that has.
func TestOnlyTheOwnerGetsTheSession(t *testing.T) {
	dir, clock := t.TempDir(), clockwork.NewRealClock()
	left, owner, other := savedIn(dir, "bot.lua"), savedIn(dir, "bot.lua"), savedIn(dir, "bot.lua")
	err := left.close(func() error { return left.save(0, begun, 1, clock.Now()) })
	for _, store := range []*sessionStore{owner, other} {
		_, ownErr := store.own([]int{0}, clock)
		err = errors.Join(err, ownErr)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := other.load(0, begun.Intents, clock.Now()); ok {
		t.Error("another client got the session")
	}
	if _, ok := owner.load(0, begun.Intents, clock.Now()); !ok {
		t.Error("the owner did not get the session")
	}
	if err := errors.Join(owner.close(nothing), other.close(nothing)); err != nil {
		t.Error(err)
	}
}

// A client says once for all its shards that another process has them.
func TestTwinIsTold(t *testing.T) {
	for name, test := range map[string]struct {
		pid        int
		name, want string
	}{
		"known":   {4711, "/bots/bot.lua", "/bots/bot.lua is connected in another process too (4711): both get every event and both answer it, so stop one of them"},
		"unknown": {0, "digest", "digest is connected in another process too: both get every event and both answer it, so stop one of them"},
		"shells":  {4711, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			withFake(t, func(f *fakeGateway) {
				f.shards = 2
				store := savedIn(t.TempDir(), test.name)
				store.total = 2
				for shard := range store.total {
					release, _, err := filelock.Own(store.path(shard), filelock.Owner{PID: test.pid})
					if err != nil {
						t.Fatal(err)
					}
					defer release()
				}
				stop, _ := f.run(f.client(Options{StateDir: store.dir, Name: test.name}))
				synctest.Wait()
				stop()
				var told []string
				for _, n := range f.notices {
					if n.Kind == NoticeTwin {
						told = append(told, n.Text)
					}
				}
				if want := slices.DeleteFunc([]string{test.want}, func(s string) bool { return s == "" }); !slices.Equal(told, want) {
					t.Errorf("told %q, want %q", told, want)
				}
			})
		})
	}
}

// Whatever a client ends with, others can have its files after it.
func TestFilesAreGivenBack(t *testing.T) {
	for name, left := range map[string]int{"a stop": 1000, "an error": 5} {
		t.Run(name, func(t *testing.T) {
			withFake(t, func(f *fakeGateway) {
				f.limits["remaining"] = left
				store := savedIn(t.TempDir(), "bot.lua")
				stop, _ := f.run(f.client(Options{StateDir: store.dir, Name: store.name}))
				synctest.Wait()
				if running := left == 1000; filelock.IsOwned(store.path(0)) != running {
					t.Errorf("owned before the stop: %v", !running)
				}
				stop()
				if filelock.IsOwned(store.path(0)) {
					t.Error("still owned")
				}
				if twin, err := store.own([]int{0}, clockwork.NewRealClock()); twin != nil || err != nil || store.owned[0] == nil {
					t.Errorf("nobody else gets it: %v, %v", twin, err)
				}
				if err := store.close(nothing); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// What programs leave behind that are never started again does not stay.
func TestSweep(t *testing.T) {
	dir, clock := t.TempDir(), clockwork.NewFakeClock()
	save := func(name, token string) *sessionStore {
		store := savedIn(dir, name)
		store.token = hash(token)
		err := store.close(func() error { return store.save(0, begun, 1, clock.Now()) })
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	old, foreign := save("old.lua", testToken), save("old.lua", "another bot")
	clock.Advance(savedAge)
	recent := save("recent.lua", testToken)
	clock.Advance(time.Second)
	killed, broken := savedIn(dir, "killed.lua"), savedIn(dir, "broken.lua")
	for _, file := range []string{killed.path(0) + ".lock", killed.path(0) + ".owner", broken.file(0), broken.file(0) + "-123", old.prefix() + "0-of-1.json"} {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	running := savedIn(dir, "running.lua")
	if _, err := running.own([]int{0}, clock); err != nil {
		t.Fatal(err)
	}
	defer running.close(nothing)
	me := savedIn(dir, "me.lua")
	if _, err := me.own([]int{0}, clock); err != nil {
		t.Fatal(err)
	}
	defer me.close(nothing)

	want := []string{string(me.turn) + ".lock", foreign.file(0), foreign.path(0) + ".lock", recent.file(0)}
	for _, store := range []*sessionStore{running, me} {
		want = append(want, store.path(0)+".lock", store.path(0)+".owner")
	}
	slices.Sort(want)
	if got, _ := filepath.Glob(filepath.Join(dir, "*")); !slices.Equal(got, want) {
		t.Errorf("the folder has %q, want %q", got, want)
	}
}
