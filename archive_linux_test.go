package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	_ "modernc.org/sqlite"

	"cordial/discord/sandbox"
)

// archivist runs cordial run archive, as a process of its own, against a server.
type archivist struct {
	testing.TB
	server *sandbox.Server
}

// newArchivist serves a guild with many messages in one channel, and in another one some with attachments, and threads.
func newArchivist(t testing.TB, messages int) archivist {
	t.Helper()
	world, err := sandbox.LoadWorld(strings.NewReader(chattyWorld(messages)), clockwork.NewFakeClockAt(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	many := sandbox.Limit{Count: 1e6, Window: time.Second}
	server, err := sandbox.Start(sandbox.Options{World: world, Limits: &sandbox.Limits{Announce: true, Global: many, Default: many}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, err := range []error{server.Close(), world.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return archivist{t, server}
}

// chattyWorld is a world file.
func chattyWorld(messages int) string {
	var users, talk, files []string
	for i := range 50 {
		users = append(users, fmt.Sprintf(`{"name": "user %d"}`, i))
	}
	for i := range messages {
		text := strings.Repeat(fmt.Sprintf("message %d ", i), 1+i%10)
		talk = append(talk, fmt.Sprintf(`{"author": "user %d", "content": %q}`, i*7%50, text))
	}
	for i := range 60 {
		files = append(files, fmt.Sprintf(`{"author": "user %d", "content": "file %d", "attachments": [{"filename": "a.txt", "text": %q}, {"filename": "a.txt", "text": "b"}]}`,
			i%50, i, strings.Repeat("text ", i*50)))
	}
	list := func(items []string) string { return "[" + strings.Join(items, ",\n") + "]" }
	thread := func(kind, name, parent string, archived bool) string {
		return fmt.Sprintf(`{"name": %q, "type": %q, "parent": %q, "thread_metadata": {"archived": %v}, "messages": [{"content": "a"}, {"content": "b"}]}`,
			name, kind, parent, archived)
	}
	return fmt.Sprintf(`{"users": [{"name": "owner"}, {"name": "bot", "bot": true}, %s], "guilds": [{"name": "chatty", "roles": [{"name": "all", "permissions": "8"}],
		"members": [{"user": "owner"}, {"user": "bot", "roles": ["all"]}],
		"channels": [{"name": "files", "messages": %s}, {"name": "general", "messages": %s}, {"name": "help", "type": "forum"}, %s]}]}`,
		strings.Join(users, ","), list(files), list(talk), strings.Join([]string{
			thread("thread", "talk", "general", false), thread("private thread", "old", "general", true), thread("thread", "post", "help", false), thread("thread", "old post", "help", true),
		}, ","))
}

// start begins a run, which archives to the folder of that name in a directory.
func (a archivist) start(dir string) (*exec.Cmd, *bytes.Buffer) {
	a.Helper()
	cmd := exec.Command("cordial-unlimited", "run", "archive", "out")
	output := &bytes.Buffer{}
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, output, output
	cmd.Env = append(os.Environ(), "DISCORD_BOT_TOKEN="+a.server.BotToken(), "CORDIAL_API_URL="+a.server.APIURL(), "CORDIAL_STATE_DIR="+a.TempDir())
	if err := cmd.Start(); err != nil {
		a.Fatal(err)
	}
	return cmd, output
}

// watch begins a run and looks at it every millisecond. When look says that this is enough, it kills the run, with SIGKILL, and reports
// whether that was before its end.
func (a archivist) watch(dir string, look func(run *exec.Cmd) (enough bool)) (killed bool) {
	a.Helper()
	cmd, output := a.start(dir)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				a.Fatalf("%v: %s", err, output)
			}
			return false
		case <-time.After(time.Millisecond):
			if look(cmd) {
				_ = cmd.Process.Kill() // it may have ended by itself
				return (<-ended) != nil
			}
		}
	}
}

// run archives to the end, and returns its peak memory in bytes.
func (a archivist) run(dir string) (peak int64) {
	a.Helper()
	a.watch(dir, func(run *exec.Cmd) bool {
		peak = max(peak, peakOf(run.Process.Pid))
		return false
	})
	return peak
}

// peakOf is the peak memory of a process that runs, 0 when it does not any more. That of wait(2) counts what the parent had, too.
func peakOf(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	_, _ = fmt.Sscan(peak, &kilobytes)
	return kilobytes << 10
}

// runUntil kills a run as soon as the folder has so many bytes in its JSONL files, unless it has ended before.
func (a archivist) runUntil(dir string, size int64) (killed bool) {
	a.Helper()
	return a.watch(dir, func(*exec.Cmd) bool { return written(dir) >= size })
}

// written is the size of the JSONL files in an archive.
func written(dir string) (size int64) {
	files, _ := filepath.Glob(filepath.Join(dir, "out", "*.jsonl"))
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			size += info.Size()
		}
	}
	return size
}

