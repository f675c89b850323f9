package voice

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/audio"
)

// through says words through a network to another person and gives what comes out, in order.
func through(t *testing.T, n Network, seed uint64, count int) []string {
	r := newRig(t, func(o *Options) { o.Seed, o.DAVE = seed, DAVEOff })
	r.s.SetNetwork(n)
	r.s.Admit(seatOf(ada, asPerson))
	r.s.Admit(seatOf(grace, asPerson))
	r.speak(count, ada)
	var got []string
	for _, p := range r.s.Heard(grace, ada) {
		if _, word, ok := strings.Cut(string(p.Opus), " "); ok {
			got = append(got, word)
		}
	}
	return got
}

func TestNetwork(t *testing.T) {
	const count = 200
	tests := map[string]struct {
		network Network
		check   func(got []string) bool
	}{
		"perfect":    {Network{}, func(got []string) bool { return len(got) == count && inSequence(got) == count }},
		"loss":       {Network{Loss: 0.2}, func(got []string) bool { return len(got) > count/2 && len(got) < count && inSequence(got) == len(got) }},
		"duplicates": {Network{Duplicate: 0.2}, func(got []string) bool { return len(got) > count && len(slices.Compact(slices.Clone(got))) == count }},
		"reorder":    {Network{Reorder: 0.2}, func(got []string) bool { return len(got) == count && inSequence(got) < count }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := through(t, test.network, 1, count)
			if !test.check(got) {
				t.Errorf("%d of %d come: %v", len(got), count, got)
			}
			if again := through(t, test.network, 1, count); !slices.Equal(got, again) {
				t.Errorf("the same seed gives %v and %v", got, again)
			}
			if other := through(t, test.network, 2, count); name != "perfect" && slices.Equal(got, other) {
				t.Error("another seed gives the same")
			}
		})
	}
}

// inSequence counts the words that are not behind one that was said later.
func inSequence(got []string) int {
	n, highest := 0, 0
	for _, word := range got {
		at := 0
		for _, digit := range word {
			at = at*10 + int(digit-'0')
		}
		if at > highest {
			n, highest = n+1, at
		}
	}
	return n
}

func TestDelay(t *testing.T) {
	r := newRig(t)
	r.s.SetNetwork(Network{Delay: time.Second, Jitter: time.Second})
	speaker, listener := r.join(ada), r.join(grace)
	speaker.speaking(1)
	speaker.say("late")
	r.clock.Advance(time.Second - 1)
	listener.quiet()
	r.clock.Advance(time.Second + 1)
	if got := listener.hear(); got.payload != "late" {
		t.Errorf("heard %q", got.payload)
	}
	speaker.say("not at all")
	r.s.Expel(guild, grace, discord.VoiceCloseDisconnected)
	r.clock.Advance(2 * time.Second) // nobody is there any more
	r.s.SetNetwork(Network{Loss: 1})
	r.s.ClearFaults()
	back := r.join(grace)
	speaker.say("at once")
	if got := back.hear(); got.payload != "at once" {
		t.Errorf("heard %q", got.payload)
	}
}

// TestNobodyOvertakesTheLast wants a packet that is to be overtaken to come also when it is the last one.
func TestNobodyOvertakesTheLast(t *testing.T) {
	r := newRig(t)
	r.s.SetNetwork(Network{Reorder: 1})
	speaker, listener := r.join(ada), r.join(grace)
	speaker.speaking(1)
	speaker.say("the last")
	listener.quiet()
	r.clock.Advance(holdFor)
	if got := listener.hear(); got.payload != "the last" {
		t.Errorf("heard %q", got.payload)
	}
}

// TestOrderOfWhatIsLate wants packets to arrive in the order in which they were sent, also where time passes for several at once.
func TestOrderOfWhatIsLate(t *testing.T) {
	r := newRig(t, func(o *Options) { o.DAVE = DAVEOff })
	r.s.SetNetwork(Network{Delay: time.Second})
	r.s.Admit(seatOf(ada, asPerson))
	r.s.Admit(seatOf(grace, asPerson))
	const count = 50
	for i := range count {
		r.s.lock()
		r.s.people[ada].say(word(string(ada), i), audio.FrameSamples)
		r.s.unlock()
		r.clock.Advance(time.Millisecond)
	}
	r.clock.Advance(time.Hour)
	r.await("the last packet", func() bool { return len(r.s.heard) == count })
	got := r.s.Heard(grace, ada)
	for i, p := range got {
		if want := word(string(ada), i); string(p.Opus) != string(want) {
			t.Fatalf("at %d of %d comes %q, want %q", i, len(got), p.Opus, want)
		}
	}
}

// waitingClock counts what waits for a time to come.
type waitingClock struct {
	*clockwork.FakeClock
	waiting atomic.Int64
}

// AfterFunc implements [clockwork.Clock].
func (c *waitingClock) AfterFunc(d time.Duration, f func()) clockwork.Timer {
	c.waiting.Add(1)
	return &waiting{c.FakeClock.AfterFunc(d, func() {
		c.waiting.Add(-1)
		f()
	}), c}
}

// waiting is a timer that is counted.
type waiting struct {
	clockwork.Timer
	clock *waitingClock
}

// Stop implements [clockwork.Timer].
func (w *waiting) Stop() bool {
	stopped := w.Timer.Stop()
	if stopped {
		w.clock.waiting.Add(-1)
	}
	return stopped
}

// TestNothingWaitsForTheEnd closes the server while packets are on their way, one waits to be overtaken, and a transition for somebody to
// be ready.
func TestNothingWaitsForTheEnd(t *testing.T) {
	clock := &waitingClock{FakeClock: clockwork.NewFakeClock()}
	r := newRig(t, func(o *Options) { o.Clock = clock })
	r.s.Admit(seatOf(ada, asPerson))
	r.s.Admit(seatOf(grace, asPerson))
	r.join(linus)
	r.s.SetNetwork(Network{Delay: time.Minute, Reorder: 0.5})
	for i := range 10 {
		r.s.lock()
		r.s.people[ada].say(word(string(ada), i), audio.FrameSamples)
		r.s.unlock()
	}
	if clock.waiting.Load() == 0 {
		t.Error("nothing waits even before the end")
	}
	r.s.Close()
	if got := clock.waiting.Load(); got != 0 {
		t.Errorf("%d timers wait for the end of a server that has ended", got)
	}
}
