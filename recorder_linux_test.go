package main

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"cordial/discord"
	"cordial/discord/sandbox"
)

// meeting is a sandbox with a recorder at a terminal.
type meeting struct {
	*pty
	server *sandbox.Server
	info   sandbox.Info
}

func startRecorder(t *testing.T) *meeting {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return &meeting{server: server, info: server.Info(), pty: startPTY(t, []string{
		"DISCORD_BOT_TOKEN=" + server.BotToken(), "CORDIAL_API_URL=" + server.APIURL(), "CORDIAL_STATE_DIR=" + t.TempDir(), "NO_COLOR=1",
	}, "run", "recorder")}
}

func (m *meeting) person(name string) sandbox.Actor {
	i := slices.IndexFunc(m.info.Users, func(u sandbox.InfoUser) bool { return u.Name == name })
	return sandbox.Actor{User: m.info.Users[i].ID}
}

func (m *meeting) channel(name string) discord.Snowflake {
	i := slices.IndexFunc(m.info.Channels, func(c sandbox.InfoChannel) bool { return c.Name == name })
	return m.info.Channels[i].ID
}

// join lets a person enter a voice channel.
func (m *meeting) join(t *testing.T, name, channel string) {
	t.Helper()
	if err := m.server.World().JoinVoice(m.person(name), m.channel(channel)); err != nil {
		t.Fatal(err)
	}
}

func (m *meeting) leave(t *testing.T, name string) {
	t.Helper()
	if err := m.server.World().LeaveVoice(m.person(name), m.info.GuildID); err != nil {
		t.Fatal(err)
	}
}

func TestRecorderShowsWhoIsWhere(t *testing.T) {
	m := startRecorder(t)
	m.waitFor(t, `▸ 🔊 General\n\n`)
	m.join(t, "nathan", "General")
	m.waitFor(t, `▸ 🔊 General\n +nathan`)
	owner := m.person("nathan")
	if _, err := m.server.World().CreateChannel(owner, m.info.GuildID, sandbox.ChannelParams{
		Name: sandbox.Given("Music"), Type: sandbox.Given(sandbox.VoiceChannel), ParentID: sandbox.Given(m.channel("Voice Channels")),
	}); err != nil {
		t.Fatal(err)
	}
	m.waitFor(t, `▸ 🔊 General\n +nathan\n  🔊 Music\n`)
	m.press(t, "x\x1b[Bj") // a key that does nothing, down, and down at the end
	m.waitFor(t, `  🔊 General\n +nathan\n▸ 🔊 Music\n`)
	m.leave(t, "nathan")
	m.press(t, "\x1b[A")
	m.waitFor(t, `▸ 🔊 General\n  🔊 Music\n`)
	m.press(t, "s")
	m.waitFor(t, `nothing is being recorded\n`)
	m.press(t, "q")
	if code := m.wait(t); code != exitOK || strings.Contains(m.shown(), "🔊") {
		t.Errorf("exit code %d, the terminal shows\n%s", code, m.shown())
	}
}

// TestRecorderGivesTheTerminalBack ends the recorder in the middle of its work.
func TestRecorderGivesTheTerminalBack(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(m *meeting)
		code int
	}{
		"Ctrl-C":  {func(m *meeting) { m.press(t, "\x03") }, exitOK},
		"SIGTERM": {func(m *meeting) { m.process.Process.Signal(syscall.SIGTERM) }, exitInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			m := startRecorder(t)
			m.press(t, "m")
			m.waitFor(t, "with a mix") // it reads keys
			raw := m.modes(t)
			test.end(m)
			code := m.wait(t)
			if code != test.code || strings.Contains(m.shown(), "🔊") {
				t.Errorf("exit code %d, the terminal shows\n%s", code, m.shown())
			}
			if cooked := m.modes(t); raw.Lflag&syscall.ECHO != 0 || cooked.Lflag&(syscall.ECHO|syscall.ICANON|syscall.ISIG) != syscall.ECHO|syscall.ICANON|syscall.ISIG {
				t.Errorf("the terminal's modes were %#x and are %#x", raw.Lflag, cooked.Lflag)
			}
		})
	}
}
