package voice

import (
	"crypto/rand"
	"encoding/binary"
	"net"
	"sync"
	"sync/atomic"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/rtp"
)

// sender is the outgoing stream of a media session.
type sender struct {
	mu        sync.Mutex
	ssrc      uint32
	seq       uint16
	timestamp uint32
	sealer    *rtp.Cipher // nil until the key is there
	frame     []byte      // encrypted end to end
	datagram  []byte

	announced atomic.Bool  // the others are told the SSRC
	known     atomic.Bool  // they were told: the message is sent
	early     atomic.Int32 // packets before that
}

// maxEarly is how many packets, half a second of them, are sent while the message that tells the SSRC waits for the websocket. They take
// another way, so that the first ones may overtake it in any case; a server does not take many from a stranger.
const maxEarly = 25

// begin takes the SSRC that the server gave. Sequence numbers and timestamps begin at random (RFC 3550, section 5.1).
func (s *sender) begin(ssrc uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var start [6]byte
	rand.Read(start[:]) // never fails
	s.ssrc, s.seq, s.timestamp = ssrc, binary.BigEndian.Uint16(start[:]), binary.BigEndian.Uint32(start[2:])
	s.frame, s.datagram = make([]byte, 0, maxDatagram), make([]byte, 0, maxDatagram)
}

func (s *sender) unlock(sealer *rtp.Cipher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sealer = sealer
}

// skip lets time pass.
func (s *sender) skip(samples int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timestamp += uint32(samples)
}

// send seals an Opus packet and writes it. Without a key nothing is written, and the time goes on.
func (s *sender) send(udp *net.UDPConn, session *dave.Session, opus []byte, samples int) (sent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	timestamp := s.timestamp
	s.timestamp += uint32(samples)
	if s.sealer == nil {
		return false
	}
	frame, err := session.Encrypt(s.frame[:0], opus)
	if err != nil {
		return false // the only error is that there is no key yet
	}
	s.frame = frame
	header := rtp.Header{Type: rtp.PayloadOpus, Seq: s.seq, Timestamp: timestamp, SSRC: s.ssrc}
	s.datagram = s.sealer.Seal(s.datagram[:0], header, s.frame)
	s.seq++
	_, err = udp.Write(s.datagram)
	return err == nil
}

// SendOpus sends an Opus packet, with the sequence number and the timestamp that follow. It does not keep the pace: the caller
// sends a packet of 20 ms every 20 ms, and five of audio.Silence before a pause. It never waits, and fails with a ClosedError, and for
// bytes that are no Opus packet. While the connection is being made again, or has no key yet, or cannot tell the others who speaks, the
// packet is dropped and counted as Stats.Unsent, as sound that is lost on the way is: who speaks keeps the time.
func (c *Connection) SendOpus(packet []byte) error {
	samples, err := audio.PacketSamples(packet)
	if err != nil {
		return err
	}
	m := c.current()
	switch {
	case m == nil && c.stopped():
		return &ClosedError{}
	case m == nil:
		c.unsent.Add(1)
	case !c.introduced(m):
		m.out.skip(samples)
		c.unsent.Add(1)
	case m.out.send(m.udp, m.dave, packet, samples):
		c.packetSent()
	default:
		c.unsent.Add(1)
	}
	return nil
}

// introduced reports whether a packet may be sent: the others know the bot's SSRC, or are told it now, if there is a link to do it over.
func (c *Connection) introduced(m *media) bool {
	if m.out.known.Load() {
		return true
	}
	if !m.out.announced.Load() {
		l := c.readyLink()
		if l == nil || l.media != m {
			return false
		}
		c.announce(l)
	}
	return m.out.early.Add(1) <= maxEarly
}

// Skip lets samples (per channel, at 48 kHz) pass without a packet, so that timestamps keep to the time of day.
func (c *Connection) Skip(samples int) {
	if m := c.current(); m != nil {
		m.out.skip(samples)
	}
}

// Speaking tells the others how the bot speaks, 0 for not at all. It holds until the next call, over reconnects as well. Before the
// first call it is Microphone, of which the others hear with the first packet. It fails with a ClosedError.
func (c *Connection) Speaking(flags SpeakingFlags) error {
	c.mu.Lock()
	c.flags = flags
	c.mu.Unlock()
	if l := c.readyLink(); l != nil {
		c.announce(l)
	} else if c.stopped() {
		return &ClosedError{}
	}
	return nil
}

// announce tells the others the SSRC of the bot and how it speaks. It does not wait until that is sent.
func (c *Connection) announce(l *link) {
	out := &l.media.out
	out.mu.Lock()
	ssrc := out.ssrc
	out.mu.Unlock()
	c.mu.Lock()
	flags := c.flags
	c.mu.Unlock()
	out.announced.Store(true)
	l.sendThen(discord.VoiceOpSpeaking, speaking{Flags: flags, SSRC: ssrc}, func() { out.known.Store(true) })
}
