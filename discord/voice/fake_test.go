package voice

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// fake is a voice server that does what a test tells it to, also what a real one would never do.
type fake struct {
	t       *testing.T
	server  *httptest.Server
	udp     *net.UDPConn
	peers   chan *peer
	queries chan string
}

// peer is one websocket of the fake's.
type peer struct {
	t      *testing.T
	ws     *websocket.Conn
	frames chan frame // that have come, heartbeats too; closed at the end
}

// frame is what the client has sent.
type frame struct {
	Op discord.VoiceOpcode `json:"op"`
	D  json.RawMessage     `json:"d"`
}

// withFake has the gateway name the fake as the voice server.
func withFake(r *rig) *fake {
	r.Helper()
	f := &fake{t: r.T, peers: make(chan *peer, 100), queries: make(chan string, 100)}
	f.server = httptest.NewServer(http.HandlerFunc(f.serve))
	var err error
	if f.udp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0"))); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() {
		f.server.CloseClientConnections()
		f.server.Close()
		f.udp.Close()
	})
	r.answering(func(channel discord.Snowflake) []any {
		if channel == "" {
			return []any{r.state("")}
		}
		return []any{r.state(channel), f.assign("secret token")}
	})
	return f
}

// assign is the VOICE_SERVER_UPDATE that names the fake.
func (f *fake) assign(token string) voiceServer {
	address := strings.TrimPrefix(f.server.URL, "http://")
	return voiceServer{Guild: guild, Endpoint: &address, Token: token}
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer ws.CloseNow()
	p := &peer{t: f.t, ws: ws, frames: make(chan frame, 1000)}
	defer close(p.frames)
	f.queries <- r.URL.String()
	f.peers <- p
	for {
		kind, data, err := ws.Read(context.Background())
		if err != nil {
			return
		}
		got := frame{}
		if kind == websocket.MessageBinary {
			got = frame{discord.VoiceOpcode(data[0]), data[1:]}
		} else if err := json.Unmarshal(data, &got); err != nil {
			f.t.Error(err)
		}
		p.frames <- got
	}
}

// peer waits for the next connection.
func (f *fake) peer() *peer {
	f.t.Helper()
	return receive(f.t, f.peers, "connection")
}

// send sends a text, which need be no JSON. The client may be gone.
func (p *peer) send(text string) {
	p.ws.Write(context.Background(), websocket.MessageText, []byte(text))
}

// binary sends a binary frame.
func (p *peer) binary(data ...byte) {
	p.ws.Write(context.Background(), websocket.MessageBinary, data)
}

// close closes the connection with a code.
func (p *peer) close(code discord.VoiceCloseCode) { p.ws.Close(websocket.StatusCode(code), "") }

// expect waits for the next frame, which must have the opcode, and reads its data.
func (p *peer) expect(op discord.VoiceOpcode, into any) {
	p.t.Helper()
	got := receive(p.t, p.frames, "frame")
	if got.Op != op {
		p.t.Fatalf("%s: %s, want %s", got.Op, got.D, op)
	}
	if into != nil {
		if err := json.Unmarshal(got.D, into); err != nil {
			p.t.Fatal(err)
		}
	}
}

const hello = `{"op":8,"d":{"v":8,"heartbeat_interval":13750}}`

// greet takes IDENTIFY and answers it.
func (f *fake) greet(p *peer) identify {
	f.t.Helper()
	var id identify
	p.send(hello)
	p.expect(discord.VoiceOpIdentify, &id)
	p.send(f.ready(`"aead_aes256_gcm_rtpsize","aead_xchacha20_poly1305_rtpsize"`))
	return id
}

// ready is READY with modes.
func (f *fake) ready(modes string) string {
	at := f.udp.LocalAddr().(*net.UDPAddr)
	return fmt.Sprintf(`{"op":2,"d":{"ssrc":4660,"ip":%q,"port":%d,"modes":[%s],"heartbeat_interval":1}}`, at.IP, at.Port, modes)
}

// discover takes a request of the discovery, after it has lost some, and answers.
func (f *fake) discover(lost int) {
	f.t.Helper()
	buffer := make([]byte, maxDatagram)
	for {
		n, from, err := f.udp.ReadFromUDPAddrPort(buffer)
		if err != nil {
			f.t.Fatal(err)
		}
		ssrc, err := rtp.ParseDiscoveryRequest(buffer[:n])
		if err != nil {
			continue // a keepalive
		}
		if lost--; lost < 0 {
			f.udp.WriteToUDPAddrPort([]byte("something else"), from)
			f.udp.WriteToUDPAddrPort(rtp.AppendDiscoveryAnswer(nil, ssrc, netip.MustParseAddrPort("203.0.113.7:4321")), from)
			return
		}
	}
}

// description is SESSION DESCRIPTION with a key of some length.
func description(length int) string {
	key := strings.TrimSuffix(strings.Repeat("7,", length), ",")
	return `{"op":4,"d":{"mode":"aead_aes256_gcm_rtpsize","secret_key":[` + key + `],"dave_protocol_version":0},"seq":1}`
}

// accept goes through the whole handshake.
func (f *fake) accept() *peer {
	f.t.Helper()
	p := f.peer()
	f.greet(p)
	f.discover(0)
	p.expect(discord.VoiceOpSelectProtocol, nil)
	p.send(description(rtp.KeySize))
	return p
}

// begin joins in the background, and gives the channel of the error.
func (r *rig) begin() <-chan error {
	joined := make(chan error, 1)
	go func() {
		_, err := r.manager.Join(r.Context(), guild, lounge, JoinOptions{})
		joined <- err
	}()
	return joined
}

// joins waits for what begin began.
func (r *rig) joins(joined <-chan error) {
	r.Helper()
	if err := receive(r.T, joined, "end of Join"); err != nil {
		r.Fatal(err)
	}
}

// newFrozenFake has the bot join a fake's channel while time stands still but for the test.
func newFrozenFake(t *testing.T) (*rig, *fake, <-chan error) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	return r, withFake(r), r.begin()
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// waits reports whether a heartbeat is not answered yet.
func (b *beats) waits() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pending
}
