package voice

import (
	"math/rand/v2"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/rtp"
)

// person is the link of somebody without a client: it lives inside the server, speaks and hears.
type person struct {
	s      *Server
	member *member
	dave   *dave.Session
	header rtp.Header // of the next packet
	since  time.Time  // when the header's timestamp is right
	buffer []byte     // of the frame that is encrypted or decrypted
}

// enterPerson takes a person into the call. Sequence numbers and timestamps begin anywhere, as those of clients do.
func (s *Server) enterPerson(in *seat) {
	if before := s.people[in.User]; before != nil {
		s.leave(before.member, cutOff)
	}
	p := &person{s: s, since: s.clock.Now(), dave: dave.New(in.User.Uint(), in.Channel.Uint(), s.clock.Now)}
	p.member = s.seatMember(in, p)
	s.people[in.User] = p
	p.member.highest = dave.MaxVersion
	chance := rand.New(rand.NewPCG(s.o.Seed, in.User.Uint()))
	p.header = rtp.Header{Type: rtp.PayloadOpus, SSRC: p.member.ssrc, Seq: uint16(chance.Uint32()), Timestamp: chance.Uint32()}
	s.enter(p.member)
}

// begin implements link.
func (p *person) begin(version int) { p.answer(p.dave.SessionDescription(version)) }

// tell implements link.
func (p *person) tell(op discord.VoiceOpcode, data any) {
	switch d := data.(type) {
	case clients:
		for _, user := range d.UserIDs {
			p.dave.ClientsConnect(user.Uint())
		}
	case departed:
		p.dave.ClientDisconnect(d.UserID.Uint())
	case prepareTransition:
		p.answer(p.dave.PrepareTransition(d.Transition, d.Version))
	case executeTransition:
		p.dave.ExecuteTransition(d.Transition)
	case prepareEpoch:
		p.answer(p.dave.PrepareEpoch(d.Epoch, d.Version))
	}
}

// tellBinary implements link.
func (p *person) tellBinary(op discord.VoiceOpcode, payload []byte) {
	messages, err := p.dave.Binary(op, payload)
	if err != nil {
		p.s.o.Logger.Debug("voice encryption: a person cannot use a message", "op", int(op), "user", p.member.seat.User, "error", err)
	}
	p.answer(messages)
}

// answer sends what the person's end of the encryption has to say, after everybody has got the message that it answers.
func (p *person) answer(messages []dave.Message) {
	for _, m := range messages {
		p.s.follow(func() { p.send(m) })
	}
}

// send hands a message of the person to the call.
func (p *person) send(m dave.Message) {
	c, user := p.member.call, p.member.seat.User.Uint()
	switch {
	case c == nil: // has left meanwhile
	case m.Op == discord.VoiceOpDAVETransitionReady:
		c.deliver(c.dave.TransitionReady(user, m.Transition))
	case m.Op == discord.VoiceOpDAVEMLSInvalidCommitWelcome:
		c.dave.InvalidCommitWelcome(user)
	default:
		p.member.takeMLS(m.Op, m.Binary)
	}
}

// hear implements link. What the person has no key for is not heard.
func (p *person) hear(from *packet) {
	speaker := from.from.seat.User
	opus, err := p.dave.Decrypt(p.buffer[:0], speaker.Uint(), from.payload)
	if err != nil {
		p.s.o.Logger.Debug("voice encryption: a person cannot decrypt a packet", "user", p.member.seat.User, "speaker", speaker, "error", err)
		return
	}
	p.buffer = opus
	p.s.note(overheard{p.member.seat.User, speaker, Packet{At: p.s.clock.Now(), SSRC: from.header.SSRC, Seq: from.header.Seq,
		Timestamp: from.header.Timestamp, Opus: opus}})
}

// end implements link.
func (p *person) end(closing) {
	if user := p.member.seat.User; p.s.people[user] == p {
		delete(p.s.people, user)
	}
}

// resume has the person's time go on to now, after a silence.
func (p *person) resume() {
	now := p.s.clock.Now()
	p.header.Timestamp += uint32(now.Sub(p.since).Microseconds() * rtp.SampleRate / 1e6)
	p.header.Marker = true
	p.since = now
}

// say sends an Opus packet that lasts so many samples. Before the encryption has a key its time passes in silence.
func (p *person) say(opus []byte, samples int) {
	if frame, err := p.dave.Encrypt(p.buffer[:0], opus); err == nil {
		p.buffer = frame
		p.s.relay(&packet{from: p.member, header: p.header, payload: frame})
		p.header.Seq++
		p.header.Marker = false
	}
	p.header.Timestamp += uint32(samples)
	p.since = p.since.Add(time.Duration(samples) * time.Second / rtp.SampleRate)
}
