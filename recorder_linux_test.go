package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/sandbox"
	"cordial/discord/voice/audio"
)

// meeting is a sandbox with a recorder at a terminal.
type meeting struct {
	*pty
	server *sandbox.Server
	info   sandbox.Info
}

// startRecorder starts one and waits until it takes keys.
func startRecorder(t *testing.T, args ...string) *meeting {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	m := &meeting{server: server, info: server.Info(), pty: startPTY(t, []string{
		"DISCORD_BOT_TOKEN=" + server.BotToken(), "CORDIAL_API_URL=" + server.APIURL(), "CORDIAL_STATE_DIR=" + t.TempDir(), "NO_COLOR=1",
	}, append([]string{"run", "recorder"}, args...)...)}
	m.reads(t)
	return m
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

// bot is the name of the recorder.
func (m *meeting) bot() string {
	return m.info.Users[slices.IndexFunc(m.info.Users, func(u sandbox.InfoUser) bool { return strings.HasSuffix(u.Token, m.info.BotToken) })].Name
}

func (m *meeting) leave(t *testing.T, name string) {
	t.Helper()
	if err := m.server.World().LeaveVoice(m.person(name), m.info.GuildID); err != nil {
		t.Fatal(err)
	}
}

// noise is a source without an end.
type noise struct{}

func (noise) Read(pcm []int16) (int, error) {
	for i := range pcm {
		pcm[i] = int16(rand.IntN(20000) - 10000)
	}
	return len(pcm) / 2, nil
}

func (noise) Seek(time.Duration) error        { return audio.ErrNoSeek }
func (noise) Duration() (time.Duration, bool) { return 0, false }
func (noise) Close() error                    { return nil }

func TestRecorderShowsWhoIsWhere(t *testing.T) {
	m := startRecorder(t)
	m.waitFor(t, `▸ 🔊 General\n\n`)
	m.join(t, "nathan", "General")
	m.waitFor(t, `▸ 🔊 General\n +nathan`)
	m.channelIn(t, "Music")
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

// TestRecorderRecords joins a channel in which somebody speaks, stops, mixes, and is disconnected during the next recording.
func TestRecorderRecords(t *testing.T) {
	m := startRecorder(t)
	nathan := m.person("nathan").User
	m.join(t, "nathan", "General")
	m.waitFor(t, `▸ 🔊 General\n +nathan`)
	m.press(t, "\r")
	m.waitFor(t, `● 0:00:\d\d General-\d{8}-\d{6}\.ogg\n`)
	m.waitFor(t, `▸ 🔊 General  ● recording\n`)
	talking, hush := context.WithCancel(t.Context())
	defer hush()
	go m.server.Voice().Speak(talking, nathan, noise{})
	m.waitFor(t, `nathan +█+·*\n`)
	hush()
	m.waitFor(t, `nathan +·+\n`)
	m.press(t, "s")
	m.waitFor(t, `General-[-\d]+\.ogg: 1 speaker, 0:00:\d\d\n`)
	m.press(t, "m")
	m.waitFor(t, `mixed in General-[-\d]+_mixed\.ogg\n`)
	m.press(t, "\r")
	m.waitFor(t, `▸ 🔊 General  ● recording\n`)
	m.press(t, "m")
	m.waitFor(t, `with a mix`)
	m.leave(t, m.bot())
	m.waitFor(t, `General-[-\d]+\.ogg: 0 speakers, 0:00:\d\d`)
	m.press(t, "q")
	code := m.wait(t)
	if printed := strings.Count(m.shown(), "\nGeneral-") + strings.Count(m.shown(), "\nmixed in General-"); code != exitOK || printed != 3 {
		t.Errorf("exit code %d, %d lines about recordings:\n%s", code, printed, m.shown())
	}
	for pattern, want := range map[string]int{"*.json": 2, "*_mixed.ogg": 2, "*_" + string(nathan) + ".ogg": 1} {
		files, err := filepath.Glob(filepath.Join(m.process.Dir, "General-"+pattern))
		if err != nil || len(files) != want {
			t.Errorf("%s: %v, want %d, error %v", pattern, files, want, err)
		}
	}
}

// channelIn makes a voice channel besides General.
func (m *meeting) channelIn(t *testing.T, name string) discord.Snowflake {
	t.Helper()
	c, err := m.server.World().CreateChannel(m.person("nathan"), m.info.GuildID, sandbox.ChannelParams{
		Name: sandbox.Given(name), Type: sandbox.Given(sandbox.VoiceChannel), ParentID: sandbox.Given(m.channel("Voice Channels")),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// removeTrack removes the file of the only speaker, once there is one.
func (m *meeting) removeTrack(t *testing.T) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		tracks, err := filepath.Glob(filepath.Join(m.process.Dir, "General-*_*.ogg"))
		if err != nil {
			t.Fatal(err)
		}
		if len(tracks) == 1 {
			if err := os.Remove(tracks[0]); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("there is no track")
}

// TestRecorderTellsWhatItCannotRecord records to a folder that does not exist: the whole reason is shown, and the bot does not stay.
func TestRecorderTellsWhatItCannotRecord(t *testing.T) {
	m := startRecorder(t, "a-folder-with-a-name-that-takes-a-line-nearly")
	m.waitFor(t, `▸ 🔊 General\n`)
	m.press(t, "\r")
	m.waitFor(t, `exist:\s+create\s+it,\s+or\s+record\s+to\s+another\s+path\n`)
	m.waitFor(t, `▸ 🔊 General\n\n`)
	m.press(t, "s")
	m.waitFor(t, `nothing is being recorded\n`)
	if err := os.Mkdir(filepath.Join(m.process.Dir, "a-folder-with-a-name-that-takes-a-line-nearly"), 0o700); err != nil {
		t.Fatal(err)
	}
	m.press(t, "\r")
	m.waitFor(t, `▸ 🔊 General  ● recording\n`)
	m.press(t, "q")
	if code := m.wait(t); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// TestRecorderGoesAlong has somebody take the bot to another channel, and a track vanish before it is mixed: the recording is shown where the
// bot is, and is there without its mix. Its name was taken by another.
func TestRecorderGoesAlong(t *testing.T) {
	m := startRecorder(t)
	music := m.channelIn(t, "Music")
	m.join(t, "nathan", "General")
	m.waitFor(t, `▸ 🔊 General\n +nathan`)
	for s := range 120 {
		name := time.Now().Add(time.Duration(s) * time.Second).Format("General-20060102-150405.json")
		if err := os.WriteFile(filepath.Join(m.process.Dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m.press(t, "\r")
	m.waitFor(t, `● 0:00:\d\d General-\d{8}-\d{6}-2\.ogg\n`)
	talking, hush := context.WithCancel(t.Context())
	defer hush()
	go m.server.Voice().Speak(talking, m.person("nathan").User, noise{})
	m.waitFor(t, `nathan +█+·*\n`)
	hush()
	bot := discord.Snowflake(m.info.ApplicationID)
	if _, err := m.server.World().ModifyMember(m.person("nathan"), m.info.GuildID, bot, sandbox.MemberParams{ChannelID: sandbox.Given(music)}); err != nil {
		t.Fatal(err)
	}
	m.waitFor(t, `▸ 🔊 General\n +nathan *\n +🔊 Music  ● recording\n`)
	m.press(t, "m")
	m.waitFor(t, `with a mix`)
	m.removeTrack(t)
	m.press(t, "s")
	m.waitFor(t, `General-[-\d]+\.ogg: 1 speaker, 0:00:\d\d, but [^\x00]*no such file`)
	m.waitFor(t, ` 🔊 Music\n\n`)
	m.press(t, "m")
	m.waitFor(t, `General-[-\d]+_\d+\.ogg: no such file`)
	m.press(t, "q")
	code := m.wait(t)
	if code != exitOK || strings.Count(m.shown(), "\nGeneral-") != 1 {
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
