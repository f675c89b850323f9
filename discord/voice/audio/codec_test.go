package audio

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// tone is a sum of sines, a frequency for each channel and one that all share, half as loud as can be.
func tone(channels, samples int, frequencies ...float64) []int16 {
	pcm := make([]int16, 0, samples*channels)
	for i := range samples {
		for c := range channels {
			t := float64(i) / SampleRate
			v := 0.35*math.Sin(2*math.Pi*frequencies[c%len(frequencies)]*t) + 0.1*math.Sin(2*math.Pi*150*t)
			pcm = append(pcm, int16(v*32767))
		}
	}
	return pcm
}

// noise is what compresses worst, the same for each seed.
func noise(channels, samples int, seed uint64) []int16 {
	r := rand.New(rand.NewPCG(seed, 1))
	pcm := make([]int16, samples*channels)
	for i := range pcm {
		pcm[i] = int16(r.IntN(1<<15) - 1<<14)
	}
	return pcm
}

// snr compares what came out with what went in, in decibels.
func snr(in, out []int16) float64 {
	var signal, difference float64
	for i := range min(len(in), len(out)) {
		d := float64(in[i]) - float64(out[i])
		signal += float64(in[i]) * float64(in[i])
		difference += d * d
	}
	if difference == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(signal/difference)
}

// encodeAll makes packets of PCM and of a delay's worth of silence behind it.
func encodeAll(t testing.TB, pcm []int16, channels, bitrate int) [][]byte {
	t.Helper()
	encoder, err := NewEncoder(channels, bitrate)
	if err != nil {
		t.Fatal(err)
	}
	frame := FrameSamples * channels
	pcm = append(pcm[:len(pcm):len(pcm)], make([]int16, frame+(frame-len(pcm)%frame)%frame)...)
	var packets [][]byte
	for ; len(pcm) > 0; pcm = pcm[frame:] {
		packet, err := encoder.Encode(nil, pcm[:frame])
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, packet)
	}
	return packets
}

func newTestDecoder(t testing.TB, channels int) Decoder {
	t.Helper()
	d, err := NewDecoder(channels)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func decodeAll(t testing.TB, packets [][]byte, channels int) []int16 {
	t.Helper()
	d := newTestDecoder(t, channels)
	var all []int16
	pcm := make([]int16, MaxPacketSamples*channels)
	for _, packet := range packets {
		n, err := d.Decode(pcm, packet)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pcm[:n*channels]...)
	}
	return all
}

func TestRoundTrip(t *testing.T) {
	tests := []struct {
		name              string
		channels, bitrate int
		want              float64
	}{
		{"mono", 1, 64000, 25},
		{"stereo", 2, 128000, 25},
		{"stereo at half the usual rate", 2, 32000, 10},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := tone(test.channels, SampleRate, 440, 660)
			out := decodeAll(t, encodeAll(t, in, test.channels, test.bitrate), test.channels)
			if got := snr(in, out[EncoderDelay*test.channels:]); got < test.want {
				t.Errorf("signal to noise is %.1f dB, want %.0f", got, test.want)
			} else {
				t.Logf("%.1f dB", got)
			}
		})
	}
}

// speech encodes a voice that rises from 120 to 200 Hz each second, with a copy of each packet in the next.
func speech(t *testing.T, frames int) [][]byte {
	t.Helper()
	encode := newSpeechEncoder(t)
	pcm := make([]int16, frames*FrameSamples)
	for i := range pcm {
		at := float64(i) / SampleRate
		phase := 2 * math.Pi * (120*at + 40*at*at)
		for harmonic := 1.0; harmonic < 12; harmonic++ {
			pcm[i] += int16(6000 / harmonic * math.Sin(harmonic*phase))
		}
	}
	var packets [][]byte
	for i := range frames {
		packet := make([]byte, 1500)
		n, err := encode(pcm[i*FrameSamples:(i+1)*FrameSamples], packet)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, packet[:n])
	}
	return packets
}

// Mono packets come out the same whether one or two channels were asked for: a stereo codec would not do that for all of them.
func TestMonoStreamInStereoDecoder(t *testing.T) {
	streams := map[string][][]byte{
		"music":  encodeAll(t, tone(1, SampleRate, 440), 1, 0),
		"speech": speech(t, 50),
		"noise":  encodeAll(t, noise(1, SampleRate, 1), 1, 24000),
	}
	for name, packets := range streams {
		t.Run(name, func(t *testing.T) {
			mono, wide := decodeAll(t, packets, 1), decodeAll(t, packets, 2)
			if got := snr(stereo(mono, 1), wide); !math.IsInf(got, 1) {
				t.Errorf("they differ by %.1f dB", got)
			}
		})
	}
}

