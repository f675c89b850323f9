package sandbox

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"io"
	"testing"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"
	"github.com/tidwall/gjson"

	"cordial/discord"
)

// message waits for a websocket message.
func (s *socket) message() (websocket.MessageType, []byte) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), testTimeout)
	defer cancel()
	typ, text, err := s.ws.Read(ctx)
	if err != nil {
		s.Fatal(err)
	}
	return typ, text
}

// stream is what a client has received of a compressed stream, for a decoder that wants to read on.
type stream struct {
	s       *socket
	rest    []byte
	largest int // bytes of the largest message
}

func (r *stream) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		typ, text := r.s.message()
		if typ != websocket.MessageBinary {
			r.s.Errorf("a compressed stream has a text message: %s", text)
		}
		r.rest, r.largest = text, max(r.largest, len(text))
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func TestCompressedStreams(t *testing.T) {
	for _, c := range []struct {
		name  string
		split int
		open  func(r io.Reader) (io.Reader, func(), error)
	}{
		{"zlib-stream", 0, openZlib},
		{"zlib-stream", 100, openZlib},
		{"zstd-stream", 0, func(r io.Reader) (io.Reader, func(), error) {
			z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
			return z, z.Close, err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gatewayRig(t, func(l *GatewayLimits) { l.SplitBytes = c.split })
			s := r.dial("v=10&encoding=json&compress=" + c.name)
			in := &stream{s: s}
			z, done, err := c.open(in)
			if err != nil {
				t.Fatal(err)
			}
			defer done()
			frames := json.NewDecoder(z)
			next := func() gjson.Result {
				t.Helper()
				var text json.RawMessage
				if err := frames.Decode(&text); err != nil {
					t.Fatal(err)
				}
				return gjson.ParseBytes(text)
			}
			if f := next(); f.Get("op").Int() != int64(discord.OpHello) {
				t.Errorf("the stream begins with %s", f.Raw)
			}
			s.send(discord.OpIdentify, s.identity(everything, func(d map[string]any) { d["compress"] = true })) // ignored here
			for _, want := range []string{"READY", "GUILD_CREATE"} {
				if f := next(); f.Get("t").String() != want {
					t.Errorf("%s comes, want %s", f.Get("t"), want)
				}
			}
			for _, text := range []string{"one", "two", "three"} {
				r.say(text)
				if f := next(); f.Get("d.content").String() != text {
					t.Errorf("the stream gives %.200s, want %q", f.Raw, text)
				}
			}
			if c.split > 0 && in.largest > c.split {
				t.Errorf("a message has %d bytes, want at most %d", in.largest, c.split)
			}
		})
	}
}

func openZlib(r io.Reader) (io.Reader, func(), error) {
	z, err := zlib.NewReader(r)
	return z, func() {}, err
}

func TestEveryMessageOfZlibStreamEndsWithAFlush(t *testing.T) {
	r := newRig(t)
	s := r.dial("v=10&encoding=json&compress=zlib-stream")
	if _, hello := s.message(); !bytes.HasSuffix(hello, []byte{0, 0, 0xff, 0xff}) {
		t.Errorf("HELLO ends with % x", hello[max(len(hello)-8, 0):])
	}
}

func TestCompressedPayloads(t *testing.T) {
	r := newRig(t)
	s := r.connect()
	s.send(discord.OpIdentify, s.identity(discord.IntentGuildMessages, func(d map[string]any) { d["compress"] = true }))
	for _, want := range []string{"READY", "MESSAGE_CREATE"} {
		typ, packed := s.message()
		z, err := zlib.NewReader(bytes.NewReader(packed))
		if typ != websocket.MessageBinary || err != nil {
			t.Fatalf("%v %q: %v", typ, packed, err)
		}
		text, err := io.ReadAll(z)
		if got := gjson.GetBytes(text, "t").String(); err != nil || got != want {
			t.Errorf("%s comes, want %s: %v", got, want, err)
		}
		if want == "READY" {
			r.say("one")
		}
	}
}
