package ogg

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
)

// PagePackets is how many packets fill a page: a second of voice. Pages of one packet would take half as much again.
const PagePackets = 50

// endPacket is 20 ms of silence, as audio.Silence, whose package imports this one. It carries the end mark of a file whose last packet has
// been flushed already.
var endPacket = []byte{0xF8, 0xFF, 0xFE}

var errWriterClosed = errors.New("ogg: written to after Close")

// Options say how a file begins.
type Options struct {
	Channels  int      // 0 is 2
	PreSkip   int      // 0 is DefaultPreSkip; -1 is none
	InputRate uint32   // 0 is 48000
	Serial    uint32   // number of the stream; 0 is a random one
	Vendor    string   // who made the file; "" is "cordial"
	Tags      []string // each "NAME=value"
	TagRoom   int      // how much longer SetTags may make them, in bytes
}

// A Writer writes one stream of Ogg Opus. It holds at most one page, under 64 KiB, and makes one Write for each page. After an error
// of the file under it, it stays with that error.
type Writer struct {
	w      io.Writer
	header pageHeader // of the next page
	table  []byte
	body   []byte
	page   []byte
	count  int // packets on the page
	err    error

	vendor  string
	tagSize int // length of the packet of tags, with its room
}

// NewWriter begins a stream: it writes the two header pages.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	head := Header{Channels: cmp.Or(o.Channels, 2), PreSkip: max(0, cmp.Or(o.PreSkip, DefaultPreSkip)), InputRate: cmp.Or(o.InputRate, 48000)}
	if head.Channels > 2 || head.Channels < 1 {
		return nil, fmt.Errorf("ogg: a file has 1 or 2 channels, not %d", head.Channels)
	}
	ogg := &Writer{w: w, header: pageHeader{serial: cmp.Or(o.Serial, rand.Uint32()), flags: flagFirst}, vendor: cmp.Or(o.Vendor, "cordial")}
	tags := appendTags(nil, ogg.vendor, o.Tags)
	tags = append(tags, make([]byte, max(0, o.TagRoom))...)
	ogg.tagSize = len(tags)
	for _, packet := range [][]byte{head.append(nil), tags} {
		if err := ogg.WritePacket(packet, 0); err != nil {
			return nil, err
		}
		if err := ogg.Flush(); err != nil {
			return nil, err
		}
	}
	return ogg, nil
}

// WritePacket adds a packet. samples is how far it moves the file's time on: the packet's length, or less for the last packet
// of a file that ends within it.
func (w *Writer) WritePacket(packet []byte, samples int) error {
	switch {
	case w.err != nil:
		return w.err
	case len(packet) == 0 || len(packet) > MaxPacket:
		return fmt.Errorf("ogg: a packet has 1 to %d bytes, not %d", MaxPacket, len(packet))
	case samples < 0:
		return fmt.Errorf("ogg: a packet cannot last %d samples", samples)
	}
	segments := len(packet)/maxSegment + 1
	if w.count == PagePackets || len(w.table)+segments > maxSegments {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	for range segments - 1 {
		w.table = append(w.table, maxSegment)
	}
	w.table = append(w.table, byte(len(packet)%maxSegment))
	w.body = append(w.body, packet...)
	w.header.granule += int64(samples)
	w.count++
	return nil
}

// SetTags writes other tags in place of those that the file began with. They must fit in what those took and Options.TagRoom. What fills
// the rest counts for nothing (RFC 7845, section 5.2).
func (w *Writer) SetTags(file io.WriterAt, tags []string) error {
	packet := appendTags(nil, w.vendor, tags)
	if len(packet) > w.tagSize {
		return fmt.Errorf("ogg: the tags take %d bytes, and the file has room for %d", len(packet), w.tagSize)
	}
	packet = append(packet, make([]byte, w.tagSize-len(packet))...)
	segments := len(packet)/maxSegment + 1
	page := pageHeader{serial: w.header.serial, number: 1, segments: segments}.append(nil)
	for range segments - 1 {
		page = append(page, maxSegment)
	}
	page = append(append(page, byte(len(packet)%maxSegment)), packet...)
	sign(page)
	_, err := file.WriteAt(page, headPage)
	return err
}

// Samples is how long the file is so far, pre-skip included.
func (w *Writer) Samples() int64 { return w.header.granule }

// Flush writes the packets that are held as a page, so that all of them can be read.
func (w *Writer) Flush() error {
	if w.err != nil || w.count == 0 {
		return w.err
	}
	w.header.segments = len(w.table)
	w.page = w.header.append(w.page[:0])
	w.page = append(w.page, w.table...)
	w.page = append(w.page, w.body...)
	sign(w.page)
	w.table, w.body, w.count = w.table[:0], w.body[:0], 0
	w.header.number++
	w.header.flags = 0
	if _, err := w.w.Write(w.page); err != nil {
		w.err = fmt.Errorf("write an Ogg page: %w", err)
	}
	return w.err
}

// Close writes what is held with the mark of the end. Players take an empty page with that mark for damage, so when nothing is
// held the mark rides on a packet of silence that does not count. It leaves the file under it open.
func (w *Writer) Close() error {
	if errors.Is(w.err, errWriterClosed) {
		return nil
	}
	if w.err == nil && w.count == 0 {
		w.err = w.WritePacket(endPacket, 0)
	}
	w.header.flags |= flagLast
	err := w.Flush()
	w.err = errWriterClosed
	return err
}
