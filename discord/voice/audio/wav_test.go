package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"testing"
	"time"
)

// chunk makes one chunk of a WAV file.
func chunk(name string, size uint32, content ...byte) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte(name), size), content...)
}

// format makes the content of a format chunk.
func format(kind, channels, rate, bits int) []byte {
	b := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate*channels*bits/8))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels*bits/8))
	return binary.LittleEndian.AppendUint16(b, uint16(bits))
}

// wav puts chunks behind a header.
func wav(chunks ...[]byte) []byte {
	return append([]byte("RIFF\xFF\xFF\xFF\xFFWAVE"), bytes.Join(chunks, nil)...)
}

// sourceOfBytes reads a file from memory.
func sourceOfBytes(t testing.TB, file []byte) Source {
	t.Helper()
	s, err := NewSource(bytes.NewReader(file), "a file")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every kind of sample gives the same values: 0.5 and -0.25.
func TestWAVSamples(t *testing.T) {
	half, quarter := math.Float32bits(0.5), math.Float32bits(-0.25)
	long, short := math.Float64bits(0.5), math.Float64bits(-0.25)
	little := binary.LittleEndian
	tests := map[string]struct {
		kind, bits int
		data       []byte
	}{
		"8 bits":       {wavPCM, 8, []byte{192, 96}},
		"16 bits":      {wavPCM, 16, []byte{0, 0x40, 0, 0xE0}},
		"24 bits":      {wavPCM, 24, []byte{0, 0, 0x40, 0, 0, 0xE0}},
		"32 bits":      {wavPCM, 32, []byte{0, 0, 0, 0x40, 0, 0, 0, 0xE0}},
		"float":        {wavFloat, 32, little.AppendUint32(little.AppendUint32(nil, half), quarter)},
		"double float": {wavFloat, 64, little.AppendUint64(little.AppendUint64(nil, long), short)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			fmtChunk := format(test.kind, 2, SampleRate, test.bits)
			extensible := append(format(wavExtensible, 2, SampleRate, test.bits), make([]byte, 24)...)
			extensible[24] = byte(test.kind)
			for _, f := range [][]byte{fmtChunk, extensible} {
				file := wav(chunk("junk", 3, 1, 2, 3, 0), chunk("fmt ", uint32(len(f)), f...), chunk("data", uint32(len(test.data)), test.data...), chunk("LIST", 9))
				if pcm := readAll(t, sourceOfBytes(t, file)); len(pcm) != 2 || pcm[0] != 16384 || pcm[1] != -8192 {
					t.Errorf("%v", pcm)
				}
			}
		})
	}
}

// zeros is an endless file behind a header, and counts what is read of it.
type zeros struct {
	header []byte
	size   int64
	at     int64
	read   int64
}

func (z *zeros) Read(p []byte) (int, error) {
	if z.at >= z.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), z.size-z.at))
	clear(p[:n])
	if z.at < int64(len(z.header)) {
		n = copy(p[:n], z.header[z.at:])
	}
	z.at += int64(n)
	z.read += int64(n)
	return n, nil
}

func (z *zeros) Seek(offset int64, whence int) (int64, error) {
	z.at = map[int]int64{io.SeekStart: 0, io.SeekCurrent: z.at, io.SeekEnd: z.size}[whence] + offset
	return z.at, nil
}

