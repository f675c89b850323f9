package luabind

import (
	"math"
	"testing"
	"time"

	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// tonePacket is an Opus packet of a tone that has been going on.
func tonePacket(t *testing.T) []byte {
	t.Helper()
	encoder, err := audio.NewEncoder(2, 0)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 2*audio.FrameSamples)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i/2)/audio.SampleRate))
	}
	var packet []byte
	for range 5 {
		if packet, err = encoder.Encode(nil, pcm); err != nil {
			t.Fatal(err)
		}
	}
	return packet
}

// A speaker has a level, is quiet after a moment, and is forgotten after a minute, even if nobody asks.
func TestMeterForgetsTheQuiet(t *testing.T) {
	var m meter
	start, tone := time.Unix(0, 0), tonePacket(t)
	m.hear(voice.Packet{User: "1", At: start, Opus: tone})
	m.hear(voice.Packet{User: "2", At: start.Add(time.Second), Opus: []byte("no Opus")})
	levels := m.levels(start.Add(100 * time.Millisecond))
	if loud, _ := levels["1"].(float64); loud < 0.2 || loud > 1 || levels["2"] != 0.0 || len(levels) != 2 {
		t.Errorf("levels %v", levels)
	}
	if levels := m.levels(start.Add(2 * time.Second)); levels["1"] != 0.0 || len(levels) != 2 {
		t.Errorf("of the quiet %v", levels)
	}
	m.hear(voice.Packet{User: "3", At: start.Add(time.Minute + 500*time.Millisecond), Opus: tone})
	if m.last["1"] != nil || len(m.last) != 2 {
		t.Errorf("%d speakers are known", len(m.last))
	}
	if levels := m.levels(start.Add(time.Minute + 600*time.Millisecond)); len(levels) != 2 || len(m.decoders) != 2 || m.decoders["1"] != nil {
		t.Errorf("levels %v, and %d decoders", levels, len(m.decoders))
	}
	m.end()
	if levels := m.levels(start.Add(time.Minute + 600*time.Millisecond)); len(levels) != 0 || len(m.decoders) != 0 {
		t.Errorf("at the end: levels %v, and %d decoders", levels, len(m.decoders))
	}
}
