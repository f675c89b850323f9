package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/jfreymuth/oggvorbis"
)

// vorbisOrder says which channel of a WAV file each channel of a Vorbis file is, by the number of channels (Vorbis I, section 4.3.9).
var vorbisOrder = [maxChannels + 1][]int{
	3: {0, 2, 1},
	5: {0, 2, 1, 3, 4},
	6: {0, 2, 1, 4, 5, 3},
	7: {0, 2, 1, 5, 6, 4, 3},
	8: {0, 2, 1, 6, 7, 4, 5, 3},
}

// vorbisReader reads an Ogg Vorbis file.
type vorbisReader struct {
	in     *input
	serial uint32
	file   *oggvorbis.Reader
	skip   int64 // samples to leave out
	at     int64 // next sample from file
	link   int   // streams before the one that is read
}

func newVorbisReader(in *input) (*vorbisReader, error) {
	start, err := in.Peek(18)
	if err != nil {
		return nil, cut(err)
	}
	r := &vorbisReader{in: in, serial: binary.LittleEndian.Uint32(start[14:])}
	if err := r.restart(); errors.Is(err, ErrDamaged) {
		return nil, fmt.Errorf("%w: %w", ErrUnknownFormat, err) // the decoder does not know all there is
	} else if err != nil {
		return nil, err
	}
	return r, nil
}

// restart reads the headers at the start of the file.
func (r *vorbisReader) restart() (err error) {
	defer guard(&err)
	var file io.Reader = struct{ io.Reader }{r.in}
	if r.in.local && r.in.seeker != nil && r.in.size >= 0 {
		file = seekable{r.in}
	}
	r.file, err = oggvorbis.NewReader(file)
	if err != nil {
		return vorbisError(err)
	}
	r.at, r.link = 0, 0
	return nil
}

// chain takes up the stream behind the one that has ended, as radio stations begin one with each title. The error is io.EOF if there is none.
func (r *vorbisReader) chain() error {
	start, err := r.in.Peek(6)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case len(start) < 6 || string(start[:4]) != "OggS" || start[5]&2 == 0: // no page, or none that begins a stream
		return io.EOF
	}
	file, err := oggvorbis.NewReader(struct{ io.Reader }{r.in})
	if err != nil {
		return err
	}
	if rate, channels := r.layout(); file.SampleRate() != rate || file.Channels() != channels {
		return fmt.Errorf("%w: it goes on with %d channels at %d Hz in place of %d at %d Hz",
			ErrUnknownFormat, file.Channels(), file.SampleRate(), channels, rate)
	}
	r.file = file
	r.link++
	return nil
}

func (r *vorbisReader) layout() (rate, channels int) { return r.file.SampleRate(), r.file.Channels() }

func (r *vorbisReader) read(values []float32) (n int, err error) {
	defer guard(&err)
	channels := r.file.Channels()
	for n == 0 && err == nil {
		n, err = r.file.Read(values)
		r.at += int64(n / channels)
		if drop := int(min(r.skip, int64(n/channels))); drop > 0 {
			n = copy(values, values[drop*channels:n])
			r.skip -= int64(drop)
		}
		if n == 0 && err == io.EOF {
			err = r.chain()
		}
	}
	reorder(values[:n], vorbisOrder[channels])
	if err != nil {
		err = vorbisError(err)
	}
	return n, err
}

// reorder moves the channels of whole samples to where order says.
func reorder(values []float32, order []int) {
	if order == nil {
		return
	}
	var sample [maxChannels]float32
	for ; len(values) > 0; values = values[len(order):] {
		copy(sample[:], values[:len(order)])
		for from, to := range order {
			values[to] = sample[from]
		}
	}
}

func (r *vorbisReader) seek(sample int64) (err error) {
	defer guard(&err)
	switch {
	case r.in.seeker == nil && sample < r.at:
		return ErrNoSeek
	case r.in.seeker == nil:
		r.skip = sample - r.at
		return nil
	case r.link == 0 && sample > 0 && sample < r.file.Length() && r.file.SetPosition(sample) == nil:
		r.skip, r.at = 0, sample
		return nil
	}
	if err := r.in.goTo(0); err != nil {
		return err
	}
	r.skip = sample
	return r.restart()
}

func (r *vorbisReader) length() (int64, bool) { return lastGranule(r.in, r.serial) }

func (r *vorbisReader) close() error { return r.in.Close() }

// vorbisError turns an error of the decoder into one of this package.
func vorbisError(err error) error {
	switch {
	case err == io.EOF:
		return io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends within a page of Vorbis", ErrTruncated)
	case errors.Is(err, ErrTruncated), errors.Is(err, ErrUnknownFormat):
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// seekable is an input for a decoder that may seek at will.
type seekable struct{ in *input }

func (s seekable) Read(p []byte) (int, error) { return s.in.Read(p) }

func (s seekable) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekEnd:
		offset += s.in.size
	case io.SeekCurrent:
		at, err := s.in.place()
		if err != nil {
			return 0, err
		}
		offset += at
	}
	if offset < 0 {
		return 0, errors.New("seek before the start")
	}
	return offset, s.in.goTo(offset)
}
