package ogg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
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

func TestPacketsOfEveryLengthComeBack(t *testing.T) {
	packets := numbered(1, 3, 254, 255, 256, 509, 510, 511, 1275, 7650, MaxPacket, 1, MaxPacket-1, 2)
	got, granules, err := readAll(iotest.OneByteReader(bytes.NewReader(write(t, packets...))))
	if err != io.EOF {
		t.Fatal(err)
	}
	if len(got) != len(packets) {
		t.Fatalf("%d packets came back of %d", len(got), len(packets))
	}
	for i := range got {
		if !bytes.Equal(got[i], packets[i]) {
			t.Errorf("packet %d has %d bytes, want %d", i, len(got[i]), len(packets[i]))
		}
	}
	if last := granules[len(granules)-1]; last != int64(len(packets))*960 {
		t.Errorf("the file ends at %d", last)
	}
}

func TestPagesOfAWholeFile(t *testing.T) {
	all := pages(t, write(t, numbered(make120()...)...))
	if len(all) != 2+3 {
		t.Fatalf("%d pages for 120 packets", len(all))
	}
	for i, page := range all {
		flags := map[int]byte{0: flagFirst, len(all) - 1: flagLast}[i]
		granule := []int64{0, 0, 50 * 960, 100 * 960, 120 * 960}[i]
		if page.flags != flags || page.granule != granule || page.number != uint32(i) || page.serial != serial {
			t.Errorf("page %d: %+v", i, page)
		}
	}
}

// make120 gives lengths of packets as speech has them.
func make120() []int {
	r := rand.New(rand.NewPCG(1, 1))
	lengths := make([]int, 120)
	for i := range lengths {
		lengths[i] = 3 + r.IntN(30)
	}
	return lengths
}

// The mark of the end must be on a page with a packet: after a Flush there is none left, so one of silence carries it.
func TestEndMarkAfterFlush(t *testing.T) {
	var file bytes.Buffer
	w, err := NewWriter(&file, Options{Serial: serial})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.WritePacket([]byte{1, 2, 3}, 960); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second does nothing
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	all := pages(t, file.Bytes())
	last := all[len(all)-1]
	if len(all) != 5 || last.flags != flagLast || last.segments != 1 || last.granule != 1920 {
		t.Errorf("%d pages, the last is %+v", len(all), last)
	}
	if err := w.WritePacket([]byte{1}, 960); !errors.Is(err, errWriterClosed) {
		t.Errorf("written to after Close: %v", err)
	}
}

func TestWriterRefuses(t *testing.T) {
	w, err := NewWriter(io.Discard, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if w.WritePacket(nil, 960) == nil || w.WritePacket(make([]byte, MaxPacket+1), 960) == nil || w.WritePacket([]byte{1}, -1) == nil {
		t.Error("took what is no packet")
	}
	if _, err := NewWriter(io.Discard, Options{Channels: 3}); err == nil {
		t.Error("took three channels")
	}
}

// failing takes a number of bytes and then fails.
type failing struct{ room int }

func (f *failing) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestWriterKeepsItsError(t *testing.T) {
	if _, err := NewWriter(&failing{10}, Options{}); err == nil {
		t.Error("headers went nowhere")
	}
	w, err := NewWriter(&failing{200}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		err = errors.Join(err, w.WritePacket(make([]byte, 100), 960))
	}
	if err == nil || w.Flush() == nil {
		t.Error("packets went nowhere")
	}
}

func TestHeaderComesBack(t *testing.T) {
	var file bytes.Buffer
	_, err := NewWriter(&file, Options{Channels: 1, PreSkip: 100, InputRate: 44100, Tags: []string{"TITLE=x"}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Header{Channels: 1, PreSkip: 100, InputRate: 44100}); r.Header() != want {
		t.Errorf("%+v", r.Header())
	}
}

// A cut file gives every packet of its whole pages and then says that it is cut, except at the end of a page: a killed recorder
// leaves that, and it can be played without a word.
// Tags are replaced in a file that has sound already, by longer and by shorter ones.
func TestTagsAreReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tagged.ogg")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := NewWriter(file, Options{Tags: []string{"ARTIST=1"}, TagRoom: 300})
	if err != nil {
		t.Fatal(err)
	}
	packet := []byte{0xF8, 1, 2, 3}
	if err := errors.Join(w.WritePacket(packet, 960), w.Flush()); err != nil {
		t.Fatal(err)
	}
	for _, artist := range []string{strings.Repeat("n", 300), "somebody", ""} {
		if err := w.SetTags(file, []string{"ARTIST=" + artist}); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if tags := appendTags(nil, "cordial", []string{"ARTIST=" + artist}); !bytes.Contains(content, tags) {
			t.Errorf("the file does not have the artist %q", artist)
		}
		r, err := NewReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if p, _, err := r.Next(); err != nil || !bytes.Equal(p, packet) {
			t.Errorf("behind the tags is %v, %v", p, err)
		}
	}
	if err := w.SetTags(file, []string{"ARTIST=" + strings.Repeat("n", 400)}); err == nil {
		t.Error("tags were written over the sound")
	}
}

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

func BenchmarkWrite(b *testing.B) {
	w, err := NewWriter(io.Discard, Options{})
	if err != nil {
		b.Fatal(err)
	}
	packet := make([]byte, 160)
	b.ReportAllocs()
	for b.Loop() {
		if err := w.WritePacket(packet, 960); err != nil {
			b.Fatal(err)
		}
	}
}
