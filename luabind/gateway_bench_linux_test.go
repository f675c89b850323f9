package luabind_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"cordial/discord/rest"
	"cordial/luabind"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// replyMessage is a MESSAGE_CREATE of some 2 KB, as a busy server sends it: an answer to somebody, in Discord's order of fields.
const replyMessage = `{"type":19,"tts":false,"timestamp":"2026-04-16T16:14:20.123000+00:00","referenced_message":{"type":0,"tts":false,` +
	`"timestamp":"2026-04-16T16:12:41.877000+00:00","pinned":false,"mentions":[],"mention_roles":[],"mention_everyone":false,` +
	`"id":"1494381191254904854","flags":0,"embeds":[],"edited_timestamp":null,"content":"Did you see the otters?",` +
	`"components":[],"channel_id":"1327046393453613079","author":{"username":"isaac","public_flags":0,"primary_guild":null,` +
	`"id":"346450717025894401","global_name":"Isaac","display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,` +
	`"avatar_decoration_data":null,"avatar":null},"attachments":[]},"pinned":false,"nonce":"1494381604842504371",` +
	`"mentions":[{"username":"isaac","public_flags":0,"primary_guild":null,"member":{"roles":["1327046393453613081"],"premium_since":null,` +
	`"pending":false,"nick":null,"mute":false,"joined_at":"2025-01-09T20:42:08.000000+00:00","flags":0,"deaf":false,` +
	`"communication_disabled_until":null,"banner":null,"avatar":null},"id":"346450717025894401","global_name":"Isaac",` +
	`"display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,"avatar_decoration_data":null,` +
	`"avatar":null}],"mention_roles":[],"mention_everyone":false,"message_reference":{"type":0,` +
	`"message_id":"1494381191254904854","guild_id":"1327046393453613076","channel_id":"1327046393453613079"},"member":{"roles":[` +
	`"1327046393453613081","1327046393453613082"],"premium_since":null,"pending":false,"nick":null,"mute":false,` +
	`"joined_at":"2025-01-09T20:42:08.000000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,"banner":null,"avatar":null},` +
	`"id":"1494381604842504372","flags":0,"embeds":[],"edited_timestamp":null,"content":"Yes! Three of them, below the bridge.",` +
	`"components":[],"channel_type":0,"channel_id":"1327046393453613079","author":{"username":"nathan","public_flags":0,"primary_guild":null,` +
	`"id":"346450717025894400","global_name":null,"display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,` +
	`"avatar_decoration_data":null,"avatar":null},"attachments":[],"guild_id":"1327046393453613076"}`

// longText is a MESSAGE_CREATE of the same size that is mostly text, of which there is little to decode.
var longText = fmt.Sprintf(`{"type":0,"tts":false,"timestamp":"2026-04-16T16:14:20.123000+00:00","pinned":false,"nonce":"1494381604842504371",`+
	`"mentions":[],"mention_roles":[],"mention_everyone":false,"member":{"roles":["1327046393453613081","1327046393453613082"],"premium_since":null,`+
	`"pending":false,"nick":null,"mute":false,"joined_at":"2025-01-09T20:42:08.000000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,`+
	`"banner":null,"avatar":null},"id":"1494381604842504372","flags":0,"embeds":[],"edited_timestamp":null,"content":%q,"components":[],`+
	`"channel_type":0,"channel_id":"1327046393453613079","author":{"username":"nathan","public_flags":0,"primary_guild":null,"id":"346450717025894400",`+
	`"global_name":null,"display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,"avatar_decoration_data":null,`+
	`"avatar":"a_d5efa99b3eeaa7dd43acca82f5692432"},"attachments":[],"guild_id":"1327046393453613076"}`, strings.Repeat("Otters are awesome. ", 50))

// benchMessages are the messages that are measured.
var benchMessages = []struct{ name, data string }{{"reply", replyMessage}, {"text", longText}}

// eventServer is a gateway that sends a client its messages once it is told to go.
type eventServer struct {
	*httptest.Server
	message       string
	messages      int
	packed, begin chan struct{}
}

