//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordial/discord/sandbox"
)

// bots are scripts in processes of their own that have the token of one bot and one state folder.
type bots struct {
	*testing.T
	server *sandbox.Server
	dir    string
}

func newBots(t *testing.T) *bots {
	t.Helper()
	limits := sandbox.DefaultGatewayLimits()
	limits.IdentifyWindow = time.Nanosecond
	server, err := sandbox.Start(sandbox.Options{Gateway: &limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bots{t, server, t.TempDir()}
}

// write makes a script that prints messages.
func (b *bots) write(name, before string) {
	b.Helper()
	path := filepath.Join(b.dir, name)
	code := fmt.Sprintf(`gateway.on("MESSAGE_CREATE", function(msg) print(%q .. msg.content) end)`, before)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(code), 0o600); err != nil {
		b.Fatal(err)
	}
}

// start runs a script, with flags before it, and waits until it is ready. Its session does not wait for 5 seconds after the last one's
// beginning: the record of that is taken away.
func (b *bots) start(name string, flags ...string) *bot {
	b.Helper()
	state := filepath.Join(b.dir, "state")
	records, _ := filepath.Glob(filepath.Join(state, "gateway", "gateway-*.json"))
	for _, record := range records {
		if err := os.Remove(record); err != nil {
			b.Fatal(err)
		}
	}
	p := &bot{Cmd: exec.Command("cordial", append(append([]string{"run"}, flags...), name)...), t: b.T}
	p.Dir = b.dir
	p.Env = append(p.Environ(), "DISCORD_BOT_TOKEN="+b.server.BotToken(), "CORDIAL_API_URL="+b.server.APIURL(), "CORDIAL_STATE_DIR="+state)
	p.Stdout, p.Stderr = &p.out, &p.err
	if err := p.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if p.ProcessState == nil {
			p.Process.Kill()
			p.Wait()
		}
	})
	p.err.waitFor(b.T, "ready: ")
	return p
}

// say has nathan write a message.
func (b *bots) say(text string) {
	b.Helper()
	nathan, _ := b.server.World().UserNamed("nathan")
	for _, c := range b.server.Info().Channels {
		if c.Name != "general" {
			continue
		}
		if _, err := b.server.World().CreateMessage(sandbox.Actor{User: nathan.ID}, c.ID, sandbox.MessageParams{Content: text}); err != nil {
			b.Fatal(err)
		}
	}
}

// bot is one of the processes.
type bot struct {
	*exec.Cmd
	t        *testing.T
	out, err output
}

// stop ends the process in good order.
func (p *bot) stop() {
	p.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		p.t.Errorf("the bot ended with %v: %s", err, &p.err)
	}
}

// hears waits for lines and expects that these, and no others, have come.
func (p *bot) hears(lines ...string) {
	p.t.Helper()
	p.out.waitFor(p.t, lines[len(lines)-1]+"\n")
	if got, want := p.out.String(), strings.Join(lines, "\n")+"\n"; got != want {
		p.t.Errorf("the bot printed %q, want %q", got, want)
	}
}

const twinText = "is connected in another process too"

// noTwin expects that the process has not told of another one.
func (p *bot) noTwin() {
	p.t.Helper()
	if talk := p.err.String(); strings.Contains(talk, twinText) {
		p.t.Errorf("the bot said %q", talk)
	}
}

// TestEachScriptHasItsSession runs two scripts of one bot, of the same name, by turns. Each goes on where it stopped itself.
func TestEachScriptHasItsSession(t *testing.T) {
	b := newBots(t)
	b.write("one/bot.lua", "one: ")
	b.write("two/bot.lua", "two: ")
	b.start("one/bot.lua").stop()
	b.say("first")
	two := b.start("two/bot.lua")
	b.say("second")
	two.hears("two: second")
	two.stop()
	b.say("third")
	one := b.start("one/bot.lua")
	one.hears("one: first", "one: second", "one: third")
	two = b.start("./two/../two/bot.lua")
	two.hears("two: third")
	for _, p := range []*bot{one, two} {
		p.noTwin()
		p.stop()
	}
}

// TestScriptThatRunsTwice starts a script that runs already. It says so, and leaves the session of the first process alone.
func TestScriptThatRunsTwice(t *testing.T) {
	b := newBots(t)
	b.write("twin.lua", "")
	first := b.start("twin.lua")
	second := b.start("twin.lua")
	want := fmt.Sprintf("gateway: %s %s (%d): both get every event and both answer it, so stop one of them\n",
		filepath.Join(b.dir, "twin.lua"), twinText, first.Process.Pid)
	if got := second.err.String(); strings.Count(got, twinText) != 1 || !strings.Contains(got, want) {
		t.Errorf("the second process said %q, want %q", got, want)
	}
	b.say("for both")
	first.hears("for both")
	second.hears("for both")
	second.stop()
	first.stop()
	b.say("while they are away")
	third := b.start("twin.lua")
	third.hears("while they are away")
	first.noTwin()
	third.noTwin()
	third.stop()
}

// TestReloadIsNoTwin saves a script that is watched: the new code goes on with the connection and its session.
func TestReloadIsNoTwin(t *testing.T) {
	b := newBots(t)
	b.write("bot.lua", "old: ")
	p := b.start("bot.lua", "--watch")
	b.write("bot.lua", "new: ")
	p.err.waitFor(t, "reloaded bot.lua")
	b.say("hello")
	p.hears("new: hello")
	p.noTwin()
	p.stop()
	b.say("while it is away")
	p = b.start("bot.lua")
	p.hears("new: while it is away")
	p.noTwin()
	p.stop()
}