// contents are the sums of all that is in an archive: of each file, and of each table of the database.
func (a archivist) contents(dir string) map[string]string {
	a.Helper()
	sums := map[string]string{}
	root := os.DirFS(filepath.Join(dir, "out"))
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path == "archive.db" {
			return err
		}
		data, err := fs.ReadFile(root, path)
		hash := fnv.New64()
		hash.Write(data)
		sums[path] = fmt.Sprintf("%d bytes %x", len(data), hash.Sum64())
		return err
	})
	if err != nil {
		a.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "out", "archive.db"))
	if err != nil {
		a.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"guilds", "channels", "users", "messages", "attachments"} {
		sums[table] = a.rows(db, table)
	}
	return sums
}

// rows is the number of rows of a table, and their sum.
func (a archivist) rows(db *sql.DB, table string) string {
	a.Helper()
	rows, err := db.QueryContext(context.Background(), "SELECT * FROM "+table+" ORDER BY 1, 2")
	if err != nil {
		a.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		a.Fatal(err)
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	hash, n := fnv.New64(), 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(places...); err != nil {
			a.Fatal(err)
		}
		fmt.Fprintf(hash, "%q\n", values)
	}
	if err := rows.Err(); err != nil {
		a.Fatal(err)
	}
	return fmt.Sprintf("%d rows %x", n, hash.Sum64())
}

// killAndResume compares an archive that went undisturbed with one that was killed this often.
func (a archivist) killAndResume(kills int) {
	a.Helper()
	whole, broken := a.TempDir(), a.TempDir()
	a.run(whole)
	want := a.contents(whole)
	size, killed := written(whole), 0
	for i := range kills {
		if a.runUntil(broken, size*int64(i+1)/int64(kills+1)) {
			killed++
		}
	}
	if killed != kills {
		a.Errorf("%d of %d runs were killed before their end", killed, kills)
	}
	a.run(broken)
	if diff := cmp.Diff(want, a.contents(broken)); diff != "" {
		a.Errorf("after %d kills (-undisturbed +killed):\n%s", killed, diff)
	}
	a.run(whole)
	if diff := cmp.Diff(want, a.contents(whole)); diff != "" {
		a.Errorf("a second run changes the archive (-first +second):\n%s", diff)
	}
}

// TestArchiveAfterKills kills runs while they save attachments, in the first channel, and while they write messages.
func TestArchiveAfterKills(t *testing.T) {
	a := newArchivist(t, 5_000)
	a.killAndResume(7)
}

// BenchmarkArchive is the archive of a server, from the start of the process to its end, with the peak of its memory, which must not grow
// with the messages.
func BenchmarkArchive(b *testing.B) {
	var few, many int64 // the peaks; 0 for one that was not asked for
	for _, run := range []struct {
		messages int
		peak     *int64
	}{{10_000, &few}, {100_000, &many}} {
		b.Run(fmt.Sprint(run.messages), func(b *testing.B) {
			a := newArchivist(b, run.messages)
			for b.Loop() {
				*run.peak = max(*run.peak, a.run(b.TempDir()))
			}
			b.ReportMetric(float64(run.messages)*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
			b.ReportMetric(float64(*run.peak)/(1<<20), "MB")
		})
	}
	if few > 0 && many > few+16<<20 {
		b.Errorf("the peak is %d MB with 100,000 messages, %d MB with 10,000", many>>20, few>>20)
	}
}

// BenchmarkArchiveAfterKills archives 100 000 messages undisturbed, and again with three kills, and compares the two.
func BenchmarkArchiveAfterKills(b *testing.B) {
	a := newArchivist(b, 100_000)
	for b.Loop() {
		a.killAndResume(3)
	}
}