// A music bot's stream begins with mono silence, turns to stereo, and pauses with mono silence.
func TestStreamThatTurnsStereo(t *testing.T) {
	in := tone(2, SampleRate, 440, 660)
	music := encodeAll(t, in, 2, 0)
	packets := append([][]byte{Silence, Silence, Silence}, music...)
	packets = append(packets, Silence, Silence)
	out := decodeAll(t, packets, 2)
	if got := snr(in, out[2*(3*FrameSamples+EncoderDelay):]); got < 30 {
		t.Errorf("the music is %.1f dB", got)
	}
	mono := decodeAll(t, packets, 1)
	var mixed []int16
	for i := 0; i < len(in); i += 2 {
		mixed = append(mixed, int16((int(in[i])+int(in[i+1]))/2))
	}
	if got := snr(mixed, mono[3*FrameSamples+EncoderDelay:]); got < 12 {
		t.Errorf("in mono the music is %.1f dB", got)
	}
}

func TestConceal(t *testing.T) {
	for channels := 1; channels <= 2; channels++ {
		packets := encodeAll(t, tone(channels, SampleRate/2, 440), channels, 0)
		for _, samples := range []int{1, 119, 120, 480, 960, 1000, 2880, 5760, SampleRate} {
			d := newTestDecoder(t, channels)
			pcm := make([]int16, MaxPacketSamples*channels)
			for _, packet := range packets[:10] {
				if _, err := d.Decode(pcm, packet); err != nil {
					t.Fatal(err)
				}
			}
			beyond := make([]int16, samples*channels+10)
			for i := range beyond {
				beyond[i] = 12345
			}
			n, err := d.Conceal(beyond[:samples*channels]) // its capacity must not matter
			if err != nil || n != samples {
				t.Errorf("%d channels, %d samples: %d, %v", channels, samples, n, err)
			}
			for _, v := range beyond[samples*channels:] {
				if v != 12345 {
					t.Fatalf("%d channels, %d samples: wrote behind the end", channels, samples)
				}
			}
			if samples == FrameSamples && loudness(beyond[:samples*channels]) < 1000 {
				t.Errorf("%d channels: a gap of 20 ms is not concealed but silent", channels)
			}
		}
	}
}

// loudness is the root of the mean square.
func loudness(pcm []int16) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(1, len(pcm))))
}

func TestConcealBeforeTheFirstPacket(t *testing.T) {
	d := newTestDecoder(t, 2)
	pcm := noise(2, FrameSamples, 1)
	if n, err := d.Conceal(pcm); n != FrameSamples || err != nil || loudness(pcm) != 0 {
		t.Errorf("%d, %v, loudness %.0f", n, err, loudness(pcm))
	}
}

