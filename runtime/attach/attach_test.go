package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cordial/runtime"
	"cordial/runtime/bind"
	"cordial/runtime/repl"
)

func TestEval(t *testing.T) {
	b := start(t, nil)
	p := attachTo(t, b, strings.NewReader("typed\n"))
	p.eval(t, "1 + 1, 'a'", "2\t\"a\"\n")
	p.eval(t, "local a = 5", "")
	p.eval(t, "a", "5\n")
	p.eval(t, "shared = a + 1", "")
	attachTo(t, b, nil).eval(t, "shared, a", "6\tnil\n")
	p.eval(t, "x = = 1", "attach:1:5: unexpected '='\n\tx = = 1\n\t    ^")
	p.eval(t, "error('oh')", "attach:1: oh")
	p.eval(t, "'a secret', error", "\"a ***\"\tfunction\n")
	p.eval(t, "error('no secret')", "attach:1: no ***")
	p.eval(t, "print('to me', io.read()) io.stderr:write('a secret\\n')", "")
	p.eval(t, "print(io.read())", "")
	p.eval(t, "('x'):rep(100000):len()", "100000\n")
	p.eval(t, "('x'):rep(100000)", `"`+strings.Repeat("x", 100000)+"\"\n")
	p.eval(t, "io.write('\\255\\0')", "Stream(stdout)\n")
	if got, want := p.out.String(), "to me\ttyped\nnil\n\xff\x00"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	if got, want := p.stderr.String(), "a ***\n"; got != want {
		t.Errorf("stderr has %q, want %q", got, want)
	}
	if got := b.out.String() + b.stderr.String(); got != "" {
		t.Errorf("the script's own streams have %q", got)
	}
}

func TestHelpAndCompletion(t *testing.T) {
	p := attachTo(t, start(t, nil), nil)
	found := p.Complete("tai")
	if len(found.Candidates) != 1 || found.Start != 0 || found.Candidates[0].Text != "tail" {
		t.Errorf("got %+v", found)
	}
	p.eval(t, "keys = {a_secret = 1, a_word = 2}", "")
	if found := p.Complete("keys."); len(found.Candidates) != 1 || found.Candidates[0].Text != "a_word" {
		t.Errorf("got %+v", found)
	}
	help, err := p.Eval(context.Background(), "", "cancel?\n")
	if err != nil || !strings.HasPrefix(help, "cancel(id) -> Task\n") {
		t.Errorf("got %q, %v", help, err)
	}
	p.eval(t, "local tail = 1", "")
	p.eval(t, "tail", "1\n")
}

func TestTasksAreListedAndCancelled(t *testing.T) {
	b := start(t, nil)
	p := attachTo(t, b, nil)
	p.eval(t, "task = spawn(sleep, 3600)", "")
	p.eval(t, "cancel(task.id):wait()", "attach:1: task sleep was cancelled: cancel() was called over cordial attach")
	p.eval(t, "cancel(task.id)", "attach:1: cancel: there is no task 3; tasks() lists them")
	p.eval(t, "#tasks()", "1\n")
	p.eval(t, "tasks()[1].name", "\"attach\"\n")
}

func TestInterruptCancelsTheLineOnly(t *testing.T) {
	b := start(t, nil)
	p := attachTo(t, b, nil)
	for _, line := range []string{"print('x') sleep(3600)", "print('x') while true do end", `print('x') tail "logs"`} {
		ctx, cancel := context.WithCancelCause(context.Background())
		stop := context.AfterFunc(waitContext(t, p.out, strings.Count(p.out.String(), "x")+1), func() { cancel(runtime.ErrInterrupted) })
		_, err := p.Eval(ctx, "", line)
		stop()
		if !errors.Is(err, runtime.ErrInterrupted) {
			t.Errorf("%s: %v", line, err)
		}
	}
	p.eval(t, "1", "1\n")
}

// waitContext ends when the screen shows so many x.
func waitContext(t *testing.T, s *screen, count int) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		for {
			s.mu.Lock()
			changed := s.changed
			s.mu.Unlock()
			if strings.Count(s.String(), "x") >= count {
				return
			}
			select {
			case <-changed:
			case <-time.After(20 * time.Second):
				t.Error("nothing was shown")
				return
			}
		}
	}()
	return ctx
}

func TestWhoLeavesCancelsWhatRuns(t *testing.T) {
	b := start(t, nil)
	p := attachTo(t, b, nil)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.Eval(context.Background(), "", `
			after(0.05, function() while true do print("spawned") sleep(0.01) end end)
			sleep(3600)`)
	}()
	p.out.waitFor(t, "spawned")
	p.Client.Close()
	<-ended
	b.out.waitFor(t, "spawned\n") // what was started goes on, where the script prints
	other := attachTo(t, b, nil)
	for text := ""; text != "1\n"; {
		var err error
		if text, err = other.Eval(context.Background(), "", `
			local n = 0 for _, t in ipairs(tasks()) do if t.name == "attach" then n = n + 1 end end return n`); err != nil {
			t.Fatal(err)
		}
	}
	other.eval(t, "for _, t in ipairs(tasks()) do t:cancel() end", "task attach was cancelled: task:cancel() was called")
}

