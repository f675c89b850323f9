package voice

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"
	"github.com/tidwall/gjson"
	"go.uber.org/goleak"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testTimeout ends a test whose expectation is never met.
const testTimeout = 30 * time.Second

// The people of the tests, and where they are.
const (
	ada, grace, linus discord.Snowflake = "11", "12", "13"
	guild             discord.Snowflake = "10"
	lounge            discord.Snowflake = "20"
)

// rig is a server under test, with a clock that the test moves.
type rig struct {
	*testing.T
	s     *Server
	clock *pacedClock
}

// pacedClock is a fake clock that tells when somebody who speaks waits for the time of their next packet.
type pacedClock struct {
	*clockwork.FakeClock
	waits chan struct{} // gets an element for each wait; buffered, what nobody takes is dropped
}

// After implements [clockwork.Clock]. The server calls it for nothing else.
func (c *pacedClock) After(d time.Duration) <-chan time.Time {
	over := c.FakeClock.After(d)
	select {
	case c.waits <- struct{}{}:
	default:
	}
	return over
}

// newRig starts a server. Options may be changed before the start.
func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	r := &rig{T: t, clock: &pacedClock{clockwork.NewFakeClock(), make(chan struct{}, 100)}}
	o := Options{Clock: r.clock, DAVE: DAVEAllowed}
	for _, f := range change {
		f(&o)
	}
	var err error
	if r.s, err = Start(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.s.Close)
	return r
}

// await waits until something holds under the server's lock.
func (r *rig) await(what string, holds func() bool) {
	r.Helper()
	for end := time.Now().Add(testTimeout); time.Now().Before(end); time.Sleep(time.Millisecond) {
		r.s.lock()
		ok := holds()
		r.s.unlock()
		if ok {
			return
		}
	}
	r.Fatalf("%s does not come", what)
}

// seatOf is the seat in the lounge that the tests give a user. Change may alter it.
func seatOf(user discord.Snowflake, change ...func(*Seat)) Seat {
	seat := Seat{Guild: guild, User: user, Channel: lounge, Session: "session" + string(user), Token: "token" + string(user)}
	for _, f := range change {
		f(&seat)
	}
	return seat
}

// client is a client of the voice gateway that does nothing by itself.
type client struct {
	*testing.T
	r       *rig
	seat    Seat
	ws      *websocket.Conn
	udp     *net.UDPConn
	ready   gjson.Result
	in, out *rtp.Cipher
	seq     int // of the newest numbered message
	media   rtp.Header
	unread  []frame  // have come while something else was waited for
	unheard [][]byte // the same of datagrams
}

// connect admits a user and connects, without identifying. Change may alter the seat.
func (r *rig) connect(user discord.Snowflake, change ...func(*Seat)) *client {
	r.Helper()
	c := &client{T: r.T, r: r, seat: seatOf(user, change...), seq: -1}
	r.s.Admit(c.seat)
	c.dial("v=8")
	return c
}

// dial gives the client a new websocket, and takes HELLO if the version is right.
func (c *client) dial(query string) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), testTimeout)
	defer cancel()
	var err error
	if c.ws, _, err = websocket.Dial(ctx, "ws://"+c.r.s.Endpoint(c.seat.Endpoint)+"/?"+query, nil); err != nil {
		c.Fatal(err)
	}
	ws := c.ws
	ws.SetReadLimit(-1)
	c.Cleanup(func() { ws.CloseNow() })
	if query == "v=8" {
		if hello := c.op(discord.VoiceOpHello); hello.Get("v").Int() != 8 || hello.Get("heartbeat_interval").Int() != 13750 {
			c.Fatalf("HELLO is %s", hello.Raw)
		}
	}
}

// join goes through the whole handshake of a client without end-to-end encryption.
func (r *rig) join(user discord.Snowflake, change ...func(*Seat)) *client {
	r.Helper()
	c := r.connect(user, change...)
	c.identify(0)
	c.choose(rtp.AES256GCM)
	return c
}

