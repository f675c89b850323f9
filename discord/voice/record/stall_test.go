package record

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// What the network held up comes all at once. It is all recorded, even when it is how a speaker begins, and the next stretch lies in its
// place again.
func TestBurstIsRecorded(t *testing.T) {
	for _, held := range []time.Duration{500 * time.Millisecond, 2 * time.Second} {
		var rec Recording
		s := speaker{user: "1", ssrc: 1, talk: []stretch{seconds(1, 4), seconds(8, 10)}}
		synctest.Test(t, func(t *testing.T) {
			r, err := Start(filepath.Join(t.TempDir(), "meeting.ogg"), Options{})
			if err != nil {
				t.Fatal(err)
			}
			list := arrivals(1, s)
			for i := range list {
				list[i].after = max(list[i].after, s.talk[0].start+held)
			}
			play(list, 12*time.Second, r.Packet)
			if rec, err = r.Stop(); err != nil {
				t.Fatal(err)
			}
			track := rec.Speakers["1"]
			if spoken := track.Spoken(); spoken < 5*time.Second-60*time.Millisecond {
				t.Errorf("held up by %v: %v of 5s were recorded, %d packets left out", held, spoken, track.Adjusted)
			}
			found := heard(t, track.Path)
			if len(found) != 2 || (found[1].start-s.talk[1].start-wayTime).Abs() > 20*time.Millisecond {
				t.Errorf("held up by %v: heard %v, want the second stretch at %v", held, found, s.talk[1].start+wayTime)
			}
		})
	}
}
