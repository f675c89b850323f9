// Package audio turns sound into Opus packets and back, and reads and writes sound files.
//
// Sound inside the program has one form: PCM as []int16 at 48 kHz, channels interleaved. Counts of samples are per channel
// everywhere, so that 960 samples are 20 ms whether the sound is mono or stereo.
//
// NewDecoder and NewEncoder hide the codec. The default build uses one in pure Go; a build with
// -tags "libopus nolibopusfile" and cgo uses libopus. Open and NewSource read files and streams as 48 kHz stereo. Create and
// CreatePackets write files that stay readable when the process is killed.
//
// The resampler is our own: a windowed sinc that keeps 94 dB between signal and noise at every usual rate, as the libraries for it do, and
// beyond that gives each file its length and its place to the sample. An hour of stereo at 44.1 kHz takes about 20 s of the processor. So is
// the coder of FLAC, which takes a third of the time of the library that reads it, and writes an hour of silence in a few milliseconds.
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
func Samples(d time.Duration) int64 { return samplesAt(d, SampleRate) }

// Duration converts a number of samples to the time they last.
func Duration(samples int64) time.Duration { return durationAt(samples, SampleRate) }

// samplesAt is Samples for any rate. It splits off whole seconds, because the product of the whole would overflow.
func samplesAt(d time.Duration, rate int) int64 {
	return int64(d/time.Second)*int64(rate) + int64(d%time.Second)*int64(rate)/int64(time.Second)
}

// durationAt is Duration for any rate.
func durationAt(samples int64, rate int) time.Duration {
	r := int64(rate)
	return time.Duration(samples/r)*time.Second + time.Duration(samples%r)*time.Second/time.Duration(r)
}