// identify sends IDENTIFY and takes READY.
func (c *client) identify(dave int) {
	c.Helper()
	c.send(discord.VoiceOpIdentify, c.identity(dave))
	c.ready = c.op(discord.VoiceOpReady)
	c.media = rtp.Header{Type: rtp.PayloadOpus, SSRC: c.ssrc(), Seq: 0xFFF0, Timestamp: 0xFFFFF000}
}

// identity is the payload of IDENTIFY.
func (c *client) identity(dave int) map[string]any {
	return map[string]any{"server_id": c.seat.Guild, "user_id": c.seat.User, "session_id": c.seat.Session, "token": c.seat.Token,
		"max_dave_protocol_version": dave}
}

func (c *client) ssrc() uint32 { return uint32(c.ready.Get("ssrc").Uint()) }

// choose asks for its address over UDP, selects a mode and takes the key.
func (c *client) choose(mode rtp.Mode) gjson.Result {
	c.Helper()
	address := c.discover()
	c.send(discord.VoiceOpSelectProtocol, map[string]any{"protocol": "udp",
		"data": map[string]any{"address": address.Addr().String(), "port": address.Port(), "mode": mode}})
	d := c.op(discord.VoiceOpSessionDescription)
	var key []byte
	for _, b := range d.Get("secret_key").Array() {
		key = append(key, byte(b.Int()))
	}
	c.in, c.out = newCipher(mode, key), newCipher(mode, key)
	return d
}

// discover opens the UDP socket and does the IP discovery.
func (c *client) discover() netip.AddrPort {
	c.Helper()
	server := net.UDPAddr{IP: net.ParseIP(c.ready.Get("ip").String()), Port: int(c.ready.Get("port").Int())}
	var err error
	if c.udp, err = net.DialUDP("udp", nil, &server); err != nil {
		c.Fatal(err)
	}
	udp := c.udp
	c.Cleanup(func() { udp.Close() })
	c.sendDatagram(rtp.AppendDiscovery(nil, c.ssrc()))
	ssrc, addr, err := rtp.ParseDiscovery(c.datagram())
	if err != nil || ssrc != c.ssrc() {
		c.Fatalf("the discovery says %d %v (%v)", ssrc, addr, err)
	}
	return addr
}

func (c *client) sendDatagram(data []byte) {
	c.Helper()
	if _, err := c.udp.Write(data); err != nil {
		c.Fatal(err)
	}
}

// datagram takes a datagram that has come, or waits for one.
func (c *client) datagram() []byte {
	c.Helper()
	if len(c.unheard) > 0 {
		data := c.unheard[0]
		c.unheard = c.unheard[1:]
		return data
	}
	return c.nextDatagram()
}

// nextDatagram waits for a datagram.
func (c *client) nextDatagram() []byte {
	c.Helper()
	c.udp.SetReadDeadline(time.Now().Add(testTimeout))
	buffer := make([]byte, maxDatagram)
	n, err := c.udp.Read(buffer)
	if err != nil {
		c.Fatal(err)
	}
	return buffer[:n]
}

// quiet makes sure that no packet has been sent to the client up to now: the echo of a keepalive comes after all that was sent before.
func (c *client) quiet() {
	c.Helper()
	if packets := c.packets(); len(packets) > 0 {
		c.Errorf("%d packets have come", len(packets))
	}
}

// heard is a packet as a client has got it.
type heard struct {
	rtp.Header
	first   byte // of the datagram, with the bits of extension and padding
	payload string
}

// packets gives what has been sent to the client up to now. Everything that was said before must have been taken by the server.
func (c *client) packets() []heard {
	c.Helper()
	mark := rtp.AppendKeepalive(nil, 0xC0FFEE)
	c.sendDatagram(mark)
	var all []heard
	for {
		data := c.datagram()
		if len(data) == rtp.KeepaliveSize {
			return all
		}
		all = append(all, c.open(data))
	}
}

func (c *client) open(data []byte) heard {
	c.Helper()
	first := data[0]
	h, payload, err := c.in.Open(data)
	if err != nil {
		c.Fatal(err)
	}
	return heard{h, first, string(payload)}
}

