package voice

import (
	"strings"
	"testing"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/rtp"
)

func TestRelay(t *testing.T) {
	for _, mode := range rtp.Modes() {
		t.Run(string(mode), func(t *testing.T) {
			r := newRig(t, func(o *Options) { o.Modes = []rtp.Mode{mode} })
			speaker := r.connect(ada)
			speaker.identify(0)
			speaker.choose(mode)
			listener := r.connect(grace)
			listener.identify(0)
			listener.choose(mode)
			speaker.speaking(1)
			if d := listener.op(discord.VoiceOpSpeaking); d.Get("user_id").String() != string(ada) || uint32(d.Get("ssrc").Uint()) != speaker.ssrc() {
				t.Fatalf("SPEAKING is %s", d.Raw)
			}
			first := speaker.media
			speaker.say("some sound")
			got := listener.hear()
			if got.payload != "some sound" || got.Header != first {
				t.Errorf("got %+v, want the sound with %+v", got, first)
			}
			if got.first&0x10 == 0 {
				t.Errorf("speech has no header extension: %#x", got.first)
			}
		})
	}
}

func TestKeepalive(t *testing.T) {
	r := newRig(t)
	c := r.join(ada)
	sent := rtp.AppendKeepalive(nil, 7)
	c.sendDatagram(sent)
	if got := c.datagram(); string(got) != string(sent) {
		t.Errorf("the echo is %x", got)
	}
}

// TestWhatIsDropped wants datagrams that are no sound of a speaker to reach nobody.
func TestWhatIsDropped(t *testing.T) {
	r := newRig(t)
	speaker, listener := r.join(ada), r.join(grace)
	speaker.speaking(1)
	good := speaker.out.Seal(nil, speaker.media, []byte("sound"))
	damaged := append([]byte(nil), good...)
	damaged[len(damaged)-10] ^= 1
	foreign := speaker.media
	foreign.SSRC = listener.ssrc()
	video := speaker.media
	video.Type = 101
	for _, data := range [][]byte{damaged, speaker.out.Seal(nil, foreign, []byte("x")), speaker.out.Seal(nil, video, []byte("x")), nil, {1}, good[:11],
		rtp.AppendDiscovery(nil, 1)} {
		speaker.sendDatagram(data)
	}
	speaker.say("the only one")
	if got := listener.packets(); len(got) != 1 || got[0].payload != "the only one" {
		t.Errorf("heard %+v", got)
	}
}

func TestSpeakingIsRequired(t *testing.T) {
	r := newRig(t)
	speaker, listener := r.join(ada), r.join(grace)
	for range earlyPackets + 1 {
		speaker.sendDatagram(speaker.out.Seal(nil, speaker.media, []byte("sound")))
	}
	speaker.closed(discord.VoiceCloseBadRequest)
	if got := listener.packets(); len(got) != earlyPackets {
		t.Errorf("%d packets are passed on, want %d", len(got), earlyPackets)
	}
}

// TestSpeakingIsOvertaken has a packet come before the SPEAKING that was sent first, as happens between two ways of different speed.
func TestSpeakingIsOvertaken(t *testing.T) {
	r := newRig(t)
	speaker, listener := r.join(ada), r.join(grace)
	speaker.say("early")
	speaker.speaking(1)
	speaker.say("in time")
	if got := listener.packets(); len(got) != 2 || got[0].payload != "early" || got[1].payload != "in time" {
		t.Errorf("heard %+v", got)
	}
}

func TestMuteAndDeaf(t *testing.T) {
	r := newRig(t)
	muted := r.join(ada)
	deaf := r.join(grace)
	other := r.join(linus)
	r.s.Admit(seatOf(ada, func(s *Seat) { s.Mute = true }))
	r.s.Admit(seatOf(grace, func(s *Seat) { s.Deaf = true }))
	for _, c := range []*client{muted, deaf, other} {
		c.speaking(1)
	}
	muted.say("from the muted")
	deaf.say("from the deaf")
	other.say("from the other")
	want := map[*client]string{muted: "from the deaf, from the other", deaf: "", other: "from the deaf"}
	for c, want := range want {
		var got []string
		for _, p := range c.packets() {
			got = append(got, p.payload)
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("%s hears %q, want %q", c.seat.User, text, want)
		}
	}
}

// TestDress wants some packets to be padded and silence to have no extension, as Discord's clients send it.
func TestDress(t *testing.T) {
	r := newRig(t)
	speaker, listener := r.join(ada), r.join(grace)
	speaker.speaking(1)
	for range 2 * paddedEvery {
		speaker.say("sound")
	}
	speaker.say(string(audio.Silence))
	padded := 0
	packets := listener.packets()
	for i, p := range packets {
		if p.first&0x20 != 0 {
			padded++
		}
		if silent := i == len(packets)-1; (p.first&0x10 == 0) != silent {
			t.Errorf("packet %d begins with %#x", i, p.first)
		}
	}
	if len(packets) != 2*paddedEvery+1 || padded != 2 {
		t.Errorf("%d of %d packets are padded, want 2 of %d", padded, len(packets), 2*paddedEvery+1)
	}
}

func TestCallsAreApart(t *testing.T) {
	r := newRig(t)
	speaker := r.join(ada)
	elsewhere := r.join(grace, func(s *Seat) { s.Channel = "21" })
	speaker.speaking(1)
	speaker.say("sound")
	elsewhere.quiet()
	if got := elsewhere.pending(); len(got) > 0 {
		t.Errorf("messages from another call: %v", got)
	}
}
