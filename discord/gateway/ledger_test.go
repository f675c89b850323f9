package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/rest"
)

var testLimits = startLimits{Total: 1000, Remaining: 1000, ResetAfter: 20 * time.Hour, Concurrency: 1}

// newTestLedger makes a ledger on the time of a synctest bubble.
func newTestLedger(t *testing.T, file string, limits startLimits) *ledger {
	t.Helper()
	l := &ledger{
		clock: clockwork.NewRealClock(), log: slog.New(slog.DiscardHandler), file: ledgerFile(file),
		ask: func(context.Context) (startLimits, error) { return limits, nil },
	}
	if err := l.open(limits, 0); err != nil {
		t.Fatal(err)
	}
	return l
}

func quiet(time.Duration) {}

// Shards of one bucket begin five seconds apart and in order, those of others at the same time; two processes count together.
func TestLedgerSpacesIdentifies(t *testing.T) {
	for _, concurrency := range []int{1, 4} {
		t.Run(fmt.Sprint(concurrency), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limits := testLimits
				limits.Concurrency = concurrency
				file := filepath.Join(t.TempDir(), "ledger.json")
				processes := []*ledger{newTestLedger(t, file, limits), newTestLedger(t, file, limits)}
				for id := range 16 {
					processes[id%2].queue(id)
				}
				var mu sync.Mutex
				last := map[int]time.Time{} // by bucket
				order := map[int]int{}      // the last shard of a process and bucket
				var group sync.WaitGroup
				for id := range 16 {
					group.Go(func() {
						if err := processes[id%2].take(context.Background(), id, quiet); err != nil {
							t.Error(err)
						}
						mu.Lock()
						defer mu.Unlock()
						bucket := id % concurrency
						if since := time.Since(last[bucket]); since < 5*time.Second {
							t.Errorf("shard %d begins %s after another", id, since)
						}
						last[bucket] = time.Now()
						if key := bucket*2 + id%2; id < order[key] {
							t.Errorf("shard %d comes after %d", id, order[key])
						} else {
							order[key] = id
						}
					})
				}
				group.Wait()
			})
		})
	}
}

func TestLedgerRefusesNearTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := startLimits{Total: 1000, Remaining: 13, ResetAfter: 3 * time.Hour, Concurrency: 1}
		l := newTestLedger(t, "", limits)
		for range 3 {
			if err := l.take(context.Background(), 0, quiet); err != nil {
				t.Fatal(err)
			}
		}
		err := l.take(context.Background(), 0, quiet)
		limit, ok := errors.AsType[*LimitError](err)
		if !ok || limit.Remaining != 10 || limit.ResetAfter > 3*time.Hour || limit.ResetAfter < 2*time.Hour || !strings.Contains(err.Error(), "again in 2h59m") {
			t.Fatalf("%v", err)
		}
		if err := l.open(limits, 4); err == nil {
			t.Error("four shards begin although three may")
		}
		time.Sleep(limit.ResetAfter + time.Minute)
		l.ask = func(context.Context) (startLimits, error) { return startLimits{}, errors.New("no network") }
		if err := l.take(context.Background(), 0, quiet); err != nil {
			t.Errorf("after the reset: %v", err)
		}
	})
}

// What Discord says may be older than what this machine knows, until the reset.
func TestLedgerRemembersOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "bot", "ledger.json")
		l := newTestLedger(t, file, testLimits)
		for range 5 {
			if err := l.take(context.Background(), 0, quiet); err != nil {
				t.Fatal(err)
			}
		}
		again := newTestLedger(t, file, testLimits)
		if got := again.entries.Remaining; got != 995 {
			t.Errorf("%d remain", got)
		}
		if err := os.WriteFile(file, []byte("{broken"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := newTestLedger(t, file, testLimits).entries.Remaining; got != 1000 {
			t.Errorf("%d remain after the file broke", got)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
	})
}

func TestLedgerWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newTestLedger(t, "", testLimits)
		if err := l.take(context.Background(), 0, quiet); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		var told time.Duration
		if err := l.take(ctx, 0, func(d time.Duration) { told = d }); !errors.Is(err, context.DeadlineExceeded) || told != identifyEvery {
			t.Errorf("%v, told %s", err, told)
		}
		if len(l.waiting) > 0 {
			t.Errorf("still in the queue: %v", l.waiting)
		}
	})
}

// A clock that was set back must not stop the bot for as long.
func TestLedgerClockSetBack(t *testing.T) {
	e := entries{}
	now := time.Unix(1_800_000_000, 0)
	e.learn(testLimits, now)
	if wait, err := e.spend(0, now); wait != 0 || err != nil {
		t.Fatal(wait, err)
	}
	if wait, err := e.spend(0, now.Add(-time.Hour)); wait != 0 || err != nil {
		t.Errorf("wait %s, %v", wait, err)
	}
	if e.learn(testLimits, now.Add(-time.Hour)); e.Remaining != 1000 {
		t.Errorf("%d remain of another day", e.Remaining)
	}
}

// A state directory that is not to be used, for whatever reason, is told of and keeps no bot from starting.
func TestStateDirThatCannotBeUsed(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"a file": func(dir string) error { return os.WriteFile(dir, nil, 0o600) },
		"garbage": func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o700),
				os.WriteFile(string(savedIn(dir, "").turn), []byte(`{"max_concurrency":-1,"remaining":"x"`), 0o600),
				os.WriteFile(savedIn(dir, "").file(0), []byte(`{"seq":`), 0o600))
		},
		"folders for files": func(dir string) error {
			return errors.Join(os.MkdirAll(string(savedIn(dir, "").turn), 0o700), os.MkdirAll(filepath.Join(savedIn(dir, "").file(0), "x"), 0o700))
		},
		"folders for locks": func(dir string) error {
			return os.MkdirAll(string(savedIn(dir, "").turn)+".lock", 0o700)
		},
		"folders for the locks of sessions": func(dir string) error {
			return os.MkdirAll(filepath.Join(savedIn(dir, "").path(0)+".lock", "x"), 0o700)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "state")
			if err := spoil(dir); err != nil {
				t.Fatal(err)
			}
			withFake(t, func(f *fakeGateway) {
				stop, _ := f.run(f.client(Options{StateDir: dir}))
				f.peer().accept("one")
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestRunRefusesWithoutSessions(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		f.limits["remaining"] = 10
		_, result := f.run(f.client(Options{}))
		if _, ok := errors.AsType[*LimitError](result()); !ok {
			t.Error("it began a session")
		}
		if len(f.dials) > 0 {
			t.Errorf("dials: %v", f.dials)
		}
	})
}

func TestRunWithoutAnAPI(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		f.down = func(host string) bool { return host == "api" }
		_, result := f.run(f.client(Options{}))
		if _, ok := errors.AsType[*rest.NetworkError](result()); !ok {
			t.Error("no *rest.NetworkError")
		}
	})
}