// hear waits for a packet.
func (c *client) hear() heard {
	c.Helper()
	return c.open(c.datagram())
}

// say sends a packet and waits until the server has taken it.
func (c *client) say(payload string) {
	c.Helper()
	c.sendDatagram(c.out.Seal(nil, c.media, []byte(payload)))
	c.media.Seq++
	c.media.Timestamp += 960
	c.sendDatagram(rtp.AppendDiscovery(nil, c.ssrc()))
	for {
		data := c.nextDatagram()
		if _, _, err := rtp.ParseDiscovery(data); err == nil {
			return
		}
		c.unheard = append(c.unheard, data)
	}
}

// speaking sends SPEAKING and waits until the server has taken it.
func (c *client) speaking(flags int) {
	c.Helper()
	c.send(discord.VoiceOpSpeaking, map[string]any{"speaking": flags, "delay": 0, "ssrc": c.ssrc()})
	c.unread = c.pending()
}

// send sends a JSON frame.
func (c *client) send(op discord.VoiceOpcode, data any) {
	c.Helper()
	text, err := json.Marshal(map[string]any{"op": op, "d": data})
	if err != nil {
		c.Fatal(err)
	}
	c.write(websocket.MessageText, text)
}

func (c *client) write(typ websocket.MessageType, data []byte) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), testTimeout)
	defer cancel()
	if err := c.ws.Write(ctx, typ, data); err != nil {
		c.Fatal(err)
	}
}

// frame is a frame of the server: a JSON one, or a binary one.
type frame struct {
	op   discord.VoiceOpcode
	seq  int // -1 for none
	json gjson.Result
	mls  []byte
}

// tryRead waits for a frame, and notes its number.
func (c *client) tryRead() (frame, error) {
	if len(c.unread) > 0 {
		f := c.unread[0]
		c.unread = c.unread[1:]
		return f, nil
	}
	ctx, cancel := context.WithTimeout(c.Context(), testTimeout)
	defer cancel()
	typ, data, err := c.ws.Read(ctx)
	if err != nil {
		return frame{}, err
	}
	f := frame{seq: -1}
	if typ == websocket.MessageBinary {
		f.seq, f.op, f.mls = int(binary.BigEndian.Uint16(data)), discord.VoiceOpcode(data[2]), data[3:]
	} else {
		f.json = gjson.ParseBytes(data)
		f.op = discord.VoiceOpcode(f.json.Get("op").Int())
		if seq := f.json.Get("seq"); seq.Exists() {
			f.seq = int(seq.Int())
		}
	}
	if f.seq >= 0 {
		c.seq = f.seq
	}
	return f, nil
}

func (c *client) read() frame {
	c.Helper()
	f, err := c.tryRead()
	if err != nil {
		c.Fatal(err)
	}
	return f
}

// op waits for a JSON message with an opcode and gives its d. Others are dropped.
func (c *client) op(op discord.VoiceOpcode) gjson.Result {
	c.Helper()
	for {
		if f := c.read(); f.op == op {
			return f.json.Get("d")
		}
	}
}

// pending gives the messages that have been sent up to now. The answer to a heartbeat marks the end.
func (c *client) pending() []frame {
	c.Helper()
	c.send(discord.VoiceOpHeartbeat, map[string]any{"t": 1, "seq_ack": c.seq})
	var frames []frame
	for {
		f := c.read()
		if f.op == discord.VoiceOpHeartbeatACK {
			return frames
		}
		frames = append(frames, f)
	}
}

// closed waits for the end of the connection and wants it to have a code; 0 is for a connection that is cut.
func (c *client) closed(code discord.VoiceCloseCode) {
	c.Helper()
	for {
		f, err := c.tryRead()
		if err == nil {
			c.Logf("before the end: %d %.200s", f.op, f.json.Raw)
			continue
		}
		got := max(websocket.CloseStatus(err), 0)
		if int(got) != int(code) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
			c.Errorf("the connection ends with %v, want %d %s", err, code, code.Name())
		}
		return
	}
}
