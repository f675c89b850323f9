package play

import "math"

// amplify multiplies stereo samples by a factor that goes evenly from one to the other, since a jump can be heard as a click. What
// gets too loud is clipped.
func amplify(pcm []int16, from, to float64) {
	if from == 1 && to == 1 {
		return
	}
	step := (to - from) / float64(len(pcm)/channels)
	gain := from
	for i := 0; i+1 < len(pcm); i += channels {
		gain += step
		pcm[i], pcm[i+1] = scale(pcm[i], gain), scale(pcm[i+1], gain)
	}
}

func scale(sample int16, gain float64) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, math.Round(float64(sample)*gain))))
}
