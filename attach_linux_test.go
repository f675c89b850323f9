package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// startBot runs a script as a process of its own, with its state in a folder, until the test ends.
func startBot(t testing.TB, state, source string, args ...string) *exec.Cmd {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bot.lua")
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	bot := exec.Command("cordial", append(append([]string{"--sandbox", "run"}, args...), path)...)
	bot.Env = append(os.Environ(), "CORDIAL_STATE_DIR="+state)
	out := &output{}
	bot.Stdout = out
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		bot.Process.Kill()
		bot.Wait()
	})
	out.waitFor(t, "ready")
	return bot
}

func TestAttachAtATerminal(t *testing.T) {
	state := t.TempDir()
	bot := startBot(t, state, `word = "one" print("ready") sleep(3600)`)
	p := startPTY(t, []string{"CORDIAL_STATE_DIR=" + state, "NO_COLOR=1"}, "attach")
	p.waitFor(t, `(?s)Attached to bot \(pid \d+\).*> $`)
	for _, typed := range [][2]string{
		{"wo\t\r", `(?s)[\s\x08]"one"[\s\x08].*> $`},
		{"local x = 1\rx + 1\r", `(?s)[\s\x08]2[\s\x08].*> $`},
		{"print('waits') sleep(3600)\r", `[\s\x08]waits[\s\x08]*$`},
		{"\x03", `(?s)[\s\x08]waits.*interrupted[\s\x08].*> $`},
		{"print('follows') tail 'logs'\r", `[\s\x08]follows[\s\x08]+ready[\s\x08]*$`},
		{"\x03", `(?s)[\s\x08]follows.*interrupted[\s\x08].*> $`},
		{"for i = 11, 12 do\r", `>> $`},
		{"print(i) end\r", `(?s)[\s\x08]11[\s\x08]+12[\s\x08].*> $`},
		{"print('reads', io.read())\r", `(?s)print\('reads', io.read\(\)\)[\s\x08]*$`},
		{"some text\r", `(?s)[\s\x08]reads[\s\x08]+some text[\s\x08].*> $`},
		{"nil + 1\r", `(?s)attach:\d+: can't add nil and 1[\s\x08].*> $`},
		{"after(0, print, 'from a task')\r", `(?s)[\s\x08]from a task[\s\x08].*> $`},
	} {
		p.press(t, typed[0])
		p.waitFor(t, typed[1])
	}
	p.press(t, "\x04")
	if code := p.wait(t); code != exitOK {
		t.Errorf("Ctrl-D ended with %d", code)
	}
	if err := bot.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the bot: %v", err)
	}
}

func TestTheEndOfABotIsToldAtATerminal(t *testing.T) {
	state := t.TempDir()
	bot := startBot(t, state, `print("ready") sleep(3600)`)
	p := startPTY(t, []string{"CORDIAL_STATE_DIR=" + state, "NO_COLOR=1"}, "attach")
	p.waitFor(t, `> $`)
	p.press(t, "half a li")
	p.waitFor(t, "half a li$")
	bot.Process.Signal(syscall.SIGTERM)
	p.waitFor(t, `bot \(pid \d+\) has ended\r?\n$`)
	if code := p.wait(t); code != exitScript {
		t.Errorf("exit code %d", code)
	}
}

// BenchmarkAttach is one command from its start to its exit, which evaluates an expression in a bot.
func BenchmarkAttach(b *testing.B) {
	state := b.TempDir()
	startBot(b, state, `print("ready") sleep(3600)`)
	b.Setenv("CORDIAL_STATE_DIR", state)
	for b.Loop() {
		if text, err := exec.Command("cordial", "attach", "-e", "1 + 1").CombinedOutput(); err != nil || string(text) != "2\n" {
			b.Fatalf("%s%v", text, err)
		}
	}
}

func TestTheTranscriptInTheDocsIsTrue(t *testing.T) {
	page := readFile(t, "docs/attach.md")
	_, rest, _ := strings.Cut(page, "```lua\n")
	script, rest, _ := strings.Cut(rest, "```\n")
	_, rest, _ = strings.Cut(rest, "$ cordial attach\n")
	transcript, _, _ := strings.Cut(rest, "```\n")
	var typed, shown strings.Builder
	for line := range strings.Lines(transcript) {
		if input, ok := strings.CutPrefix(line, "> "); ok {
			typed.WriteString(input)
		} else {
			shown.WriteString(line)
		}
	}
	state := t.TempDir()
	startBot(t, state, script+`gateway.once("READY", function() print("ready") end)`)
	attached := exec.Command("cordial", "attach")
	attached.Env = append(os.Environ(), "CORDIAL_STATE_DIR="+state)
	attached.Stdin = strings.NewReader(typed.String())
	got, err := attached.CombinedOutput()
	if diff := cmp.Diff(shown.String(), string(got)); err != nil || diff != "" {
		t.Errorf("%v, output (-docs +got):\n%s", err, diff)
	}
}
