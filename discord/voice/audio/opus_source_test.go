package audio

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"
)

// withGain gives a file of Ogg Opus another output gain, in decibels.
func withGain(file []byte, gain float64) []byte {
	file = bytes.Clone(file)
	head := bytes.Index(file, []byte("OpusHead"))
	page := file[:head+19]
	binary.LittleEndian.PutUint16(page[head+16:], uint16(int16(gain*256)))
	clear(page[22:26])
	crc := uint32(0)
	for _, b := range page {
		crc ^= uint32(b) << 24
		for range 8 {
			crc = crc<<1 ^ 0x04C11DB7&-(crc>>31)
		}
	}
	binary.LittleEndian.PutUint32(page[22:], crc)
	return file
}

// A file that says how loud it is to be played is as loud as that. Its packets are not: whoever passes them on must not have them.
func TestOutputGain(t *testing.T) {
	file := soundFile(t, ".ogg", tone(2, SampleRate, 440, 660))
	plain := loudness(readAll(t, sourceOfBytes(t, file)))
	for _, gain := range []float64{-10, 3} {
		s := sourceOfBytes(t, withGain(file, gain))
		if _, ok := s.(PacketSource); ok {
			t.Errorf("at %v dB it gives packets", gain)
		}
		if got := 20 * math.Log10(loudness(readAll(t, s))/plain); math.Abs(got-gain) > 0.1 {
			t.Errorf("at %v dB it is played at %.2f dB", gain, got)
		}
	}
	if _, ok := sourceOfBytes(t, withGain(file, 0)).(PacketSource); !ok {
		t.Error("without a gain it gives no packets")
	}
}

// What is no page behind the end mark is tags or zeros: the sound has ended well.
func TestJunkBehindOpus(t *testing.T) {
	in := tone(2, SampleRate, 440, 660)
	file := soundFile(t, ".ogg", in)
	for _, junk := range []string{"x", "TAG and so on", string(make([]byte, 5000))} {
		if out := readAll(t, sourceOfBytes(t, append(bytes.Clone(file), junk...))); len(out) != len(in) {
			t.Errorf("%d samples of %d before %d bytes", len(out)/2, len(in)/2, len(junk))
		}
	}
}

// Streams that are chained play one after the other; places are those of all together.
func TestChainedOpus(t *testing.T) {
	first, second := tone(2, SampleRate, 440, 660), tone(2, SampleRate/2, 550, 330)
	s := sourceOfBytes(t, append(soundFile(t, ".ogg", first), soundFile(t, ".ogg", second)...))
	all := append(first, second...)
	playsAsOne(t, s, all)
}

// playsAsOne checks that a source of chained streams is of unknown length, and has the sound of all of them from wherever it is sent.
func playsAsOne(t *testing.T, s Source, all []int16) {
	t.Helper()
	if length, ok := s.Duration(); ok {
		t.Errorf("it lasts %v", length)
	}
	for _, at := range []time.Duration{0, 300 * time.Millisecond, 1200 * time.Millisecond, 1100 * time.Millisecond, time.Second / 2} {
		if err := s.Seek(at); err != nil {
			t.Fatal(err)
		}
		want := all[2*Samples(at):]
		if out := readAll(t, s); len(out) != len(want) || snr(want, out) < 25 {
			t.Errorf("from %v on: %d samples of %d at %.1f dB", at, len(out)/2, len(want)/2, snr(want, out))
		}
	}
}
