package voice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/rtp"
)

// words is a source of Opus packets of 20 ms: each tells who says it and its place.
type words struct {
	who   string
	count int
	said  int
}

func (w *words) NextPacket() ([]byte, error) {
	if w.said == w.count {
		return nil, io.EOF
	}
	w.said++
	return word(w.who, w.said), nil
}

func (*words) Read([]int16) (int, error)       { return 0, errors.New("not as samples") }
func (*words) Seek(time.Duration) error        { return audio.ErrNoSeek }
func (*words) Duration() (time.Duration, bool) { return 0, false }
func (*words) Close() error                    { return nil }

// word is a packet whose first byte says that it lasts 20 ms.
func word(who string, n int) []byte { return fmt.Appendf([]byte{0xF8}, "%s %d", who, n) }

// asPerson makes a seat that of somebody without a client.
func asPerson(s *Seat) { s.Person = true }

// speak has people say so many words each at the same time, to the end. Time goes on by a frame whenever all of them wait for it, so that
// each packet has its exact time however busy the machine is. Nobody else may be speaking.
func (r *rig) speak(count int, people ...discord.Snowflake) {
	r.Helper()
	done := make(chan error, len(people))
	for _, user := range people {
		go func() { done <- r.s.Speak(r.Context(), user, &words{who: string(user), count: count}) }()
	}
	timeout := time.After(testTimeout)
	for left, waiting := len(people), 0; left > 0; {
		select {
		case err := <-done:
			if err != nil {
				r.Error(err)
			}
			left--
		case <-r.clock.waits:
			waiting++
		case <-timeout:
			r.Fatalf("%d people do not end, %d of them wait for their next packet's time", left, waiting)
		}
		if left > 0 && waiting == left {
			r.clock.Advance(frameTime)
			waiting = 0
		}
	}
}

const frameTime = 20 * time.Millisecond

func TestPeopleSpeakAndHear(t *testing.T) {
	r := newRig(t)
	r.s.Admit(seatOf(ada, asPerson))
	r.s.Admit(seatOf(grace, asPerson))
	c := r.join(linus)
	r.speak(10, ada, grace)
	said := map[uint32][]heard{}
	for _, p := range c.packets() {
		said[p.SSRC] = append(said[p.SSRC], p)
	}
	if len(said) != 2 {
		t.Fatalf("%d speakers are heard, want 2", len(said))
	}
	for _, packets := range said {
		checkSpeech(t, packets, 10)
	}
	if got := r.s.Heard(ada, grace); len(got) != 15 || !bytes.Equal(got[0].Opus, word(string(grace), 1)) {
		t.Errorf("ada hears %d packets of grace: %+v", len(got), got)
	}
	var flags []int64
	for _, f := range c.pending() {
		if f.op == discord.VoiceOpSpeaking && f.json.Get("d.user_id").String() == string(ada) {
			flags = append(flags, f.json.Get("d.speaking").Int())
		}
	}
	if len(flags) != 2 || flags[0] != 1 || flags[1] != 0 {
		t.Errorf("ada's SPEAKING is %v", flags)
	}
}

// checkSpeech wants so many words of one speaker without a gap, five frames of silence behind them, and a marker at the start.
func checkSpeech(t *testing.T, packets []heard, count int) {
	t.Helper()
	if len(packets) != count+5 {
		t.Errorf("%d packets, want %d", len(packets), count+5)
		return
	}
	for i, p := range packets {
		first := packets[0]
		if p.Seq != first.Seq+uint16(i) || p.Timestamp != first.Timestamp+uint32(i*960) || p.Marker != (i == 0) {
			t.Errorf("packet %d is %+v after %+v", i, p.Header, first.Header)
		}
		if (p.payload == string(audio.Silence)) != (i >= count) {
			t.Errorf("packet %d holds %q", i, p.payload)
		}
	}
}

