// Package mp3 encodes sound at 48 kHz as MPEG-1 Audio Layer III (ISO/IEC 11172-3) with a constant bit rate.
//
// It is made for recordings: every frame stands for itself, so that a file that was cut off anywhere plays to its last whole frame, and
// quantization noise is spread evenly, without a model of hearing. Blocks are long ones only. Others reach the same quality at a lower
// rate; few are as fast.
package mp3

import (
	"fmt"
	"slices"
)

const (
	// SampleRate is the only rate that is encoded, in samples per second.
	SampleRate = 48000
	// FrameSamples is how many samples each channel has in a frame.
	FrameSamples = 2 * granuleSamples
	// Delay is how far the sound of a file lies behind what was encoded, in samples, beyond the 529 that any decoder leaves out.
	Delay = 528

	granuleSamples = 576
)

// bitrates are those of layer III by index, in kbit/s. 0 means a rate of no name, which is not written.
var bitrates = [15]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}

// Bitrates are the bit rates of MPEG-1 layer III by their index in a frame's header, in kbit/s. The first one, 0, is none.
func Bitrates() [15]int { return bitrates }

// An Encoder makes the frames of one stream. It is not safe for use by several goroutines at once.
type Encoder struct {
	channels []channel
	index    int // of the bit rate
	size     int // of a frame in bytes
	gain     int // of the last granule, where the search for the next one's begins
	bits     bitWriter
}

// A channel is what is kept of one channel, and the granule that is worked on.
type channel struct {
	bank  filterBank
	mdct  mdct
	lines [2][granuleSamples]float32 // the spectra of a frame's granules
	parts [2]spectrum
}

// NewEncoder returns an encoder for one or two channels at a bit rate that MPEG-1 layer III has, in bits per second: from 32000 to
// 320000.
func NewEncoder(channels, bitrate int) (*Encoder, error) {
	index := slices.Index(bitrates[:], bitrate/1000)
	if index < 1 || bitrate%1000 != 0 {
		return nil, fmt.Errorf("mp3: there is no bit rate of %d; those in kbit/s are %v", bitrate, bitrates[1:])
	}
	if channels != 1 && channels != 2 {
		return nil, fmt.Errorf("mp3: an encoder has 1 or 2 channels, not %d", channels)
	}
	return &Encoder{
		channels: make([]channel, channels), index: index, gain: unityGain,
		size: FrameSamples / 8 * bitrate / SampleRate, // whole bytes at every rate, so that no frame is padded
	}, nil
}

// Encode appends the frame of pcm to dst: FrameSamples for each channel, in turns.
func (e *Encoder) Encode(dst []byte, pcm []int16) []byte {
	if len(pcm) != FrameSamples*len(e.channels) {
		panic(fmt.Sprintf("mp3: a frame of %d channels has %d values, not %d", len(e.channels), FrameSamples*len(e.channels), len(pcm)))
	}
	for g := range 2 {
		for c := range e.channels {
			ch := &e.channels[c]
			ch.bank.take(pcm[g*granuleSamples*len(e.channels)+c:], len(e.channels))
			ch.mdct.transform(&ch.bank, &ch.lines[g])
		}
	}
	middle := e.middle()
	room := (e.size - headerSize - e.sideSize()) * 8
	for g := range 2 {
		room -= e.quantize(g, room/(2-g))
	}
	e.bits.reset(dst)
	e.writeHeader(middle)
	e.writeSide()
	for g := range 2 {
		for c := range e.channels {
			e.channels[c].parts[g].write(&e.bits)
		}
	}
	return e.bits.finish(len(dst) + e.size)
}

// middle turns left and right into their middle and their difference if that leaves less to write, as it does when people speak from
// the middle.
func (e *Encoder) middle() bool {
	if len(e.channels) == 1 {
		return false
	}
	left, right := &e.channels[0].lines, &e.channels[1].lines
	var sum, difference float32
	for g := range left {
		for i, l := range left[g] {
			r := right[g][i]
			sum += (l + r) * (l + r)
			difference += (l - r) * (l - r)
		}
	}
	if difference > sum/4 {
		return false
	}
	const half = 0.70710678
	for g := range left {
		for i, l := range left[g] {
			r := right[g][i]
			left[g][i], right[g][i] = (l+r)*half, (l-r)*half
		}
	}
	return true
}
