package record

import (
	"math"
	"testing"
)

// heap keeps what a mixer writes.
type heap struct{ pcm []int16 }

func (h *heap) sound(pcm []int16) error { h.pcm = append(h.pcm, pcm...); return nil }
func (h *heap) silence(int64) error     { return nil }
func (h *heap) flush() error            { return nil }
func (h *heap) close() error            { return nil }

// wave is a tone.
func wave(samples int, amplitude, frequency float64) []int16 {
	pcm := make([]int16, samples)
	for i := range pcm {
		pcm[i] = int16(amplitude * math.Sin(2*math.Pi*frequency*float64(i)/48000))
	}
	return pcm
}

func TestMixerAddsUp(t *testing.T) {
	out := new(heap)
	m := newMixer(1, out)
	a, b := wave(48000, 3000, 440), wave(48000, 2000, 700)
	for at := 0; at < 48000; at += 960 {
		m.add(int64(at), a[at:at+960])
	}
	for at := 0; at < 24000; at += 960 {
		m.add(int64(at+24000), b[at:at+960])
	}
	if err := m.close(60000); err != nil {
		t.Fatal(err)
	}
	if len(out.pcm) != 60000 {
		t.Fatalf("the mix has %d samples, want 60000", len(out.pcm))
	}
	for i, got := range out.pcm {
		want := 0
		if i < 48000 {
			want = int(a[i])
		}
		if i >= 24000 && i < 48000 {
			want += int(b[i-24000])
		}
		if int(got) != want {
			t.Fatalf("sample %d is %d, want %d", i, got, want)
		}
	}
}

func TestMixerLeavesOutWhatIsLate(t *testing.T) {
	out := new(heap)
	m := newMixer(1, out)
	m.write(4800)
	if late, err := m.add(4800-480, wave(960, 3000, 500)); late != 480 || err != nil {
		t.Errorf("%d samples are late, want 480, %v", late, err)
	}
	m.add(10*mixSamples, wave(960, 3000, 500)) // far ahead: what lies between is written
	if err := m.close(10*mixSamples + 960); err != nil {
		t.Fatal(err)
	}
	if len(out.pcm) != 10*mixSamples+960 {
		t.Fatalf("the mix has %d samples, want %d", len(out.pcm), 10*mixSamples+960)
	}
	loud := 0
	for _, v := range out.pcm {
		if v != 0 {
			loud++
		}
	}
	if loud < 480+960-50 || loud > 480+960 {
		t.Errorf("%d samples have sound, want the 480 that were not late and 960", loud)
	}
}

func TestLimiterNeverCutsOff(t *testing.T) {
	out := new(heap)
	m := newMixer(2, out)
	for speaker := range 10 {
		for at := 0; at < 96000; at += 960 {
			pcm := wave(1920, 30000, 300+17*float64(speaker))
			if at/9600%3 == 0 {
				pcm = wave(1920, 500, 300)
			}
			m.add(int64(at), pcm)
		}
	}
	if err := m.close(96000); err != nil {
		t.Fatal(err)
	}
	loudest := 0
	for i, v := range out.pcm {
		loudest = max(loudest, int(v), -int(v))
		if i > 1 && (int(v)-int(out.pcm[i-2])) > 40000 {
			t.Fatalf("sample %d jumps from %d to %d: a sum ran over", i, out.pcm[i-2], v)
		}
	}
	if loudest < 28000 || loudest > limiterPeak+1 {
		t.Errorf("the loudest sample is %d, want it just below %d", loudest, limiterPeak)
	}
}
