package play

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPassedThrough plays Opus as it is: speaking, a packet each 20 ms, five frames of silence, not speaking.
func TestPassedThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, newPackets(50), Options{})
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(append(upTo(0, 49), -1), out.numbers()); diff != "" {
			t.Error(diff)
		}
		events := out.all()
		first, last := events[0], events[len(events)-1]
		if first.speaking != "on" || last.speaking != "off" {
			t.Errorf("began with %+v and ended with %+v", first, last)
		}
		for i, e := range out.packets() {
			if want := time.Duration(i) * interval; e.at != want {
				t.Errorf("packet %d was sent at %s, want %s", i, e.at, want)
			}
		}
		if p.Position() != time.Second || p.Err() != nil {
			t.Errorf("position %s, error %v", p.Position(), p.Err())
		}
	})
}

// TestPause lets a second pass in a pause, of which the timestamps are told. Nothing of the source is lost.
func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, newPackets(30), Options{})
		time.Sleep(195 * time.Millisecond)
		p.Pause()
		time.Sleep(time.Second)
		if !p.Paused() || p.Position() != 200*time.Millisecond {
			t.Errorf("paused %v at %s", p.Paused(), p.Position())
		}
		p.Resume()
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := slices.Concat(upTo(0, 9), []int{-1}, upTo(10, 29), []int{-1})
		if diff := cmp.Diff(want, out.numbers()); diff != "" {
			t.Error(diff)
		}
		out.checkIntervals(t)
		// Ten packets and five of silence end at 300 ms; Resume comes at 1195 ms.
		events := out.all()
		i := slices.IndexFunc(events, func(e event) bool { return e.skip > 0 })
		if i < 0 || events[i].skip != 895*48 || events[i-1].speaking != "off" || events[i+1].speaking != "on" {
			t.Errorf("around the pause: %+v", events[max(i-1, 0):i+2])
		}
	})
}

func TestPausedBeforeItBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		source := newPackets(3)
		source.delay = func(int64) time.Duration { return 10 * time.Millisecond }
		p := Start(t.Context(), out, source, Options{})
		p.Pause()
		time.Sleep(time.Second)
		p.Stop()
		if err := p.Wait(t.Context()); err != nil || len(out.all()) > 0 {
			t.Errorf("ended with %v, sent %+v", err, out.all())
		}
	})
}

func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), newPackets(1000)
		p := Start(t.Context(), out, source, Options{})
		time.Sleep(95 * time.Millisecond)
		p.Stop()
		p.Stop()
		if err := p.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(append(upTo(0, 4), -1), out.numbers()); diff != "" {
			t.Error(diff)
		}
		events := out.all()
		if last := events[len(events)-1]; last.speaking != "off" || last.at != 180*time.Millisecond {
			t.Errorf("ended with %+v", last)
		}
		<-source.closed
	})
}

// TestContextEnds ends a playback like Stop, with the context's cause as its error.
func TestContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := errors.New("the bot has left")
		ctx, cancel := context.WithCancelCause(t.Context())
		out := newOutput()
		p := Start(ctx, out, newPackets(1000), Options{})
		time.Sleep(15 * time.Millisecond)
		cancel(left)
		if err := p.Wait(t.Context()); !errors.Is(err, left) || !errors.Is(p.Err(), left) {
			t.Errorf("got %v, %v", err, p.Err())
		}
		if diff := cmp.Diff([]int{0, -1}, out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWaitGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Start(t.Context(), newOutput(), newPackets(10), Options{})
		enough := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, enough)
		defer cancel()
		if err := p.Wait(ctx); !errors.Is(err, enough) || p.Err() != nil {
			t.Errorf("got %v, and the playback %v", err, p.Err())
		}
		<-p.Done()
	})
}

