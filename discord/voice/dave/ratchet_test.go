package dave

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var testTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// pair is a sender and a receiver with the same key.
func pair() (*sender, *receiver) {
	base := func() []byte { return bytes.Repeat([]byte{7}, baseKeySize) }
	return newSender(&epochKeys{1, base()}), newReceiver(1, base())
}

func (r *receiver) open(t *testing.T, data []byte, now time.Time) ([]byte, error) {
	t.Helper()
	f, ok := parseFrame(data)
	if !ok {
		t.Fatalf("%x is no frame", data)
	}
	return r.decrypt(nil, &f, &scratch{}, now)
}

func TestGenerationsFollowTheCounter(t *testing.T) {
	s, r := pair()
	counters := []uint64{0, 1<<24 - 2, 1<<25 - 2, 7<<24 - 2, 120<<24 - 2, 1<<32 - 3, 1<<32 + 1<<24 - 2, 380 << 24, 500 << 24, 2<<32 - 3}
	for _, counter := range counters {
		s.counter = counter
		for range 5 {
			data := s.encrypt(nil, []byte("frame"), testTime)
			if got, err := r.open(t, data, testTime); err != nil || string(got) != "frame" {
				t.Fatalf("frame %d comes as %q: %v", s.counter, got, err)
			}
			if _, err := r.open(t, data, testTime); err != ErrReplay {
				t.Fatalf("frame %d again gives %v", s.counter, err)
			}
		}
	}
}

func TestFramesFarAheadAreRefused(t *testing.T) {
	for _, test := range []struct {
		generation uint64
		want       error
	}{{maxGenerationGap, nil}, {maxGenerationGap + 1, ErrForged}} {
		s, r := pair()
		s.counter = 200 << generationShift // the sender itself goes no further at once either
		s.encrypt(nil, nil, testTime)
		s.counter = test.generation << generationShift
		if _, err := r.open(t, s.encrypt(nil, []byte("frame"), testTime), testTime); err != test.want {
			t.Errorf("generation %d gives %v, want %v", test.generation, err, test.want)
		}
	}
}

func TestForgedFramesDoNotMoveTheRatchet(t *testing.T) {
	s, r := pair()
	first := s.encrypt(nil, []byte("frame"), testTime)
	s.counter = 9 << generationShift
	forged := s.encrypt(nil, []byte("frame"), testTime)
	forged[0] ^= 1
	if _, err := r.open(t, forged, testTime); err != ErrForged || r.ratchet.generation != 0 {
		t.Errorf("it gives %v and moves the ratchet to %d", err, r.ratchet.generation)
	}
	if _, err := r.open(t, first, testTime); err != nil {
		t.Errorf("the first frame gives %v", err)
	}
}

func TestPassedGenerationIsKeptForTenSeconds(t *testing.T) {
	s, r := pair()
	s.counter = 1<<24 - 4
	var late [][]byte
	for range 3 {
		late = append(late, s.encrypt(nil, []byte("late"), testTime))
	}
	next := s.encrypt(nil, []byte("next"), testTime)
	for _, step := range []struct {
		data  []byte
		after time.Duration
		want  error
	}{{late[0], 0, nil}, {next, 0, nil}, {late[1], retention - 1, nil}, {late[2], retention, ErrForged}} {
		if _, err := r.open(t, step.data, testTime.Add(step.after)); err != step.want {
			t.Errorf("after %v it gives %v, want %v", step.after, err, step.want)
		}
	}
}

// The window must agree with one that remembers everything, as far as it promises to.
func TestWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w window
		used := map[uint64]bool{}
		newest := rapid.Uint64Range(0, 1<<33).Draw(t, "first")
		w.mark(newest)
		used[newest] = true
		for range rapid.IntRange(1, 60).Draw(t, "frames") {
			offset := rapid.OneOf(rapid.Int64Range(-70, 70), rapid.Int64Range(-1200, 3000)).Draw(t, "offset")
			if offset < 0 && uint64(-offset) > newest {
				continue
			}
			nonce := newest + uint64(offset)
			if got := w.widen(uint32(nonce)); got != nonce {
				t.Fatalf("%d is widened to %d after %d", nonce, got, newest)
			}
			tooOld := nonce < newest && newest-nonce >= windowSize
			if want := tooOld || used[nonce]; w.used(nonce) != want {
				t.Fatalf("%d counts as used: %v, want %v; the newest is %d", nonce, !want, want, newest)
			}
			if !tooOld {
				w.mark(nonce)
				used[nonce] = true
				newest = max(newest, nonce)
			}
		}
	})
}
