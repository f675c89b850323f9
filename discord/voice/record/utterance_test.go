package record

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// listen gives the clips of what speakers say, as "user start end" in hundredths of a second from the start on.
func listen(t *testing.T, o UtteranceOptions, until time.Duration, speakers ...speaker) (lines []string, clips []*Clip) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		l := Listen(o, func(c *Clip) {
			since := func(at time.Time) int { return int(at.Sub(begin).Round(10*time.Millisecond) / (10 * time.Millisecond)) }
			line := fmt.Sprintf("%s %d %d", c.User, since(c.Start), since(c.End))
			if c.Cut {
				line += " cut"
			}
			lines, clips = append(lines, line), append(clips, c)
		})
		play(arrivals(1, speakers...), until, l.Packet)
		l.Stop()
	})
	return lines, clips
}

func TestUtterances(t *testing.T) {
	talk := []stretch{seconds(1, 3), seconds(3.5, 4), seconds(6, 6.1), seconds(7, 9), seconds(11, 13)}
	tests := []struct {
		name string
		o    UtteranceOptions
		want string
	}{
		{"as usual", UtteranceOptions{}, "1 105 405, 1 705 905, 1 1105 1305"},
		{"short pauses", UtteranceOptions{Pause: 300 * time.Millisecond}, "1 105 305, 1 355 405, 1 705 905, 1 1105 1305"},
		{"long pauses", UtteranceOptions{Pause: 2050 * time.Millisecond}, "1 105 1305"},
		{"short ones too", UtteranceOptions{Min: 50 * time.Millisecond}, "1 105 405, 1 605 615, 1 705 905, 1 1105 1305"},
		{"cut", UtteranceOptions{Max: time.Second}, "1 105 205 cut, 1 205 305 cut, 1 355 405, 1 705 805 cut, 1 805 905 cut, 1 1105 1205 cut, 1 1205 1305 cut"},
		{"others", UtteranceOptions{Users: []discord.Snowflake{"2"}}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lines, _ := listen(t, test.o, 14*time.Second, speaker{user: "1", ssrc: 1, talk: talk[:4]}, speaker{user: "1", ssrc: 1, seq: 5000, timestamp: 0, talk: talk[4:]})
			if got := strings.Join(lines, ", "); got != test.want {
				t.Errorf("utterances %s, want %s", got, test.want)
			}
		})
	}
}

func TestUtterancesComeWhenTheyAreOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var came time.Duration
		begin := time.Now()
		l := Listen(UtteranceOptions{Names: func(discord.Snowflake) string { return "nathan" }}, func(c *Clip) {
			came = time.Since(begin)
			if c.Name != "nathan" {
				t.Errorf("the speaker is %q", c.Name)
			}
		})
		play(arrivals(1, speaker{user: "1", ssrc: 1, talk: []stretch{seconds(0, 1)}}), 5*time.Second, l.Packet)
		l.Stop()
		if came < 1800*time.Millisecond || came > 2500*time.Millisecond {
			t.Errorf("the utterance came after %v, want it soon after the pause of 800ms", came)
		}
	})
}

// A listener lives as long as a bot: it forgets who has been silent for long, unless that is a pause in what they say.
func TestListenerForgetsTheSilent(t *testing.T) {
	for pause, want := range map[time.Duration]struct{ clips, remembered int }{time.Second: {3, 1}, 2 * time.Minute: {2, 2}} {
		synctest.Test(t, func(t *testing.T) {
			given := 0
			l := Listen(UtteranceOptions{Users: []discord.Snowflake{"1", "2"}, Pause: pause, Max: 10 * time.Minute}, func(*Clip) { given++ })
			play(arrivals(1,
				speaker{user: "1", ssrc: 1, talk: []stretch{seconds(0, 1), seconds(70, 71)}},
				speaker{user: "2", ssrc: 2, talk: []stretch{seconds(0, 1)}},
				speaker{user: "3", ssrc: 3, talk: []stretch{seconds(0, 1)}},
			), 75*time.Second, l.Packet)
			l.Stop()
			if remembered := len(l.cutters); given != want.clips || remembered != want.remembered || len(l.intake.rings) != remembered || len(l.intake.heard) != remembered {
				t.Errorf("with a pause of %v: %d clips, %d cutters, %d rings and %d times remembered; want %d clips of %d", pause,
					given, remembered, len(l.intake.rings), len(l.intake.heard), want.clips, want.remembered)
			}
		})
	}
}

func TestClipsAreWritten(t *testing.T) {
	talk := []stretch{seconds(1, 2), seconds(2.5, 3)}
	_, clips := listen(t, UtteranceOptions{}, 5*time.Second, speaker{user: "1", ssrc: 1, talk: talk, loss: 0.05})
	if len(clips) != 1 {
		t.Fatalf("%d clips, want 1", len(clips))
	}
	clip := clips[0]
	for _, ext := range audio.Extensions() {
		path := filepath.Join(t.TempDir(), "clip"+ext)
		if err := clip.Write(path); err != nil {
			t.Fatal(err)
		}
		checkHeard(t, path, []stretch{seconds(-wayTime.Seconds(), 1-wayTime.Seconds()), seconds(1.5-wayTime.Seconds(), 2-wayTime.Seconds())}, 20*time.Millisecond)
		checkLength(t, path, clip.Duration())
		data, err := clip.Bytes(ext[1:])
		if err != nil || len(data) < 1000 {
			t.Errorf("%d bytes of %s, %v", len(data), ext, err)
		}
	}
	if _, err := clip.Bytes("xyz"); err == nil {
		t.Error("an unknown format gives no error")
	}
	lost := 0
	for _, opus := range clip.Packets() {
		if opus == nil {
			lost++
		}
	}
	if lost == 0 || lost > 10 {
		t.Errorf("%d of the clip's packets are lost, want about 4", lost)
	}
}

func TestListenerDropsClipsThatNobodyTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		given := 0
		l := Listen(UtteranceOptions{Max: 400 * time.Millisecond}, func(*Clip) {
			given++
			<-free
		})
		play(arrivals(1, speaker{user: "1", ssrc: 1, talk: []stretch{seconds(0, 20)}}), 21*time.Second, l.Packet)
		clips, packets := l.Dropped()
		if want := uint64(50 - maxClips - 1); clips != want || packets != 0 {
			t.Errorf("%d clips and %d packets dropped, want %d and none", clips, packets, want)
		}
		close(free)
		l.Stop()
		l.Packet(voice.Packet{User: "1"})
		if given != maxClips+1 {
			t.Errorf("%d clips were given, want %d", given, maxClips+1)
		}
	})
}
