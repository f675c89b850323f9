package gateway

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"
)

// compressor is the other side of a stream.
type compressor interface {
	io.Writer
	Flush() error
}

func newCompressor(c Compression, w io.Writer) compressor {
	if c == Zlib {
		return zlib.NewWriter(w)
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<18), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		panic(err)
	}
	return z
}

// pack makes the websocket messages of some frames. split cuts them into pieces, 0 leaves them whole.
func pack(c Compression, frames [][]byte, split int) [][]byte {
	if c == NoCompression {
		return frames
	}
	var packed bytes.Buffer
	z := newCompressor(c, &packed)
	var messages [][]byte
	for _, frame := range frames {
		packed.Reset()
		z.Write(frame)
		z.Flush()
		rest := bytes.Clone(packed.Bytes())
		for split > 0 && len(rest) > split {
			messages = append(messages, rest[:split])
			rest = rest[split:]
		}
		messages = append(messages, rest)
	}
	return messages
}

// connection gives a client's side of a websocket on which a server sends messages, and then waits for its end.
func connection(t testing.TB, send func(write func([]byte) error)) *websocket.Conn {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		send(func(message []byte) error { return ws.Write(context.Background(), websocket.MessageBinary, message) })
		ws.Close(4000, "")
	}))
	transport := http.DefaultTransport.(*http.Transport).Clone()
	ws, _, err := websocket.Dial(context.Background(), server.URL, &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ws.CloseNow()
		server.Close()
		transport.CloseIdleConnections()
	})
	return ws
}

// unpack reads the frames that come in messages.
func unpack(t *testing.T, c Compression, messages [][]byte) (frames []string, err error) {
	t.Helper()
	ws := connection(t, func(write func([]byte) error) {
		for _, message := range messages {
			if write(message) != nil {
				return
			}
		}
	})
	err = each(ws, c, func(frame []byte) error { frames = append(frames, string(frame)); return nil })
	return frames, err
}

func TestStreams(t *testing.T) {
	var frames [][]byte
	var want []string
	for i := range 200 {
		frame := fmt.Sprintf(`{"op":0,"s":%d,"d":%q}`, i, strings.Repeat(fmt.Sprint(i), i*i))
		frames, want = append(frames, []byte(frame)), append(want, frame)
	}
	for _, c := range []Compression{NoCompression, Zlib, Zstd} {
		for _, split := range []int{0, 1, 3, 1000} {
			if split > 0 && c != Zlib {
				continue
			}
			got, err := unpack(t, c, pack(c, frames, split))
			if websocket.CloseStatus(err) != 4000 || !slices.Equal(got, want) {
				t.Errorf("%q in pieces of %d: %d frames, %v", c, split, len(got), err)
			}
		}
	}
}

func TestStreamsThatAreBroken(t *testing.T) {
	for _, c := range []Compression{Zlib, Zstd} {
		good := pack(c, [][]byte{[]byte(`{"op":11}`), []byte(`{"op":11,"d":"more"}`)}, 0)
		good[1] = append([]byte{0xff, 0xff, 0xff}, good[1]...)
		frames, err := unpack(t, c, good)
		if _, ok := errors.AsType[*streamError](err); !ok || len(frames) != 1 {
			t.Errorf("%s: %d frames, %v", c, len(frames), err)
		}
		if _, err := unpack(t, c, [][]byte{[]byte("no stream at all")}); lossOf(err).kind != lossUnreadable {
			t.Errorf("%s: %v", c, err)
		}
	}
}

// A small message that becomes a large one must not fill the memory.
func TestStreamsThatExplode(t *testing.T) {
	for _, c := range []Compression{Zlib, Zstd} {
		_, err := unpack(t, c, pack(c, [][]byte{make([]byte, maxMessage+1)}, 0))
		if !errors.Is(err, errMessageSize) || lossOf(err).kind != lossUnreadable {
			t.Errorf("%s: %v", c, err)
		}
	}
}

func TestStreamEndsWithItsReceiver(t *testing.T) {
	stop := errors.New("enough")
	for _, c := range []Compression{NoCompression, Zlib, Zstd} {
		frames := pack(c, [][]byte{[]byte("1"), []byte("2"), []byte("3")}, 0)
		ws := connection(t, func(write func([]byte) error) {
			for _, frame := range frames {
				write(frame)
			}
		})
		n := 0
		err := each(ws, c, func([]byte) error {
			if n++; n == 2 {
				return stop
			}
			return nil
		})
		if err != stop || n != 2 {
			t.Errorf("%q: %d frames, %v", c, n, err)
		}
	}
}

// FuzzInflow feeds decompressors with what is no stream.
func FuzzInflow(f *testing.F) {
	for _, c := range []Compression{Zlib, Zstd} {
		f.Add(int(c), bytes.Join(pack(c, [][]byte{[]byte(`{"op":11}`), []byte(`{"op":0}`)}, 0), nil))
	}
	f.Fuzz(func(t *testing.T, compression int, data []byte) {
		flow := &inflow{compression: []Compression{Zlib, Zstd}[compression&1], deliver: func([]byte) error { return nil }, rest: data}
		flow.next = func() ([]byte, error) { return nil, net.ErrClosed }
		if err := flow.run(); err == nil {
			t.Error("a stream without an end has ended")
		}
	})
}
