package audio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// readAhead is how much is read of a file at once, in bytes.
const readAhead = 64 << 10

// input is what the formats read from: buffered, and with seeking if the file under it can. It is no io.Seeker itself: some
// decoders would take that for leave to read the whole file.
type input struct {
	*bufio.Reader
	file   io.Reader
	seeker io.Seeker // nil if the file cannot seek
	closer io.Closer // nil if there is nothing to close
	start  int64     // where the sound began in file
	size   int64     // of the file from start, -1 if unknown
	local  bool      // going to and fro costs little
}

// newInput reads from r, which it closes at the end if it is an io.Closer. A pipe has a Seek that fails: it counts as none.
func newInput(r io.Reader) *input {
	in := &input{Reader: bufio.NewReaderSize(r, readAhead), file: r, size: -1, local: true}
	in.closer, _ = r.(io.Closer)
	seeker, ok := r.(io.Seeker)
	if !ok {
		return in
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return in
	}
	in.seeker, in.start = seeker, start
	if end, err := seeker.Seek(0, io.SeekEnd); err == nil {
		in.size = end - start
	}
	if _, err := seeker.Seek(start, io.SeekStart); err != nil {
		in.seeker = nil
	}
	return in
}

// goTo continues reading at a byte, counted from where the sound began.
func (in *input) goTo(offset int64) error {
	if in.seeker == nil {
		return ErrNoSeek
	}
	if at, err := in.place(); err == nil && offset >= at && offset-at <= int64(in.Buffered()) {
		_, err := in.Discard(int(offset - at))
		return err
	}
	_, err := in.seeker.Seek(in.start+offset, io.SeekStart)
	if errors.Is(err, ErrNoSeek) {
		return in.startAgain(in.start + offset)
	}
	in.Reset(in.file)
	if err != nil {
		return fmt.Errorf("seek to byte %d: %w", offset, err)
	}
	return nil
}

// startAgain reads up to a byte from the start of a stream that can do no more than start again.
func (in *input) startAgain(offset int64) error {
	if _, err := in.seeker.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in.Reset(in.file)
	if _, err := io.CopyN(io.Discard, in, offset); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read up to byte %d: %w", offset, err)
	}
	return nil
}

// skipTags reads over tags of the kind ID3v2 at the start of the file. What follows counts as the start.
func (in *input) skipTags() error {
	for {
		b, err := in.Peek(id3Header)
		if err != nil || string(b[:3]) != "ID3" {
			return nil // whatever is wrong will show again
		}
		size := id3Size(b)
		in.start += int64(size)
		if in.size >= 0 {
			in.size = max(0, in.size-int64(size))
		}
		if _, err := in.Discard(size); err != nil {
			return fmt.Errorf("read over the tag before the sound: %w", cut(err))
		}
	}
}

// id3Header is the length of an ID3v2 tag's header.
const id3Header = 10

// id3Size gives the length of a tag from its header, whose own is included.
func id3Size(header []byte) int {
	return id3Header + int(header[6]&0x7F)<<21 + int(header[7]&0x7F)<<14 + int(header[8]&0x7F)<<7 + int(header[9]&0x7F)
}

// openAt is goTo as package ogg wants it.
func (in *input) openAt(offset int64) (io.Reader, error) { return in, in.goTo(offset) }

// place gives the byte that is read next, for goTo.
func (in *input) place() (int64, error) {
	if in.seeker == nil {
		return 0, ErrNoSeek
	}
	at, err := in.seeker.Seek(0, io.SeekCurrent)
	return at - int64(in.Buffered()) - in.start, err
}

func (in *input) Close() error {
	if in.closer == nil {
		return nil
	}
	return in.closer.Close()
}

// cut says what the end of a file in the middle of something means.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return err
}
