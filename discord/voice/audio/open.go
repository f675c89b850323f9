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

// Open opens a file, or a stream if the name begins with http:// or https://. The format is told by content, never by name. The
// context ends the stream, and the ffmpeg process if there is one, for as long as the source is open.
func Open(ctx context.Context, nameOrURL string) (Source, error) {
	file, err := os.Open(nameOrURL)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, newInput(file), nameOrURL)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", nameOrURL, err), file.Close())
	}
	return s, nil
}

// NewSource reads sound from r, whose name is for errors only. It closes r with the source if r is an io.Closer, and seeks in it if
// r is an io.Seeker.
func NewSource(r io.Reader, name string) (Source, error) {
	s, err := open(context.Background(), newInput(r), name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// open tells the format and makes the source of it.
func open(ctx context.Context, in *input, name string) (Source, error) {
	start, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case len(start) == 0:
		return nil, fmt.Errorf("%w: it is empty", ErrUnknownFormat)
	case isWAV(start):
		return sourceOf(newWAVReader(in))
	case bytes.HasPrefix(start, []byte("OggS")):
		return sourceOf(newOpusReader(in))
	case bytes.HasPrefix(start, []byte("fLaC")):
		return sourceOf(newFLACReader(in))
	}
	if _, ok := parseMP3Header(start); ok {
		return sourceOf(newMP3Reader(in))
	}
	return nil, ErrUnknownFormat
}

// isWAV knows a WAV file, of the usual and of the 64-bit form.
func isWAV(start []byte) bool {
	return len(start) >= 12 && string(start[8:12]) == "WAVE" && strings.Contains("RIFF RF64 BW64", string(start[:4]))
}
