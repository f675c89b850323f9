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

	"cordial/discord/voice/audio/mp3"
)

// FFmpeg is the Format.Encoder that has an ffmpeg process write the file, with LAME. It needs ffmpeg with libmp3lame, and about 50 MB
// of memory for each file that is open.
const FFmpeg = "ffmpeg"

// ffmpegStall is how long ffmpeg may take no sound, or go on after the last of it, before it is ended. A recorder that waits as long
// for one file loses nothing of the others.
const ffmpegStall = 10 * time.Second

// errStalled is why ffmpeg was ended.
var errStalled = fmt.Errorf("it did nothing for %v", ffmpegStall)

// lameDelay is how far the sound of LAME's files lies behind what was encoded, in samples, beyond what any decoder leaves out.
const lameDelay = 576

// ffmpegSink writes MP3 by an ffmpeg process, which puts its frames behind those that we write: the first one, which describes the file, and
// silence before the first sound. ffmpeg completes the last frame when its input ends, which it does, too, if this process is killed.
type ffmpegSink struct {
	pcmWriter
	file     *os.File
	encoder  *ffmpegWriter
	channels int
	first    mp3First
	silent   []byte // a frame of silence
	lead     int64  // samples of silence that ffmpeg does not know of
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
	rate := 1000 * mp3Bitrates[0][index]
	frames, err := mp3.NewEncoder(f.Channels, rate)
	if err != nil {
		return nil, err
	}
	s := &ffmpegSink{
		file: file, channels: f.Channels, first: newMP3First(f.Channels, index), silent: frames.Encode(nil, make([]int16, mp3.FrameSamples*f.Channels)),
	}
	if _, err := file.Write(s.first); err != nil {
		return nil, err
	}
	s.encoder, err = startFFmpegWriter(path, file,
		"-probesize", "32", // or it gathers more than a second before it begins
		"-f", "s16le", "-ac", strconv.Itoa(f.Channels), "-ar", strconv.Itoa(SampleRate), "-i", "pipe:0",
		"-c:a", "libmp3lame", "-b:a", strconv.Itoa(rate), "-flush_packets", "1",
		"-f", "mp3", "-write_xing", "0", "-id3v2_version", "0", "pipe:1") // frames and nothing else
	if err != nil {
		return nil, err
	}
	s.pcmWriter = newPCMWriter(s.encoder)
	return s, nil
}

// Silence needs no ffmpeg before the first sound, but for the last frame.
func (s *ffmpegSink) Silence(samples int64) error {
	if s.err == nil && s.written == 0 && len(s.buf) == 0 {
		frames := max(0, samples-1) / mp3.FrameSamples
		s.lead += frames * mp3.FrameSamples
		samples -= frames * mp3.FrameSamples
		if err := repeatMP3(s.file, s.silent, frames); err != nil {
			s.err = s.encoder.end(err)
		}
	}
	return s.zeros(samples * int64(s.channels))
}

// Flush hands ffmpeg what was gathered. ffmpeg writes each frame as soon as it has one.
func (s *ffmpegSink) Flush() error {
	if len(s.buf) > 0 {
		s.empty()
	}
	return s.err
}

// Close waits until ffmpeg has written its last frame, and describes the file. ffmpeg may not know what to make of no sound at all, so it gets
// one sample.
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
	if err == nil {
		err = s.describe()
	}
	s.err = ErrClosed
	return errors.Join(err, s.file.Close())
}

// describe fills in the first frame.
func (s *ffmpegSink) describe() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	count := info.Size()/int64(len(s.first)) - 1 // all frames are of one size
	samples := s.lead + s.written/int64(2*s.channels)
	return s.first.write(s.file, count, lameDelay, max(0, count*mp3.FrameSamples-lameDelay-samples))
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

// startFFmpegWriter starts ffmpeg, which writes to a file from where we are in it.
func startFFmpegWriter(path string, file *os.File, arguments ...string) (*ffmpegWriter, error) {
	ctx, stop := context.WithCancelCause(context.Background())
	process, complaint := newFFmpeg(ctx, arguments...)
	process.Stdout = file
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
