package play

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordial/discord/voice/audio"
)

// decoded is the sound of all packets that an output got, of the left channel.
func decoded(t *testing.T, out *output) []int16 {
	t.Helper()
	decoder, err := audio.NewDecoder(channels)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	var left []int16
	pcm := make([]int16, channels*audio.MaxPacketSamples)
	for _, e := range out.packets() {
		n, err := decoder.Decode(pcm, e.packet)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			left = append(left, pcm[channels*i])
		}
	}
	return left
}

// level is the root mean square of samples.
func level(pcm []int16) float64 {
	sum := 0.0
	for _, sample := range pcm {
		sum += float64(sample) * float64(sample)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

// signalToNoise compares samples with the tone, in decibels, from the first sample on.
func signalToNoise(pcm []int16, first int64) float64 {
	signal, noise := 0.0, 0.0
	for i, sample := range pcm {
		want := float64(toneAt(first + int64(i)))
		signal += want * want
		noise += (float64(sample) - want) * (float64(sample) - want)
	}
	return 10 * math.Log10(signal/noise)
}

// TestSoundIsKept encodes a tone and decodes what was sent.
func TestSoundIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		if err := Start(t.Context(), out, newTone(990*time.Millisecond), Options{}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		pcm := decoded(t, out)
		if len(pcm) != (50+silences)*audio.FrameSamples { // the last frame is filled up
			t.Fatalf("%d samples", len(pcm))
		}
		if db := signalToNoise(pcm[4800+audio.EncoderDelay:40_000], 4800); db < 30 {
			t.Errorf("the sound lies only %.1f dB above the noise", db)
		}
		if rest := level(pcm[51*audio.FrameSamples:]); rest > 100 {
			t.Errorf("the silence at the end has a level of %.0f", rest)
		}
	})
}

// opus encodes a tone in packets of several frames of 20 ms.
func opus(t *testing.T, count, frames int) *encoded {
	t.Helper()
	encoder, err := audio.NewEncoder(channels, 0)
	if err != nil {
		t.Fatal(err)
	}
	source := newTone(time.Duration(count*frames) * interval)
	result := &encoded{tone: *newTone(time.Duration(count*frames) * interval)}
	pcm := make([]int16, channels*audio.FrameSamples)
	for range count {
		var single [][]byte
		for range frames {
			if _, err := source.Read(pcm); err != nil {
				t.Fatal(err)
			}
			packet, err := encoder.Encode(nil, pcm)
			if err != nil {
				t.Fatal(err)
			}
			single = append(single, packet)
		}
		result.packets = append(result.packets, joined(single))
	}
	return result
}

// joined makes one packet of packets of one frame each: a code 3 packet with frames of their own lengths (RFC 6716, section 3.2.5).
func joined(single [][]byte) []byte {
	if len(single) == 1 {
		return single[0]
	}
	packet := []byte{single[0][0] | 3, 0x80 | byte(len(single))}
	for _, p := range single[:len(single)-1] {
		if n := len(p) - 1; n < 252 {
			packet = append(packet, byte(n))
		} else {
			packet = append(packet, byte(252+n%4), byte((n-252)/4))
		}
	}
	for _, p := range single {
		packet = append(packet, p[1:]...)
	}
	return packet
}

// TestLongPacketsAreDivided plays Opus packets of 60 ms, which are decoded and encoded.
func TestLongPacketsAreDivided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		if err := Start(t.Context(), out, opus(t, 20, 3), Options{}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		pcm := decoded(t, out)
		if len(out.packets()) != 60+silences || len(pcm) != (60+silences)*audio.FrameSamples {
			t.Fatalf("%d packets, %d samples", len(out.packets()), len(pcm))
		}
		if db := signalToNoise(pcm[4800+2*audio.EncoderDelay:48_000], 4800); db < 20 {
			t.Errorf("the sound lies only %.1f dB above the noise", db)
		}
	})
}

// TestVolumeOfOpus passes packets of 20 ms through until the volume is halved.
func TestVolumeOfOpus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), opus(t, 100, 1)
		p := Start(t.Context(), out, source, Options{})
		time.Sleep(995 * time.Millisecond)
		p.SetVolume(0.5)
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, e := range out.packets()[:50+ahead] {
			if string(e.packet) != string(source.packets[i]) {
				t.Fatalf("packet %d was changed", i)
			}
		}
		pcm := decoded(t, out)
		loud, quiet := level(pcm[10_000:40_000]), level(pcm[65*audio.FrameSamples:99*audio.FrameSamples])
		if ratio := quiet / loud; ratio < 0.48 || ratio > 0.52 {
			t.Errorf("the sound got %.2f times as loud", ratio)
		}
	})
}

func TestVolume(t *testing.T) {
	full := 16384 / math.Sqrt2
	for _, test := range []struct{ volume, level float64 }{
		{0, 0}, {0.25, full / 4}, {1, full}, {1.5, 1.5 * full}, {100, MaxVolume * full}, {math.NaN(), 0}, {-1, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			out := newOutput()
			if err := Start(t.Context(), out, newTone(time.Second), Options{Volume: new(test.volume)}).Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := level(decoded(t, out)[4800:43_200])
			if math.Abs(got-test.level) > 0.05*full {
				t.Errorf("volume %v gives a level of %.0f, want %.0f", test.volume, got, test.level)
			}
		})
	}
}

func TestAmplify(t *testing.T) {
	for name, test := range map[string]struct {
		from, to  float64
		pcm, want []int16
	}{
		"as it is":    {1, 1, []int16{1, -1, 32767, -32768}, []int16{1, -1, 32767, -32768}},
		"silent":      {0, 0, []int16{1, -1, 32767, -32768}, []int16{0, 0, 0, 0}},
		"clipped":     {2, 2, []int16{1, -1, 20000, -20000}, []int16{2, -2, 32767, -32768}},
		"faded in":    {0, 1, []int16{100, 100, 100, 100, 100, 100, 100, 100}, []int16{25, 25, 50, 50, 75, 75, 100, 100}},
		"with no end": {1, 2, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := append([]int16(nil), test.pcm...)
			amplify(got, test.from, test.to)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsNoOpus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := opus(t, 3, 1)
		source.packets[1] = nil
		err := Start(t.Context(), newOutput(), source, Options{}).Wait(t.Context())
		if !errors.Is(err, audio.ErrPacket) {
			t.Errorf("got %v", err)
		}
	})
}
