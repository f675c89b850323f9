package voice

import (
	"math/rand/v2"
	"slices"
	"time"
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
// on the way to a listener depends on the server's seed, the two users and the packet's place in the stream, on nothing else.
func (s *Server) SetNetwork(n Network) {
	s.lock()
	defer s.unlock()
	s.network = n
}

// stream is the way of packets from one speaker to one listener.
type stream struct {
	chance *rand.Rand
	held   *packet // is overtaken by the next one
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
		way = &stream{chance: rand.New(rand.NewPCG(m.s.o.Seed^p.from.seat.User.Uint(), m.seat.User.Uint()))}
		m.streams[p.from.seat.User] = way
	}
	lost, twice, late := way.chance.Float64() < net.Loss, way.chance.Float64() < net.Duplicate, way.chance.Float64() < net.Reorder
	delay := net.Delay + time.Duration(way.chance.Float64()*float64(net.Jitter))
	overtaken := way.held
	way.held = nil
	switch {
	case lost:
	case late && overtaken == nil:
		m.hold(way, p.clone(), delay)
	default:
		m.arrive(p, delay)
		if twice {
			m.arrive(p, delay)
		}
	}
	if overtaken != nil {
		m.arrive(overtaken, delay)
	}
}

// holdFor is how long a packet waits for the one that is to overtake it. The last one of a stretch is overtaken by nobody.
const holdFor = 60 * time.Millisecond

// hold keeps a packet back until the next one, or for a while.
func (m *member) hold(way *stream, p *packet, delay time.Duration) {
	way.held = p
	m.s.clock.AfterFunc(holdFor, func() {
		m.s.lock()
		defer m.s.unlock()
		if way.held == p && m.call != nil && m.call == p.from.call {
			way.held = nil
			m.arrive(p, delay)
		}
	})
}

// arrive has a packet reach its listener after some time.
func (m *member) arrive(p *packet, delay time.Duration) {
	if delay <= 0 {
		m.link.hear(p)
		return
	}
	p = p.clone()
	m.s.clock.AfterFunc(delay, func() {
		m.s.lock()
		defer m.s.unlock()
		if m.call != nil && m.call == p.from.call {
			m.link.hear(p)
		}
	})
}

// clone is a packet that may be kept.
func (p *packet) clone() *packet {
	kept := *p
	kept.payload = slices.Clone(p.payload)
	return &kept
}
