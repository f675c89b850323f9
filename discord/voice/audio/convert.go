package audio

import "math"

// toInt16 rounds a value between -1 and 1 to a sample; what is louder is clipped.
func toInt16(v float32) int16 {
	return int16(max(-32768, min(32767, math.RoundToEven(float64(v)*32768))))
}
