package ogg

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"
)

// opener opens bytes as Find wants it, and counts what is read.
func opener(file []byte, read *int) Opener {
	return func(offset int64) (io.Reader, error) {
		return iotest.DataErrReader(&counting{bytes.NewReader(file[min(offset, int64(len(file))):]), read}), nil
	}
}

type counting struct {
	io.Reader
	read *int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.read += n
	return n, err
}

func TestFind(t *testing.T) {
	var packets [][]byte
	for range 20000 { // 400 seconds, 400 pages
		packets = append(packets, bytes.Repeat([]byte{'O', 'g', 'g', 'S', 0}, 60)) // which looks like pages
	}
	file := write(t, packets...)
	for _, granule := range []int64{0, 47999, 48000, 48001, 100 * 48000, 399*48000 + 5, 400 * 48000, 1 << 40} {
		var read int
		offset, at, err := Find(opener(file, &read), int64(len(file)), serial, granule)
		if err != nil {
			t.Fatal(err)
		}
		if want := min(granule/48000*48000, 400*48000); at != want {
			t.Errorf("for %d: found %d, want %d", granule, at, want)
		}
		if at > 0 && offset < int64(len(file)) && pageLength(file[offset:]) == 0 {
			t.Errorf("for %d: there is no page at %d", granule, offset)
		}
		if read > len(file)/2 {
			t.Errorf("for %d: read %d bytes of %d", granule, read, len(file))
		}
	}
	var read int
	if last, ok, err := LastGranule(opener(file, &read), int64(len(file)), serial); last != 400*48000 || !ok || err != nil {
		t.Errorf("the end: %d, %v, %v", last, ok, err)
	}
	if _, ok, err := LastGranule(opener(file, &read), int64(len(file)), serial+1); ok || err != nil {
		t.Errorf("the end of another stream: %v, %v", ok, err)
	}
}

func TestResume(t *testing.T) {
	packets := numbered(make120()...)
	file := write(t, packets...)
	var read int
	offset, at, err := Find(opener(file, &read), int64(len(file)), serial, 60*960)
	if err != nil || at != 50*960 {
		t.Fatal(at, err)
	}
	source := bytes.NewReader(file)
	r, err := NewReader(source)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := source.Seek(offset, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	r.Resume(offset)
	if packet, _, err := r.Next(); err != nil || !bytes.Equal(packet, packets[50]) {
		t.Errorf("%v, %v", packet, err)
	}
}
