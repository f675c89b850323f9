package voice

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/rtp"
)

// Packet is one Opus packet that someone in the channel spoke. Packets come as they arrive, which is not always their order.
type Packet struct {
	User      discord.Snowflake
	SSRC      uint32 // of the stream; a user who comes again has another
	Seq       uint16 // wraps
	Timestamp uint32 // in samples at 48 kHz, wraps
	At        time.Time
	Opus      []byte // valid until the listener returns
}

// datagram deals with what came over UDP. It allocates nothing for a packet that can be passed on.
func (m *media) datagram(datagram []byte, now time.Time) {
	if _, own, err := rtp.ParseDiscovery(datagram); err == nil {
		select {
		case m.found <- own:
		default: // the answer to an earlier request is there already
		}
		return
	}
	opener := m.opener.Load()
	if opener == nil {
		return // nothing can be read before the key is there
	}
	header, payload, err := opener.Open(datagram)
	switch {
	case err == nil:
		m.packet(header, payload, now)
	case !errors.Is(err, rtp.ErrNotAudio):
		m.c.foreign.Add(1)
	}
}

// packet deals with a packet. What waits already goes first.
func (m *media) packet(h rtp.Header, payload []byte, now time.Time) {
	from, fresh := m.c.streams.arrived(h.SSRC, h.Seq, len(payload), now)
	if !fresh {
		return
	}
	if from.stream.held.n > 0 {
		m.release(now)
	}
	if from.stream.held.n > 0 || !m.deliver(from, h, payload, now) {
		m.hold(from.stream, h, payload, now)
	}
}

// deliver passes a packet on. It is false if the speaker or the key is not known yet.
func (m *media) deliver(from origin, h rtp.Header, payload []byte, at time.Time) bool {
	if from.user == "" {
		return false
	}
	opus, silence := payload, bytes.Equal(payload, audio.Silence)
	if !silence {
		var err error
		opus, err = m.dave.Decrypt(m.plain[:0], from.id, payload)
		switch {
		case errors.Is(err, dave.ErrNoKey):
			return false
		case err != nil:
			m.c.streams.count(from.stream, func(s *SpeakerStats) { s.Failed++ })
			m.recover(m.c.manager.o.Clock.Now())
			return true
		}
	}
	m.c.streams.heard(from.stream, opus, silence)
	p := Packet{User: from.user, SSRC: h.SSRC, Seq: h.Seq, Timestamp: h.Timestamp, At: at, Opus: opus}
	for _, hear := range m.c.packets.all() {
		(*hear)(p)
	}
	return true
}

// hold keeps a packet until the speaker and the key are known, but not for long.
func (m *media) hold(s *stream, h rtp.Header, payload []byte, at time.Time) {
	if s.held.n == 0 {
		if len(m.holding) == maxHolding {
			m.c.streams.count(s, func(stats *SpeakerStats) { stats.Dropped++ })
			return
		}
		m.holding = append(m.holding, s)
	}
	dropped := uint64(0)
	if s.held.put(h, payload, at) {
		dropped = 1
	}
	m.c.streams.count(s, func(stats *SpeakerStats) { stats.Held++; stats.Dropped += dropped })
}

// release passes on what waits no longer, and drops what waited too long.
func (m *media) release(now time.Time) {
	m.holding = slices.DeleteFunc(m.holding, func(s *stream) bool {
		from := m.c.streams.origin(s)
		for s.held.n > 0 {
			p := s.held.front()
			old := now.Sub(p.at) > holdFor
			if !m.deliver(from, p.header, p.payload, p.at) {
				if !old {
					return false
				}
				m.c.streams.count(s, func(stats *SpeakerStats) { stats.Dropped++ })
			}
			s.held.pop()
		}
		return true
	})
}