func TestQuestions(t *testing.T) {
	b := start(t, func(o *Options) {
		o.Host.Registry().AddFunc(bind.Func{Name: "sure", Params: []bind.Param{{Name: "question", Type: bind.String}}, Call: func(c *bind.Call) (any, error) {
			console, yes := o.Host.Console(), false
			err := c.Wait(func(ctx context.Context) error { yes = console.Confirm(ctx, c.String("question")); return nil })
			return bind.Values{yes, console.Columns()}, err
		}})
	})
	p := attachTo(t, b, nil)
	p.eval(t, "sure 'sure?'", "true\t80\n")
	p.eval(t, "sure 'really?'", "false\t80\n")
	p.options.Confirm, p.options.Columns = nil, nil
	p.eval(t, "sure 'nobody?'", "true\t0\n")
}

func TestReadsEndWithThePersonsInput(t *testing.T) {
	typed, keys := io.Pipe()
	p := attachTo(t, start(t, nil), typed)
	go io.WriteString(keys, strings.Repeat("long ", 2000)+"\nnext\n")
	p.eval(t, "#io.read()", "10000\n")
	p.eval(t, "io.read()", "\"next\"\n")
	keys.Close()
	p.eval(t, "io.read()", "nil\n")
}

func TestTails(t *testing.T) {
	shows := make(chan func(line func() string), 1)
	stopped := make(chan struct{})
	b := start(t, func(o *Options) {
		o.Events = func(names []string, show func(line func() string)) (func(), error) {
			if len(names) == 1 && names[0] == "NO_SUCH" {
				return nil, errors.New("there is no event NO_SUCH")
			}
			shows <- show
			return func() { close(stopped) }, nil
		}
	})
	p := attachTo(t, b, nil)
	if err := p.Tail(context.Background(), "events", []string{"NO_SUCH"}); err == nil || err.Error() != "there is no event NO_SUCH" {
		t.Errorf("got %v", err)
	}
	if err := p.Tail(context.Background(), "news", nil); err == nil || !strings.Contains(err.Error(), "nothing called") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	ended := make(chan error)
	go func() { ended <- p.Tail(ctx, "events", nil) }()
	show := <-shows
	show(func() string { return "an event with a secret" })
	p.out.waitFor(t, "an event with a ***\n")
	cancel(runtime.ErrInterrupted)
	if err := <-ended; !errors.Is(err, runtime.ErrInterrupted) {
		t.Errorf("got %v", err)
	}
	<-stopped
}

func TestLogsBeginWithTheNewestLines(t *testing.T) {
	b := start(t, nil)
	if _, err := b.Eval(context.Background(), "bot", `for i = 1, 30 do print("line", i) end io.stderr:write("draw 1\rdraw 2\rerr", "or\n")`); err != nil {
		t.Fatal(err)
	}
	p := attachTo(t, b, nil)
	go p.Tail(context.Background(), "logs", nil)
	p.out.waitFor(t, "error\n")
	b.Say("and now")
	p.out.waitFor(t, "and now\n")
	if got := p.out.String(); !strings.HasPrefix(got, "line\t12\nline\t13\n") {
		t.Errorf("got %q", got)
	}
	p.Client.Close()
}

func TestTheEndIsTold(t *testing.T) {
	b := start(t, nil)
	idle, busy := attachTo(t, b, nil), attachTo(t, b, nil)
	failed := make(chan error)
	go func() {
		_, err := busy.Eval(context.Background(), "", "print('began') sleep(3600)")
		failed <- err
	}()
	busy.out.waitFor(t, "began")
	b.stop(t)
	if err := <-failed; err == nil || err.Error() != fmt.Sprintf("bot (pid %d) has ended", os.Getpid()) {
		t.Errorf("the evaluation ended with %v", err)
	}
	for _, p := range []*person{idle, busy} {
		<-p.Context().Done()
		if err := context.Cause(p.Context()); err.Error() != fmt.Sprintf("bot (pid %d) has ended", os.Getpid()) {
			t.Errorf("got %v", err)
		}
	}
	if entries, _ := os.ReadDir(filepath.Join(b.place.State, "attach")); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}

// TestWhatOutlivesTheServerIsWaitedFor closes the server while a line is in a call that does not heed its end.
func TestWhatOutlivesTheServerIsWaitedFor(t *testing.T) {
	held, release := make(chan struct{}), make(chan struct{})
	b := start(t, func(o *Options) {
		o.Host.Registry().AddFunc(bind.Func{Name: "stall", Call: func(*bind.Call) (any, error) {
			close(held)
			<-release
			return nil, nil
		}})
	})
	var released atomic.Bool
	var others sync.WaitGroup
	server, p := b.server, attachTo(t, b, nil)
	others.Go(func() { _, _ = p.Eval(context.Background(), "", "stall()") }) // whose answer is the end of the script
	<-held
	others.Go(func() {
		server.Wait()
		if !released.Load() {
			t.Error("the line was not waited for")
		}
	})
	b.stop(t)
	released.Store(true)
	close(release)
	others.Wait()
}

