package main

import (
	"bytes"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// runProcess runs cordial as a process of its own and returns its peak memory.
func runProcess(b *testing.B, stdin string, args ...string) (peakBytes int64) {
	b.Helper()
	cmd := exec.Command("cordial", append([]string{"--sandbox"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(stdin), &stderr
	if err := cmd.Run(); err != nil {
		b.Fatalf("%v: %s", err, &stderr)
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024
}

// BenchmarkEval is one command from its start to its exit, with a request to
// the sandbox. The goal is 100 ms.
func BenchmarkEval(b *testing.B) {
	for b.Loop() {
		runProcess(b, "", "eval", "dc:me()")
	}
}

// BenchmarkShellMemory is the memory of a shell with the sandbox that has made
// one request. The goal is 40 MB.
func BenchmarkShellMemory(b *testing.B) {
	var peak int64
	for b.Loop() {
		peak = max(peak, runProcess(b, "dc:me()\n"))
	}
	b.ReportMetric(float64(peak)/(1<<20), "MB")
}
