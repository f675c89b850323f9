package audio

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// The lengths of RFC 6716, table 2, by configuration number, in tenths of a millisecond.
var tocLengths = [32]int{
	100, 200, 400, 600, 100, 200, 400, 600, 100, 200, 400, 600, // SILK
	100, 200, 100, 200, // hybrid
	25, 50, 100, 200, 25, 50, 100, 200, 25, 50, 100, 200, 25, 50, 100, 200, // CELT
}

func TestPacketSamples(t *testing.T) {
	for config, length := range tocLengths {
		for code, frames := range []int{1, 2, 2} {
			packet := []byte{byte(config<<3 | code)}
			samples, err := PacketSamples(packet)
			if want := frames * length * SampleRate / 10000; samples != want || err != nil {
				t.Errorf("configuration %d, code %d: %d, %v, want %d", config, code, samples, err, want)
			}
		}
		for count := range 64 {
			packet := []byte{byte(config<<3 | 3), byte(count)}
			samples, err := PacketSamples(packet)
			want := count * length * SampleRate / 10000
			if valid := count > 0 && want <= MaxPacketSamples; valid != (err == nil) || valid && samples != want {
				t.Errorf("configuration %d, %d frames: %d, %v, want %d", config, count, samples, err, want)
			}
		}
	}
}

func TestPacketsThatAreNone(t *testing.T) {
	for _, packet := range [][]byte{nil, {}, {3}, {3, 0}, {0xFF, 63}} {
		if _, err := PacketSamples(packet); !errors.Is(err, ErrPacket) {
			t.Errorf("% x: %v", packet, err)
		}
	}
}

func TestChannels(t *testing.T) {
	for packet, want := range map[string]int{"": 1, "\xF8\xFF\xFE": 1, "\xFC\xFF\xFE": 2, "\x04": 2, "\x03\x01": 1} {
		if got := Channels([]byte(packet)); got != want {
			t.Errorf("% x has %d channels, want %d", packet, got, want)
		}
	}
}

func TestSilence(t *testing.T) {
	if n, err := PacketSamples(Silence); n != FrameSamples || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if pcm := decodeAll(t, [][]byte{Silence, Silence}, 2); loudness(pcm) != 0 {
		t.Errorf("silence has a loudness of %.1f", loudness(pcm))
	}
}

func TestDurations(t *testing.T) {
	tests := []struct {
		at      time.Duration
		samples int64
	}{{0, 0}, {20 * time.Millisecond, 960}, {time.Second, 48000}, {1000 * time.Hour, 1000 * 3600 * 48000}, {time.Nanosecond, 0}}
	for _, test := range tests {
		if got := Samples(test.at); got != test.samples {
			t.Errorf("%v is %d samples, want %d", test.at, got, test.samples)
		}
		if got := Duration(test.samples); test.samples > 0 && got != test.at {
			t.Errorf("%d samples are %v, want %v", test.samples, got, test.at)
		}
	}
}

func FuzzPacketSamples(f *testing.F) {
	f.Add(Silence)
	f.Add([]byte{0xFB, 0x06, 0xFF, 0xFE})
	f.Add([]byte{3})
	f.Fuzz(func(t *testing.T, packet []byte) {
		before := bytes.Clone(packet)
		samples, err := PacketSamples(packet)
		if err == nil && (samples <= 0 || samples > MaxPacketSamples || samples%concealStep != 0) {
			t.Errorf("%d samples", samples)
		}
		if !bytes.Equal(packet, before) {
			t.Error("the packet changed")
		}
		d := newTestDecoder(t, 1)
		if n, decodeErr := d.Decode(make([]int16, MaxPacketSamples), packet); decodeErr == nil && (err != nil || n != samples) {
			t.Errorf("decoded %d samples, counted %d, %v", n, samples, err)
		}
	})
}
