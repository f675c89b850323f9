package record

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord/voice/audio"
)

// threeSpeakers start at different times, pause, and are on bad networks. One's numbers wrap, one's RTP time stands still in pauses.
func threeSpeakers() []speaker {
	return []speaker{
		{user: "101", ssrc: 1, seq: 0xFFF0, timestamp: 0xFFFF0000, talk: []stretch{seconds(0.4, 2.4), seconds(3.1, 7)},
			jitter: 60 * time.Millisecond, loss: 0.05, duplicates: 0.02},
		{user: "102", ssrc: 2, seq: 7, timestamp: 7, talk: []stretch{seconds(2.013, 4), seconds(8.5, 9.1), seconds(9.5, 10)},
			jitter: 30 * time.Millisecond, loss: 0.05, still: true},
		{user: "103", ssrc: 3, seq: 40000, timestamp: 1 << 31, talk: []stretch{seconds(6.2, 11.2)}, jitter: 100 * time.Millisecond, loss: 0.05},
	}
}

func TestTracksAreAligned(t *testing.T) {
	for _, ext := range audio.Extensions() {
		t.Run(ext, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "meeting"+ext)
			var rec Recording
			synctest.Test(t, func(t *testing.T) {
				rec = recordSpeakers(t, path, Options{Mix: ext == ".wav"}, 12*time.Second, threeSpeakers()...)
			})
			if rec.Duration.Duration != 12*time.Second || len(rec.Speakers) != 3 {
				t.Fatalf("%d speakers in %v, want 3 in 12s", len(rec.Speakers), rec.Duration)
			}
			for _, s := range threeSpeakers() {
				track := rec.Speakers[s.user]
				if want := filepath.Join(filepath.Dir(path), "meeting_"+string(s.user)+ext); track.Path != want {
					t.Errorf("the track of %s is %s, want %s", s.user, track.Path, want)
				}
				checkHeard(t, track.Path, s.talk, 20*time.Millisecond)
				checkLength(t, track.Path, 12*time.Second)
			}
			if rec.Mixed != "" {
				checkLength(t, rec.Mixed, 12*time.Second)
			}
		})
	}
}

// recordSpeakers records until a time is over. It runs in a bubble of synctest.
func recordSpeakers(t *testing.T, path string, o Options, until time.Duration, speakers ...speaker) Recording {
	t.Helper()
	r, err := Start(path, o)
	if err != nil {
		t.Fatal(err)
	}
	play(arrivals(1, speakers...), until, r.Packet)
	rec, err := r.Stop()
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// checkLength compares how long a file is by its own account, which other programs confirm in TestOtherProgramsAgree.
func checkLength(t *testing.T, path string, want time.Duration) {
	t.Helper()
	source, err := audio.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	if got, ok := source.Duration(); !ok || (got-want).Abs() > slack(path) {
		t.Errorf("%s is %v long, want %v", path, got, want)
	}
}

// slack is how exact the length of a file can be.
func slack(path string) time.Duration {
	if filepath.Ext(path) == ".mp3" {
		return 75 * time.Millisecond // whole frames, and the codec's delay
	}
	return time.Millisecond
}
