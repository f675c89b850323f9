package record

import "cordial/discord/voice/audio"

const (
	// grain is the shortest Opus frame, 2.5 ms: silence comes in multiples of it, so that tracks of packets and of sound are the same.
	grain = audio.FrameSamples / 8
	// tolerance is how far a frame may lie from its place before the track is corrected, 10 ms. Within it frames stay next to each
	// other, because a correction is heard as a click.
	tolerance = audio.FrameSamples / 2
	// A clock that is too fast costs a frame in leaveOut, a second, at the most. When frames would have to be left out more often, the
	// network held them up, and where the stretch lies became known while it was being written: it stays in one piece then, up to
	// maxBehind, 5 s, behind its place, until a pause makes room.
	leaveOut  = audio.SampleRate
	maxBehind = 5 * audio.SampleRate
)

// line is the time of one track. It is filled without gaps from the start of the recording on.
type line struct {
	end  int64 // samples that are filled
	left int64 // end when speech was left out last
}

// place finds room for a frame that was spoken at a sample of the recording. It gives the silence that comes before it, in samples, or
// false if the place is taken: then the frame must be left out. Leaving out and filling in keep speech within 10 ms of its place when a
// speaker's clock is faster or slower than ours.
func (l *line) place(at int64, samples int, silent bool) (gap int64, ok bool) {
	off := at - l.end
	if off < -tolerance {
		if silent || off < -maxBehind {
			return 0, false
		}
		if l.left == 0 || l.end-l.left >= leaveOut {
			l.left = l.end
			return 0, false
		}
	}
	if off > tolerance {
		gap = off - off%grain
	}
	l.end += gap + int64(samples)
	return gap, true
}

// fill gives the silence that brings the line up to a sample, in samples.
func (l *line) fill(to int64) (gap int64) {
	gap = max(to-l.end, 0)
	gap -= gap % grain
	l.end += gap
	return gap
}
