package audio

// framer gathers PCM into frames of one size, for formats that know no others.
type framer struct {
	size     int // values in a frame
	channels int
	full     func(frame []int16) error
	held     []int16

	// Long silences are not gathered: repeat writes so many frames of them at once. An encoder gets settle frames of each before and
	// after, until it has nothing left of the sound before and to be ready for the one to come.
	repeat func(frames int64) error
	settle int
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

// silence gathers silence of any length. Most of a long one goes to repeat.
func (f *framer) silence(samples int64) error {
	frame := int64(f.size / f.channels)
	begun := int64(len(f.held) / f.channels)
	first := int64(1+f.settle)*frame - begun // fills the frame that was begun, too
	frames := (samples-first)/frame - int64(f.settle)
	if frames <= 0 {
		return f.zeros(samples)
	}
	if err := f.zeros(first); err != nil {
		return err
	}
	if err := f.repeat(frames); err != nil {
		return err
	}
	return f.zeros(samples - first - frames*frame)
}

// zeros gathers silence as it does sound.
func (f *framer) zeros(samples int64) error {
	zeros := make([]int16, min(samples*int64(f.channels), int64(f.size)))
	for left := samples * int64(f.channels); left > 0; left -= int64(len(zeros)) {
		zeros = zeros[:min(int64(len(zeros)), left)]
		if err := f.write(zeros); err != nil {
			return err
		}
	}
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
