package audio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// sniffed is how much of a file is looked at to tell its format.
const sniffed = 512

// Open opens a file, or a stream if the name begins with http:// or https://. The format is told by content, never by name or by
// what a server calls it. What is none of Ogg Opus, Ogg Vorbis, MP3, FLAC and WAV is read with ffmpeg if that is installed.
// The context ends the stream, and the ffmpeg process if there is one, for as long as the source is open.
func Open(ctx context.Context, nameOrURL string) (Source, error) {
	in, err := openInput(ctx, nameOrURL)
	if err != nil {
		return nil, named(nameOrURL, err)
	}
	s, err := openKnown(in)
	if mayBeForeign(err) {
		if err := in.Close(); err != nil {
			return nil, named(nameOrURL, err)
		}
		s, err := sourceOf(newFFmpegReader(ctx, nameOrURL, nil))
		return s, named(nameOrURL, err)
	}
	if err != nil {
		return nil, named(nameOrURL, errors.Join(err, in.Close()))
	}
	return s, nil
}

// openInput opens what a name stands for.
func openInput(ctx context.Context, nameOrURL string) (*input, error) {
	if !IsURL(nameOrURL) {
		file, err := os.Open(nameOrURL)
		if err != nil {
			return nil, err
		}
		return newInput(file), nil
	}
	s, err := openStream(ctx, nameOrURL, streamStall)
	if err != nil {
		return nil, err
	}
	in := newInput(s)
	in.local = false
	return in, nil
}

// named says which file an error is about, unless the error does.
func named(name string, err error) error {
	if _, ok := errors.AsType[*os.PathError](err); ok || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// NewSource reads sound from r, whose name is for errors only. It seeks in r if r is an io.Seeker. When it returns no error, it
// closes r with the source if r is an io.Closer.
func NewSource(r io.Reader, name string) (Source, error) {
	in := newInput(r)
	s, err := openKnown(in)
	if mayBeForeign(err) && (err == errNotBegun || in.goTo(0) == nil) {
		s, err = sourceOf(newFFmpegReader(context.Background(), "", in))
	}
	return s, named(name, err)
}

// errNotBegun says that a file was not told by its first bytes, and that no more was read of it.
var errNotBegun = fmt.Errorf("%w", ErrUnknownFormat)

// noSound is an ErrUnknownFormat that nothing else could read either.
type noSound string

func (n noSound) Error() string { return fmt.Sprintf("%v: %s", ErrUnknownFormat, string(n)) }

func (n noSound) Unwrap() error { return ErrUnknownFormat }

// mayBeForeign says whether it is worth asking ffmpeg.
func mayBeForeign(err error) bool {
	_, hopeless := errors.AsType[noSound](err)
	return errors.Is(err, ErrUnknownFormat) && !hopeless
}

// openKnown tells the format and makes the source of it.
func openKnown(in *input) (Source, error) {
	if err := in.skipTags(); err != nil {
		return nil, err
	}
	start, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case len(start) == 0:
		return nil, noSound("it is empty")
	case isWAV(start):
		return sourceOf(newWAVReader(in))
	case bytes.HasPrefix(start, []byte("OggS")) && bytes.Contains(start, []byte("\x01vorbis")):
		return sourceOf(newVorbisReader(in))
	case bytes.HasPrefix(start, []byte("OggS")):
		return sourceOf(newOpusReader(in))
	case bytes.HasPrefix(start, []byte("fLaC")):
		return sourceOf(newFLACReader(in))
	case isWebPage(start):
		return nil, noSound("it is a web page; give the address of the sound itself")
	}
	if len(start) >= 4 {
		if _, ok := parseMP3Header(start); ok {
			return sourceOf(newMP3Reader(in))
		}
	}
	return nil, errNotBegun
}

// isWebPage knows what servers send in place of a file.
func isWebPage(start []byte) bool {
	start = bytes.ToLower(bytes.TrimSpace(start))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

// isWAV knows a WAV file, of the usual and of the 64-bit form.
func isWAV(start []byte) bool {
	return len(start) >= 12 && string(start[8:12]) == "WAVE" && strings.Contains("RIFF RF64 BW64", string(start[:4]))
}
