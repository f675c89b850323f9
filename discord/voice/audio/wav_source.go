package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The numbers of WAV's format chunk.
const (
	wavPCM        = 1
	wavFloat      = 3
	wavExtensible = 0xFFFE
)

// wavUnknown stands for a length that was not known when the header was written: the sound lasts to the end of the file.
const wavUnknown = math.MaxUint32

// maxWAVChunk is the largest format chunk that is read, in bytes; the largest known has 40.
const maxWAVChunk = 1024

// wavFormat is what a WAV file says about its samples.
type wavFormat struct {
	kind     uint16 // wavPCM or wavFloat
	channels int
	rate     int
	bits     int
	block    int // bytes for one sample of all channels
}

// wavReader reads PCM and floating point from a WAV file, the 64-bit form (RF64) included.
type wavReader struct {
	in     *input
	format wavFormat
	data   int64 // where the samples begin, in bytes
	size   int64 // of the samples in bytes, -1 to the end of the file
	left   int64 // of size, -1 likewise
	at     int64 // bytes read of the samples
	buf    []byte
}

func newWAVReader(in *input) (*wavReader, error) {
	w := &wavReader{in: in, size: -1}
	var riff [12]byte
	if _, err := io.ReadFull(in, riff[:]); err != nil {
		return nil, fmt.Errorf("read the header of a WAV file: %w", cut(err))
	}
	w.data = 12
	var long int64 = -1 // RF64's size of the data chunk
	for {
		var header [8]byte
		if _, err := io.ReadFull(in, header[:]); err != nil {
			return nil, fmt.Errorf("read the chunks of a WAV file: %w", cut(err))
		}
		w.data += 8
		size := int64(binary.LittleEndian.Uint32(header[4:]))
		var err error
		switch string(header[:4]) {
		case "data":
			return w, w.begin(size, long)
		case "fmt ":
			w.format, err = readWAVFormat(in, size)
		case "ds64":
			long, err = readDS64(in, size)
		default:
			_, err = io.CopyN(io.Discard, in, size)
		}
		if err == nil && size%2 != 0 {
			_, err = in.Discard(1) // chunks begin at even bytes
		}
		if err != nil {
			return nil, fmt.Errorf("read the %q chunk of a WAV file: %w", header[:4], cut(err))
		}
		w.data += size + size%2
	}
}

// begin takes up the data chunk, whose header was read.
func (w *wavReader) begin(size, long int64) error {
	if w.format.block == 0 {
		return fmt.Errorf("%w: its samples come before their format", ErrDamaged)
	}
	switch {
	case size == wavUnknown && long > 0:
		w.size = long
	case size == wavUnknown, size == 0 && w.in.size > w.data:
		w.size = -1 // written by a program that could not go back, or that was killed
	default:
		w.size = size
	}
	w.left = w.size
	w.buf = make([]byte, blockSamples*w.format.block)
	return nil
}

// readWAVFormat reads a format chunk.
func readWAVFormat(in io.Reader, size int64) (wavFormat, error) {
	if size < 16 || size > maxWAVChunk {
		return wavFormat{}, fmt.Errorf("%w: its format takes %d bytes, which must be 16 to %d", ErrDamaged, size, maxWAVChunk)
	}
	chunk := make([]byte, size)
	if _, err := io.ReadFull(in, chunk); err != nil {
		return wavFormat{}, err
	}
	f := wavFormat{
		kind:     binary.LittleEndian.Uint16(chunk),
		channels: int(binary.LittleEndian.Uint16(chunk[2:])),
		rate:     int(binary.LittleEndian.Uint32(chunk[4:])),
		bits:     int(binary.LittleEndian.Uint16(chunk[14:])),
	}
	if f.kind == wavExtensible && size >= 26 {
		f.kind = binary.LittleEndian.Uint16(chunk[24:])
	}
	f.block = f.channels * f.bits / 8
	whole := f.bits == 8 || f.bits == 16 || f.bits == 24 || f.bits == 32
	switch {
	case f.channels == 0 || f.channels > maxChannels || f.rate == 0:
		return wavFormat{}, fmt.Errorf("%w: it claims %d channels at %d Hz", ErrDamaged, f.channels, f.rate)
	case f.kind == wavPCM && whole, f.kind == wavFloat && (f.bits == 32 || f.bits == 64):
		return f, nil
	}
	return wavFormat{}, fmt.Errorf("%w: a WAV file in format %d with %d bits", ErrUnknownFormat, f.kind, f.bits)
}

