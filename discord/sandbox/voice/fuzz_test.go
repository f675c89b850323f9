package voice

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord/voice/rtp"
)

// fuzzConn is a connection of a client without a websocket: what it is sent is dropped when there is too much of it.
func fuzzConn(f *testing.F) func() *conn {
	clock, limits := clockwork.NewFakeClock(), DefaultLimits()
	limits.Heard = 1
	s, err := Start(Options{Clock: clock, Limits: &limits, DAVE: DAVEAllowed})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	return func() *conn {
		clock.Advance(s.limits.Transition) // lets no timers pile up
		s.Admit(seatOf(ada))
		s.Admit(seatOf(grace, asPerson))
		c := &conn{s: s, out: make(chan outgoing, 10), cancel: func() {}}
		c.deadline = s.clock.AfterFunc(s.limits.Heartbeat, func() {})
		return c
	}
}

// FuzzFrames has a client send three frames, each after an IDENTIFY that is right or none. No frame may do more than end its connection.
func FuzzFrames(f *testing.F) {
	open := fuzzConn(f)
	identify := `{"op":0,"d":{"server_id":"10","user_id":"11","session_id":"session11","token":"token11","max_dave_protocol_version":1}}`
	protocol := `{"op":1,"d":{"protocol":"udp","data":{"address":"127.0.0.1","port":9,"mode":"aead_aes256_gcm_rtpsize"}}}`
	f.Add(identify, protocol, `{"op":5,"d":{"speaking":1,"delay":0,"ssrc":1001}}`, false)
	f.Add(identify, protocol, "\x1a\x00\x01\x00\x02", true)
	f.Add(identify, protocol, "\x1c\x00\x01\x00\x02", true)
	f.Add(identify, protocol, `{"op":23,"d":{"transition_id":1}}`, false)
	f.Add(`{"op":3,"d":{"t":1,"seq_ack":-1}}`, `{"op":7,"d":{"server_id":"10","session_id":"x","token":"y","seq_ack":3}}`, `{"op":31,"d":{"transition_id":0}}`, false)
	f.Fuzz(func(t *testing.T, first, second, third string, binary bool) {
		c := open()
		defer c.deadline.Stop()
		defer c.s.Expel(guild, ada, 4014)
		typ := websocket.MessageText
		if binary {
			typ = websocket.MessageBinary
		}
		for i, frame := range []string{first, second, third} {
			if i < 2 {
				c.receive(websocket.MessageText, []byte(frame))
			} else {
				c.receive(typ, []byte(frame))
			}
		}
		c.s.lock()
		defer c.s.unlock()
		if c.finished && c.session != nil {
			t.Error("a connection that has ended has a session")
		}
	})
}

// FuzzDatagrams has a client that is in a call send datagrams.
func FuzzDatagrams(f *testing.F) {
	open := fuzzConn(f)
	f.Add(rtp.AppendDiscovery(nil, firstSSRC+1), true)
	f.Add(rtp.AppendKeepalive(nil, 1), true)
	f.Add([]byte("an Opus packet"), false)
	f.Fuzz(func(t *testing.T, data []byte, raw bool) {
		c := open()
		defer c.deadline.Stop()
		defer c.s.Expel(guild, ada, 4014)
		c.receive(websocket.MessageText, []byte(`{"op":0,"d":{"server_id":"10","user_id":"11","session_id":"session11","token":"token11"}}`))
		c.receive(websocket.MessageText, []byte(`{"op":1,"d":{"protocol":"udp","data":{"address":"127.0.0.1","port":9,"mode":"aead_aes256_gcm_rtpsize"}}}`))
		c.s.lock()
		n := c.session
		n.member.speak(1)
		out := newCipher(n.mode, n.key[:])
		c.s.unlock()
		datagram := data
		if !raw {
			datagram = out.Seal(nil, rtp.Header{Type: rtp.PayloadOpus, SSRC: n.member.ssrc}, data)
		}
		c.s.datagram(datagram, netip.MustParseAddrPort("127.0.0.1:9"))
		if heard := c.s.Heard(grace, ada); !raw && (len(heard) != 1 || !bytes.Equal(heard[0].Opus, data)) {
			t.Error("the packet is not heard")
		}
	})
}
