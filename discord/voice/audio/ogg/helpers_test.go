package ogg

import (
	"bytes"
	"io"
	"testing"
)

// serial is the number of every stream that the tests write, so that files are the same each time.
const serial = 0xC0FFEE

// write makes a file of packets that last 960 samples each.
func write(t testing.TB, packets ...[]byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := NewWriter(&file, Options{Serial: serial})
	if err != nil {
		t.Fatal(err)
	}
	for _, packet := range packets {
		if err := w.WritePacket(packet, 960); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// numbered makes packets that all differ, of a length each.
func numbered(lengths ...int) [][]byte {
	var packets [][]byte
	for i, length := range lengths {
		packets = append(packets, bytes.Repeat([]byte{byte(i + 1)}, length))
	}
	return packets
}

// readAll gives the packets and the granules of a file, and what ended it.
func readAll(r io.Reader) (packets [][]byte, granules []int64, err error) {
	file, err := NewReader(r)
	if err != nil {
		return nil, nil, err
	}
	for {
		packet, granule, err := file.Next()
		if err != nil {
			return packets, granules, err
		}
		packets = append(packets, bytes.Clone(packet))
		granules = append(granules, granule)
	}
}

// pages gives the headers of a file's pages, having checked every checksum.
func pages(t *testing.T, file []byte) []pageHeader {
	t.Helper()
	var all []pageHeader
	for len(file) > 0 {
		n := pageLength(file)
		if n == 0 {
			t.Fatalf("no page %d bytes before the end", len(file))
		}
		header, _ := parseHeader(file)
		all = append(all, header)
		file = file[n:]
	}
	return all
}

// page makes a page of segments as they are: one of 255 bytes goes on in the next.
func page(h pageHeader, segments ...[]byte) []byte {
	h.segments = len(segments)
	b := h.append(nil)
	for _, segment := range segments {
		b = append(b, byte(len(segment)))
	}
	b = append(b, bytes.Join(segments, nil)...)
	sign(b)
	return b
}

// headers are the two pages that a file begins with.
func headers(number uint32) []byte {
	head := Header{Channels: 2, PreSkip: 312}.append(nil)
	return append(page(pageHeader{flags: flagFirst, serial: number}, head),
		page(pageHeader{serial: number, number: 1}, appendTags(nil, "test", nil))...)
}
