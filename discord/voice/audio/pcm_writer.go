package audio

import (
	"encoding/binary"
	"io"
)

// pcmBuffer is how much sound is gathered before it is written, in bytes.
const pcmBuffer = 32 << 10

// pcmWriter writes 16-bit PCM in large pieces. After an error it stays with that error.
type pcmWriter struct {
	to      io.Writer
	buf     []byte
	written int64 // bytes that went to the writer
	err     error
}

func newPCMWriter(to io.Writer) pcmWriter {
	return pcmWriter{to: to, buf: make([]byte, 0, pcmBuffer)}
}

func (w *pcmWriter) Write(pcm []int16) error {
	for len(pcm) > 0 && w.err == nil {
		n := min(len(pcm), (cap(w.buf)-len(w.buf))/2)
		for _, v := range pcm[:n] {
			w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(v))
		}
		pcm = pcm[n:]
		if len(w.buf) == cap(w.buf) {
			w.empty()
		}
	}
	return w.err
}

// empty writes what was gathered.
func (w *pcmWriter) empty() {
	if w.err == nil {
		_, w.err = w.to.Write(w.buf)
		w.written += int64(len(w.buf))
		w.buf = w.buf[:0]
	}
}

// zeros writes silence, of a number of values.
func (w *pcmWriter) zeros(values int64) error {
	zeros := make([]int16, min(values, pcmBuffer/2))
	for ; values > 0 && w.err == nil; values -= int64(len(zeros)) {
		zeros = zeros[:min(values, int64(len(zeros)))]
		w.Write(zeros)
	}
	return w.err
}
