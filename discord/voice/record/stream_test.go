package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice"
)

// TestTrackGoesOnWithAnotherStream reconnects a speaker, who gets another SSRC with other numbers, and loses packets meanwhile.
func TestTrackGoesOnWithAnotherStream(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meeting.wav")
	first, second := []stretch{seconds(1, 3)}, []stretch{seconds(4.2, 6)}
	var rec Recording
	synctest.Test(t, func(t *testing.T) {
		rec = recordSpeakers(t, path, Options{}, 7*time.Second,
			speaker{user: "1", ssrc: 1, seq: 65000, timestamp: 1 << 30, talk: first, quiet: true},
			speaker{user: "1", ssrc: 9, seq: 3, timestamp: 3, talk: second})
	})
	track := rec.Speakers["1"]
	checkHeard(t, track.Path, append(first, second...), 20*time.Millisecond)
	if track.Restarts != 1 || len(track.Segments) != 2 || track.Lost != 0 {
		t.Errorf("%d restarts, segments %v, %d lost; want 1, two and none", track.Restarts, track.Segments, track.Lost)
	}
}

// TestTrackKeepsItsPlaceWhenTimeStandsStill pauses a sender whose RTP time goes on from where it was, and that sends no silence before.
func TestTrackKeepsItsPlaceWhenTimeStandsStill(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "meeting.wav")
		talk := []stretch{seconds(1, 3), seconds(5, 8), seconds(11, 14)}
		var rec Recording
		synctest.Test(t, func(t *testing.T) {
			rec = recordSpeakers(t, path, Options{}, 16*time.Second, speaker{user: "1", ssrc: 1, talk: talk, still: true, quiet: quiet})
		})
		if !quiet {
			checkHeard(t, rec.Speakers["1"].Path, talk, 20*time.Millisecond)
			continue
		}
		found := heard(t, rec.Speakers["1"].Path)
		if last := found[len(found)-1]; (last.end - talk[2].end - wayTime).Abs() > 20*time.Millisecond {
			t.Errorf("heard %v: without silence before a pause, speech must be in its place after a second", found)
		}
	}
}

// TestTwentyFiveSpeakers talk at once.
func TestTwentyFiveSpeakers(t *testing.T) {
	var speakers []speaker
	for n := range 25 {
		speakers = append(speakers, speaker{
			user: discord.Snowflake(fmt.Sprint(100 + n)), ssrc: uint32(n + 1), seq: uint16(n * 2700), timestamp: uint32(n) * 170e6,
			talk: []stretch{seconds(0.1*float64(n+1), 9)}, jitter: 40 * time.Millisecond, loss: 0.02,
		})
	}
	path := filepath.Join(t.TempDir(), "meeting.ogg")
	var rec Recording
	synctest.Test(t, func(t *testing.T) { rec = recordSpeakers(t, path, Options{Mix: true}, 10*time.Second, speakers...) })
	if len(rec.Speakers) != 25 || rec.Dropped != 0 {
		t.Fatalf("%d speakers, %d packets dropped; want 25 and none", len(rec.Speakers), rec.Dropped)
	}
	for _, s := range speakers[:3] {
		checkHeard(t, rec.Speakers[s.user].Path, s.talk, 20*time.Millisecond)
	}
	for _, track := range rec.Speakers {
		checkLength(t, track.Path, 10*time.Second)
	}
	checkHeard(t, rec.Mixed, []stretch{seconds(0.1, 9)}, 20*time.Millisecond)
}

// TestStallOfTheNetwork holds a speaker's packets up for two seconds, after which they come at once. The mix cannot wait for them, and the
// manifest says so.
func TestStallOfTheNetwork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meeting.wav")
	talk := []stretch{seconds(1, 8)}
	var rec Recording
	synctest.Test(t, func(t *testing.T) {
		r, err := Start(path, Options{Mix: true})
		if err != nil {
			t.Fatal(err)
		}
		list := arrivals(1, speaker{user: "1", ssrc: 1, talk: talk})
		for i := range list {
			if list[i].after > 4*time.Second && list[i].after < 6*time.Second {
				list[i].after = 6 * time.Second
			}
		}
		play(list, 10*time.Second, r.Packet)
		if rec, err = r.Stop(); err != nil {
			t.Fatal(err)
		}
	})
	checkHeard(t, rec.Speakers["1"].Path, talk, 20*time.Millisecond)
	if late := rec.Speakers["1"].Unmixed; late.Duration < time.Second || late.Duration > 2*time.Second {
		t.Errorf("%v of speech came too late for the mix by the manifest's account, want more than 1s of the 2s", late)
	}
}

// TestLateSpeakers first speak when much silence lies before. They are in their tracks and in the mix from their first word on.
func TestLateSpeakers(t *testing.T) {
	for _, ext := range []string{".ogg", ".flac"} {
		folder := t.TempDir()
		o := Options{MixPath: filepath.Join(folder, "all.wav")}
		early := []stretch{seconds(1, 2), seconds(102, 103)}
		late, last := []stretch{seconds(100, 101), seconds(104.5, 105)}, []stretch{seconds(106, 107)}
		var rec Recording
		synctest.Test(t, func(t *testing.T) {
			rec = recordSpeakers(t, filepath.Join(folder, "meeting"+ext), o, 108*time.Second,
				speaker{user: "1", ssrc: 1, talk: early}, speaker{user: "2", ssrc: 2, talk: late}, speaker{user: "3", ssrc: 3, talk: last})
		})
		for user, talk := range map[discord.Snowflake][]stretch{"1": early, "2": late, "3": last} {
			checkHeard(t, rec.Speakers[user].Path, talk, 20*time.Millisecond)
			checkLength(t, rec.Speakers[user].Path, 108*time.Second)
		}
		checkHeard(t, rec.Mixed, []stretch{early[0], late[0], early[1], late[1], last[0]}, 20*time.Millisecond)
	}
}

