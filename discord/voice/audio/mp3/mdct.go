package mp3

import "math"

// mdctWindow is the window of long blocks, with the factor that makes the decoder's sums come out as they went in.
var mdctWindow = func() (w [2 * slots]float32) {
	for i := range w {
		w[i] = float32(math.Sin(math.Pi/(2*slots)*(float64(i)+0.5)) / (slots / 2))
	}
	return w
}()

// mdctCosines are the cosines of the transform of a folded block, by line.
var mdctCosines = func() (m [slots][slots]float32) {
	for k := range m {
		for n := range m[k] {
			m[k][n] = float32(math.Cos(math.Pi / slots * (float64(n) + 0.5) * (float64(k) + 0.5)))
		}
	}
	return m
}()

// aliasing are the factors of the butterflies between neighbouring subbands: for a line and for its mirror (table B.9).
var aliasing = func() (f [8][2]float32) {
	for i, c := range [8]float64{-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037} {
		f[i] = [2]float32{float32(1 / math.Sqrt(1+c*c)), float32(c / math.Sqrt(1+c*c))}
	}
	return f
}()

// An mdct parts the subbands of a channel into lines, in blocks that reach from the last granule to this one.
type mdct struct {
	last, fresh [subbands][slots]float32
}

// transform gives the spectrum of the granule that the bank holds.
func (m *mdct) transform(bank *filterBank, lines *[granuleSamples]float32) {
	m.last = m.fresh
	var slot [subbands]float32
	for t := range slots {
		bank.slot(t, &slot)
		for band, v := range slot {
			if t&band&1 == 1 { // odd subbands are upside down
				v = -v
			}
			m.fresh[band][t] = v
		}
	}
	for band := range subbands {
		out := (*[slots]float32)(lines[band*slots:])
		m.block(band, out)
		if band > 0 {
			butterflies(lines[band*slots-8:band*slots], out)
		}
	}
}

// block transforms one subband: the 36 samples are folded into 18, whose transform (a DCT-IV) gives the lines.
func (m *mdct) block(band int, out *[slots]float32) {
	last, fresh := &m.last[band], &m.fresh[band]
	var folded [slots]float32
	for i := range slots / 2 {
		folded[i] = -mdctWindow[26-i]*fresh[8-i] - mdctWindow[27+i]*fresh[9+i]
		folded[9+i] = mdctWindow[i]*last[i] - mdctWindow[17-i]*last[17-i]
	}
	for k := range out {
		row := &mdctCosines[k]
		var a, b, c float32 // three sums, which the processor adds to side by side
		for i := 0; i < slots; i += 3 {
			a += folded[i] * row[i]
			b += folded[i+1] * row[i+1]
			c += folded[i+2] * row[i+2]
		}
		out[k] = a + b + c
	}
}

// butterflies take back what the filter bank lets through from the other side of a border between subbands.
func butterflies(below []float32, above *[slots]float32) {
	for i, f := range aliasing {
		down, up := below[7-i], above[i]
		below[7-i], above[i] = down*f[0]+up*f[1], up*f[0]-down*f[1]
	}
}
