package record

import "cordial/discord/voice/audio"

// silences are Opus packets that hold nothing but silence, the longest first. All are CELT at full band; the first is six frames in
// one packet (RFC 6716, section 3.2.5), which takes a third of the room.
var silences = []struct {
	samples int
	opus    []byte
}{
	{5760, []byte{0xFB, 0x06, 0xFF, 0xFE, 0xFF, 0xFE, 0xFF, 0xFE, 0xFF, 0xFE, 0xFF, 0xFE, 0xFF, 0xFE}},
	{960, audio.Silence},
	{480, []byte{0xF0, 0xFF, 0xFE}},
	{240, []byte{0xE8, 0xFF, 0xFE}},
	{grain, []byte{0xE0, 0xFF, 0xFE}},
}

// eachSilence cuts a silence, a multiple of grain, into packets.
func eachSilence(samples int64, use func(opus []byte, samples int) error) error {
	for _, s := range silences {
		for ; samples >= int64(s.samples); samples -= int64(s.samples) {
			if err := use(s.opus, s.samples); err != nil {
				return err
			}
		}
	}
	return nil
}