// An hour, and ten hours with lengths beyond 4 GiB, are known from the header and reached without reading.
func TestLongWAV(t *testing.T) {
	f := chunk("fmt ", 16, format(wavPCM, 2, SampleRate, 16)...)
	ds64 := make([]byte, 28)
	binary.LittleEndian.PutUint64(ds64[8:], 10*3600*SampleRate*4)
	rf64 := wav(chunk("ds64", 28, ds64...), f, chunk("data", wavUnknown))
	copy(rf64, "RF64")
	tests := map[string]struct {
		header []byte
		length time.Duration
	}{
		"an hour":                   {wav(f, chunk("data", 3600*SampleRate*4)), time.Hour},
		"an hour of unknown length": {wav(f, chunk("data", wavUnknown)), time.Hour},
		"an hour, killed at once":   {wav(f, chunk("data", 0)), time.Hour},
		"ten hours":                 {rf64, 10 * time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := &zeros{header: test.header, size: int64(len(test.header)) + int64(test.length/time.Second)*SampleRate*4}
			s, err := NewSource(file, "a long file")
			if err != nil {
				t.Fatal(err)
			}
			if length, ok := s.Duration(); length != test.length || !ok {
				t.Errorf("it lasts %v, %v", length, ok)
			}
			if err := s.Seek(test.length - time.Second); err != nil {
				t.Fatal(err)
			}
			if out := readAll(t, s); len(out) != 2*SampleRate {
				t.Errorf("the last second has %d samples", len(out)/2)
			}
			if file.read > 1<<20 {
				t.Errorf("read %d bytes", file.read)
			}
		})
	}
}

func TestDamagedWAV(t *testing.T) {
	good := chunk("fmt ", 16, format(wavPCM, 2, SampleRate, 16)...)
	tests := map[string]struct {
		file []byte
		want error
	}{
		"no format":          {wav(chunk("data", 4, 1, 2, 3, 4)), ErrDamaged},
		"no channels":        {wav(chunk("fmt ", 16, format(wavPCM, 0, SampleRate, 16)...)), ErrDamaged},
		"no rate":            {wav(chunk("fmt ", 16, format(wavPCM, 2, 0, 16)...)), ErrDamaged},
		"a rate of 1 GHz":    {wav(chunk("fmt ", 16, format(wavPCM, 2, 1e9, 16)...), chunk("data", 0)), ErrDamaged},
		"a short format":     {wav(chunk("fmt ", 4, 1, 0, 2, 0)), ErrDamaged},
		"an endless format":  {wav(chunk("fmt ", 1<<31)), ErrDamaged},
		"12 bits":            {wav(chunk("fmt ", 16, format(wavPCM, 2, SampleRate, 12)...)), ErrUnknownFormat},
		"a cut chunk":        {wav(chunk("junk", 1000)), ErrTruncated},
		"no samples at all":  {wav(good), ErrTruncated},
		"lengths of no size": {wav(chunk("ds64", 0), good), ErrDamaged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			// Behind a pipe, so that ffmpeg is not asked.
			if _, err := NewSource(struct{ io.Reader }{bytes.NewReader(test.file)}, name); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

// Beyond 4 GiB the header cannot say how long the sound is, and says that it lasts to the end.
func TestWAVLengths(t *testing.T) {
	for sound, want := range map[int64][2]uint32{0: {36, 0}, 1000: {1036, 1000}, 1<<32 - 1 - 44: {1<<32 - 9, 1<<32 - 45}, 1 << 32: {wavUnknown, wavUnknown}} {
		if riff, data := wavLengths(sound); riff != want[0] || data != want[1] {
			t.Errorf("%d bytes: %d and %d, want %v", sound, riff, data, want)
		}
	}
}

func FuzzWAV(f *testing.F) {
	good := chunk("fmt ", 16, format(wavPCM, 2, 44100, 16)...)
	f.Add(wav(good, chunk("data", 8, 1, 2, 3, 4, 5, 6, 7, 8)))
	f.Add(wav(chunk("ds64", 28, make([]byte, 28)...), chunk("fmt ", 16, format(wavFloat, 6, 8000, 32)...), chunk("data", wavUnknown, 1, 2, 3)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if !isWAV(file) {
			return
		}
		s, err := NewSource(struct{ io.Reader }{bytes.NewReader(file)}, "a fuzzed file")
		if err != nil {
			return
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		pcm := make([]int16, 2*FrameSamples)
		for read := 0; ; {
			n, err := s.Read(pcm)
			read += n
			if err != nil {
				break
			}
			if read > 48*(len(file)+1) {
				t.Fatalf("%d samples out of %d bytes", read, len(file))
			}
		}
	})
}
