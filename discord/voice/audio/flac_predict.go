package audio

import (
	"math/bits"
	"slices"
)

// maxRice is the largest parameter of FLAC's residual coding with four bits; 15 is taken.
const maxRice = 14

// flacWarmUp is the highest order of FLAC's fixed predictors: so many samples are stored as they are.
const flacWarmUp = 4

// A prediction says how a block of 16-bit samples is stored.
type prediction struct {
	kind      int // of the subframe
	stored    int // samples that are stored as they are
	folded    []uint32
	parameter int // of the Rice codes of folded
}

// predict chooses how a block is stored: as one value, by the best of the fixed predictors, or as it is.
func predict(samples []int32, folded []uint32) prediction {
	verbatim := prediction{kind: flacVerbatim, stored: len(samples)}
	switch {
	case len(samples) <= flacWarmUp:
		return verbatim
	case !slices.ContainsFunc(samples, func(v int32) bool { return v != samples[0] }):
		return prediction{kind: flacConstant, stored: 1}
	}
	order := bestOrder(samples)
	folded = foldResidual(folded[:0], samples, order)
	parameter, length := bestRice(folded)
	if length+16*order >= 16*len(samples) {
		return verbatim
	}
	return prediction{kind: flacFixed + order, stored: order, folded: folded, parameter: parameter}
}

// bestOrder gives the order of the differences that are smallest altogether.
func bestOrder(samples []int32) int {
	var sums [flacWarmUp + 1]int64
	var last [flacWarmUp]int32 // the differences of each order at the sample before
	for i, v := range samples {
		for order := range sums {
			if i >= flacWarmUp {
				sums[order] += int64(max(v, -v))
			}
			if order < flacWarmUp {
				v, last[order] = v-last[order], v
			}
		}
	}
	return slices.Index(sums[:], slices.Min(sums[:]))
}

// foldResidual appends the differences of an order, small ones of either sign as small numbers.
func foldResidual(dst []uint32, samples []int32, order int) []uint32 {
	for i := order; i < len(samples); i++ {
		var v int32
		switch s := samples[i-order : i+1]; order {
		case 0:
			v = s[0]
		case 1:
			v = s[1] - s[0]
		case 2:
			v = s[2] - 2*s[1] + s[0]
		case 3:
			v = s[3] - 3*s[2] + 3*s[1] - s[0]
		case 4:
			v = s[4] - 4*s[3] + 6*s[2] - 4*s[1] + s[0]
		}
		dst = append(dst, uint32(v<<1)^uint32(v>>31))
	}
	return dst
}

// bestRice gives the parameter that codes numbers in the fewest bits, and how many. The best lies next to the logarithm of their mean.
func bestRice(folded []uint32) (parameter, length int) {
	var sum uint64
	for _, v := range folded {
		sum += uint64(v)
	}
	near := bits.Len64(sum / uint64(len(folded)))
	length = -1
	for k := max(0, near-2); k <= min(near, maxRice); k++ {
		total := len(folded) * (k + 1)
		for _, v := range folded {
			total += int(v >> k)
		}
		if length < 0 || total < length {
			parameter, length = k, total
		}
	}
	return parameter, length
}
