package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cordial/discord/voice/audio"
)

// waveColumns is how many columns a waveform has. Its height is 100.
const waveColumns = 1200

// waveform is how loud a track is over its time.
type waveform struct {
	peaks []int // of each column
	total int64 // samples
	at    int64
}

func newWaveform(length time.Duration) *waveform {
	return &waveform{peaks: make([]int, waveColumns), total: max(audio.Samples(length), 1)}
}

// add takes the next block of stereo sound, which is shorter than a column is wide.
func (w *waveform) add(pcm []int16) {
	column := min(w.at*waveColumns/w.total, waveColumns-1)
	for _, v := range pcm {
		w.peaks[column] = max(w.peaks[column], int(v), -int(v))
	}
	w.at += int64(len(pcm) / 2)
}

// draw gives the path of an SVG: one line for each column in which there is sound.
func (w *waveform) draw() string {
	var b strings.Builder
	for x, peak := range w.peaks {
		if half := peak * 50 / 32768; half > 0 {
			fmt.Fprintf(&b, "M%d %dV%d", x, 50-half, 50+half)
		}
	}
	return b.String()
}

// eachBlock reads a sound file in blocks of 10 ms.
func eachBlock(ctx context.Context, path string, use func(pcm []int16)) error {
	source, err := audio.Open(ctx, path)
	if err != nil {
		return err
	}
	defer source.Close()
	pcm := make([]int16, 2*audio.FrameSamples/2)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := source.Read(pcm)
		use(pcm[:2*n])
		if errors.Is(err, io.EOF) || errors.Is(err, audio.ErrTruncated) { // what a killed recorder leaves is cut off
			return nil
		} else if err != nil {
			return err
		}
	}
}
