package voice

import "cordial/discord"

// person is the link of somebody without a client.
type person struct{ member *member }

// enterPerson takes a person into the call.
func (s *Server) enterPerson(in *seat) {
	p := &person{}
	p.member = s.seatMember(in, p)
	s.enter(p.member)
}

func (p *person) tell(discord.VoiceOpcode, any)          {}
func (p *person) tellBinary(discord.VoiceOpcode, []byte) {}
func (p *person) hear(*packet)                           {}
func (p *person) end(closing)                            {}
