package play

import (
	"encoding/binary"
	"io"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cordial/discord/voice/audio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tone is a source of a sine wave of 440 Hz, as loud as half of what there is.
type tone struct {
	samples int64
	at      int64
	delay   func(at int64) time.Duration // before each read
	err     error                        // at the end, in place of io.EOF
	seekErr error
	once    sync.Once
	closed  chan struct{}
}

func newTone(length time.Duration) *tone {
	return &tone{samples: audio.Samples(length), err: io.EOF, closed: make(chan struct{})}
}

func (s *tone) Read(pcm []int16) (int, error) {
	if s.delay != nil {
		select {
		case <-time.After(s.delay(s.at)):
		case <-s.closed:
			return 0, audio.ErrClosed
		}
	}
	n := min(int64(len(pcm)/channels), s.samples-s.at)
	if n == 0 {
		return 0, s.err
	}
	for i := range n {
		sample := toneAt(s.at + i)
		pcm[2*i], pcm[2*i+1] = sample, sample
	}
	s.at += n
	return int(n), nil
}

// wave is a second of the tone: whole periods.
var wave = func() (wave [audio.SampleRate]int16) {
	for i := range wave {
		wave[i] = int16(16384 * math.Sin(2*math.Pi*440*float64(i)/audio.SampleRate))
	}
	return wave
}()

func toneAt(at int64) int16 { return wave[at%audio.SampleRate] }

func (s *tone) Seek(to time.Duration) error {
	if s.seekErr != nil {
		return s.seekErr
	}
	s.at = min(audio.Samples(to), s.samples)
	return nil
}

func (s *tone) Duration() (time.Duration, bool) { return audio.Duration(s.samples), true }

func (s *tone) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// packets is a source of Opus packets of 20 ms, each of which tells its number. They cannot be decoded.
type packets struct {
	tone   // which is as long
	packet [3]byte
}

func newPackets(n int) *packets {
	return &packets{tone: *newTone(time.Duration(n) * interval)}
}

// numberedTOC begins a packet of 20 ms of CELT in stereo.
const numberedTOC = 0xFC

func (s *packets) NextPacket() ([]byte, error) {
	if s.delay != nil {
		time.Sleep(s.delay(s.at))
	}
	if s.at == s.samples {
		return nil, s.err
	}
	s.packet[0] = numberedTOC
	binary.BigEndian.PutUint16(s.packet[1:], uint16(s.at/audio.FrameSamples))
	s.at += audio.FrameSamples
	return s.packet[:], nil
}

// encoded is a source of real Opus packets.
type encoded struct {
	tone
	packets [][]byte
	next    int
}

func (s *encoded) NextPacket() ([]byte, error) {
	if s.next == len(s.packets) {
		return nil, io.EOF
	}
	s.next++
	return s.packets[s.next-1], nil
}

// event is what an output was told: a packet, or that speaking begins or ends, or a number of samples to skip.
type event struct {
	at       time.Duration
	packet   []byte
	speaking string
	skip     int
}

// number is the number of a packet of the packets source: -1 for silence and what is no packet.
func (e event) number() int {
	if len(e.packet) != 3 || e.packet[0] != numberedTOC {
		return -1
	}
	return int(binary.BigEndian.Uint16(e.packet[1:]))
}

// output notes what it is told and when. Delays and errors are by the number of the packet.
type output struct {
	start  time.Time
	delay  map[int]time.Duration
	errors map[int]error

	mu     sync.Mutex
	sent   int
	events []event
}

func newOutput() *output { return &output{start: time.Now()} }

func (o *output) note(e event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e.at = time.Since(o.start)
	o.events = append(o.events, e)
}

func (o *output) SendOpus(packet []byte) error {
	o.note(event{packet: slices.Clone(packet)})
	n := o.sent
	o.sent++
	time.Sleep(o.delay[n])
	return o.errors[n]
}

func (o *output) Speaking(on bool) error {
	o.note(event{speaking: map[bool]string{true: "on", false: "off"}[on]})
	return nil
}

func (o *output) Skip(samples int) { o.note(event{skip: samples}) }

// all are the events so far.
func (o *output) all() []event {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.events)
}

// packets are the packets so far, silence included.
func (o *output) packets() []event {
	return slices.DeleteFunc(o.all(), func(e event) bool { return e.packet == nil })
}

// numbers are those of the packets so far, in short: -1 stands for five frames of silence.
func (o *output) numbers() []int {
	var numbers []int
	silence := 0
	for _, e := range o.packets() {
		n := e.number()
		if n >= 0 {
			numbers = append(numbers, n)
		} else if silence++; silence%silences == 0 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// checkIntervals fails when two packets follow one another faster than 20 ms.
func (o *output) checkIntervals(t *testing.T) {
	t.Helper()
	packets := o.packets()
	for i := 1; i < len(packets); i++ {
		if gap := packets[i].at - packets[i-1].at; gap < interval {
			t.Errorf("packet %d follows after %s", i, gap)
		}
	}
}

// upTo lists the numbers from first to last.
func upTo(first, last int) []int {
	var numbers []int
	for i := first; i <= last; i++ {
		numbers = append(numbers, i)
	}
	return numbers
}
