package calltest

import (
	"bytes"
	"testing"
	"time"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/audio/ogg/oggtest"
	"cordial/discord/voice/jitter"
	"cordial/discord/voice/record"
	"cordial/discord/voice/rtp"
)

// TestNetworkIsRecorded has two people speak over networks that are not good: what these lose is missing in the recording, and nothing else.
func TestNetworkIsRecorded(t *testing.T) {
	const ms = time.Millisecond
	tests := map[string]struct {
		network sandbox.Network
		mode    rtp.Mode
		cuts    uint64 // packets of a track that may be left out, because its first packets were all slower than later ones
	}{
		"reordering":             {sandbox.Network{Reorder: 0.2}, rtp.AES256GCM, 0},
		"duplicates":             {sandbox.Network{Duplicate: 0.2}, rtp.XChaCha20, 0},
		"jitter":                 {sandbox.Network{Delay: 40 * ms, Jitter: 60 * ms}, rtp.AES256GCM, 0},
		"strong jitter":          {sandbox.Network{Delay: 20 * ms, Jitter: 150 * ms}, rtp.XChaCha20, 1},
		"all of that":            {sandbox.Network{Reorder: 0.1, Duplicate: 0.1, Delay: 30 * ms, Jitter: 150 * ms}, rtp.XChaCha20, 1},
		"all of that, with loss": {sandbox.Network{Loss: 0.05, Reorder: 0.1, Duplicate: 0.1, Delay: 30 * ms, Jitter: 60 * ms}, rtp.AES256GCM, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCall(t, sandbox.Options{Seed: 1, Modes: []rtp.Mode{test.mode}}, false, ada, grace)
			c.network = test.network
			ways, r := c.watch(), c.record("ogg", "wav")
			c.plan(ada, 5, 60, 300, 1700)
			c.plan(grace, 20, 70, 1700, 400)
			c.plan(ada, 100, 50, 400, 1500)
			c.run(0, 170)
			made := r.stop()
			for _, user := range []discord.Snowflake{ada, grace} {
				c.checkStats(user, ways[user])
				for _, recording := range made {
					c.checkTrack(recording, user, ways[user], test.cuts)
				}
				missing := c.checkPackets(made[0], user)
				if lost := uint64(len(c.words(user)) - ways[user].words); missing < lost || missing > lost+made[0].Speakers[user].Adjusted {
					t.Errorf("%d packets of %s are missing in the recording; the network lost %d", missing, user, lost)
				}
				c.checkPieces(made[1], user, missing)
			}
			c.check(made[1], 0.6) // for the files; what follows a cut packet is less like the whole
			for _, recording := range made {
				c.checkSegments(recording)
			}
			if e := c.bot.E2EE(); e.Version != 1 {
				t.Errorf("the call is %+v", e)
			}
		})
	}
}

// way is what came of a speaker, as a listener sees it.
type way struct {
	came        map[uint16]bool // sequence numbers
	words       int             // packets that are no silence
	first, last uint16          // the lowest and the highest number
	overtaken   uint64          // packets that came after one that was said later
}

// watch notes what comes of people. It may be read between two steps.
func (c *call) watch() map[discord.Snowflake]*way {
	ways := map[discord.Snowflake]*way{}
	c.Cleanup(c.bot.Listen(func(p voice.Packet) {
		w := ways[p.User]
		if w == nil {
			w = &way{came: map[uint16]bool{}, first: p.Seq, last: p.Seq}
			ways[p.User] = w
		}
		w.came[p.Seq] = true
		if !jitter.IsSilence(p.Opus) {
			w.words++
		}
		if int16(p.Seq-w.last) < 0 {
			w.overtaken++
		} else {
			w.last = p.Seq
		}
		if int16(p.Seq-w.first) < 0 {
			w.first = p.Seq
		}
	}))
	return ways
}

// lost is how many packets did not come between others that did.
func (w *way) lost() int { return int(w.last-w.first) + 1 - len(w.came) }

// checkStats compares what the connection counts of a speaker with what was said and came.
func (c *call) checkStats(user discord.Snowflake, w *way) {
	c.Helper()
	n, stats, said := c.network, c.bot.Stats().Speakers[user], len(c.words(user))
	for _, s := range c.script {
		if s.user == user {
			said += silences
		}
	}
	if n.Loss == 0 && len(w.came) != said || n.Loss > 0 && (len(w.came) > said*99/100 || len(w.came) < said*85/100) {
		c.Errorf("%d of %d packets of %s come", len(w.came), said, user)
	}
	if int(stats.Received-stats.Duplicate) != len(w.came) || stats.Lost != w.lost() || stats.Failed+stats.Dropped != 0 {
		c.Errorf("%s: %+v, but %d packets come and %d are lost", user, stats, len(w.came), w.lost())
	}
	if twice := float64(stats.Duplicate) / float64(said); twice < n.Duplicate/2 || twice > n.Duplicate*2 {
		c.Errorf("%d of %d packets of %s come twice", stats.Duplicate, said, user)
	}
	if mixes := n.Reorder > 0 || n.Jitter > 0; stats.Late != w.overtaken || (w.overtaken > 0) != mixes {
		c.Errorf("%s: %+v, but %d packets are overtaken", user, stats, w.overtaken)
	}
}

