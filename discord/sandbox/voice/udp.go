package voice

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// maxDatagram is the longest datagram there can be, in bytes.
const maxDatagram = 1 << 16

// receive takes datagrams until the socket is closed.
func (s *Server) receive() {
	buffer := make([]byte, maxDatagram)
	for {
		n, from, err := s.udp.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // such as the news that a client's socket is gone
		}
		s.datagram(buffer[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
	}
}

// datagram acts on a datagram: a request of the discovery, a keepalive, or a packet of sound. Everything else is dropped.
func (s *Server) datagram(data []byte, from netip.AddrPort) {
	s.lock()
	defer s.unlock()
	if len(data) == rtp.KeepaliveSize {
		s.sendTo(from, data)
		return
	}
	if ssrc, err := rtp.ParseDiscoveryRequest(data); err == nil {
		if m := s.bySSRC[ssrc]; m != nil {
			s.sendTo(from, rtp.AppendDiscoveryAnswer(nil, ssrc, from))
		}
		return
	}
	if len(data) < ssrcEnd {
		return
	}
	if m := s.bySSRC[binary.BigEndian.Uint32(data[ssrcEnd-4:])]; m != nil {
		if n, ok := m.link.(*session); ok {
			n.take(data, from)
		}
	}
}

// ssrcEnd is where the ssrc in the header of a packet ends.
const ssrcEnd = 12

// sendTo sends a datagram. What the system does not take is lost, as datagrams are.
func (s *Server) sendTo(to netip.AddrPort, data []byte) { s.udp.WriteToUDPAddrPort(data, to) }

// earlyPackets is how many packets a client may send before its SPEAKING has come, which takes another way: a second of them. They are
// passed on, so that others hear somebody whom they cannot name yet.
const earlyPackets = 50

// take passes a client's packet on to its call. The client hears at the address that its packets come from.
func (n *session) take(data []byte, from netip.AddrPort) {
	if n.in == nil {
		return
	}
	h, payload, err := n.in.Open(data)
	if err != nil {
		return // not sound, or not encrypted with the client's key
	}
	n.addr = from
	if !n.member.spoke && n.early == earlyPackets {
		if n.conn != nil {
			n.conn.refuse(closeWith(discord.VoiceCloseBadRequest, "Invalid SSRC: send SPEAKING before the first packet."))
		}
		return
	}
	if !n.member.spoke {
		n.early++
	}
	n.s.relay(&packet{from: n.member, header: h, payload: payload})
}

// hear implements link. The packet is dressed as other clients dress theirs.
func (n *session) hear(p *packet) {
	if n.out == nil || !n.addr.IsValid() {
		return
	}
	ext, padding := p.dress()
	n.buffer = n.out.SealDressed(n.buffer[:0], p.header, ext, padding, p.payload)
	n.s.sendTo(n.addr, n.buffer)
}
