package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jonboulle/clockwork"

	"cordial/discord/rest"
)

// messageCreate is an event of about 2 KB, as a lively guild has many.
func messageCreate(seq int) []byte {
	return fmt.Appendf(nil, `{"t":"MESSAGE_CREATE","s":%d,"op":0,"d":{"type":0,"tts":false,"timestamp":"2026-02-16T09:30:00.%06d+00:00","pinned":false,`+
		`"nonce":"%d","mentions":[],"mention_roles":[],"mention_everyone":false,"member":{"roles":["8130470463934%05d","8130470463934%05d"],"premium_since":null,`+
		`"pending":false,"nick":"someone %d","mute":false,"joined_at":"2024-10-06T10:10:10.000000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,"avatar":null},`+
		`"id":"13270470463934%05d","flags":0,"embeds":[],"edited_timestamp":null,"content":"%s","components":[],"channel_id":"1327047046393453610",`+
		`"author":{"username":"user%d","public_flags":0,"id":"9130470463934%05d","global_name":"User %d","discriminator":"0","avatar":"c3e9d7f41b5a6078c3e9d7f41b5a%04x"},"attachments":[],"guild_id":"1327047046393453999"}}`,
		seq, seq, seq, seq%7, seq%11, seq%50, seq, strings.Repeat(fmt.Sprintf("words of number %d that people write, ", seq), 28), seq%50, seq%50, seq%50, seq%0xffff)
}

// benchShard is a shard whose events go nowhere, and what reads a connection for it.
func benchShard(wants bool) (*shard, *conn) {
	c := &Client{o: Options{Handle: func(*Event) {}, Interested: func(string) bool { return wants }, Clock: clockwork.NewRealClock()}}
	s := newShard(c, 0)
	s.machine = machine{state: Ready, session: true}
	return s, &conn{clock: c.o.Clock}
}

// BenchmarkEvents is the time for an event of 2 KB, from the compressed message to its end.
func BenchmarkEvents(b *testing.B) {
	for _, compression := range []Compression{Zstd, Zlib, NoCompression} {
		for _, wants := range []bool{false, true} {
			name := map[bool]string{false: "dropped", true: "handled"}[wants]
			b.Run(strings.Trim(compression.String()+"/"+name, "/"), func(b *testing.B) {
				frames := make([][]byte, 5000)
				size := 0
				for i := range frames {
					frames[i] = messageCreate(i + 1)
					size += len(frames[i])
				}
				messages := pack(compression, frames, 0)
				b.SetBytes(int64(size / len(frames)))
				b.ReportAllocs()
				b.ResetTimer()
				for n := 0; n < b.N; n += len(messages) {
					readAll(b, compression, messages[:min(len(messages), b.N-n)], wants)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

// readAll has a shard read messages, without the websocket that they come by.
func readAll(b *testing.B, compression Compression, messages [][]byte, wants bool) {
	s, c := benchShard(wants)
	deliver := func(frame []byte) error { return s.frame(c, frame) }
	next := func() ([]byte, error) {
		if len(messages) == 0 {
			return nil, errEnded
		}
		message := messages[0]
		messages = messages[1:]
		return message, nil
	}
	err := error(nil)
	if compression == NoCompression {
		for message, err := next(); err == nil; message, err = next() {
			if err := deliver(message); err != nil {
				b.Fatal(err)
			}
		}
		return
	}
	f := &inflow{next: next, compression: compression, deliver: deliver}
	if err = f.run(); f.err != errEnded {
		b.Fatal(err, f.err)
	}
}

// BenchmarkSocket is BenchmarkEvents with the websocket, over loopback, and the server that writes it.
func BenchmarkSocket(b *testing.B) {
	for _, compression := range []Compression{Zstd, Zlib, NoCompression} {
		b.Run(strings.Trim(compression.String()+"/dropped", "/"), func(b *testing.B) {
			messages := pack(compression, func() (frames [][]byte) {
				for i := range b.N {
					frames = append(frames, messageCreate(i+1))
				}
				return frames
			}(), 0)
			s, c := benchShard(false)
			start := make(chan struct{})
			ws := connection(b, func(write func([]byte) error) {
				<-start
				for _, message := range messages {
					write(message)
				}
			})
			b.ReportAllocs()
			b.ResetTimer()
			close(start)
			n := 0
			each(ws, compression, func(frame []byte) error { n++; return s.frame(c, frame) }) // ends with the connection
			if n != b.N {
				b.Fatalf("%d of %d events", n, b.N)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkIdleShards is the memory of a shard that has a session and hears nothing, over TCP without TLS.
func BenchmarkIdleShards(b *testing.B) {
	const shards = 100
	for _, compression := range []Compression{Zstd, Zlib, NoCompression} {
		b.Run(strings.Trim("compress="+compression.String(), "="), func(b *testing.B) {
			for b.Loop() {
				before := heap()
				stop := idleShards(b, compression, shards)
				used := heap() - before
				stop()
				b.ReportMetric(float64(used)/shards, "bytes/shard")
			}
		})
	}
}

// heap is the memory in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// idleShards runs a client of many shards until stop. Its server has to share the process, so what it needs is measured with it,
// except the compressor, which packs READY beforehand.
func idleShards(b *testing.B, compression Compression, shards int) (stop func()) {
	ready := pack(compression, [][]byte{[]byte(`{"op":10,"d":{"heartbeat_interval":40000}}`), []byte(`{"t":"READY","s":1,"op":0,"d":{"session_id":"x"}}`), messageCreate(2)}, 0)
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			json.NewEncoder(w).Encode(map[string]any{
				"url": "ws" + strings.TrimPrefix(server.URL, "http"), "shards": shards,
				"session_start_limit": map[string]any{"total": 1000, "remaining": 1000, "reset_after": 1000, "max_concurrency": shards},
			})
			return
		}
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			b.Error(err)
			return
		}
		ws.Write(context.Background(), websocket.MessageBinary, ready[0])
		if _, _, err = ws.Read(context.Background()); err == nil { // IDENTIFY
			for _, message := range ready[1:] {
				ws.Write(context.Background(), websocket.MessageBinary, message)
			}
		}
		for err == nil {
			_, _, err = ws.Read(context.Background())
		}
	}))
	transport := http.DefaultTransport.(*http.Transport).Clone()
	client := &http.Client{Transport: transport}
	api, err := rest.New(rest.Options{Token: testToken, BaseURL: server.URL + "/api", HTTP: client})
	if err != nil {
		b.Fatal(err)
	}
	var seen sync.WaitGroup
	seen.Add(shards)
	c, err := New(Options{Token: testToken, Rest: api, HTTP: client, Compression: compression, Handle: func(e *Event) {
		if e.Seq == 2 {
			seen.Done()
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- c.Run(ctx) }()
	seen.Wait()
	time.Sleep(10 * time.Millisecond) // the readers' buffers of the last event come to rest
	return func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
		transport.CloseIdleConnections()
		server.Close()
	}
}
