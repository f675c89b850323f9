package voice

import (
	"maps"
	"slices"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/dave/delivery"
)

// call is the media session of a channel. It exists while somebody is in it.
type call struct {
	s       *Server
	channel discord.Snowflake
	members map[uint64]*member         // by user
	dave    *delivery.Call             // its end-to-end encryption
	awaited map[uint16]clockwork.Timer // the ends of its transitions, by their ids
}

// member is somebody in a call, or on the way there: a client is in the call when it has chosen its encryption.
type member struct {
	s        *Server
	seat     *seat
	call     *call // nil until the member is in it
	ssrc     uint32
	speaking int  // the flags of the last SPEAKING
	spoke    bool // has sent SPEAKING at all
	link     link
	highest  int                           // the highest version that the member has announced
	streams  map[discord.Snowflake]*stream // what comes from others, by speaker
}

// link is how messages and sound reach a member.
type link interface {
	// begin is called when the member enters a call, with the version of its end-to-end encryption.
	begin(version int)
	// tell brings a message that is numbered, with a payload that is encoded as JSON.
	tell(op discord.VoiceOpcode, data any)
	// tellBinary brings a binary message, which is numbered, too.
	tellBinary(op discord.VoiceOpcode, payload []byte)
	// hear brings a packet of a speaker. The packet must not be kept.
	hear(p *packet)
	// end is called when the member has left.
	end(why closing)
}

// firstSSRC is before the first one that is given out.
const firstSSRC = 1000

// seatMember has a new member sit down.
func (s *Server) seatMember(in *seat, link link) *member {
	s.lastSSRC++
	m := &member{s: s, seat: in, ssrc: s.lastSSRC, link: link, streams: map[discord.Snowflake]*stream{}}
	in.member = m
	s.bySSRC[m.ssrc] = m
	return m
}

// clients is the payload that tells who is in the call.
type clients struct {
	UserIDs []discord.Snowflake `json:"user_ids"`
}

// departed is the payload that tells who has left.
type departed struct {
	UserID discord.Snowflake `json:"user_id"`
}

// speaking is the payload that tells that somebody begins to speak, or stops.
type speaking struct {
	Speaking int               `json:"speaking"`
	SSRC     uint32            `json:"ssrc"`
	UserID   discord.Snowflake `json:"user_id"`
}

// enter takes a member into its call, and introduces it and the others to each other.
func (s *Server) enter(m *member) {
	c := s.calls[m.seat.Channel]
	if c == nil {
		c = &call{s: s, channel: m.seat.Channel, members: map[uint64]*member{}, awaited: map[uint16]clockwork.Timer{},
			dave: delivery.New(m.seat.Channel.Uint(), s.o.DAVE.limit(m.seat.Seat))}
		s.calls[c.channel] = c
	}
	version, messages := c.dave.Join(m.seat.User.Uint(), m.highest)
	m.call = c
	m.link.begin(version)
	present := clients{}
	for _, other := range c.sorted() {
		other.link.tell(discord.VoiceOpClientsConnect, clients{[]discord.Snowflake{m.seat.User}})
		present.UserIDs = append(present.UserIDs, other.seat.User)
	}
	if len(present.UserIDs) > 0 {
		m.link.tell(discord.VoiceOpClientsConnect, present)
	}
	for _, other := range c.sorted() {
		if other.spoke {
			m.link.tell(discord.VoiceOpSpeaking, other.speech())
		}
	}
	c.members[m.seat.User.Uint()] = m
	c.deliver(messages)
}

// leave ends a member: others are told, and its seat is free.
func (s *Server) leave(m *member, why closing) {
	m.seat.member = nil
	delete(s.bySSRC, m.ssrc)
	if c := m.call; c != nil {
		m.call = nil
		delete(c.members, m.seat.User.Uint())
		for _, other := range c.sorted() {
			other.forget(m.seat.User)
			other.link.tell(discord.VoiceOpClientDisconnect, departed{m.seat.User})
		}
		c.deliver(c.dave.Leave(m.seat.User.Uint()))
		if len(c.members) == 0 {
			c.end()
		}
	}
	for speaker := range m.streams {
		m.forget(speaker)
	}
	m.link.end(why)
}

// end ends a call that everybody has left.
func (c *call) end() {
	delete(c.s.calls, c.channel)
	for _, timer := range c.awaited {
		timer.Stop()
	}
}

// forget loses what is on the way from a speaker.
func (m *member) forget(speaker discord.Snowflake) {
	if way := m.streams[speaker]; way != nil {
		way.end()
		delete(m.streams, speaker)
	}
}

// speak notes and tells that a member begins to speak, or stops.
func (m *member) speak(flags int) {
	m.speaking, m.spoke = flags, true
	if m.call == nil {
		return
	}
	for _, other := range m.call.sorted() {
		if other != m {
			other.link.tell(discord.VoiceOpSpeaking, m.speech())
		}
	}
}

// speech is what others are told of a member's speaking.
func (m *member) speech() speaking { return speaking{m.speaking, m.ssrc, m.seat.User} }

// sorted lists the members by their ids.
func (c *call) sorted() []*member {
	return slices.SortedFunc(maps.Values(c.members), func(a, b *member) int { return a.seat.User.Compare(b.seat.User) })
}
