package record

import (
	"bytes"
	"math"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/jitter"
)

// fillStep is how much silence a track is given at once, 20 s. Some formats take long to encode it: an hour for someone who speaks late
// takes 13 s as MP3, and the other tracks must not wait for that.
const fillStep = 20 * audio.SampleRate

// piece is what comes next in a track: silence, and then a frame or nothing.
type piece struct {
	gap   int64
	frame jitter.Frame // without a length if there is none
}

// backlog holds what a track could not be given yet, because more than fillStep of silence comes before it. It is worked off by fillStep
// a beat, 200 times as fast as it was spoken; it grows only while that goes on.
type backlog struct {
	pieces []piece
}

// add takes a piece, or refuses it when it can be written right away.
func (b *backlog) add(p piece) bool {
	if len(b.pieces) == 0 && p.gap <= fillStep {
		return false
	}
	p.frame.Opus, p.frame.Next = bytes.Clone(p.frame.Opus), nil
	b.pieces = append(b.pieces, p)
	return true
}

// work hands pieces on until an amount of silence is used up.
func (b *backlog) work(budget int64, use func(piece)) {
	for len(b.pieces) > 0 {
		p := &b.pieces[0]
		if p.gap > budget {
			p.gap -= budget
			use(piece{gap: budget})
			return
		}
		budget -= p.gap
		use(*p)
		b.pieces = b.pieces[1:]
	}
	b.pieces = nil
}

// all is a budget for everything.
const all = math.MaxInt64
