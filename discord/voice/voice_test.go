package voice

import (
	"testing"

	"cordial/discord"
	sandbox "cordial/discord/sandbox/voice"
	"cordial/discord/voice/rtp"
)

// hearSpeech wants a few of a user's packets, in order and without a gap, whatever was heard before.
func (r *rig) hearSpeech(from <-chan heard, user discord.Snowflake) {
	r.Helper()
	last := receive(r.T, from, "packet")
	for got := 0; got < 5; {
		next := receive(r.T, from, "packet")
		if next.User != user || next.At.IsZero() {
			r.Fatalf("heard %+v", next)
		}
		if next.SSRC != last.SSRC || next.Seq != last.Seq+1 {
			last, got = next, 0
			continue
		}
		if next.Timestamp != last.Timestamp+960 {
			r.Errorf("timestamps %d and %d", last.Timestamp, next.Timestamp)
		}
		last, got = next, got+1
	}
}

func TestHear(t *testing.T) {
	tests := []struct {
		name  string
		modes []rtp.Mode
		plain bool
	}{
		{"AES, encrypted end to end", nil, false},
		{"XChaCha, encrypted end to end", []rtp.Mode{rtp.XChaCha20}, false},
		{"AES alone", nil, true},
		{"XChaCha alone", []rtp.Mode{rtp.XChaCha20}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, func(s *sandbox.Options, _ *Options) { s.Modes = test.modes })
			r.plain = test.plain
			c, _ := r.call()
			if e := c.E2EE(); !e.Ready || (e.Version == 0) != test.plain || (len(e.Code) == 30) == test.plain {
				t.Errorf("%+v", e)
			}
		})
	}
}
