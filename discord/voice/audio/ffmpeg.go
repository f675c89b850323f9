package audio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ffmpegPatience is how long ffmpeg may take to end when it was told to.
const ffmpegPatience = 2 * time.Second

// maxComplaint is how much of what ffmpeg says is kept, in bytes.
const maxComplaint = 2048

// newFFmpeg prepares an ffmpeg process that does not ask and stops at the first error. What it says may be read after its end.
func newFFmpeg(ctx context.Context, arguments ...string) (process *exec.Cmd, complaint *tailBuffer) {
	process = exec.CommandContext(ctx, "ffmpeg", append([]string{"-nostdin", "-v", "repeat+error", "-xerror"}, arguments...)...)
	process.WaitDelay = ffmpegPatience
	complaint = &tailBuffer{}
	process.Stderr = complaint
	return process, complaint
}

// ffmpegReader reads what an ffmpeg process makes of a file or a stream.
type ffmpegReader struct {
	ctx       context.Context // of the source, from Open
	in        *input          // what ffmpeg reads, nil if it opens the file itself
	name      string          // of the file, as ffmpeg wants it
	protocols string          // that ffmpeg may use for it
	stop      context.CancelFunc
	process   *exec.Cmd
	out       *bufio.Reader
	complaint *tailBuffer
	ended     error // what came at the end
	at        int64
	skip      int64
	known     int64 // length; 0 is not asked yet, -1 unknown
	buf       [4 * blockSamples]byte
}

// newFFmpegReader starts ffmpeg for a name or, if that is "", for what in holds.
func newFFmpegReader(ctx context.Context, name string, in *input) (*ffmpegReader, error) {
	r := &ffmpegReader{ctx: ctx, in: in}
	switch {
	case name == "":
		r.name, r.protocols = "pipe:0", "pipe,crypto,data"
	case IsURL(name):
		r.name, r.protocols = name, "http,https,httpproxy,tls,tcp,crypto,data"
	default:
		path, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		r.name, r.protocols = "file:"+path, "file,crypto,data"
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return nil, fmt.Errorf("%w: it is none of Ogg Opus, Vorbis, MP3, FLAC and WAV. Install ffmpeg to play more formats, or convert it", ErrUnknownFormat)
	}
	if err := r.start(0); err != nil {
		return nil, err
	}
	if _, err := r.out.Peek(1); err != nil {
		if err := r.end(); !errors.Is(err, ErrDamaged) && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: ffmpeg: %s", ErrUnknownFormat, r.complaint.line())
	}
	return r, nil
}

// start runs ffmpeg from a sample on.
func (r *ffmpegReader) start(sample int64) error {
	ctx, stop := context.WithCancel(r.ctx)
	arguments := []string{"-protocol_whitelist", r.protocols}
	if sample > 0 {
		arguments = append(arguments, "-ss", strconv.FormatFloat(float64(sample)/SampleRate, 'f', 6, 64))
	}
	arguments = append(arguments, "-i", r.name, "-vn", "-sn", "-dn", "-f", "s16le", "-ac", "2", "-ar", strconv.Itoa(SampleRate), "pipe:1")
	process, complaint := newFFmpeg(ctx, arguments...)
	if r.in != nil {
		process.Stdin = r.in.Reader
	}
	out, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		stop()
		return fmt.Errorf("start ffmpeg: %w", err)
	}
	r.stop, r.process, r.complaint, r.out, r.ended = stop, process, complaint, bufio.NewReaderSize(out, readAhead), nil
	r.at = sample
	return nil
}

// end waits for ffmpeg, whose output is over, and says why it ended.
func (r *ffmpegReader) end() error {
	if r.ended != nil {
		return r.ended
	}
	err := r.process.Wait()
	r.stop()
	switch {
	case r.ctx.Err() != nil:
		r.ended = context.Cause(r.ctx)
	case err != nil:
		r.ended = fmt.Errorf("%w: ffmpeg: %s", ErrDamaged, r.complaint.line())
	default:
		r.ended = io.EOF
	}
	return r.ended
}

// kill ends ffmpeg before its time.
func (r *ffmpegReader) kill() {
	if r.ended == nil {
		r.stop()
		r.ended = ErrClosed
		_ = r.process.Wait() // it says that it was killed
	}
}

func (r *ffmpegReader) layout() (rate, channels int) { return SampleRate, 2 }

func (r *ffmpegReader) read(values []float32) (int, error) {
	for r.ended == nil {
		n, err := io.ReadFull(r.out, r.buf[:min(len(r.buf), 2*len(values))])
		if n -= n % 4; err != nil && n == 0 {
			return 0, r.end()
		}
		samples := int64(n / 4)
		drop := min(r.skip, samples)
		r.skip -= drop
		r.at += samples
		for i, b := 0, r.buf[4*drop:n]; len(b) > 0; i, b = i+1, b[2:] {
			values[i] = float32(int16(binary.LittleEndian.Uint16(b))) / (1 << 15)
		}
		if drop < samples {
			return int(samples-drop) * 2, nil
		}
	}
	return 0, r.ended
}

// seek starts ffmpeg again, or reads on in what cannot go back.
func (r *ffmpegReader) seek(sample int64) error {
	if r.in != nil && r.in.seeker == nil {
		if sample < r.at {
			return ErrNoSeek
		}
		r.skip = sample - r.at
		return nil
	}
	r.kill()
	if r.in != nil {
		if err := r.in.goTo(0); err != nil {
			return err
		}
	}
	r.skip = 0
	return r.start(sample)
}

// length asks ffprobe, which comes with ffmpeg, if it can open the file itself.
func (r *ffmpegReader) length() (int64, bool) {
	if r.known == 0 {
		r.known = -1
		if r.in == nil {
			r.probe()
		}
	}
	return max(0, r.known), r.known > 0
}

func (r *ffmpegReader) probe() {
	process := exec.CommandContext(r.ctx, "ffprobe", "-v", "error", "-protocol_whitelist", r.protocols,
		"-show_entries", "format=duration", "-of", "csv=p=0", r.name)
	process.WaitDelay = ffmpegPatience
	out, err := process.Output()
	if err != nil {
		return
	}
	if seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64); err == nil && seconds > 0 {
		r.known = int64(seconds * SampleRate)
	}
}

func (r *ffmpegReader) close() error {
	var err error
	if r.in != nil {
		err = r.in.Close() // first: it may be what ffmpeg waits for
	}
	r.kill()
	return err
}

// tailBuffer keeps the end of what was written to it.
type tailBuffer struct{ b []byte }

func (t *tailBuffer) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	t.b = t.b[max(0, len(t.b)-maxComplaint):]
	return len(p), nil
}

// line gives the last line.
func (t *tailBuffer) line() string {
	b := bytes.TrimSpace(t.b)
	if len(b) == 0 {
		return "it said nothing"
	}
	return string(b[bytes.LastIndexByte(b, '\n')+1:])
}
