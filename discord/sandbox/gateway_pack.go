package sandbox

import (
	"bytes"
	"compress/zlib"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"
)

// packer turns frames into websocket messages, in order. It belongs to the goroutine that writes.
type packer interface {
	pack(text []byte, write func(websocket.MessageType, []byte) error) error
	close()
}

// plain sends frames as text.
type plain struct{}

func (plain) pack(text []byte, write func(websocket.MessageType, []byte) error) error {
	return write(websocket.MessageText, text)
}

func (plain) close() {}

// payloadZlib sends every frame as a zlib stream of its own.
type payloadZlib struct{}

func (payloadZlib) pack(text []byte, write func(websocket.MessageType, []byte) error) error {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(text) // into memory, which does not fail
	z.Close()
	return write(websocket.MessageBinary, packed.Bytes())
}

func (payloadZlib) close() {}

// zlibStream sends all frames as one zlib stream, flushed after each.
type zlibStream struct {
	packed bytes.Buffer
	z      *zlib.Writer
	split  int // bytes of one websocket message; 0 for any number
}

func newZlibStream(split int) *zlibStream {
	p := &zlibStream{split: split}
	p.z = zlib.NewWriter(&p.packed)
	return p
}

func (p *zlibStream) pack(text []byte, write func(websocket.MessageType, []byte) error) error {
	p.packed.Reset()
	p.z.Write(text) // into memory, which does not fail
	p.z.Flush()
	rest := p.packed.Bytes()
	for p.split > 0 && len(rest) > p.split {
		if err := write(websocket.MessageBinary, rest[:p.split]); err != nil {
			return err
		}
		rest = rest[p.split:]
	}
	return write(websocket.MessageBinary, rest)
}

func (p *zlibStream) close() {}

// zstdWindow is how far back a zstd stream refers, in bytes. Clients bound what they keep.
const zstdWindow = 1 << 20

// zstdStream sends all frames as one zstd frame, flushed after each.
type zstdStream struct {
	packed bytes.Buffer
	z      *zstd.Encoder
}

func newZstdStream() *zstdStream {
	p := &zstdStream{}
	z, err := zstd.NewWriter(&p.packed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		panic(err) // the options are constants
	}
	p.z = z
	return p
}

func (p *zstdStream) pack(text []byte, write func(websocket.MessageType, []byte) error) error {
	p.packed.Reset()
	p.z.Write(text) // into memory, which does not fail
	p.z.Flush()
	return write(websocket.MessageBinary, p.packed.Bytes())
}

func (p *zstdStream) close() { p.z.Close() } // what it still writes goes nowhere
