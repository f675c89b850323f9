package record

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// victimPath is the environment variable that makes a test process record there until it is killed.
const victimPath = "CORDIAL_TEST_RECORD"

// killedAt is how long the victim records: just before it would write next.
const killedAt = 6*time.Second + 490*time.Millisecond

// victim records, in a process of its own, what say plays, until that process is killed.
func victim(t *testing.T, o Options, say func(to func(voice.Packet))) {
	path := os.Getenv(victimPath)
	if path == "" {
		t.Skip("runs in a process of its own, which is killed")
	}
	synctest.Test(t, func(t *testing.T) {
		r, err := Start(path, o)
		if err != nil {
			t.Fatal(err)
		}
		say(r.Packet)
		synctest.Wait()
		fmt.Println("recorded")
		os.Stdin.Read(make([]byte, 1)) // simulated time stands still until the end
	})
}

// TestVictim is the process that TestKilled kills.
func TestVictim(t *testing.T) {
	victim(t, Options{Mix: true}, func(to func(voice.Packet)) {
		talk := []stretch{{300 * time.Millisecond, time.Minute}}
		list := arrivals(1, speaker{user: "1", ssrc: 1, talk: talk}, speaker{user: "2", ssrc: 2, talk: talk})
		for i, a := range list {
			if a.after > killedAt {
				list = list[:i]
				break
			}
		}
		play(list, killedAt, to)
	})
}

func TestKilled(t *testing.T) {
	for _, ext := range audio.Extensions() {
		t.Run(ext, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "meeting"+ext)
			recordAndKill(t, "TestVictim", path)
			rec, err := Load(filepath.Join(filepath.Dir(path), "meeting.json"))
			if err != nil {
				t.Fatal(err)
			}
			if rec.Complete || rec.Duration.Duration < killedAt-6*time.Second {
				t.Errorf("the manifest says complete %v after %v; it is 5 s old at the most", rec.Complete, rec.Duration)
			}
			paths := []string{rec.Mixed}
			for _, user := range []discord.Snowflake{"1", "2"} {
				paths = append(paths, rec.Speakers[user].Path)
			}
			for _, path := range paths {
				found := heard(t, path)
				if len(found) != 1 || found[0].end < killedAt-time.Second || found[0].end > killedAt {
					t.Errorf("%s: heard %v, want sound to the last second before %v", path, found, killedAt)
				}
			}
		})
	}
}

// lateAt is when the one who is late in TestKilledAfterLateSpeech begins to speak, and lateFor how long it is until the process is killed.
const (
	lateAt  = time.Hour
	lateFor = 1490 * time.Millisecond
)

// TestLateVictim is the process that TestKilledAfterLateSpeech kills.
func TestLateVictim(t *testing.T) {
	victim(t, Options{}, func(to func(voice.Packet)) {
		play(arrivals(1, speaker{user: "1", ssrc: 1, talk: []stretch{{lateAt, lateAt + lateFor - wayTime}}, quiet: true}), lateAt+lateFor, to)
	})
}

// Who first speaks after an hour loses no more than others do.
func TestKilledAfterLateSpeech(t *testing.T) {
	for _, ext := range audio.Extensions() {
		t.Run(ext, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "meeting"+ext)
			recordAndKill(t, "TestLateVictim", path)
			found := heardFrom(t, strings.TrimSuffix(path, ext)+"_1"+ext, lateAt-time.Second)
			if len(found) != 1 || found[0].start-lateAt > wayTime+20*time.Millisecond || found[0].end < lateAt+lateFor-time.Second {
				t.Errorf("heard %v, want sound from %v to the last second before %v", found, lateAt+wayTime, lateAt+lateFor)
			}
		})
	}
}

// recordAndKill lets a process, which is a test, record and kills it, which it cannot notice.
func recordAndKill(t *testing.T, victim, path string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+victim+"$", "-test.v")
	cmd.Env = append(os.Environ(), victimPath+"="+path)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && lines.Text() != "recorded" {
		t.Log(lines.Text())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // always fails: the process was killed
}
