package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"cordial/runtime"
)

// What a child process is told in its environment.
const (
	childRole = "STORE_TEST_CHILD"
	childDir  = "STORE_TEST_DIR"
)

// child is another process on the store.
func child(role string) int {
	db := New(at(os.Getenv(childDir)))
	var err error
	switch role {
	case "write":
		err = writeForever(db)
	case "count":
		err = countInLua(db)
	}
	fmt.Fprintln(os.Stderr, err)
	if err != nil {
		return 1
	}
	return 0
}

// writeForever writes one key after the other, and says so after each.
func writeForever(db *DB) error {
	ctx := context.Background()
	n, err := db.Count(ctx, "n", "")
	for ; err == nil; n++ {
		if _, err = db.Incr(ctx, "sum", "sum", 1); err == nil {
			err = db.Set(ctx, Entry{Namespace: "n", Key: strconv.Itoa(n), Value: strconv.Itoa(n)})
		}
		if err == nil {
			fmt.Println(n)
		}
	}
	return err
}

// countInLua counts a thousand times, in two ways.
func countInLua(db *DB) error {
	host := runtime.New(runtime.Options{})
	Install(host, db, "shared")
	err := host.RunString(context.Background(), "count.lua", `
		for i = 1, 1000 do
			store:incr("incr")
			store:update("update", function(n) return (n or 0) + 1 end)
		end`)
	if err == nil {
		err = host.Close()
	}
	if err == nil {
		err = db.Close()
	}
	return err
}

// start runs a child process.
func start(t *testing.T, role, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role, childDir+"="+dir)
	cmd.Stderr = t.Output()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return cmd, bufio.NewScanner(stdout)
}

// TestKilled kills a process that writes in a loop, again and again: what it has said to have written is there, and the file is sound.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	written := 0
	for round := range 5 {
		cmd, lines := start(t, "write", dir)
		for i := 0; i < 200+37*round && lines.Scan(); i++ {
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		last := lines.Text()
		for lines.Scan() {
			last = lines.Text() // was under way
		}
		cmd.Wait() // says that it was killed
		n, err := strconv.Atoi(last)
		if err != nil || n < written {
			t.Fatalf("the last line is %q, after %d", last, written)
		}
		written = checkKilled(t, dir, n)
	}
}

// checkKilled looks at the file of a process that had written the key last, and returns how many keys there are.
func checkKilled(t *testing.T, dir string, last int) int {
	t.Helper()
	db := New(at(dir))
	defer db.Close()
	for i := range last + 1 {
		if got := value(t, db, "n", strconv.Itoa(i)); got != strconv.Itoa(i) {
			t.Fatalf("the key %d has %q", i, got)
		}
	}
	n, err := db.Count(t.Context(), "n", "")
	if err != nil || n > last+2 {
		t.Errorf("%d keys after the key %d was written: %v", n, last, err)
	}
	if sum, _ := strconv.Atoi(value(t, db, "sum", "sum")); sum < last+1 {
		t.Errorf("the sum is %d after %d", sum, last+1)
	}
	var sound string
	if err := db.read.QueryRow("PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
		t.Errorf("the file: %s %v", sound, err)
	}
	return n
}

// TestTwoProcesses count on the same keys, in a file that both may make.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	first, _ := start(t, "count", dir)
	second, _ := start(t, "count", dir)
	for _, cmd := range []*exec.Cmd{first, second} {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	db := opened(t, at(dir))
	for _, key := range []string{"incr", "update"} {
		if got := value(t, db, "shared", key); got != "2000" {
			t.Errorf("%s: %s", key, got)
		}
	}
}
