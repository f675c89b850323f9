package voice

import (
	"testing"
	"time"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/rtp"
)

// reached waits until so many packets of the bot's have reached a person, sending more of them.
func (r *rig) reached(c *Connection, listener discord.Snowflake, want int) []sandbox.Packet {
	r.Helper()
	deadline := time.Now().Add(testTimeout)
	for n := uint32(0); time.Now().Before(deadline); n++ {
		if m := c.current(); m != nil && m.out.announced.Load() && !m.out.known.Load() {
			time.Sleep(time.Millisecond) // until the message that tells who speaks is on its way
			continue
		}
		if err := c.SendOpus(numbered(n)); err != nil {
			r.Fatal(err)
		}
		if got := r.server.Heard(listener, bot); len(got) >= want {
			return got
		}
		time.Sleep(time.Millisecond) // for the network's sake
	}
	r.Fatal("the bot was not heard")
	panic("unreachable")
}

func TestSend(t *testing.T) {
	for _, mode := range rtp.Modes() {
		for _, plain := range []bool{false, true} {
			r := newRig(t, func(s *sandbox.Options, _ *Options) { s.Modes = []rtp.Mode{mode} })
			r.plain = plain
			r.seat(ada, lounge)
			c := r.join(lounge)
			got := r.reached(c, ada, 10)
			first, last := got[0], got[len(got)-1]
			steps := uint32(last.Seq - first.Seq)
			if last.SSRC != first.SSRC || last.Timestamp-first.Timestamp != 960*steps || string(last.Opus[:8]) != string(numbered(0)[:8]) {
				t.Errorf("%s: from %+v to %+v", mode, first, last)
			}
			if s := c.Stats(); s.Sent < 10 || s.Unsent != 0 {
				t.Errorf("%s: %+v", mode, s)
			}
		}
	}
}

// TestSkip lets time pass between two packets.
func TestSkip(t *testing.T) {
	r := newRig(t)
	r.seat(ada, lounge)
	c := r.join(lounge)
	before := r.reached(c, ada, 1)
	last := before[len(before)-1]
	c.Skip(48000)
	r.reached(c, ada, len(before)+10)
	for _, p := range r.server.Heard(ada, bot) {
		if ahead := int16(p.Seq - last.Seq); ahead > 0 && p.Timestamp-last.Timestamp >= 48000 {
			return
		}
	}
	t.Error("the timestamps did not go on")
}

// TestSpeaksOn speaks through a resume and after a fresh join, where the SSRC is another.
func TestSpeaksOn(t *testing.T) {
	r := newRig(t)
	r.seat(ada, lounge)
	c := r.join(lounge)
	if err := c.Speaking(Microphone | Priority); err != nil {
		t.Fatal(err)
	}
	heard := len(r.reached(c, ada, 5))
	r.strike(0)
	r.noticed(NoticeResumed)
	heard = len(r.reached(c, ada, heard+5))
	r.strike(discord.VoiceCloseSessionNoLongerValid)
	r.noticed(NoticeReady)
	r.reached(c, ada, heard+5)
}

// TestUnsent counts what cannot be sent before there is a key.
func TestUnsent(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 1)
	if err := s.c.SendOpus(audio.Silence); err != nil {
		t.Error(err)
	}
	if got := s.c.Stats(); got.Sent != 0 || got.Unsent != 1 {
		t.Errorf("%+v", got)
	}
	for _, rubbish := range [][]byte{nil, {3}} {
		if err := s.c.SendOpus(rubbish); err == nil {
			t.Errorf("%x was taken for a packet", rubbish)
		}
	}
}

// TestOnSpeaking tells who speaks.
func TestOnSpeaking(t *testing.T) {
	r := newRig(t)
	r.seat(ada, lounge)
	c := r.join(lounge)
	who := make(chan discord.Snowflake, 10)
	stop := c.OnSpeaking(func(user discord.Snowflake, flags SpeakingFlags) {
		if flags&Microphone != 0 {
			who <- user
		}
	})
	defer stop()
	r.speak(ada)
	if got := receive(t, who, "speaker"); got != ada {
		t.Errorf("%s speaks", got)
	}
}

// TestSendAllocatesNothing sends to a socket that nobody reads.
func TestSendAllocatesNothing(t *testing.T) {
	s := encrypted(t, rtp.AES256GCM)
	s.connect()
	s.m.out.begin(1)
	s.m.out.known.Store(true)
	opus := append([]byte{0xF8}, make([]byte, 159)...)
	if allocations := testing.AllocsPerRun(100, func() {
		if err := s.c.SendOpus(opus); err != nil {
			t.Fatal(err)
		}
	}); allocations != 0 {
		t.Errorf("%v allocations for a packet", allocations)
	}
	if got := s.c.Stats(); got.Sent != 101 || got.Unsent != 0 { // AllocsPerRun warms up once
		t.Errorf("%+v", got)
	}
}
