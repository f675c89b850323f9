package voice

import (
	"math/rand/v2"
	"time"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// person is the link of somebody without a client: it lives inside the server, speaks and hears.
type person struct {
	s      *Server
	member *member
	header rtp.Header // of the next packet
	since  time.Time  // when header's timestamp was right
}

// enterPerson takes a person into the call. Sequence numbers and timestamps begin anywhere, as those of clients do.
func (s *Server) enterPerson(in *seat) {
	p := &person{s: s, since: s.clock.Now()}
	p.member = s.seatMember(in, p)
	p.member.dave = daveVersion
	chance := rand.New(rand.NewPCG(s.o.Seed, in.User.Uint()))
	p.header = rtp.Header{Type: rtp.PayloadOpus, SSRC: p.member.ssrc, Seq: uint16(chance.Uint32()), Timestamp: chance.Uint32()}
	s.enter(p.member)
}

// tell implements link.
func (p *person) tell(discord.VoiceOpcode, any) {}

// tellBinary implements link.
func (p *person) tellBinary(discord.VoiceOpcode, []byte) {}

// hear implements link.
func (p *person) hear(from *packet) {
	p.s.note(p.member.seat, from.from.seat.User, Packet{At: p.s.clock.Now(), Seq: from.header.Seq, Timestamp: from.header.Timestamp,
		SSRC: from.header.SSRC, Opus: from.payload})
}

// end implements link.
func (p *person) end(closing) {}

// begin has the person's time go on to now, after a silence.
func (p *person) begin() {
	now := p.s.clock.Now()
	p.header.Timestamp += uint32(now.Sub(p.since).Microseconds() * rtp.SampleRate / 1e6)
	p.since = now
	p.header.Marker = true
}

// say sends an Opus packet that lasts so many samples.
func (p *person) say(opus []byte, samples int) {
	p.s.relay(&packet{from: p.member, header: p.header, payload: opus})
	p.header.Seq++
	p.header.Timestamp += uint32(samples)
	p.header.Marker = false
	p.since = p.since.Add(time.Duration(samples) * time.Second / rtp.SampleRate)
}
