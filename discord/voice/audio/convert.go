package audio

// toInt16 rounds a value between -1 and 1 to a sample; what is louder is clipped.
func toInt16(v float32) int16 {
	v *= 32768
	switch {
	case v >= 32767:
		return 32767
	case v <= -32768:
		return -32768
	case v < 0:
		return int16(v - 0.5)
	}
	return int16(v + 0.5) // NaN becomes 0
}

// half is the gain of a channel that is shared by both sides, -3 dB.
const half = 0.70710678

// stereoGains say how loud each channel of a file is on the left and on the right, by the number of channels. The order is that of
// WAV and FLAC: left, right, centre, low frequencies (left out), back or side. They are scaled so that nothing clips that did not before.
var stereoGains = [9][][2]float32{
	3: normal([2]float32{1, 0}, [2]float32{0, 1}, [2]float32{half, half}),
	4: normal([2]float32{1, 0}, [2]float32{0, 1}, [2]float32{half, 0}, [2]float32{0, half}),
	5: normal([2]float32{1, 0}, [2]float32{0, 1}, [2]float32{half, half}, [2]float32{half, 0}, [2]float32{0, half}),
	6: normal([2]float32{1, 0}, [2]float32{0, 1}, [2]float32{half, half}, [2]float32{}, [2]float32{half, 0}, [2]float32{0, half}),
	7: normal([2]float32{1, 0}, [2]float32{0, 1}, [2]float32{half, half}, [2]float32{}, [2]float32{half, half},
		[2]float32{half, 0}, [2]float32{0, half}),
	8: normal([2]float32{1, 0}, [2]float32{0, 1}, [2]float32{half, half}, [2]float32{}, [2]float32{half, 0}, [2]float32{0, half},
		[2]float32{half, 0}, [2]float32{0, half}),
}

// normal scales gains so that they add up to 1 on either side.
func normal(gains ...[2]float32) [][2]float32 {
	var left float32
	for _, gain := range gains {
		left += gain[0]
	}
	for i := range gains {
		gains[i][0] /= left
		gains[i][1] /= left
	}
	return gains
}

// mixToStereo appends the samples of any number of channels up to 8 as stereo.
func mixToStereo(dst, values []float32, channels int) []float32 {
	switch channels {
	case 1:
		for _, v := range values {
			dst = append(dst, v, v)
		}
		return dst
	case 2:
		return append(dst, values...)
	}
	gains := stereoGains[channels]
	for ; len(values) >= channels; values = values[channels:] {
		var left, right float32
		for c, gain := range gains {
			left += values[c] * gain[0]
			right += values[c] * gain[1]
		}
		dst = append(dst, left, right)
	}
	return dst
}
