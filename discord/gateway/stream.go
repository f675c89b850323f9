package gateway

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zstd"
)

// Bounds of what is kept in memory for a connection.
const (
	maxMessage = 64 << 20 // bytes of a frame, decompressed or not; a large guild has some
	keptBuffer = 64 << 10 // bytes of a buffer that is kept for the next frame
	maxWindow  = 8 << 20  // bytes that a zstd stream may refer back to; what every decoder must support, RFC 8878 section 3.1.1.1.2
)

var errMessageSize = errors.New("the frame is longer than 64 MB")

// streamError says that what came cannot be decompressed.
type streamError struct {
	compression Compression
	err         error
}

func (e *streamError) Error() string { return fmt.Sprintf("%s: %v", e.compression, e.err) }

func (e *streamError) Unwrap() error { return e.err }

// each reads the frames of a connection and calls deliver with each, until one of them fails. A frame is valid until deliver
// returns.
func each(ws *websocket.Conn, compression Compression, deliver func(frame []byte) error) error {
	ws.SetReadLimit(maxMessage)
	in := messages{ws: ws}
	if compression == NoCompression {
		for {
			message, err := in.next()
			if err != nil {
				return err
			}
			if err := deliver(message); err != nil {
				return err
			}
		}
	}
	f := &inflow{next: in.next, compression: compression, deliver: deliver}
	err := f.run()
	if f.err != nil {
		return f.err
	}
	return &streamError{compression, err}
}

// messages reads the websocket messages of a connection into one buffer.
type messages struct {
	ws     *websocket.Conn
	buffer bytes.Buffer
}

// next waits for a message, which is valid until the next call. Whoever wants to end the waiting closes the websocket: a context
// that can end would cost an allocation per read.
func (m *messages) next() ([]byte, error) {
	_, r, err := m.ws.Reader(context.Background())
	if err != nil {
		return nil, err
	}
	recycle(&m.buffer)
	if _, err := m.buffer.ReadFrom(r); err != nil {
		return nil, err
	}
	return m.buffer.Bytes(), nil
}

// recycle empties a buffer, and lets go of one that has become large.
func recycle(b *bytes.Buffer) {
	if b.Cap() > keptBuffer {
		*b = bytes.Buffer{}
	}
	b.Reset()
}

// inflow stands on both sides of a decompressor: it reads what is compressed and takes what is not. One stream goes through a
// connection, and only a decompressor that wants more has given all that it had. So the moment at which it reads on is
// the moment at which a frame is whole, and no goroutine has to stand between.
type inflow struct {
	next        func() ([]byte, error) // the next message
	compression Compression
	deliver     func(frame []byte) error
	rest        []byte       // what is left of the message
	tail        [4]byte      // the last bytes of the stream, for the end of a zlib flush
	out         bytes.Buffer // the frame so far
	err         error        // of reading or delivering
}

// run decompresses until there is an error, which is in f.err unless it is the decompressor's own.
func (f *inflow) run() error {
	if f.compression == Zlib {
		z, err := zlib.NewReader(f)
		if err != nil {
			return err
		}
		_, err = io.CopyBuffer(writerOnly{f}, z, make([]byte, 4<<10))
		return err
	}
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow),
		zstd.IgnoreChecksum(true)) // TLS has checked all of it
	if err != nil {
		return err
	}
	defer z.Close()
	_, err = z.WriteTo(f)
	return err
}

// writerOnly hides the other methods from io.Copy.
type writerOnly struct{ io.Writer }

// Read gives the decompressor compressed bytes.
func (f *inflow) Read(p []byte) (int, error) {
	if err := f.more(); err != nil {
		return 0, err
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// ReadByte is Read for one byte. Without it, compress/flate would read ahead.
func (f *inflow) ReadByte() (byte, error) {
	if err := f.more(); err != nil {
		return 0, err
	}
	b := f.rest[0]
	f.rest = f.rest[1:]
	return b, nil
}

// Write takes decompressed bytes.
func (f *inflow) Write(p []byte) (int, error) {
	if f.out.Len()+len(p) > maxMessage {
		f.err = errMessageSize
		return 0, f.err
	}
	return f.out.Write(p)
}

// more sees to it that there are bytes to read. Before it waits for a message it delivers the frame that the last one completed.
func (f *inflow) more() error {
	for len(f.rest) == 0 && f.err == nil {
		if f.out.Len() > 0 && f.whole() {
			if f.err = f.deliver(f.out.Bytes()); f.err != nil {
				break
			}
			recycle(&f.out)
		}
		if f.rest, f.err = f.next(); f.err == nil {
			f.note(f.rest)
		}
	}
	return f.err
}

// note remembers the end of the stream.
func (f *inflow) note(message []byte) {
	n := min(len(message), len(f.tail))
	copy(f.tail[:], f.tail[n:])
	copy(f.tail[len(f.tail)-n:], message[len(message)-n:])
}

// whole reports whether a frame ends where the last message ends. With zlib a frame may go over several messages and ends with a
// flush; with zstd each message is a frame.
func (f *inflow) whole() bool {
	return f.compression == Zstd || f.tail == [4]byte{0, 0, 0xff, 0xff}
}
