package voice

import (
	"strconv"
	"testing"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// BenchmarkRelay passes a packet of one speaker on to 24 clients, each with a key of its own, over real sockets.
func BenchmarkRelay(b *testing.B) {
	const listeners = 24
	s, err := Start(Options{Clock: clockwork.NewFakeClock(), DAVE: DAVEOff})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	s.lock()
	defer s.unlock()
	var speaker *member
	for i := range listeners + 1 {
		in := &seat{Seat: seatOf(discord.Snowflake(strconv.Itoa(100 + i)))}
		n := &session{s: s, in: newCipher(rtp.AES256GCM, make([]byte, rtp.KeySize)), out: newCipher(rtp.AES256GCM, make([]byte, rtp.KeySize)), addr: s.address}
		n.member = s.seatMember(in, n)
		s.enter(n.member)
		speaker = n.member
	}
	p := &packet{from: speaker, header: rtp.Header{Type: rtp.PayloadOpus, SSRC: speaker.ssrc}, payload: make([]byte, 160)}
	b.ReportAllocs()
	for b.Loop() {
		p.header.Seq++
		s.relay(p)
	}
}
