package audio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
)

// ErrNoEncoder says that the program which a Format's Encoder names is not there, or cannot encode.
var ErrNoEncoder = errors.New("the encoder cannot be used")

// lame has the paths of the ffmpeg programs that were found to have libmp3lame: asking costs as much as starting one.
var lame sync.Map

// CheckEncoder gives the error with which Create would refuse a Format's Encoder. The first time it runs the encoder to see what it can.
func CheckEncoder(name string) error {
	if name == "" {
		return nil
	}
	if name != FFmpeg {
		return fmt.Errorf("there is no encoder %q: use %q, or leave it out", name, FFmpeg)
	}
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		return fmt.Errorf("%w: ffmpeg is not installed. Install it, or leave the encoder out", ErrNoEncoder)
	}
	if _, known := lame.Load(path); known {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), ffmpegStall)
	defer stop()
	process, complaint := newFFmpeg(ctx, "-h", "encoder=libmp3lame")
	var out bytes.Buffer
	process.Stdout = &out
	if err := process.Run(); err != nil {
		return fmt.Errorf("%w: %s does not run (%w): %s", ErrNoEncoder, path, err, complaint.line())
	}
	if !bytes.Contains(out.Bytes(), []byte("libmp3lame")) { // ffmpeg complains, and calls it a success
		return fmt.Errorf("%w: %s was built without libmp3lame. Install one that has it, or leave the encoder out", ErrNoEncoder, path)
	}
	lame.Store(path, true)
	return nil
}
