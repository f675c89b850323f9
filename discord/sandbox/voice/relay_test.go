package voice

import (
	"testing"

	"cordial/discord"
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
