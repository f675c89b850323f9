package audio

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// wavHeader is the length of the header that is written, in bytes.
const wavHeader = 44

// wavSink writes 16-bit PCM. Its header says that the sound lasts to the end of the file until the first Flush, and then how long
// it was at each Flush. Beyond 4 GiB it says again that the sound lasts to the end.
type wavSink struct {
	pcmWriter
	file     *os.File
	channels int
}

func newWAVSink(file *os.File, f Format) (Sink, error) {
	block := uint16(2 * f.Channels)
	header := append([]byte("RIFF"), 0xFF, 0xFF, 0xFF, 0xFF)
	header = append(header, "WAVEfmt "...)
	header = binary.LittleEndian.AppendUint32(header, 16)
	header = binary.LittleEndian.AppendUint16(header, wavPCM)
	header = binary.LittleEndian.AppendUint16(header, uint16(f.Channels))
	header = binary.LittleEndian.AppendUint32(header, SampleRate)
	header = binary.LittleEndian.AppendUint32(header, SampleRate*uint32(block))
	header = binary.LittleEndian.AppendUint16(header, block)
	header = binary.LittleEndian.AppendUint16(header, 16)
	header = append(header, "data\xFF\xFF\xFF\xFF"...)
	_, err := file.Write(header)
	return &wavSink{newPCMWriter(file), file, f.Channels}, err
}

// Silence leaves a hole in the file, which reads as zeros.
func (w *wavSink) Silence(samples int64) error {
	values := samples * int64(w.channels)
	if 2*values < pcmBuffer {
		return w.zeros(values)
	}
	if w.empty(); w.err != nil {
		return w.err
	}
	w.written += 2 * values
	if w.err = w.file.Truncate(wavHeader + w.written); w.err == nil {
		_, w.err = w.file.Seek(0, io.SeekEnd)
	}
	return w.err
}

// Flush writes the sound before the lengths, so that the lengths are never too large.
func (w *wavSink) Flush() error {
	w.empty()
	if w.err != nil {
		return w.err
	}
	riff, data := wavLengths(w.written)
	if _, w.err = w.file.WriteAt(binary.LittleEndian.AppendUint32(nil, data), wavHeader-4); w.err == nil {
		_, w.err = w.file.WriteAt(binary.LittleEndian.AppendUint32(nil, riff), 4)
	}
	return w.err
}

// wavLengths gives the two lengths of a header for a number of bytes of sound.
func wavLengths(sound int64) (riff, data uint32) {
	if sound > wavUnknown-wavHeader {
		return wavUnknown, wavUnknown
	}
	return uint32(sound) + wavHeader - 8, uint32(sound)
}

func (w *wavSink) Close() error {
	if errors.Is(w.err, ErrClosed) {
		return nil
	}
	err := errors.Join(w.Flush(), w.file.Close())
	w.err = ErrClosed
	return err
}
