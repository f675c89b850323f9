package ogg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// A cut file gives every packet of its whole pages and then says that it is cut, except at the end of a page: a killed recorder
// leaves that, and it can be played without a word.
func TestCutFile(t *testing.T) {
	file := write(t, numbered(make120()...)...)
	var ends []int
	for at := 0; at < len(file); {
		at += pageLength(file[at:])
		ends = append(ends, at)
	}
	for cut := range file {
		packets, _, err := readAll(bytes.NewReader(file[:cut]))
		whole, atEnd := 0, false
		for i, end := range ends {
			if end <= cut && i >= 2 {
				whole += 50
			}
			atEnd = atEnd || end == cut
		}
		want := ErrTruncated
		switch {
		case cut == 0:
			want = ErrNoOpus
		case atEnd && cut >= ends[1]:
			want = io.EOF
		}
		if !errors.Is(err, want) || len(packets) != whole {
			t.Fatalf("cut at %d: %d packets, want %d; %v, want %v", cut, len(packets), whole, err, want)
		}
	}
}

func TestDamagedFile(t *testing.T) {
	file := write(t, numbered(make120()...)...)
	for at := range file {
		file[at] ^= 0x10
		_, _, err := readAll(bytes.NewReader(file))
		if err == io.EOF || err == nil {
			t.Errorf("byte %d may be anything", at)
		}
		file[at] ^= 0x10
	}
}

func TestNoOpus(t *testing.T) {
	tests := map[string]struct {
		file []byte
		want error
	}{
		"nothing":       {nil, ErrNoOpus},
		"no Ogg":        {bytes.Repeat([]byte("RIFF"), 100), ErrDamaged},
		"other stream":  {page(pageHeader{flags: flagFirst}, []byte("\x01vorbis")), ErrNoOpus},
		"not the start": {page(pageHeader{granule: 960}, []byte("abc")), ErrNoOpus},
		"short header":  {page(pageHeader{flags: flagFirst}, []byte("OpusHead\x01\x02")), ErrDamaged},
		"no channels":   {page(pageHeader{flags: flagFirst}, append([]byte("OpusHead\x01"), make([]byte, 10)...)), ErrDamaged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := NewReader(bytes.NewReader(test.file)); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

func TestPacketOverSeveralPages(t *testing.T) {
	full := bytes.Repeat([]byte{7}, 255)
	file := headers(1)
	file = append(file, page(pageHeader{serial: 1, granule: 960}, []byte("first"), full)...)
	file = append(file, page(pageHeader{serial: 9, flags: flagFirst, granule: 5}, []byte("of another stream"))...)
	file = append(file, page(pageHeader{serial: 1, flags: flagContinued, granule: -1}, full)...)
	file = append(file, page(pageHeader{serial: 1, flags: flagContinued | flagLast, granule: 2880}, []byte("end"), []byte("last"))...)
	packets, granules, err := readAll(bytes.NewReader(file))
	if err != io.EOF || fmt.Sprint(granules) != "[960 -1 2880]" {
		t.Errorf("%v, %v", granules, err)
	}
	want := [][]byte{[]byte("first"), append(bytes.Repeat([]byte{7}, 510), "end"...), []byte("last")}
	for i := range want {
		if i >= len(packets) || !bytes.Equal(packets[i], want[i]) {
			t.Fatalf("packets %q", packets)
		}
	}
}

func TestPartsThatDoNotFit(t *testing.T) {
	full := bytes.Repeat([]byte{7}, 255)
	tests := map[string][]byte{
		"a rest without its beginning": page(pageHeader{serial: 1, flags: flagContinued}, []byte("end")),
		"a beginning without its rest": append(page(pageHeader{serial: 1}, full), page(pageHeader{serial: 1}, []byte("new"))...),
	}
	for name, sound := range tests {
		t.Run(name, func(t *testing.T) {
			if _, _, err := readAll(bytes.NewReader(append(headers(1), sound...))); !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
		})
	}
	t.Run("a beginning and the end of the file", func(t *testing.T) {
		file := append(headers(1), page(pageHeader{serial: 1}, full)...)
		if _, _, err := readAll(bytes.NewReader(file)); !errors.Is(err, ErrTruncated) {
			t.Error(err)
		}
	})
}

// An endless packet must not fill the memory.
func TestEndlessPacket(t *testing.T) {
	segments := make([][]byte, 255)
	for i := range segments {
		segments[i] = make([]byte, 255)
	}
	file := append(headers(1), page(pageHeader{serial: 1, granule: -1}, segments...)...)
	next := page(pageHeader{serial: 1, flags: flagContinued, granule: -1}, segments...)
	_, _, err := readAll(io.MultiReader(bytes.NewReader(file), bytes.NewReader(bytes.Repeat(next, 3))))
	if !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// Radio stations chain a stream for each song, some without an end mark.
func TestChainedStreams(t *testing.T) {
	for _, flags := range []byte{0, flagLast} {
		file := append(headers(1), page(pageHeader{serial: 1, flags: flags, granule: 960}, []byte("one"))...)
		file = append(file, headers(2)...)
		file = append(file, page(pageHeader{serial: 2, flags: flagLast, granule: 960}, []byte("two"))...)
		r, err := NewReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		for link, want := range []string{"one", "two"} {
			packet, granule, err := r.Next()
			if err != nil || string(packet) != want || granule != 960 || r.Link() != link || r.Serial() != uint32(link+1) {
				t.Errorf("%q at %d in stream %d: %v", packet, granule, r.Link(), err)
			}
		}
		if _, _, err := r.Next(); err != io.EOF {
			t.Error(err)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(write(f, numbered(1, 255, 300)...))
	f.Add(append(headers(1), headers(2)...))
	f.Add(append(headers(1), page(pageHeader{serial: 1, granule: -1}, bytes.Repeat([]byte{7}, 255))...))
	f.Fuzz(func(t *testing.T, file []byte) {
		for at := 0; at+headerSize < len(file); { // make the checksums right, or nothing gets past them
			if n := lengthUnchecked(file[at:]); n > 0 {
				sign(file[at : at+n])
				at += n
			} else {
				break
			}
		}
		packets, _, err := readAll(bytes.NewReader(file))
		if err == nil {
			t.Error("reading has no end")
		}
		total := 0
		for _, packet := range packets {
			total += len(packet)
		}
		if total > len(file) {
			t.Errorf("%d bytes came out of %d", total, len(file))
		}
		var read int
		_, _, _ = Find(opener(file, &read), int64(len(file)), 1, 960)
		_, _, _ = LastGranule(opener(file, &read), int64(len(file)), 1)
	})
}

// lengthUnchecked gives the length of the page that b begins with, whatever its checksum, or 0.
func lengthUnchecked(b []byte) int {
	header, ok := parseHeader(b)
	if !ok || len(b) < headerSize+header.segments {
		return 0
	}
	length := headerSize + header.segments
	for _, segment := range b[headerSize:length] {
		length += int(segment)
	}
	if len(b) < length {
		return 0
	}
	return length
}