// TestTimePassesInSilence wants a second stretch of speech to have timestamps of its own time.
func TestTimePassesInSilence(t *testing.T) {
	r := newRig(t)
	r.s.Admit(seatOf(ada, asPerson))
	c := r.join(linus)
	first := r.clock.Now()
	r.speak(1, ada)
	r.clock.Advance(5 * time.Second)
	second := r.clock.Now()
	r.speak(1, ada)
	packets := c.packets()
	if len(packets) != 12 {
		t.Fatalf("%d packets", len(packets))
	}
	if gap, want := packets[6].Timestamp-packets[0].Timestamp, uint32(second.Sub(first).Milliseconds()*48); gap != want {
		t.Errorf("the second stretch begins %d samples after the first one, want %d", gap, want)
	}
}

func TestWhoCannotSpeak(t *testing.T) {
	r := newRig(t)
	c := r.join(linus)
	if err := r.s.Speak(t.Context(), ada, &words{count: 1}); !errors.Is(err, ErrNotInCall) {
		t.Errorf("who is not there: %v", err)
	}
	if err := r.s.Speak(t.Context(), c.seat.User, &words{count: 1}); !errors.Is(err, ErrNotInCall) {
		t.Errorf("a client: %v", err)
	}
	r.s.Admit(seatOf(ada, asPerson))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.s.Speak(ctx, ada, &words{count: 100}) }()
	c.hear()
	if err := r.s.Speak(t.Context(), ada, &words{count: 1}); !errors.Is(err, ErrSpeaking) {
		t.Errorf("who speaks already: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
	go func() { done <- r.s.Speak(t.Context(), ada, &words{count: 100}) }()
	c.hear()
	r.s.Close()
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestSpeechGoesOnElsewhere moves a person while they speak.
func TestSpeechGoesOnElsewhere(t *testing.T) {
	r := newRig(t)
	r.s.Admit(seatOf(ada, asPerson))
	here := r.join(linus)
	there := r.join(grace, func(s *Seat) { s.Channel = "21" })
	done := make(chan error)
	go func() { done <- r.s.Speak(t.Context(), ada, &words{who: "x", count: 2}) }()
	here.hear()
	<-r.clock.waits
	r.s.Admit(seatOf(ada, asPerson, func(s *Seat) { s.Channel, s.Token = "21", "another" }))
	r.clock.Advance(frameTime)
	if got := there.hear(); got.payload != string(word("x", 2)) {
		t.Errorf("heard %q", got.payload)
	}
	<-r.clock.waits
	r.s.Expel(guild, ada, discord.VoiceCloseDisconnected)
	r.clock.Advance(frameTime)
	if err := <-done; !errors.Is(err, ErrNotInCall) {
		t.Errorf("after leaving: %v", err)
	}
	here.quiet()
}

// TestPeopleHearClients wants what a client sends to be there for the people, once and in time in the file.
func TestPeopleHearClients(t *testing.T) {
	r := newRig(t)
	r.s.Admit(seatOf(ada, asPerson))
	c := r.join(linus)
	c.speaking(1)
	start := c.media
	for i := range 3 {
		c.media = start
		c.media.Seq += uint16(i)
		c.media.Timestamp += uint32(i * 2 * 960) // a word and a gap
		c.say(string(word("a", i)))
	}
	packets := r.s.Heard(ada, linus)
	packets = append(packets, packets[1]) // as the network may do
	packets[0], packets[1] = packets[1], packets[0]
	for name, length := range map[string]time.Duration{"heard.ogg": 100*time.Millisecond - audio.Duration(audio.EncoderDelay),
		"heard.wav": 100 * time.Millisecond} {
		path := filepath.Join(t.TempDir(), name)
		if err := Save(path, packets); err != nil {
			t.Fatal(err)
		}
		in, err := audio.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		if got, ok := in.Duration(); !ok || (got-length).Abs() > time.Millisecond {
			t.Errorf("%s lasts %v (%v), want %v", name, got, ok, length)
		}
	}
	var placed []string
	for opus, samples := range Placed(packets) {
		placed = append(placed, fmt.Sprintf("%q %d", opus, samples))
	}
	want := fmt.Sprintf("[%q 960 %q 960 %q 960 %q 960 %q 960]", word("a", 0), audio.Silence, word("a", 1), audio.Silence, word("a", 2))
	if got := fmt.Sprint(placed); got != want {
		t.Errorf("placed: %s, want %s", got, want)
	}
}

func TestHeardIsBounded(t *testing.T) {
	limits := DefaultLimits()
	limits.Heard = 3
	r := newRig(t, func(o *Options) { o.Limits = &limits })
	r.s.Admit(seatOf(ada, asPerson))
	c := r.join(linus)
	c.speaking(1)
	for i := range 5 {
		c.say(string(word("a", i)))
	}
	if got := r.s.Heard(ada, linus); len(got) != 3 || !bytes.Equal(got[0].Opus, word("a", 2)) {
		t.Errorf("%+v is kept", got)
	}
	r.s.Admit(seatOf(grace, asPerson))
	c.say(string(word("a", 5)))
	c.say(string(word("a", 6)))
	first, second := r.s.Heard(ada, linus), r.s.Heard(grace, linus)
	if len(first)+len(second) != 3 || !bytes.Equal(slices.Concat(first, second)[2].Opus, word("a", 6)) {
		t.Errorf("of all together %+v and %+v are kept", first, second)
	}
}

// TestSourcesAreEncoded wants samples to be said as Opus packets of 20 ms.
func TestSourcesAreEncoded(t *testing.T) {
	r := newRig(t)
	r.s.Admit(seatOf(ada, asPerson))
	c := r.join(linus)
	done := make(chan error)
	go func() { done <- r.s.Speak(t.Context(), ada, &tone{left: 1000}) }()
	for range 2 {
		got := c.hear()
		if n, err := audio.PacketSamples([]byte(got.payload)); err != nil || n != audio.FrameSamples || got.Type != rtp.PayloadOpus {
			t.Errorf("a packet of %d samples (%v)", n, err)
		}
		<-r.clock.waits
		r.clock.Advance(frameTime)
	}
	if got := c.hear(); got.payload != string(audio.Silence) {
		t.Errorf("after the sound comes %q", got.payload)
	}
	r.s.Close()
	<-done
}

// tone is a source of so many samples.
type tone struct{ left int }

func (*tone) Seek(time.Duration) error        { return audio.ErrNoSeek }
func (*tone) Duration() (time.Duration, bool) { return 0, false }
func (*tone) Close() error                    { return nil }

func (s *tone) Read(pcm []int16) (int, error) {
	n := min(s.left, len(pcm)/2)
	s.left -= n
	for i := range pcm[:2*n] {
		pcm[i] = int16(i * 100)
	}
	if s.left == 0 {
		return n, io.EOF
	}
	return n, nil
}

// TestOrderOfWhatWasHeard wants a stream of another SSRC to be placed by the clock, and one of the same by its timestamps, which wrap.
func TestOrderOfWhatWasHeard(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var got []int64
	for _, p := range inOrder([]Packet{
		{At: start, SSRC: 1, Timestamp: 0xFFFFFFFF - 959},
		{At: start.Add(5 * time.Millisecond), SSRC: 1, Timestamp: 960}, // early, in place of 20 ms later
		{At: start.Add(8 * time.Millisecond), SSRC: 1, Timestamp: 0},   // overtaken
		{At: start.Add(time.Second), SSRC: 2, Timestamp: 77},
		{At: start.Add(time.Second), SSRC: 2, Timestamp: 77 + 960},
	}) {
		got = append(got, p.at)
	}
	if want := []int64{0, 960, 1920, 48000, 48960}; !slices.Equal(got, want) {
		t.Errorf("placed at %v, want %v", got, want)
	}
}
