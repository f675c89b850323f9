package audio

import "math"

const (
	resampleZeros  = 32   // zero crossings of the filter on either side of its middle
	resamplePhases = 1024 // most places between two samples that the filter is computed for
	resampleCutoff = 0.95 // of half the lower rate: the pass band ends at 0.90 of it, the stop band begins at it
	resampleBeta   = 10.0 // of the Kaiser window: the stop band lies about 100 dB down
)

// resampler turns stereo of any rate into 48 kHz, with a windowed sinc. The first sample out is the first sample in: it neither
// delays nor shortens. Every usual rate has fewer than resamplePhases places between two samples, and so its exact filter; for the
// others the place before is taken, without drift.
type resampler struct {
	up, down int         // 48000/rate as a fraction in lowest terms
	phases   [][]float32 // filters, by place
	taps     int
	input    []float32 // stereo, from the first sample that the next output needs
	output   []float32
	phase    int // of the next output, in 1/up samples after the middle of its filter
	owed     int // outputs that the input so far stands for, in 1/down
}

func newResampler(rate int) *resampler {
	divisor := gcd(rate, SampleRate)
	r := &resampler{up: SampleRate / divisor, down: rate / divisor}
	narrow := min(1, SampleRate/float64(rate))
	half := int(math.Ceil(resampleZeros / narrow))
	r.taps = 2 * half
	places := min(r.up, resamplePhases)
	for place := range places {
		filter := make([]float32, r.taps)
		var sum float64
		for i := range filter {
			t := float64(i-half+1) - float64(place)/float64(places)
			v := sinc(resampleCutoff*narrow*t) * kaiser(t/float64(half))
			filter[i] = float32(v)
			sum += v
		}
		for i := range filter {
			filter[i] /= float32(sum)
		}
		r.phases = append(r.phases, filter)
	}
	r.reset()
	return r
}

// reset forgets the sound before: what follows begins at its first sample.
func (r *resampler) reset() {
	r.input = append(r.input[:0], make([]float32, 2*(r.taps/2-1))...)
	r.phase, r.owed = 0, 0
}

// process gives as much output as the input so far allows, valid until the next call.
func (r *resampler) process(stereo []float32) []float32 {
	r.output = r.output[:0]
	r.run(stereo)
	return r.output
}

// finish gives the rest, after the last input.
func (r *resampler) finish(stereo []float32) []float32 {
	r.process(stereo)
	length := len(r.output) + 2*((r.owed+r.down-1)/r.down)
	r.run(make([]float32, 2*r.taps))
	return r.output[:min(length, len(r.output))]
}

func (r *resampler) run(stereo []float32) {
	r.input = append(r.input, stereo...)
	r.owed += len(stereo) / 2 * r.up
	at := 0
	for at+2*r.taps <= len(r.input) {
		left, right := convolve(r.phases[r.phase*len(r.phases)/r.up], r.input[at:])
		r.output = append(r.output, left, right)
		r.owed -= r.down
		r.phase += r.down
		at += r.phase / r.up * 2
		r.phase %= r.up
	}
	r.input = append(r.input[:0], r.input[at:]...)
}

// convolve applies a filter to the stereo samples that in begins with.
func convolve(filter, in []float32) (left, right float32) {
	in = in[:2*len(filter)]
	for i, gain := range filter {
		left += gain * in[2*i]
		right += gain * in[2*i+1]
	}
	return left, right
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the Kaiser window, 1 at 0 and nearly 0 at 1 and -1.
func kaiser(x float64) float64 {
	return bessel(resampleBeta*math.Sqrt(max(0, 1-x*x))) / bessel(resampleBeta)
}

// bessel is the modified Bessel function of the first kind and order 0, by its power series.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= x * x / (4 * k * k)
		sum += term
	}
	return sum
}
