package schedule

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Entry is what a ledger says of one job.
type Entry struct {
	Name string `json:"name"`
	Spec string `json:"spec"` // with the zone and the jitter: another one begins anew

	Anchor time.Time `json:"anchor,omitzero"` // what the due times of an every are counted from
	Next   time.Time `json:"next,omitzero"`   // when it runs next, zero for never again
	Due    time.Time `json:"due,omitzero"`    // of the last run that was begun and not asked for by hand

	// The run that began last. Those that overlap with it are in Running and Runs only.
	Begun    time.Time `json:"begun,omitzero"`
	Finished time.Time `json:"finished,omitzero"` // zero while it runs, and for ever if the process died meanwhile
	Result   string    `json:"result,omitempty"`  // "ok", how it failed, or "killed"
	Took     float64   `json:"took,omitempty"`    // seconds

	Running int `json:"running,omitempty"` // runs that have begun and not ended; if the process died, those that died with it
	Runs    int `json:"runs,omitempty"`

	Seen time.Time `json:"seen,omitzero"` // when a script last had the job
	had  bool      // since the ledger was opened
}

// killed is the result of a run whose process did not live to see the end of it.
const killed = "killed"

// begin notes that a run begins. One by hand has no due time.
func (e *Entry) begin(now, due time.Time) {
	e.Begun, e.Finished, e.Result, e.Took = now, time.Time{}, "", 0
	e.Running++
	e.Runs++
	if !due.IsZero() {
		e.Due = due
	}
}

// finish notes how a run ended that was begun at a time.
func (e *Entry) finish(now, begun time.Time, err error) {
	e.Running = max(0, e.Running-1)
	if begun.Equal(e.Begun) {
		e.Finished, e.Result, e.Took = now, resultOf(err), now.Sub(begun).Seconds()
	}
}

// bury notes that what ran has died with its process.
func (e *Entry) bury() {
	if e.Running > 0 {
		e.Running, e.Finished, e.Result, e.Took = 0, time.Time{}, killed, 0
	}
}

// book is what a ledger's file holds.
type book struct {
	Version int      `json:"version"`
	Script  string   `json:"script"`
	Jobs    []*Entry `json:"jobs"`
}

const bookVersion = 1

// What is kept of jobs that the script has no longer. The oldest go first. Which jobs it has is known once it has had loadTime to declare
// them: before that none is too old, however long the process was down.
const (
	keepSeen    = 90 * 24 * time.Hour
	keepEntries = 10_000
	loadTime    = time.Hour
)

// maxResult bounds the text of an error in a ledger, in bytes.
const maxResult = 300

// errBroken says that a file holds no ledger.
var errBroken = errors.New("it holds no ledger")

func parseBook(data []byte) (*book, error) {
	var b book
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if b.Version != bookVersion {
		return nil, fmt.Errorf("%w of version %d", errBroken, bookVersion)
	}
	for _, e := range b.Jobs {
		if e == nil || e.Name == "" || e.Runs < 0 || e.Running < 0 {
			return nil, fmt.Errorf("%w: a job in it has no name", errBroken)
		}
		for _, t := range []*time.Time{&e.Anchor, &e.Next, &e.Due, &e.Begun, &e.Finished, &e.Seen} {
			// Some offsets and years can be read but not written.
			if *t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
				return nil, fmt.Errorf("%w: a time of %q is out of range", errBroken, e.Name)
			}
		}
	}
	return &b, nil
}

// ledger keeps the entries of a script's jobs in a file. Writes that come while one is under way become one.
type ledger struct {
	file   ledgerFile
	script string
	now    func() time.Time
	opened time.Time // zero if it is not for the jobs that the script declares

	volatile bool // as Options.Volatile

	mu      sync.Mutex
	written sync.Cond // on mu: a write has ended
	entries map[string]*Entry
	version int // of entries
	saved   int // the version that the file has
	writing bool
	queued  bool           // a write is to come that nobody waits for
	pending sync.WaitGroup // of those writes
	err     error          // of the last write
}

