package voice

import (
	"strings"
	"testing"
)

// TestSilenced tells once, each time the bot is muted or suppressed, that nobody hears what it sends.
func TestSilenced(t *testing.T) {
	r := newRig(t)
	r.plain = true
	c := r.join(lounge)
	r.noticed(NoticeUnencrypted)
	send := func(packets uint32) {
		t.Helper()
		for n := range packets {
			if err := c.SendOpus(numbered(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	send(3 * patientPackets)
	for _, step := range []struct {
		mute, suppress bool
		text           string
	}{{true, false, "muted"}, {false, true, "SPEAK"}, {true, true, "muted"}} {
		state := r.state(lounge)
		state.Mute, state.Suppress = step.mute, step.suppress
		r.tell(state)
		if c.ServerMuted() != step.mute || c.Suppressed() != step.suppress {
			t.Errorf("%+v: muted %v, suppressed %v", step, c.ServerMuted(), c.Suppressed())
		}
		send(patientPackets - 1) // which may have been sent when the news that the bot may speak is on its way
		if len(r.notices) > 0 {
			t.Errorf("%+v: told too early: %v", step, <-r.notices)
		}
		r.tell(state) // such as for the bot's own mute
		send(2 * patientPackets)
		if n := r.noticed(NoticeSilenced); !strings.Contains(n.Text, step.text) {
			t.Errorf("%+v: %s", step, n)
		}
		r.tell(r.state(lounge))
		send(2 * patientPackets)
	}
	if c.ServerMuted() || c.Suppressed() || len(r.notices) > 0 {
		t.Errorf("muted %v, suppressed %v, and %d notices more", c.ServerMuted(), c.Suppressed(), len(r.notices))
	}
}