func TestSeek(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, newPackets(500), Options{})
		if d, ok := p.Duration(); d != 10*time.Second || !ok {
			t.Errorf("duration %s, %v", d, ok)
		}
		time.Sleep(95 * time.Millisecond)
		if err := p.Seek(t.Context(), 9900*time.Millisecond); err != nil || p.Position() != 9900*time.Millisecond {
			t.Errorf("got %v at %s", err, p.Position())
		}
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(slices.Concat(upTo(0, 4), upTo(495, 499), []int{-1}), out.numbers()); diff != "" {
			t.Error(diff)
		}
		out.checkIntervals(t)
		if err := p.Seek(t.Context(), 0); !errors.Is(err, ErrEnded) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// TestBeginsWithin plays a source that was sought before.
func TestBeginsWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), newPackets(50)
		if err := source.Seek(900 * time.Millisecond); err != nil {
			t.Fatal(err)
		}
		p := Start(t.Context(), out, source, Options{At: 900 * time.Millisecond})
		time.Sleep(interval / 2) // the first packet is sent at once
		if p.Position() != 900*time.Millisecond+interval {
			t.Errorf("after the first packet at %s", p.Position())
		}
		if err := p.Wait(t.Context()); err != nil || p.Position() != time.Second {
			t.Errorf("got %v at %s", err, p.Position())
		}
		if diff := cmp.Diff(append(upTo(45, 49), -1), out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSeekBack goes back when the source has given all, and while the playback is paused.
func TestSeekBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, newPackets(6), Options{})
		time.Sleep(55 * time.Millisecond)
		p.Pause()
		if err := p.Seek(t.Context(), -time.Second); err != nil || p.Position() != 0 {
			t.Errorf("got %v at %s", err, p.Position())
		}
		p.Resume()
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(slices.Concat(upTo(0, 2), upTo(0, 5), []int{-1}), out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSeekRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), newPackets(20)
		source.seekErr = errors.New("a stream cannot be sought")
		p := Start(t.Context(), out, source, Options{})
		time.Sleep(95 * time.Millisecond)
		if err := p.Seek(t.Context(), 0); !errors.Is(err, source.seekErr) {
			t.Errorf("got %v", err)
		}
		if err := p.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(append(upTo(0, 19), -1), out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSeekBeyond asks for a place behind the end: the playback goes on where it is. The end itself can be gone to.
func TestSeekBeyond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, newPackets(20), Options{})
		time.Sleep(95 * time.Millisecond)
		beyond, ok := errors.AsType[*BeyondError](p.Seek(t.Context(), 401*time.Millisecond))
		if !ok || *beyond != (BeyondError{401 * time.Millisecond, 400 * time.Millisecond}) || p.Position() != 100*time.Millisecond {
			t.Errorf("got %v at %s", beyond, p.Position())
		}
		time.Sleep(100 * time.Millisecond)
		if err := p.Seek(t.Context(), 400*time.Millisecond); err != nil {
			t.Error(err)
		}
		if err := p.Wait(t.Context()); err != nil || p.Position() != 400*time.Millisecond {
			t.Errorf("got %v at %s", err, p.Position())
		}
		if diff := cmp.Diff(append(upTo(0, 9), -1), out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, newPackets(4), Options{Loop: true})
		time.Sleep(195 * time.Millisecond)
		if p.Position() != 40*time.Millisecond {
			t.Errorf("at %s", p.Position())
		}
		p.Stop()
		if err := p.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]int{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, -1}, out.numbers()); diff != "" {
			t.Error(diff)
		}
		out.checkIntervals(t)
	})
}

func TestLoopOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, newPackets(0), Options{Loop: true})
		if err := p.Wait(t.Context()); err != nil || len(out.all()) > 0 {
			t.Errorf("got %v, sent %+v", err, out.all())
		}
	})
}

func TestLoopThatCannotBeginAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, source := newOutput(), newPackets(4)
		source.seekErr = errors.New("a stream cannot be sought")
		p := Start(t.Context(), out, source, Options{Loop: true})
		if err := p.Wait(t.Context()); !errors.Is(err, source.seekErr) {
			t.Errorf("got %v", err)
		}
		if diff := cmp.Diff([]int{0, 1, 2, 3, -1}, out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}
