package audio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// FFmpeg is the Format.Encoder that has an ffmpeg process write the file, with LAME. It needs ffmpeg with libmp3lame, and about 50 MB
// of memory for each file that is open.
const FFmpeg = "ffmpeg"

// ffmpegStall is how long ffmpeg may take no sound, or go on after the last of it, before it is ended. A recorder that waits as long
// for one file loses nothing of the others.
const ffmpegStall = 10 * time.Second

// errStalled is why ffmpeg was ended.
var errStalled = fmt.Errorf("it did nothing for %v", ffmpegStall)

// ffmpegSink writes MP3 by an ffmpeg process, which completes the file when its input ends. That it does by itself, too, if this
// process is killed.
type ffmpegSink struct {
	pcmWriter
	encoder  *ffmpegWriter
	channels int
}

func newFFmpegSink(file *os.File, f Format) (Sink, error) {
	index, err := mp3BitrateIndex(f)
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(file.Name())
	if err != nil {
		return nil, err
	}
	encoder, err := startFFmpegWriter(path,
		"-probesize", "32", // or it gathers more than a second before it creates the file
		"-f", "s16le", "-ac", strconv.Itoa(f.Channels), "-ar", strconv.Itoa(SampleRate), "-i", "pipe:0",
		"-c:a", "libmp3lame", "-b:a", strconv.Itoa(1000*mp3Bitrates[0][index]), "-flush_packets", "1", "-f", "mp3", "-y", "file:"+path)
	if err != nil {
		return nil, err
	}
	s := &ffmpegSink{pcmWriter: newPCMWriter(encoder), encoder: encoder, channels: f.Channels}
	if err := file.Close(); err != nil {
		return nil, errors.Join(err, encoder.end(nil))
	}
	return s, nil
}

func (s *ffmpegSink) Silence(samples int64) error { return s.zeros(samples * int64(s.channels)) }

// Flush hands ffmpeg what was gathered. ffmpeg writes each frame as soon as it has one.
func (s *ffmpegSink) Flush() error {
	if len(s.buf) > 0 {
		s.empty()
	}
	return s.err
}

// Close waits until ffmpeg has completed the file. ffmpeg may not know what to make of no sound at all, so it gets one sample.
func (s *ffmpegSink) Close() error {
	if errors.Is(s.err, ErrClosed) {
		return nil
	}
	if s.written == 0 && len(s.buf) == 0 {
		s.Write(make([]int16, s.channels)) // its error is Flush's
	}
	err := s.Flush()
	if err == nil {
		err = s.encoder.end(nil)
	}
	s.err = ErrClosed
	return err
}

// ffmpegWriter is the input of an ffmpeg process that writes a file. After an error the process has ended.
type ffmpegWriter struct {
	path      string
	process   *exec.Cmd
	in        io.WriteCloser
	complaint *tailBuffer
	ctx       context.Context // of the process
	stop      context.CancelCauseFunc
	stall     time.Duration
	watch     *time.Timer // ends ffmpeg when it stalls
}

func startFFmpegWriter(path string, arguments ...string) (*ffmpegWriter, error) {
	ctx, stop := context.WithCancelCause(context.Background())
	process, complaint := newFFmpeg(ctx, arguments...)
	standApart(process)
	in, err := process.StdinPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		stop(err)
		return nil, fmt.Errorf("start ffmpeg: %w", err)
	}
	w := &ffmpegWriter{path: path, process: process, in: in, complaint: complaint, ctx: ctx, stop: stop, stall: ffmpegStall}
	w.watch = time.AfterFunc(ffmpegStall, func() { stop(errStalled) })
	w.watch.Stop()
	return w, nil
}

// Write waits while ffmpeg is busy with what it has, about half a second of sound.
func (w *ffmpegWriter) Write(b []byte) (int, error) {
	w.watch.Reset(w.stall)
	n, err := w.in.Write(b)
	w.watch.Stop()
	if err != nil {
		err = w.end(err)
	}
	return n, err
}

// end lets ffmpeg complete the file, and says why it could not. It takes an error with which its input ended before, or nil.
func (w *ffmpegWriter) end(broken error) error {
	w.watch.Reset(w.stall)
	err := errors.Join(broken, w.in.Close(), w.process.Wait())
	w.watch.Stop()
	stalled := context.Cause(w.ctx)
	w.stop(nil)
	switch {
	case err == nil:
		return nil
	case stalled != nil:
		return fmt.Errorf("%s ends too early: ffmpeg was stopped: %w", w.path, stalled)
	}
	return fmt.Errorf("%s ends too early: ffmpeg gave up (%v): %s", w.path, w.process.ProcessState, w.complaint.line())
}
