package schedule

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cordial/runtime"
)

// childScript is the variable that makes the test binary a process which runs a script, with its ledger in childDir.
const childScript, childDir = "SCHEDULE_TEST_SCRIPT", "SCHEDULE_TEST_DIR"

func TestMain(m *testing.M) {
	if source := os.Getenv(childScript); source != "" {
		host := runtime.New(runtime.Options{Watchdog: -1})
		jobs := Install(host, Options{Dir: func() (string, error) { return os.Getenv(childDir), nil }, Script: "bot", Zone: time.UTC})
		err := host.RunString(context.Background(), "bot.lua", source)
		host.Close()
		if jobs.Close() != nil || err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child is a process that can be killed.
type child struct {
	*exec.Cmd
	lines *bufio.Scanner
}

func startChild(t *testing.T, dir, source string) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(os.Args[0])}
	c.Env = append(os.Environ(), childScript+"="+source, childDir+"="+dir)
	c.Stderr = os.Stderr
	stdout, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(stdout)
	return c
}

// next waits for a line of output.
func (c *child) next(t *testing.T) string {
	t.Helper()
	if !c.lines.Scan() {
		t.Fatalf("the process has ended: %v", c.lines.Err())
	}
	return c.lines.Text()
}

// line waits for a line that says want.
func (c *child) line(t *testing.T, want string) {
	t.Helper()
	if got := c.next(t); got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

// kill ends the process as the power does.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Wait()
}

// rest waits for the end, and gives what was still printed.
func (c *child) rest(t *testing.T) string {
	t.Helper()
	var lines []string
	for c.lines.Scan() {
		lines = append(lines, c.lines.Text())
	}
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	return strings.Join(lines, "\n")
}

// waitForNext waits for a ledger that knows when a job is due.
func waitForNext(t *testing.T, dir string) {
	t.Helper()
	for range 1000 {
		b, err := ledgerFile(filepath.Join(dir, "bot.json")).read()
		if err == nil && len(b.Jobs) == 1 && !b.Jobs[0].Next.IsZero() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the ledger does not come")
}

func TestKilledBetweenDueTimeAndRun(t *testing.T) {
	for _, catchUp := range []bool{true, false} {
		dir := t.TempDir()
		at := fmt.Sprintf("at(due, {name = 'once', catch_up = %t}, function() print('ran') end)\n", catchUp)
		// The state is held past the due time, so that the run cannot begin.
		first := startChild(t, dir, "due = os.time() + 2 "+at+"print(due) while os.time() <= due do end print('due') while true do end")
		job := "due = " + first.next(t) + " " + at
		waitForNext(t, dir)
		first.line(t, "due")
		first.kill(t)
		// Within the grace it is not too late, with and without catch_up.
		if got := startChild(t, dir, job).rest(t); got != "ran" {
			t.Errorf("catch_up %t: after the kill: %q", catchUp, got)
		}
		if got := startChild(t, dir, job).rest(t); got != "" {
			t.Errorf("catch_up %t: then: %q", catchUp, got)
		}
	}
}

func TestKilledDuringTheRun(t *testing.T) {
	dir := t.TempDir()
	job := fmt.Sprintf("at(%d, {name = 'once', catch_up = true}, function() print('begun') while true do end end)\n", time.Now().Unix()-1)
	first := startChild(t, dir, job)
	first.line(t, "begun")
	reports, err := Read(dir)
	if err != nil || len(reports) != 1 || !reports[0].Running || reports[0].Jobs[0].Result != "running" {
		t.Errorf("while it runs: %+v, %v", reports, err)
	}
	first.kill(t)
	// What has begun counts as run.
	if got := startChild(t, dir, job).rest(t); got != "" {
		t.Errorf("after the kill: %q", got)
	}
	reports, err = Read(dir)
	if err != nil || reports[0].Running || reports[0].Jobs[0].Result != killed || reports[0].Jobs[0].Runs != 1 {
		t.Errorf("after the kill: %+v, %v", reports, err)
	}
}

// TestKilledAtAnyTime kills a process again and again that runs a job all the time. The ledger can always be read, and no run is
// counted twice or lost: what was printed is what the ledger has, but for one run of each process, which had begun.
func TestKilledAtAnyTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	dir := t.TempDir()
	runs := 0
	for round := range 8 {
		c := startChild(t, dir, `every(0.005, {name = "a"}, function() print("ran") end)`)
		for range 1 + round*2 {
			c.line(t, "ran")
			runs++
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for c.lines.Scan() {
			runs++
		}
		c.Wait()
		b, err := ledgerFile(filepath.Join(dir, "bot.json")).read()
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if begun := b.Jobs[0].Runs; begun < runs || begun > runs+1+round {
			t.Fatalf("round %d: the ledger has %d runs, %d were printed", round, begun, runs)
		}
	}
}
