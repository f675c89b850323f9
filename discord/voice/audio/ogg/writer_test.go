package ogg

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

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
