package voice

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jonboulle/clockwork"
)

// Network is what happens to packets on their way to a listener. Chances are between 0 and 1.
type Network struct {
	Loss      float64       // the chance that a packet is lost
	Duplicate float64       // that it comes twice
	Reorder   float64       // that it comes after the next one of its speaker
	Delay     time.Duration // how late all packets are
	Jitter    time.Duration // how much later than that a packet may be
}

// SetNetwork has packets meet a network like this from now on; the zero Network is a perfect one. What happens to the packets of a speaker
// on the way to a listener depends on the server's seed, the two users and the packet's place in the stream, on nothing else; those that
// arrive at one moment do so in the order in which they were sent.
func (s *Server) SetNetwork(n Network) {
	s.lock()
	defer s.unlock()
	s.network = n
}

// stream is the way of packets from one speaker to one listener.
type stream struct {
	to     *member
	chance *rand.Rand
	queue  []*flight       // in the order of their arrival
	held   *flight         // of the queue, is overtaken by the next one; nil when none is
	timer  clockwork.Timer // of the first one's arrival; nil when there is none
}

// flight is a packet on its way.
type flight struct {
	packet *packet
	due    time.Time
}

// transmit passes a packet on to a listener through the network.
func (m *member) transmit(p *packet) {
	net := m.s.network
	if net == (Network{}) {
		m.link.hear(p)
		return
	}
	way := m.streams[p.from.seat.User]
	if way == nil {
		way = &stream{to: m, chance: rand.New(rand.NewPCG(m.s.o.Seed^p.from.seat.User.Uint(), m.seat.User.Uint()))}
		m.streams[p.from.seat.User] = way
	}
	way.take(p, net)
	way.deliver()
}

// holdFor is how long a packet waits for the one that is to overtake it. The last one of a stretch is overtaken by nobody.
const holdFor = 60 * time.Millisecond

// take sends a packet on its way.
func (w *stream) take(p *packet, net Network) {
	lost, twice, late := w.chance.Float64() < net.Loss, w.chance.Float64() < net.Duplicate, w.chance.Float64() < net.Reorder
	due := w.to.s.clock.Now().Add(net.Delay + time.Duration(w.chance.Float64()*float64(net.Jitter)))
	overtaken := w.held
	w.held = nil
	switch {
	case lost:
	case late && overtaken == nil:
		w.held = w.send(p.clone(), due.Add(holdFor))
	default:
		kept := p.clone()
		w.send(kept, due)
		if twice {
			w.send(kept, due)
		}
	}
	if overtaken != nil && due.Before(overtaken.due) {
		w.queue = slices.DeleteFunc(w.queue, func(f *flight) bool { return f == overtaken })
		w.send(overtaken.packet, due)
	}
}

// send puts a packet into the queue, behind what is due at the same moment.
func (w *stream) send(p *packet, due time.Time) *flight {
	next := &flight{p, due}
	i := len(w.queue)
	for i > 0 && w.queue[i-1].due.After(due) {
		i--
	}
	w.queue = slices.Insert(w.queue, i, next)
	return next
}

// deliver has the packets arrive that are due, and waits for the next one.
func (w *stream) deliver() {
	now := w.to.s.clock.Now()
	for len(w.queue) > 0 && !w.queue[0].due.After(now) {
		first := w.queue[0]
		w.queue = w.queue[1:]
		if first == w.held {
			w.held = nil
		}
		w.to.link.hear(first.packet)
	}
	w.rest()
	if len(w.queue) > 0 {
		w.timer = w.to.s.clock.AfterFunc(w.queue[0].due.Sub(now), func() {
			w.to.s.lock()
			defer w.to.s.unlock()
			w.deliver()
		})
	}
}

// rest waits for nothing.
func (w *stream) rest() {
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

// end loses what is on the way, because one of the two has left.
func (w *stream) end() {
	w.queue, w.held = nil, nil
	w.rest()
}

// clone is a packet that may be kept.
func (p *packet) clone() *packet {
	kept := *p
	kept.payload = slices.Clone(p.payload)
	return &kept
}