// openLedger reads a ledger. A broken one is put aside, and aside says so.
func openLedger(file ledgerFile, script string, now func() time.Time) (l *ledger, aside string, err error) {
	l = &ledger{file: file, script: script, now: now, opened: now(), entries: map[string]*Entry{}}
	l.written.L = &l.mu
	b, err := file.read()
	if errors.Is(err, errBroken) {
		moved, err := file.putAside()
		if err != nil {
			return nil, "", err
		}
		return l, fmt.Sprintf("the ledger of the jobs of %s cannot be read and was put aside as %s; what was missed is not known", script, moved), nil
	}
	if err != nil {
		return nil, "", err
	}
	for _, e := range b.Jobs {
		l.entries[e.Name] = e
	}
	return l, "", nil
}

// find returns a copy of a job's entry.
func (l *ledger) find(name string) (Entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.entries[name]
	if !ok {
		return Entry{}, false
	}
	return *e, true
}

// bury is for the runs of a process that had the ledger before.
func (l *ledger) bury() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		e.bury()
	}
}

// change changes a job's entry, or a new one, in memory.
func (l *ledger) change(name string, fn func(e *Entry)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.entries[name]
	if !ok {
		e = &Entry{Name: name}
		l.entries[name] = e
	}
	fn(e)
	e.Seen, e.had = l.now().UTC(), true
	l.version++
}

// save returns when the file has all changes that were made before.
func (l *ledger) save() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	want := l.version
	for l.saved < want {
		if l.writing {
			l.written.Wait()
			if l.err != nil {
				return l.err
			}
			continue
		}
		if err := l.write(); err != nil {
			return err
		}
	}
	return nil
}

// write writes the file. l.mu is held, and let go meanwhile.
func (l *ledger) write() error {
	l.writing = true
	version := l.version
	l.prune()
	data, err := json.MarshalIndent(l.book(), "", " ")
	l.mu.Unlock()
	if err == nil {
		err = l.file.write(append(data, '\n'), l.volatile)
	}
	l.mu.Lock()
	l.writing, l.err = false, err
	if err == nil {
		l.saved = version
	}
	l.written.Broadcast()
	return err
}

// book is what is written, in the order of the names; l.mu is held.
func (l *ledger) book() *book {
	b := &book{Version: bookVersion, Script: l.script, Jobs: []*Entry{}}
	for _, name := range slices.Sorted(maps.Keys(l.entries)) {
		b.Jobs = append(b.Jobs, l.entries[name])
	}
	return b
}

// prune drops what is kept of jobs that are over or gone.
func (l *ledger) prune() {
	now := l.now()
	loaded := now.Sub(l.opened) > loadTime
	var idle []*Entry
	for name, e := range l.entries {
		if loaded && !e.had && now.Sub(e.Seen) > keepSeen && !e.Next.After(now) {
			delete(l.entries, name)
		} else if e.Next.IsZero() {
			idle = append(idle, e)
		}
	}
	if len(idle) <= keepEntries {
		return
	}
	slices.SortFunc(idle, func(a, b *Entry) int { return a.Seen.Compare(b.Seen) })
	for _, e := range idle[:len(idle)-keepEntries] {
		delete(l.entries, e.Name)
	}
}

// saveLater has the changes written soon, by a goroutine that close waits for.
func (l *ledger) saveLater() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queued {
		return
	}
	l.queued = true
	l.pending.Go(func() {
		l.mu.Lock()
		l.queued = false
		l.mu.Unlock()
		l.save() // an error is told by the next save, or by close
	})
}

// close writes what is left.
func (l *ledger) close() error {
	l.pending.Wait()
	return l.save()
}

// resultOf is an error as a ledger keeps it: one line.
func resultOf(err error) string {
	if err == nil {
		return "ok"
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	if len(text) > maxResult {
		text = strings.ToValidUTF8(text[:maxResult], "") + "…"
	}
	return strings.ToValidUTF8(text, "�")
}
