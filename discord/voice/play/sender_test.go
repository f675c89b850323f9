package play

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCatchesUp delays one packet by 110 ms: the next ones follow at once until all are in time again.
func TestCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		out.delay = map[int]time.Duration{10: 110 * time.Millisecond}
		if err := Start(t.Context(), out, newPackets(30), Options{}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, e := range out.packets() {
			want := time.Duration(i) * interval
			if i > 10 {
				want = max(want, 310*time.Millisecond)
			}
			if e.at != want {
				t.Errorf("packet %d was sent at %s, want %s", i, e.at, want)
			}
		}
	})
}

// TestRebases delays one packet by half a second: the next ones go on from then, no faster than usual.
func TestRebases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		out.delay = map[int]time.Duration{10: 500 * time.Millisecond}
		if err := Start(t.Context(), out, newPackets(30), Options{}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		out.checkIntervals(t)
		for i, e := range out.packets() {
			want := time.Duration(i) * interval
			if i > 10 {
				want += 480 * time.Millisecond
			}
			if e.at != want {
				t.Errorf("packet %d was sent at %s, want %s", i, e.at, want)
			}
		}
		skipped := 0
		for _, e := range out.all() {
			skipped += e.skip
		}
		if skipped != 480*48 {
			t.Errorf("%d samples were skipped", skipped)
		}
	})
}

// TestSourceStalls waits a second in the middle of the source: the stretch ends in good order, and the next one begins with
// packets ahead.
func TestSourceStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), newPackets(40)
		source.delay = func(at int64) time.Duration {
			if at == 20*960 {
				return time.Second
			}
			return 0
		}
		if err := Start(t.Context(), out, source, Options{}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := append(append(append(upTo(0, 19), -1), upTo(20, 39)...), -1)
		if diff := cmp.Diff(want, out.numbers()); diff != "" {
			t.Error(diff)
		}
		out.checkIntervals(t)
	})
}

// TestSlowSource gives 20 ms every 30 ms. Nothing is lost and nothing comes in a burst.
func TestSlowSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), newPackets(50)
		source.delay = func(int64) time.Duration { return 30 * time.Millisecond }
		if err := Start(t.Context(), out, source, Options{}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		out.checkIntervals(t)
		var numbers []int
		for _, e := range out.packets() {
			if e.number() >= 0 {
				numbers = append(numbers, e.number())
			}
		}
		if diff := cmp.Diff(upTo(0, 49), numbers); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSourceFails plays what came before the failure.
func TestSourceFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), newPackets(10)
		source.err = errors.New("the stream broke off")
		p := Start(t.Context(), out, source, Options{Loop: true})
		err := p.Wait(t.Context())
		if !errors.Is(err, source.err) || err.Error() != "playing, at 200ms of the source: the stream broke off" {
			t.Errorf("got %v", err)
		}
		if diff := cmp.Diff(append(upTo(0, 9), -1), out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSourceHangs stops a playback whose source waits in Read: closing it ends that.
func TestSourceHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newTone(time.Hour)
		source.delay = func(int64) time.Duration { return time.Hour }
		p := Start(t.Context(), newOutput(), source, Options{})
		time.Sleep(time.Second)
		p.Stop()
		begun := time.Now()
		if err := p.Wait(t.Context()); err != nil || time.Since(begun) > 0 {
			t.Errorf("ended with %v after %s", err, time.Since(begun))
		}
	})
}

func TestOutputFails(t *testing.T) {
	for name, at := range map[string]int{"in the sound": 3, "in the silence": 12} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out := newOutput()
				closed := errors.New("the connection is closed")
				out.errors = map[int]error{at: closed}
				p := Start(t.Context(), out, newPackets(10), Options{})
				if err := p.Wait(t.Context()); !errors.Is(err, closed) || len(out.packets()) != at+1 {
					t.Errorf("got %v after %d packets", err, len(out.packets()))
				}
			})
		})
	}
}
