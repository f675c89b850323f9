package voice

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
	"cordial/discord/voice/rtp"
)

// stage is a media session without a socket, and what Ada sends to it.
type stage struct {
	t     testing.TB
	clock *clockwork.FakeClock
	c     *Connection
	m     *media

	call     *delivery.Call
	sessions map[uint64]*dave.Session
	withheld []delivery.Message          // what the bot was not told yet
	withhold func(delivery.Message) bool // whether it is to be told later; nil for nothing

	sealer          *rtp.Cipher
	header          rtp.Header
	frame, datagram []byte
}

// noGateway does nothing.
type noGateway struct{}

func (noGateway) UpdateVoiceState(context.Context, discord.Snowflake, discord.Snowflake, bool, bool) error {
	return nil
}

const adaSSRC = 7777

// newStage makes a session in a mode, encrypted end to end if the version is 1. The bot does not know yet what Ada's SSRC is.
func newStage(t testing.TB, mode rtp.Mode, version int) *stage {
	t.Helper()
	s := &stage{t: t, clock: clockwork.NewFakeClock(), call: delivery.New(lounge.Uint(), version), sessions: map[uint64]*dave.Session{}}
	manager := NewManager(Options{User: bot, Gateway: noGateway{}, Clock: s.clock})
	s.c = newConnection(manager, guild, lounge, JoinOptions{})
	s.m = newMedia(s.c, seat{channel: lounge})
	s.c.media = s.m
	key := make([]byte, rtp.KeySize)
	if err := s.m.unlock(mode, key); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.sealer, err = rtp.NewCipher(mode, key); err != nil {
		t.Fatal(err)
	}
	s.header = rtp.Header{Type: rtp.PayloadOpus, Seq: 0xFFFE, Timestamp: 0xFFFFFF00, SSRC: adaSSRC}
	s.frame, s.datagram = make([]byte, 0, maxDatagram), make([]byte, 0, maxDatagram)
	s.sessions[ada.Uint()] = dave.New(ada.Uint(), lounge.Uint(), s.clock.Now)
	s.sessions[bot.Uint()] = s.m.dave
	s.enter(ada)
	return s
}

// connect gives the session a socket, and the one at its other end.
func (s *stage) connect() *net.UDPConn {
	s.t.Helper()
	server, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { server.Close() })
	if s.m.udp, err = net.DialUDP("udp", nil, server.LocalAddr().(*net.UDPAddr)); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.m.udp.Close() })
	return server
}

// enter takes a user into the call, and has everybody deal with it.
func (s *stage) enter(user discord.Snowflake) {
	for id, session := range s.sessions {
		if id != user.Uint() {
			session.ClientsConnect(user.Uint())
			s.sessions[user.Uint()].ClientsConnect(id)
		}
	}
	version, down := s.call.Join(user.Uint(), dave.MaxVersion)
	up := s.sessions[user.Uint()].SessionDescription(version)
	s.settle(append(s.answer(user.Uint(), up), down...))
}

// settle takes the server's messages to the members, and their answers back, until there are none.
func (s *stage) settle(down []delivery.Message) {
	for len(down) > 0 {
		m := down[0]
		down = down[1:]
		if s.withhold != nil && m.To == bot.Uint() && s.withhold(m) {
			s.withheld = append(s.withheld, m)
			continue
		}
		down = append(down, s.answer(m.To, s.deliver(m))...)
	}
}

// deliver gives a member a message of the server.
func (s *stage) deliver(m delivery.Message) (up []dave.Message) {
	to := s.sessions[m.To]
	switch m.Op {
	case discord.VoiceOpDAVEPrepareTransition:
		return to.PrepareTransition(m.Transition, m.Version)
	case discord.VoiceOpDAVEExecuteTransition:
		to.ExecuteTransition(m.Transition)
		return nil
	case discord.VoiceOpDAVEPrepareEpoch:
		return to.PrepareEpoch(m.Epoch, m.Version)
	}
	up, err := to.Binary(m.Op, m.Binary)
	if err != nil {
		s.t.Fatal(err)
	}
	return up
}

// answer gives the server messages of a member.
func (s *stage) answer(from uint64, up []dave.Message) (down []delivery.Message) {
	for _, m := range up {
		var messages []delivery.Message
		switch m.Op {
		case discord.VoiceOpDAVEMLSKeyPackage:
			messages, _ = s.call.KeyPackage(from, m.Binary)
		case discord.VoiceOpDAVEMLSCommitWelcome:
			messages, _ = s.call.CommitWelcome(from, m.Binary)
		case discord.VoiceOpDAVETransitionReady:
			messages = s.call.TransitionReady(from, m.Transition)
		}
		down = append(down, messages...)
	}
	return down
}

// relent tells the bot what was withheld.
func (s *stage) relent() {
	s.withhold = nil
	withheld := s.withheld
	s.withheld = nil
	s.settle(withheld)
	s.m.release(s.clock.Now())
}

// introduce has the bot know Ada's SSRC.
func (s *stage) introduce() {
	s.c.streams.speaking(adaSSRC, ada, true, s.clock.Now())
	s.m.release(s.clock.Now())
}

// say sends a packet of Ada's, dressed as other clients do.
func (s *stage) say(opus []byte) {
	frame, err := s.sessions[ada.Uint()].Encrypt(s.frame[:0], opus)
	if err != nil {
		s.t.Fatal(err)
	}
	s.send(frame)
}

// send sends a packet with a frame as it is.
func (s *stage) send(frame []byte) {
	s.datagram = s.sealer.SealDressed(s.datagram[:0], s.header, []byte("\x10\x80\x00\x00"), 5, frame)
	s.header.Seq++
	s.header.Timestamp += 960
	s.m.datagram(s.datagram, s.clock.Now())
}

// hears collects what the connection hears.
func (s *stage) hears() *[]heard {
	all := &[]heard{}
	s.c.Listen(func(p Packet) { *all = append(*all, heard{p, string(p.Opus)}) })
	return all
}

// stats are Ada's.
func (s *stage) stats() SpeakerStats { return s.c.Stats().Speakers[ada] }

// texts are the packets' Opus.
func texts(all []heard) (texts []string) {
	for _, h := range all {
		texts = append(texts, h.opus)
	}
	return texts
}

// want compares the packets that were heard with numbered ones.
func (s *stage) want(all []heard, numbers ...uint32) {
	s.t.Helper()
	var want []string
	for _, n := range numbers {
		want = append(want, string(numbered(n)))
	}
	if got := texts(all); !slices.Equal(got, want) {
		s.t.Errorf("heard %q, want %q", got, want)
	}
}
