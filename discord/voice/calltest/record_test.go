package calltest

import (
	"path/filepath"
	"testing"
	"time"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/record"
	"cordial/discord/voice/rtp"
)

// recordings are those of one call in several formats at once.
type recordings struct {
	*call
	recorders []*record.Recorder
	stops     []func()
}

// record begins to record all but the witness in the formats.
func (c *call) record(formats ...string) *recordings {
	c.Helper()
	r := &recordings{call: c}
	for _, format := range formats {
		recorder, err := record.Start(filepath.Join(c.TempDir(), "call."+format), record.Options{
			Users: []discord.Snowflake{ada, grace, alan, edith}, Clock: c.clock})
		if err != nil {
			c.Fatal(err)
		}
		r.recorders = append(r.recorders, recorder)
		r.stops = append(r.stops, c.bot.Listen(recorder.Packet))
	}
	return r
}

// stop ends the recordings.
func (r *recordings) stop() (made []record.Recording) {
	r.Helper()
	for i, recorder := range r.recorders {
		r.stops[i]()
		recording, err := recorder.Stop()
		if err != nil {
			r.Error(err)
		}
		made = append(made, recording)
	}
	return made
}

// placement is how far from its place speech may lie.
const placement = frame

// spoken is when a stretch begins in a recording: as long after it was said as the network takes at least.
func (c *call) spoken(s *stretch, made record.Recording) time.Duration {
	return s.began.Add(c.network.Delay).Sub(made.Started)
}

// check compares a recording with what was said. Where part of the speech was lost it is less like what was said.
func (c *call) check(made record.Recording, likeness float64) {
	c.Helper()
	if made.Dropped != 0 || len(made.Errors) != 0 {
		c.Errorf("%s: %d packets dropped, errors %q", made.Format, made.Dropped, made.Errors)
	}
	tracks := map[discord.Snowflake][]float64{}
	for user, track := range made.Speakers {
		if len(track.Files) != 1 {
			c.Errorf("%s has the files %q", user, track.Files)
		}
		pcm := load(c.T, track.Path)
		if audio.Duration(int64(len(pcm))) != made.Duration.Duration {
			c.Errorf("the %s track of %s lasts %v, not %v", made.Format, user, audio.Duration(int64(len(pcm))), made.Duration)
		}
		tracks[user] = thin(pcm)
	}
	for _, s := range c.script {
		at := c.spoken(s, made)
		late, alike := locate(tracks[s.user], thin(s.sound), at)
		if late.Abs() > placement || alike < likeness {
			c.Errorf("%s: what %s said at %v lies %v later, likeness %.3f", made.Format, s.user, at, late, alike)
		}
	}
}

// checkSegments compares when the manifest has people speak with when they spoke.
func (c *call) checkSegments(made record.Recording) {
	c.Helper()
	said := map[discord.Snowflake][]record.Segment{}
	for _, s := range c.script {
		start := c.spoken(s, made)
		length := time.Duration(len(s.sound)) * time.Second / rtp.SampleRate
		segment := record.Segment{Start: record.Duration{Duration: start}, End: record.Duration{Duration: start + length}}
		said[s.user] = append(said[s.user], segment)
	}
	for user, segments := range said {
		track := made.Speakers[user]
		if track == nil || len(track.Segments) != len(segments) {
			c.Errorf("%s speaks in %+v, not in %v", user, track, segments)
			continue
		}
		for i, s := range track.Segments {
			early, late := (s.Start.Duration - segments[i].Start.Duration).Abs(), (s.End.Duration - segments[i].End.Duration).Abs()
			if max(early, late) > 3*frame { // packets at the ends may be lost
				c.Errorf("%s speaks in %v, not in %v", user, s, segments[i])
			}
		}
	}
}

// TestCallIsRecorded has three people speak at different times while one packet in twenty is lost, one leaves and another one joins.
func TestCallIsRecorded(t *testing.T) {
	kinds := map[string]struct {
		options sandbox.Options
		modes   []rtp.Mode
		plain   bool
		version int
	}{
		"end to end":   {sandbox.Options{Seed: 1}, rtp.Modes(), false, 1},
		"on a stage":   {sandbox.Options{Seed: 2}, []rtp.Mode{rtp.AES256GCM}, true, 0},
		"without DAVE": {sandbox.Options{Seed: 3, DAVE: sandbox.DAVEOff}, []rtp.Mode{rtp.XChaCha20}, false, 0},
	}
	for name, kind := range kinds {
		for _, mode := range kind.modes {
			t.Run(name+" "+string(mode), func(t *testing.T) {
				t.Parallel()
				o := kind.options
				o.Modes = []rtp.Mode{mode}
				c := newCall(t, o, kind.plain, ada, grace, alan)
				made := holdMeeting(c)
				if e := c.bot.E2EE(); e.Version != kind.version {
					t.Errorf("the call is %+v", e)
				}
				for _, recording := range made {
					c.check(recording, 0.85)
					askOthers(t, recording)
					c.checkSegments(recording)
					checkLosses(t, recording)
				}
			})
		}
	}
}

// holdMeeting has the meeting take place, and gives what was recorded of it.
func holdMeeting(c *call) []record.Recording {
	c.Helper()
	c.network = sandbox.Network{Loss: 0.05}
	r := c.record("ogg", "wav")
	c.plan(ada, 10, 50, 300, 900)
	c.plan(grace, 40, 80, 400, 1700)
	c.plan(alan, 55, 60, 1700, 700)
	c.plan(ada, 110, 80, 500, 1700)
	c.plan(grace, 175, 70, 1700, 300)
	c.plan(ada, 230, 60, 600, 1700)
	c.plan(edith, 290, 50, 900, 300)
	c.plan(grace, 305, 55, 350, 1500)
	c.run(0, 180)
	c.rekey(func() { c.server.Expel(guild, alan, discord.VoiceCloseDisconnected) }, 180, 210) // while ada and grace speak
	c.rekey(func() { c.lobby.seat(guild, lounge, edith) }, 210, 280)
	c.run(280, 380)
	return r.stop()
}

// checkLosses wants the recording to tell of about as many lost packets as there were.
func checkLosses(t *testing.T, made record.Recording) {
	t.Helper()
	var came, lost uint64
	for _, track := range made.Speakers {
		came, lost = came+track.Packets, lost+track.Lost
		if track.Late+track.Invalid+track.Duplicates+track.Restarts != 0 {
			t.Errorf("%s: %+v", made.Format, track)
		}
	}
	if share := float64(lost) / float64(came+lost); share < 0.02 || share > 0.1 {
		t.Errorf("%s: %d packets came and %d were lost", made.Format, came, lost)
	}
}
