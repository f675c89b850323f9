package schedule

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func testLedger(t testing.TB) *ledger {
	t.Helper()
	l, aside, err := openLedger(ledgerFile(filepath.Join(t.TempDir(), "bot.json")), "bot", time.Now)
	if err != nil || aside != "" {
		t.Fatal(aside, err)
	}
	return l
}

// TestSavesAtOneTime has many runs begin at once.
func TestSavesAtOneTime(t *testing.T) {
	l := testLedger(t)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			name := fmt.Sprint("job ", i)
			l.change(name, func(e *Entry) { e.begin(time.Now(), time.Now()) })
			if err := l.save(); err != nil {
				t.Error(err)
			}
			b, err := l.file.read()
			if err != nil {
				t.Error(err)
				return
			}
			for _, e := range b.Jobs {
				if e.Name == name && e.Runs == 1 {
					return
				}
			}
			t.Errorf("%s is not on the disk when its run begins", name)
		})
	}
	all.Wait()
}

// TestPrune opens the ledger of a process that has ended in that of another one.
func TestPrune(t *testing.T) {
	l := testLedger(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l.now = func() time.Time { return now }
	save := func(name string) {
		t.Helper()
		l.change(name, func(*Entry) {})
		if err := l.save(); err != nil {
			t.Fatal(err)
		}
	}
	kept := func(when string, want map[string]bool) {
		t.Helper()
		for name, want := range want {
			if _, ok := l.find(name); ok != want {
				t.Errorf("%s %s is kept: %v", when, name, ok)
			}
		}
	}
	l.change("old", func(e *Entry) { e.Next = now.Add(time.Hour) })
	l.change("far", func(e *Entry) { e.Next = now.AddDate(1, 0, 0) })
	for i := range keepEntries {
		now = now.Add(time.Second)
		l.change(fmt.Sprintf("%05d", i), func(*Entry) {})
	}
	now = now.Add(2 * keepSeen)
	save("new")
	kept("of a process that goes on", map[string]bool{"old": true, "far": true, "new": true, "00000": false, "00001": true})
	var err error
	if l, _, err = openLedger(l.file, "bot", l.now); err != nil {
		t.Fatal(err)
	}
	save("00001")
	kept("while the script is loaded", map[string]bool{"old": true, "far": true, "new": true, "00001": true, "00002": true})
	now = now.Add(2 * loadTime)
	save("00001")
	kept("later", map[string]bool{"old": false, "far": true, "new": true, "00001": true, "00002": false})
}

func TestABrokenLedgerIsPutAside(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"version": 2}`, `{"version":1,"jobs":[null]}`, `{"version":1,"jobs":[{"name":"a","next":"soon"}]}`} {
		file := ledgerFile(filepath.Join(t.TempDir(), "bot.json"))
		if err := os.WriteFile(string(file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		l, aside, err := openLedger(file, "bot", time.Now)
		if err != nil || !strings.Contains(aside, "put aside as "+string(file)+".broken") {
			t.Errorf("%q: %q, %v", text, aside, err)
			continue
		}
		if moved, err := os.ReadFile(string(file) + ".broken"); err != nil || string(moved) != text {
			t.Errorf("%q became %q, %v", text, moved, err)
		}
		l.change("a", func(*Entry) {})
		if err := l.save(); err != nil {
			t.Error(err)
		}
	}
}

// FuzzBook reads any bytes. What it takes for a ledger it writes and reads again alike.
func FuzzBook(f *testing.F) {
	f.Add([]byte(`{"version":1,"script":"bot","jobs":[{"name":"daily","spec":"cron 0 9 * * * UTC","next":"2026-12-01T08:00:00Z","runs":3,"result":"ok"}]}`))
	f.Add([]byte(`{"version":1,"jobs":[{"name":"a","begun":"0000-01-01T00:00:00+24:00","took":1e308}]}`))
	f.Add([]byte("\x00\xff{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := parseBook(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		same, err := parseBook(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, same, cmpopts.IgnoreUnexported(Entry{})); diff != "" {
			t.Error(diff)
		}
		for _, e := range b.Jobs {
			e.report("bot", true)
		}
	})
}
