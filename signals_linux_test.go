package main

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What nohup starts outlives its terminal.
func TestAHangUpThatIsIgnored(t *testing.T) {
	signal.Ignore(syscall.SIGHUP) // the process that is started inherits it
	defer signal.Reset(syscall.SIGHUP)
	run := exec.Command("cordial", "--sandbox", "eval", `print(io.open("/proc/self/status"):read("*a"):match("SigIgn:%s*(%x+)"))`)
	text, err := run.CombinedOutput()
	if err != nil {
		t.Fatal(err, string(text))
	}
	ignored, err := strconv.ParseUint(strings.TrimSpace(string(text)), 16, 64)
	if err != nil || ignored&(1<<(syscall.SIGHUP-1)) == 0 {
		t.Errorf("the process ignores the signals %s, %v", text, err)
	}
}

func TestAScriptFromAPipe(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	if _, err := io.WriteString(write, `print("ran", ...)`); err != nil {
		t.Fatal(err)
	}
	write.Close()
	run := exec.Command("cordial", "--sandbox", "run", "/dev/fd/3", "an argument")
	run.ExtraFiles = []*os.File{read}
	text, err := run.CombinedOutput()
	if err != nil || string(text) != "ran\tan argument\n" {
		t.Errorf("it printed %q, %v", text, err)
	}
}