// After two lost packets the second comes back from the copy in the next, closer than a guess would be.
func TestRecover(t *testing.T) {
	packets := speech(t, 40)
	for channels := 1; channels <= 2; channels++ {
		frame := FrameSamples * channels
		lost := decodeAll(t, packets, channels)[21*frame : 22*frame]
		fill := func(how func(d Decoder, pcm []int16) (int, error)) float64 {
			d := newTestDecoder(t, channels)
			pcm := make([]int16, MaxPacketSamples*channels)
			for _, packet := range packets[:20] {
				if _, err := d.Decode(pcm, packet); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := how(d, pcm[:2*frame]); n != 2*FrameSamples || err != nil {
				t.Fatal(n, err)
			}
			got := snr(lost, pcm[frame:2*frame])
			if _, err := d.Decode(pcm, packets[22]); err != nil {
				t.Error(err)
			}
			return got
		}
		guessed := fill(func(d Decoder, pcm []int16) (int, error) { return d.Conceal(pcm) })
		recovered := fill(func(d Decoder, pcm []int16) (int, error) { return d.Recover(pcm, packets[22]) })
		if recovered < guessed+3 {
			t.Errorf("%d channels: recovered at %.1f dB, where a guess has %.1f", channels, recovered, guessed)
		}
	}
}

// Without a copy in the next packet, Recover conceals.
func TestRecoverWithoutACopy(t *testing.T) {
	packets := encodeAll(t, tone(2, SampleRate/2, 440), 2, 0)
	for _, next := range [][]byte{packets[12], nil, Silence} {
		d := newTestDecoder(t, 2)
		pcm := make([]int16, MaxPacketSamples*2)
		for _, packet := range packets[:10] {
			if _, err := d.Decode(pcm, packet); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := d.Recover(pcm[:4*FrameSamples], next); n != 2*FrameSamples || err != nil || loudness(pcm[:2*FrameSamples]) < 1000 {
			t.Errorf("%d, %v, loudness %.0f", n, err, loudness(pcm[:2*FrameSamples]))
		}
	}
}

// A decoder that was closed serves the next stream as if it were new.
func TestDecodersAreUsedAgain(t *testing.T) {
	packets := encodeAll(t, tone(2, SampleRate/4, 440, 550), 2, 0)
	want := decodeAll(t, packets, 2)
	for range 3 {
		other := newTestDecoder(t, 2)
		pcm := make([]int16, MaxPacketSamples*2)
		for _, packet := range encodeAll(t, noise(2, SampleRate/10, 3), 2, 0) {
			if _, err := other.Decode(pcm, packet); err != nil {
				t.Fatal(err)
			}
		}
		other.Close()
		if got := decodeAll(t, packets, 2); snr(want, got) < 90 {
			t.Errorf("the stream before is heard: %.1f dB", snr(want, got))
		}
	}
}

func TestClosedDecoder(t *testing.T) {
	d := newTestDecoder(t, 1)
	pcm := make([]int16, MaxPacketSamples)
	if _, err := d.Decode(pcm, Silence); err != nil {
		t.Fatal(err)
	}
	d.Close()
	d.Close()
	_, decode := d.Decode(pcm, Silence)
	_, conceal := d.Conceal(pcm)
	_, recover := d.Recover(pcm, Silence)
	for _, err := range []error{decode, conceal, recover} {
		if !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}
}

func TestDecoderRefuses(t *testing.T) {
	d := newTestDecoder(t, 2)
	if _, err := d.Decode(make([]int16, 2*FrameSamples-1), Silence); err == nil {
		t.Error("decoded into too little room")
	}
	if _, err := d.Decode(make([]int16, 2*FrameSamples), nil); !errors.Is(err, ErrPacket) {
		t.Error(err)
	}
	for _, channels := range []int{0, 3} {
		if _, err := NewDecoder(channels); err == nil {
			t.Errorf("a decoder of %d channels", channels)
		}
		if _, err := NewEncoder(channels, 0); err == nil {
			t.Errorf("an encoder of %d channels", channels)
		}
	}
}

// Damaged packets give an error or noise, never a panic, and the decoder goes on.
func TestDamagedPackets(t *testing.T) {
	packets := append(encodeAll(t, tone(2, SampleRate/2, 440), 2, 0), speech(t, 20)...)
	r := rand.New(rand.NewPCG(7, 7))
	d := newTestDecoder(t, 2)
	pcm := make([]int16, MaxPacketSamples*2)
	for i := range 20 * len(packets) {
		packet := slices.Clone(packets[i%len(packets)])
		for range 1 + r.IntN(8) {
			packet[r.IntN(len(packet))] = byte(r.Uint32())
		}
		_, _ = d.Decode(pcm, packet[:1+r.IntN(len(packet))])
	}
	d.Reset()
	for _, packet := range packets {
		if _, err := d.Decode(pcm, packet); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEncoderRefuses(t *testing.T) {
	e, err := NewEncoder(2, 96000)
	if err != nil {
		t.Fatal(err)
	}
	for _, bits := range []int{0, MinBitrate - 1, MaxBitrate + 1} {
		if e.SetBitrate(bits) == nil {
			t.Errorf("took %d bits per second", bits)
		}
	}
	if _, err := e.Encode(nil, make([]int16, FrameSamples)); err == nil {
		t.Error("took half a frame")
	}
}

func TestEncodeAppends(t *testing.T) {
	e, err := NewEncoder(1, MaxBitrate)
	if err != nil {
		t.Fatal(err)
	}
	dst := []byte("before")
	for i, frame := range [][]int16{noise(1, FrameSamples, 1), noise(1, FrameSamples, 2)} {
		before := len(dst)
		if dst, err = e.Encode(dst, frame); err != nil {
			t.Fatal(err)
		}
		if n, err := PacketSamples(dst[before:]); n != FrameSamples || err != nil || Channels(dst[before:]) != 1 {
			t.Errorf("frame %d: %d samples, %v", i, n, err)
		}
	}
	if string(dst[:6]) != "before" {
		t.Errorf("%q", dst[:6])
	}
}

// The bit rate asked for is the one that comes out, and it can change on the way.
func TestBitrate(t *testing.T) {
	e, err := NewEncoder(2, 64000)
	if err != nil {
		t.Fatal(err)
	}
	pcm := noise(2, SampleRate, 1)
	for _, bits := range []int{64000, 192000, 32000} {
		if err := e.SetBitrate(bits); err != nil {
			t.Fatal(err)
		}
		total := 0
		for i := 0; i < len(pcm); i += 2 * FrameSamples {
			packet, err := e.Encode(nil, pcm[i:i+2*FrameSamples])
			if err != nil {
				t.Fatal(err)
			}
			total += 8 * len(packet)
		}
		if total < bits*7/10 || total > bits*13/10 {
			t.Errorf("asked for %d bits per second, got %d", bits, total)
		}
	}
}

func TestCodecsDoNotAllocate(t *testing.T) {
	encoder, err := NewEncoder(2, 0)
	if err != nil {
		t.Fatal(err)
	}
	decoder := newTestDecoder(t, 2)
	in, out, packet := tone(2, FrameSamples, 440), make([]int16, MaxPacketSamples*2), make([]byte, 0, MaxFrame)
	work := func() {
		packet, err = encoder.Encode(packet[:0], in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decoder.Decode(out, packet); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 {
		work()
	}
	if n := testing.AllocsPerRun(500, work); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}