// readDS64 reads the chunk that holds the lengths of a file above 4 GiB, and gives that of the samples.
func readDS64(in io.Reader, size int64) (int64, error) {
	if size < 16 || size > maxWAVChunk {
		return 0, fmt.Errorf("%w: its lengths take %d bytes", ErrDamaged, size)
	}
	chunk := make([]byte, size)
	if _, err := io.ReadFull(in, chunk); err != nil {
		return 0, err
	}
	long := int64(binary.LittleEndian.Uint64(chunk[8:]))
	if long < 0 {
		return 0, fmt.Errorf("%w: it claims a length of %d bytes", ErrDamaged, uint64(long))
	}
	return long, nil
}

func (w *wavReader) layout() (rate, channels int) { return w.format.rate, w.format.channels }

func (w *wavReader) read(values []float32) (int, error) {
	buf := w.buf[:min(len(w.buf), len(values)/w.format.channels*w.format.block)]
	if w.left >= 0 {
		buf = buf[:min(int64(len(buf)), w.left)]
		if len(buf) < w.format.block {
			return 0, io.EOF
		}
	}
	n, err := io.ReadFull(w.in, buf)
	w.at += int64(n)
	if w.left >= 0 {
		w.left -= int64(n)
	}
	switch {
	case err == nil:
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
	case w.left > 0:
		err = fmt.Errorf("%w: %d bytes of its sound are missing", ErrTruncated, w.left)
	default:
		err = io.EOF
	}
	n -= n % w.format.block
	return decodeWAV(values, buf[:n], w.format), err
}

// decodeWAV converts whole samples and gives the number of values.
func decodeWAV(values []float32, b []byte, f wavFormat) int {
	width := f.bits / 8
	n := len(b) / width
	for i := range n {
		v := b[i*width:]
		switch {
		case f.kind == wavFloat && width == 4:
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(v))
		case f.kind == wavFloat:
			values[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(v)))
		case width == 1:
			values[i] = float32(int(v[0])-128) / (1 << 7)
		case width == 2:
			values[i] = float32(int16(binary.LittleEndian.Uint16(v))) / (1 << 15)
		case width == 3:
			values[i] = float32(int32(v[0])<<8|int32(v[1])<<16|int32(v[2])<<24) / (1 << 31)
		default:
			values[i] = float32(int32(binary.LittleEndian.Uint32(v))) / (1 << 31)
		}
	}
	return n
}

func (w *wavReader) seek(sample int64) error {
	offset := sample * int64(w.format.block)
	if w.size >= 0 {
		offset = min(offset, w.size)
	}
	if w.in.seeker == nil {
		return w.skipTo(offset)
	}
	if err := w.in.goTo(w.data + offset); err != nil {
		return err
	}
	w.at = offset
	if w.size >= 0 {
		w.left = w.size - offset
	}
	return nil
}

// skipTo goes forward in a file that cannot seek.
func (w *wavReader) skipTo(offset int64) error {
	if offset < w.at {
		return ErrNoSeek
	}
	n, err := io.CopyN(io.Discard, w.in, offset-w.at)
	w.at += n
	if w.left >= 0 {
		w.left -= n
	}
	if errors.Is(err, io.EOF) {
		return nil // reading will say what it means
	}
	return err
}

func (w *wavReader) length() (int64, bool) {
	switch {
	case w.size >= 0:
		return w.size / int64(w.format.block), true
	case w.in.size >= 0:
		return max(0, w.in.size-w.data) / int64(w.format.block), true
	}
	return 0, false
}

func (w *wavReader) close() error { return w.in.Close() }
