package record

import "math"

const (
	// limiterBlock is the length of the pieces that a limiter works in, 5 ms. It divides mixSamples.
	limiterBlock = 240
	// limiterPeak is the loudest that comes out, just below the largest int16.
	limiterPeak = 32000
	// limiterRelease is the part of the way back to full loudness that is gone in one block: most of it in 200 ms.
	limiterRelease = 0.05
)

// limiter turns sound down where it would be louder than limiterPeak. It knows one block ahead, so that it is down when the peak comes:
// what comes out is one block behind what goes in. Between the borders of blocks the gain changes in a straight line, and no border has
// more gain than the blocks on both its sides allow, so nothing is ever cut off.
type limiter struct {
	channels int
	held     []float32 // the block before
	began    bool
	gain     float32 // at the border before the held block
	allowed  float32 // by the held block
}

func newLimiter(channels int) *limiter {
	return &limiter{channels: channels, held: make([]float32, limiterBlock*channels), gain: 1, allowed: 1}
}

// block takes a block and gives the one before it, or false for the first.
func (l *limiter) block(out []int16, in []float32) bool {
	allowed := allowedGain(in)
	next := min(l.gain+(1-l.gain)*limiterRelease, l.allowed, allowed)
	if l.began {
		l.scale(out, next)
		l.gain = next
	} else {
		l.gain = min(l.gain, allowed)
	}
	copy(l.held, in)
	l.allowed = allowed
	first := !l.began
	l.began = true
	return !first
}

// scale writes the held block with a gain that goes from l.gain to next.
func (l *limiter) scale(out []int16, next float32) {
	step := (next - l.gain) / limiterBlock
	gain := l.gain
	for i := 0; i < len(l.held); i += l.channels {
		for c := range l.channels {
			out[i+c] = int16(math.Round(float64(l.held[i+c] * gain)))
		}
		gain += step
	}
}

// allowedGain is the gain at which a block is as loud as may be, 1 at most.
func allowedGain(block []float32) float32 {
	var peak float32
	for _, v := range block {
		peak = max(peak, v, -v)
	}
	if peak <= limiterPeak {
		return 1
	}
	return limiterPeak / peak
}
