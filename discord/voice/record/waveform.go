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

// waveform reads a track and draws it as the path of an SVG: one line for each column in which there is sound.
func waveform(ctx context.Context, paths []string, length time.Duration) (string, error) {
	peaks := make([]int, waveColumns)
	total := max(audio.Samples(length), 1)
	at := int64(0)
	for _, path := range paths {
		err := eachBlock(ctx, path, func(pcm []int16) {
			column := min(at*waveColumns/total, waveColumns-1)
			for _, v := range pcm {
				peaks[column] = max(peaks[column], int(v), -int(v))
			}
			at += int64(len(pcm) / 2)
		})
		if err != nil {
			return "", fmt.Errorf("draw the waveform of %s: %w", path, err)
		}
	}
	var b strings.Builder
	for x, peak := range peaks {
		if half := peak * 50 / 32768; half > 0 {
			fmt.Fprintf(&b, "M%d %dV%d", x, 50-half, 50+half)
		}
	}
	return b.String(), nil
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
		n, err := source.Read(pcm)
		use(pcm[:2*n])
		if errors.Is(err, io.EOF) || errors.Is(err, audio.ErrTruncated) { // what a killed recorder leaves is cut off
			return nil
		} else if err != nil {
			return err
		}
	}
}
