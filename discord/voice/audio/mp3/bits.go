package mp3

// A bitWriter appends bits to bytes, the highest first.
type bitWriter struct {
	bytes []byte
	held  uint64 // bits that do not fill a byte yet
	count int    // of them
}

func (w *bitWriter) reset(dst []byte) { *w = bitWriter{bytes: dst} }

// write appends the lowest bits of v, 32 at the most.
func (w *bitWriter) write(v uint32, bits int) {
	w.held = w.held<<bits | uint64(v)
	for w.count += bits; w.count >= 8; w.count -= 8 {
		w.bytes = append(w.bytes, byte(w.held>>(w.count-8)))
	}
}

// finish fills up with zeros to a length in bytes.
func (w *bitWriter) finish(length int) []byte {
	if w.count > 0 {
		w.write(0, 8-w.count)
	}
	for len(w.bytes) < length {
		w.bytes = append(w.bytes, 0)
	}
	return w.bytes
}
