// Package audio turns sound into Opus packets and back, and reads and writes sound files.
//
// Sound inside the program has one form: PCM as []int16 at 48 kHz, channels interleaved. Counts of samples are per channel
// everywhere, so that 960 samples are 20 ms whether the sound is mono or stereo.
//
// NewDecoder and NewEncoder hide the codec. The default build uses one in pure Go; a build with
// -tags "libopus nolibopusfile" and cgo uses libopus. Open and NewSource read files and streams as 48 kHz stereo. Create and
// CreatePackets write files that stay readable when the process is killed.
package audio

import "time"

const (
	// SampleRate is the rate of all PCM, in samples per second and channel.
	SampleRate = 48000
	// FrameSamples is the length of one voice packet, 20 ms.
	FrameSamples = 960
)

// Silence is an Opus packet of 20 ms of silence, the one that Discord's clients send before they stop. It must not be changed.
var Silence = []byte{0xF8, 0xFF, 0xFE}

// Samples converts a duration to samples, rounding down.
func Samples(d time.Duration) int64 {
	return int64(d/time.Second)*SampleRate + int64(d%time.Second)*SampleRate/int64(time.Second)
}

// Duration converts a number of samples to the time they last.
func Duration(samples int64) time.Duration {
	return time.Duration(samples/SampleRate)*time.Second + time.Duration(samples%SampleRate)*time.Second/SampleRate
}