func newEventServer(b *testing.B, message string, messages int) *eventServer {
	s := &eventServer{message: message, messages: messages, packed: make(chan struct{}), begin: make(chan struct{})}
	mux := http.NewServeMux()
	for path, body := range map[string]string{
		"/users/@me":        `{"id":"1361823507679543306","username":"DBuddy"}`,
		"/applications/@me": `{"id":"1361823507679543306"}`,
		"/gateway/bot":      `{"url":"ws://HOST","shards":1,"session_start_limit":{"total":1000,"remaining":1000,"reset_after":0,"max_concurrency":1}}`,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, strings.ReplaceAll(body, "HOST", r.Host))
		})
	}
	mux.HandleFunc("/", s.serve)
	s.Server = httptest.NewServer(mux)
	b.Cleanup(s.Close)
	return s
}

// serve speaks just enough of the websocket protocol that the client's part is what is measured.
func (s *eventServer) serve(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // RFC 6455, section 4.2.2
	fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	frames := newPacker()
	hello := frames.pack(`{"op":10,"d":{"heartbeat_interval":41250}}`)
	ready := frames.pack(`{"t":"READY","s":1,"op":0,"d":{"session_id":"abc","resume_gateway_url":"ws://localhost"}}`)
	var messages []byte
	for i := range s.messages {
		messages = append(messages, frames.pack(fmt.Sprintf(`{"t":"MESSAGE_CREATE","s":%d,"op":0,"d":%s}`, i+2, s.message))...)
	}
	conn.Write(hello)
	conn.Read(make([]byte, 4096)) // identify
	conn.Write(ready)
	close(s.packed)
	<-s.begin
	conn.Write(messages)
	io.Copy(io.Discard, conn) // until the client goes
}

// packer makes websocket frames of a compressed stream.
type packer struct {
	packed  bytes.Buffer
	encoder *zstd.Encoder
}

func newPacker() *packer {
	p := &packer{}
	p.encoder, _ = zstd.NewWriter(&p.packed, zstd.WithEncoderConcurrency(1)) // the options are right
	return p
}

// pack gives a frame: binary, whole, not masked.
func (p *packer) pack(text string) []byte {
	p.packed.Reset()
	io.WriteString(p.encoder, text)
	p.encoder.Flush()
	frame := binary.BigEndian.AppendUint16([]byte{0x82, 126}, uint16(p.packed.Len()))
	return append(frame, p.packed.Bytes()...)
}

// cpuTime is what this process has used of its processors, the server's part included.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // cannot fail for oneself
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// benchmarkEvents sends b.N times a message to a script over a socket, compressed as Discord does by default, until it calls done.
func benchmarkEvents(b *testing.B, message, source string) {
	server := newEventServer(b, message, b.N)
	client := newClient(b, rest.Options{Token: "x", BaseURL: server.URL, HTTP: newTransport()})
	h := runtime.New(runtime.Options{Stdout: io.Discard, Stderr: testWriter{b}})
	if err := luabind.Install(h, client, luabind.Options{Token: "x"}); err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	h.Registry().AddFunc(bind.Func{Name: "done", Call: func(*bind.Call) (any, error) { close(done); return nil, nil }})
	if _, err := h.Eval(b.Context(), "bench", fmt.Sprintf("count = %d %s gateway.start()", b.N, source)); err != nil {
		b.Fatal(err)
	}
	<-server.packed
	b.ReportAllocs()
	before := cpuTime()
	b.ResetTimer()
	close(server.begin)
	<-done
	b.StopTimer()
	b.ReportMetric(float64((cpuTime()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	if err := h.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkHandler is a message of 2 KB with a handler that reads its content and its author's id. The goal is 10 µs of processor time,
// and a quarter of BenchmarkDecode's at the most, for a reply.
func BenchmarkHandler(b *testing.B) {
	for _, message := range benchMessages {
		b.Run(message.name, func(b *testing.B) {
			benchmarkEvents(b, message.data, `gateway.on("MESSAGE_CREATE", function(msg)
				local content, author = msg.content, msg.author.id
				count = count - 1
				if count == 0 then done() end
			end)`)
		})
	}
}

// BenchmarkDecode is what decoding the same message into maps costs alone.
func BenchmarkDecode(b *testing.B) {
	for _, message := range benchMessages {
		b.Run(message.name, func(b *testing.B) {
			frame := fmt.Appendf(nil, `{"t":"MESSAGE_CREATE","s":1,"op":0,"d":%s}`, message.data)
			b.ReportAllocs()
			before := cpuTime()
			for b.Loop() {
				var v map[string]any
				if err := json.Unmarshal(frame, &v); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}