// checkTrack compares what a recording counts of a speaker with what came.
func (c *call) checkTrack(made record.Recording, user discord.Snowflake, w *way, cuts uint64) {
	c.Helper()
	t := made.Speakers[user]
	if int(t.Packets) != len(w.came) || int(t.Lost) != w.lost() || t.Late+t.Duplicates+t.Invalid+t.Restarts != 0 || t.Adjusted > cuts {
		c.Errorf("%s: %+v, but %d packets come and %d are lost", made.Format, *t, len(w.came), w.lost())
	}
	if made.Format != "ogg" && t.Concealed != t.Lost {
		c.Errorf("%s: %d of %d lost packets are made up", made.Format, t.Concealed, t.Lost)
	}
}

// word is a packet that somebody has said.
type word struct {
	opus  []byte
	after time.Duration // the start of its stretch
	of    *stretch
}

// words are the packets that somebody has said, without silence.
func (c *call) words(user discord.Snowflake) (all []word) {
	for _, s := range c.script {
		if s.user != user {
			continue
		}
		for i, opus := range s.said {
			all = append(all, word{opus, time.Duration(i) * frame, s})
		}
	}
	return all
}

// checkPackets wants a track of packets to hold those that were said, in order and each in its place, and gives how many are missing.
func (c *call) checkPackets(made record.Recording, user discord.Snowflake) (missing uint64) {
	c.Helper()
	left := c.words(user)
	packets, length := loadPackets(c.T, made.Speakers[user].Path)
	if length != made.Duration.Duration || made.Dropped != 0 || len(made.Errors) != 0 {
		c.Errorf("the track of %s lasts %v, not %v; %d packets dropped, errors %q", user, length, made.Duration, made.Dropped, made.Errors)
	}
	for _, p := range packets {
		for len(left) > 0 && !bytes.Equal(left[0].opus, p.opus) {
			missing, left = missing+1, left[1:]
		}
		if len(left) == 0 {
			c.Fatalf("%s did not say the packet that lies at %v, or not then", user, p.at)
		}
		if want := c.spoken(left[0].of, made) + left[0].after; (p.at - want).Abs() > placement {
			c.Errorf("what %s says at %v lies at %v", user, want, p.at)
		}
		left = left[1:]
	}
	return missing + uint64(len(left))
}

// placedPacket is a packet of a track and where it lies.
type placedPacket struct {
	opus []byte
	at   time.Duration
}

// loadPackets reads a track of packets without its silence, and tells how long players say it is.
func loadPackets(t *testing.T, path string) (all []placedPacket, length time.Duration) {
	t.Helper()
	end := oggtest.EachPacket(t, path, func(opus []byte, at int64) {
		if samples, err := audio.PacketSamples(opus); err == nil && samples == audio.FrameSamples && !jitter.IsSilence(opus) {
			all = append(all, placedPacket{bytes.Clone(opus), audio.Duration(at)})
		}
	})
	return all, audio.Duration(end)
}

// checkPieces wants each tenth of a second of a track to be what was said there, but for those at missing packets.
func (c *call) checkPieces(made record.Recording, user discord.Snowflake, missing uint64) {
	c.Helper()
	const length, alikeAt = 5 * frame, 0.998 // which is 24 dB above what is different
	track, bad := thin(load(c.T, made.Speakers[user].Path)), uint64(0)
	for _, s := range c.script {
		if s.user != user {
			continue
		}
		samples := int(audio.Samples(length))
		for i := 1; (i+1)*samples < len(s.sound); i++ { // the codec begins with the first one
			at := c.spoken(s, made) + time.Duration(i)*length
			late, likeness := locate(track, thin(s.sound[i*samples:(i+1)*samples]), at)
			if late.Abs() > placement || likeness < alikeAt {
				bad++
			}
		}
	}
	if bad > 2*missing { // one may lie in two of them, or spoil the next
		c.Errorf("%d tenths of a second of %s are not like what was said; %d packets are missing", bad, user, missing)
	}
}
