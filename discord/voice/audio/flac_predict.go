package audio

import (
	"math/bits"
	"slices"

	"github.com/mewkiz/flac/frame"
)

// maxRice is the largest parameter of FLAC's residual coding with four bits; 15 is taken.
const maxRice = 14

// flacWarmUp is the highest order of FLAC's fixed predictors: so many samples are stored as they are.
const flacWarmUp = 4

// predict chooses how a block of 16-bit samples is stored: as one value, by the best of the fixed predictors, or as it is. The
// encoder's own analysis finds the same in five times the time.
func predict(sub *frame.Subframe, folded []uint32) {
	sub.SubHeader = frame.SubHeader{Pred: frame.PredVerbatim}
	samples := sub.Samples
	switch {
	case len(samples) <= flacWarmUp:
		return
	case !slices.ContainsFunc(samples, func(v int32) bool { return v != samples[0] }):
		sub.Pred = frame.PredConstant
		return
	}
	order := bestOrder(samples)
	folded = foldResidual(folded[:0], samples, order)
	parameter, length := bestRice(folded)
	if length+16*order >= 16*len(samples) {
		return
	}
	sub.Pred, sub.Order, sub.ResidualCodingMethod = frame.PredFixed, order, frame.ResidualCodingMethodRice1
	sub.RiceSubframe = &frame.RiceSubframe{Partitions: []frame.RicePartition{{Param: uint(parameter)}}}
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
