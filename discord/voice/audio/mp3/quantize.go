package mp3

import "math"

const (
	unityGain  = 210       // the gain at which a quantized 1 is as loud as full scale
	maxGain    = 255       // at which full scale is silent
	largest    = 15 + 8191 // the largest value that can be written
	maxBits    = 4095      // of a granule's channel
	roundUp    = 0.4054    // what rounds x^(3/4) so that the decoder's x comes out right in the mean (C.1.5.4.4.4)
	tooMany    = 1 << 20
	gainOctave = 16.0 / 3 // steps of the gain that double x^(3/4)
)

// factors are what x^(3/4) is multiplied with before rounding, by gain.
var factors = func() (f [maxGain + 1]float32) {
	for gain := range f {
		f[gain] = float32(math.Exp2(float64(unityGain-gain) / gainOctave))
	}
	return f
}()

// A spectrum is the quantized spectrum of a granule, and how it is written.
type spectrum struct {
	gain    int
	bits    int
	values  [granuleSamples]int32 // without signs
	lines   *[granuleSamples]float32
	powers  [granuleSamples]float32 // |lines|^(3/4)
	used    int                     // lines up to the last that is not silent, an even number
	pairs   int                     // lines that are written in pairs
	ones    int                     // lines behind them that are written in fours
	quads   int                     // which of the two tables for fours
	split   split
	regions [3]region
}

// load takes the lines of a granule and gives the largest power.
func (s *spectrum) load(lines *[granuleSamples]float32) (peak float32) {
	s.lines, s.used = lines, 0
	for i, v := range lines {
		v = float32(math.Abs(float64(v)))
		v = float32(math.Sqrt(float64(v * float32(math.Sqrt(float64(v))))))
		s.powers[i] = v
		peak = max(peak, v)
	}
	for i := len(s.powers); i > 0; i -= 2 {
		if s.powers[i-1] != 0 || s.powers[i-2] != 0 {
			s.used = i
			break
		}
	}
	return peak
}

// quantize finds the lowest gain, which all channels share, at which a granule fits into a number of bits, and gives how many it
// takes. With one gain the noise is the same in each channel.
func (e *Encoder) quantize(granule, room int) int {
	var peak float32
	for c := range e.channels {
		peak = max(peak, e.channels[c].parts[granule].load(&e.channels[c].lines[granule]))
	}
	lowest := 0
	for lowest < maxGain && peak*factors[lowest]+roundUp >= largest+1 {
		lowest++
	}
	fits, bits := e.search(granule, room, lowest)
	e.gain = fits
	return bits
}

// search looks upwards or downwards from the last gain in growing steps, then halves what is left. Some gain always fits: at the highest
// everything is silent.
func (e *Encoder) search(granule, room, lowest int) (gain, bits int) {
	low, high := lowest-1, maxGain // low does not fit, high does
	at, tried := max(e.gain, lowest), -1
	for step := 1; low+1 < high; step *= 2 {
		tried = at
		if bits = e.try(granule, at); bits <= room {
			high = at
			at = max(at-step, low+1)
		} else {
			low = at
			at = min(at+step, high-1)
		}
		if low >= lowest && high < maxGain {
			at = (low + high) / 2
		}
	}
	if tried != high {
		bits = e.try(granule, high)
	}
	return high, bits
}

// try quantizes the granule of all channels with a gain, and gives how many bits that takes.
func (e *Encoder) try(granule, gain int) (bits int) {
	for c := range e.channels {
		s := &e.channels[c].parts[granule]
		s.quantize(gain)
		if s.bits > maxBits {
			return tooMany
		}
		bits += s.bits
	}
	return bits
}

func (s *spectrum) quantize(gain int) {
	s.gain = gain
	factor := factors[gain]
	powers, values := s.powers[:s.used], s.values[:s.used]
	for i, v := range powers {
		values[i] = int32(v*factor + roundUp)
	}
	s.plan()
}