func TestExitEndsTheScript(t *testing.T) {
	b := start(t, nil)
	b.OnExit(func(*runtime.ExitError) { go b.server.Close() })
	p := attachTo(t, b, nil)
	_, err := p.Eval(context.Background(), "", "os.exit(3)")
	b.server = nil
	ended, ok := errors.AsType[*EndedError](err)
	if !ok || !ended.Asked {
		t.Errorf("got %v", err)
	}
}

func TestManyClients(t *testing.T) {
	b := start(t, nil)
	var people sync.WaitGroup
	for i := range maxClients {
		p := attachTo(t, b, nil)
		people.Go(func() {
			for range 5 {
				p.eval(t, fmt.Sprintf("local a = %d sleep(0) return a", i), fmt.Sprintln(i))
			}
		})
	}
	people.Wait()
	_, err := Dial(context.Background(), Running{Socket: b.server.Path()}, ClientOptions{})
	if err == nil || !strings.Contains(err.Error(), "too many clients") {
		t.Errorf("got %v", err)
	}
}

func TestListFindsWhatRunsAndRemovesTheRest(t *testing.T) {
	b := start(t, nil)
	dir, _ := b.place.Dir()
	begun := filepath.Join(dir, ".begun-4000001.sock")
	if err := os.WriteFile(begun, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(begun, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	l, path, err := b.place.listen("dead", 4_000_000)
	if err != nil {
		t.Fatal(err)
	}
	l.Close() // which leaves the file, as a killed process does
	list, err := List(context.Background(), b.place)
	if err != nil || len(list) != 1 || list[0].Script != "bot" || list[0].Path != "/bots/bot.lua" || list[0].Err != nil {
		t.Errorf("got %+v, %v", list, err)
	}
	for _, left := range []string{path, begun} {
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the socket of a dead process, %s: %v", left, err)
		}
	}
	if list, err := List(context.Background(), Place{State: t.TempDir()}); err != nil || len(list) != 0 {
		t.Errorf("in an empty folder: %+v, %v", list, err)
	}
	if goruntime.GOOS == "windows" {
		return // which has other permissions
	}
	for path, want := range map[string]os.FileMode{dir: os.ModeDir | 0o700, b.server.Path(): os.ModeSocket | 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
}

func TestOthersCannotPrepareTheFolder(t *testing.T) {
	place := Place{State: shortDir(t)}
	if err := os.Symlink(t.TempDir(), filepath.Join(place.State, "attach")); err != nil {
		t.Skip(err)
	}
	if _, _, err := place.listen("bot", 1); err == nil || !strings.Contains(err.Error(), "is not a folder of yours") {
		t.Errorf("a link in its place: %v", err)
	}
	if _, err := List(context.Background(), place); err == nil || !strings.Contains(err.Error(), "is not a folder of yours") {
		t.Errorf("the list behind a link: %v", err)
	}
	place = Place{State: shortDir(t)}
	dir := filepath.Join(place.State, "attach")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	l, _, err := place.listen("bot", 1)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if info, err := os.Stat(dir); goruntime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o700) {
		t.Errorf("an open folder becomes %v, %v", info.Mode(), err)
	}
}

func TestLongPaths(t *testing.T) {
	place := Place{State: filepath.Join(shortDir(t), strings.Repeat("long/", 30)), Temp: shortDir(t)}
	dir, short := place.Dir()
	if !short || !strings.HasPrefix(dir, place.Temp) {
		t.Errorf("the folder is %s, %v", dir, short)
	}
	l, path, err := place.listen(strings.Repeat("scrïpt", 50), 12345)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	script, pid := parseSocketName(path)
	if len(path) > maxPath || pid != 12345 || !strings.HasPrefix(script, "scr_ptscr_pt") {
		t.Errorf("the socket is %s: %s, %d", path, script, pid)
	}
	place.Temp = place.State
	if _, _, err := place.listen("bot", 1); err == nil || !strings.Contains(err.Error(), "too long for a socket") {
		t.Errorf("without any short folder: %v", err)
	}
}

func TestPipe(t *testing.T) {
	b := start(t, nil)
	stdin := strings.NewReader("local a = io.read()\nsome text\nfor i = 1, 2 do\nprint(i, a)\nend\n'value'\nnil + 1\nprint('never')\n")
	out := newScreen()
	shell, err := repl.New(repl.Options{Stdin: stdin, Stdout: out, Stderr: out})
	if err != nil {
		t.Fatal(err)
	}
	client, err := Dial(context.Background(), Running{Socket: b.server.Path()}, ClientOptions{Stdout: out, Stderr: out, Input: runtime.NewInput(stdin)})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	err = shell.RunOn(context.Background(), client)
	if failed, ok := errors.AsType[*EvalError](err); !ok || !strings.HasPrefix(failed.Text, "attach:6: can't add nil and 1") {
		t.Errorf("ended with %v", err)
	}
	if want := "1\tsome text\n2\tsome text\n\"value\"\n"; out.String() != want {
		t.Errorf("got %q, want %q", out, want)
	}
}
