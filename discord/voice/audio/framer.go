package audio

// framer gathers PCM into frames of one size, for formats that know no others.
type framer struct {
	size int // values in a frame
	full func(frame []int16) error
	held []int16
}

// write gives every frame that is full to full, which must not keep it.
func (f *framer) write(pcm []int16) error {
	if len(f.held) > 0 {
		n := min(len(pcm), f.size-len(f.held))
		f.held, pcm = append(f.held, pcm[:n]...), pcm[n:]
		if len(f.held) < f.size {
			return nil
		}
		err := f.full(f.held)
		f.held = f.held[:0]
		if err != nil {
			return err
		}
	}
	for ; len(pcm) >= f.size; pcm = pcm[f.size:] {
		if err := f.full(pcm[:f.size]); err != nil {
			return err
		}
	}
	f.held = append(f.held, pcm...)
	return nil
}

// len gives the number of values that are held.
func (f *framer) len() int { return len(f.held) }

// take gives what is held as a frame, filled up with silence.
func (f *framer) take() []int16 {
	frame := append(f.held, make([]int16, f.size-len(f.held))...)
	f.held = f.held[:0]
	return frame
}
