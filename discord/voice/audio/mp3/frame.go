package mp3

const headerSize = 4

// sideSize is the length of the side information in bytes.
func (e *Encoder) sideSize() int {
	if len(e.channels) == 1 {
		return 17
	}
	return 32
}

// writeHeader writes the header (2.4.1.3): MPEG-1, layer III, no checksum, 48 kHz.
func (e *Encoder) writeHeader(middle bool) {
	mode := uint32(0b1100) // one channel; the lower bits say how two are joined
	if len(e.channels) == 2 {
		mode = 0b0100
		if middle {
			mode = 0b0110
		}
	}
	e.bits.write(0xFFFB, 16)
	e.bits.write(uint32(e.index), 4)
	e.bits.write(0b0100, 4)
	e.bits.write(mode, 4)
	e.bits.write(0b0100, 4) // an original
}

// writeSide writes the side information (2.4.1.7). Every frame's data begin right behind it, and there are no scale factors.
func (e *Encoder) writeSide() {
	e.bits.write(0, 9) // where the data begin
	if len(e.channels) == 1 {
		e.bits.write(0, 5+4)
	} else {
		e.bits.write(0, 3+8)
	}
	for g := range 2 {
		for c := range e.channels {
			e.channels[c].parts[g].writeSide(&e.bits)
		}
	}
}

func (s *spectrum) writeSide(w *bitWriter) {
	w.write(uint32(s.bits), 12)
	w.write(uint32(s.pairs/2), 9)
	w.write(uint32(s.gain), 8)
	w.write(0, 4+1) // no scale factors, a long block
	for _, r := range s.regions {
		w.write(uint32(r.table), 5)
	}
	w.write(uint32(s.split.first), 4)
	w.write(uint32(s.split.second), 3)
	w.write(0, 2)
	w.write(uint32(s.quads), 1)
}
