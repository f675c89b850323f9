package mp3

import "math"

const (
	subbands = 32
	slots    = granuleSamples / subbands // samples of a subband in a granule
	taps     = 512                       // length of the filter bank's window
)

// window is the filter bank's window, from the oldest sample to the newest.
var window = func() (w [taps]float32) {
	for i := range w {
		at := taps - 1 - i
		v := windowHalf[min(at, taps-at)]
		if at > taps/2 && at%64 != 0 {
			v = -v
		}
		w[i] = float32(v) / (1 << 21)
	}
	return w
}()

// A filterBank parts the sound of a channel into subbands of equal width (ISO/IEC 11172-3, C.1.3).
type filterBank struct {
	pcm [taps - subbands + granuleSamples]float32 // what the window reaches back to, and a granule
}

// take adds a granule of one channel, whose samples lie stride apart.
func (f *filterBank) take(pcm []int16, stride int) {
	copy(f.pcm[:], f.pcm[granuleSamples:])
	fresh := f.pcm[taps-subbands:]
	for i := range fresh {
		fresh[i] = float32(pcm[i*stride]) / (1 << 15)
	}
}

// slot gives a sample of each subband.
func (f *filterBank) slot(number int, out *[subbands]float32) {
	in := (*[taps]float32)(f.pcm[number*subbands:])
	var y [64]float32
	for i := range y {
		y[i] = window[i]*in[i] + window[i+64]*in[i+64] + window[i+128]*in[i+128] + window[i+192]*in[i+192] +
			window[i+256]*in[i+256] + window[i+320]*in[i+320] + window[i+384]*in[i+384] + window[i+448]*in[i+448]
	}
	// The cosines of the 64 sums repeat: 32 values remain, of which the bands are a discrete cosine transform.
	out[0] = y[47]
	for i := 1; i <= 16; i++ {
		out[i] = y[47-i] + y[47+i]
	}
	for i := 17; i < subbands; i++ {
		out[i] = y[47-i] - y[i-17]
	}
	var scratch [subbands]float32
	cosines(out[:], scratch[:])
}

// secants holds 1/(2·cos((2i+1)π/2n)) for n = 2, 4, … 32, one behind the other: those of n begin at n/2-1.
var secants = func() (s [subbands - 1]float32) {
	for n := 2; n <= subbands; n *= 2 {
		for i := range n / 2 {
			s[n/2-1+i] = float32(0.5 / math.Cos(float64(2*i+1)*math.Pi/float64(2*n)))
		}
	}
	return s
}()

// cosines replaces x by the sums of x[m]·cos((2i+1)·m·π/2n) over m, for a power of two. It halves the transform each time, as B. G. Lee
// described ("A new algorithm to compute the discrete cosine transform", 1984).
func cosines(x, scratch []float32) {
	n := len(x)
	if n == 1 {
		return
	}
	scratch = scratch[:n]
	even, odd := scratch[:n/2], scratch[n/2:]
	even[0], odd[0] = x[0], x[1]
	for i := 1; i < n/2; i++ {
		even[i], odd[i] = x[2*i], x[2*i+1]+x[2*i-1]
	}
	cosines(even, x[:n/2])
	cosines(odd, x[n/2:])
	factors := secants[n/2-1:][:n/2]
	for i, factor := range factors {
		o := odd[i] * factor
		x[i], x[n-1-i] = even[i]+o, even[i]-o
	}
}