// TestFilesThatCannotBeWritten are in the way of the second files of one speaker and of the mix. All else goes on.
func TestFilesThatCannotBeWritten(t *testing.T) {
	folder := t.TempDir()
	var told []string
	o := Options{Mix: true, Split: 4 * time.Second, OnError: func(err error) { told = append(told, err.Error()) }}
	var rec Recording
	synctest.Test(t, func(t *testing.T) {
		r, err := Start(filepath.Join(folder, "meeting.wav"), o)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"meeting_101_002.wav", "meeting_mixed_002.wav"} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		play(arrivals(1, threeSpeakers()...), 12*time.Second, r.Packet)
		if rec, err = r.Stop(); !errors.Is(err, ErrExists) {
			t.Errorf("the error is %v, want the one of files that exist", err)
		}
	})
	if len(told) != 2 || len(rec.Errors) != 2 {
		t.Errorf("told %v, the manifest has %v; want one error for each file", told, rec.Errors)
	}
	if mine, err := os.ReadFile(filepath.Join(folder, "meeting_101_002.wav")); err != nil || string(mine) != "mine" {
		t.Errorf("the file in the way has %q, %v", mine, err)
	}
	for user, want := range map[discord.Snowflake]int{"101": 1, "102": 3, "103": 3} {
		if got := len(rec.Speakers[user].Files); got != want {
			t.Errorf("speaker %s has %d files, want %d", user, got, want)
		}
	}
}

func TestStopTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := Start(filepath.Join(t.TempDir(), "meeting.ogg"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		play(arrivals(1, speaker{user: "1", ssrc: 1, talk: []stretch{seconds(0, 1)}}), 2*time.Second, r.Packet)
		first, err := r.Stop()
		if err != nil {
			t.Fatal(err)
		}
		r.Packet(voice.Packet{User: "2", Opus: tone()[0]})
		second, err := r.Stop()
		if err != nil || first.Duration != second.Duration || len(second.Speakers) != 1 {
			t.Errorf("the second Stop gave %v with %d speakers, %v", second.Duration, len(second.Speakers), err)
		}
	})
}

// TestQueueDropsWhenFull fills the queue while nobody takes, as when the disk hangs.
func TestQueueDropsWhenFull(t *testing.T) {
	q := newQueue()
	for n := range queueSize + 100 {
		q.put(voice.Packet{Seq: uint16(n), Opus: []byte{1, byte(n)}})
	}
	taken := 0
	q.take(func(p voice.Packet) {
		if p.Seq != uint16(taken) || p.Opus[1] != byte(taken) {
			t.Fatalf("packet %d is %+v", taken, p)
		}
		taken++
	})
	if taken != queueSize || q.drops() != 100 {
		t.Errorf("%d taken and %d dropped, want %d and 100", taken, q.drops(), queueSize)
	}
}

// Lost packets are told of once, and do not make the recording one that failed.
func TestLostPacketsAreToldOf(t *testing.T) {
	var told []error
	clock := clockwork.NewFakeClock()
	r, err := newRecorder(filepath.Join(t.TempDir(), "meeting.ogg"), Options{Clock: clock, OnError: func(err error) { told = append(told, err) }})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for range queueSize + 3 {
			r.Packet(voice.Packet{User: "1", SSRC: 1, Opus: tone()[0], At: clock.Now()})
		}
		r.intake.advance()
	}
	r.stopped = clock.Now()
	r.intake.drain()
	if len(told) != 1 || !errors.Is(told[0], ErrSlow) || r.err != nil || r.result.Dropped != 6 {
		t.Errorf("told of %v and %d lost packets at the end, error %v; want ErrSlow once, 6 and none", told, r.result.Dropped, r.err)
	}
}

func TestQueueAllocatesNothing(t *testing.T) {
	q, p := newQueue(), voice.Packet{Opus: make([]byte, 160)}
	use := func(voice.Packet) {}
	step := func() {
		for range 100 {
			q.put(p)
		}
		q.take(use)
	}
	for range 10 {
		step()
	}
	if allocations := testing.AllocsPerRun(100, step); allocations != 0 {
		t.Errorf("%v allocations for 100 packets, want none", allocations)
	}
}

// TestReceivePathAllocatesNothing follows packets through queue and jitter ring into a file.
func TestReceivePathAllocatesNothing(t *testing.T) {
	r, err := newRecorder(filepath.Join(t.TempDir(), "meeting.ogg"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, opus := 0, tone()
	second := func() {
		for range 50 {
			r.Packet(voice.Packet{
				User: "1", SSRC: 1, Seq: uint16(n), Timestamp: uint32(n) * 960, At: r.started.Add(time.Duration(n) * packetTime), Opus: opus[n%len(opus)],
			})
			n++
		}
		r.intake.queue.take(r.intake.packet)
	}
	for range 256 { // until each buffer of the queue has held each packet of the tone, the largest too
		second()
	}
	if allocations := testing.AllocsPerRun(100, second); allocations != 0 {
		t.Errorf("%v allocations for the packets of a second, want none", allocations)
	}
	r.stopped = r.started
	r.intake.drain()
}
