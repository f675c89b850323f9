package ogg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxForeign is how many pages of other streams are read through in search of Opus before reading gives up.
const maxForeign = 1000

// A Reader reads the packets of the first Opus stream in an Ogg file, and of those chained behind it, as radio stations do. Pages
// of other streams are left out. It holds one page and one packet, under 128 KiB.
type Reader struct {
	r      io.Reader
	offset int64 // of the next page
	head   Header
	link   int
	serial uint32

	buf     [maxPage]byte
	page    pageHeader
	table   []byte // what is left of the page: segment lengths
	body    []byte // and segments
	packet  []byte // a packet that goes on, gathered
	partial bool   // packet waits for its rest
	ended   bool   // the page with the end mark was read
	joined  bool   // reading went on elsewhere: a packet may lack its beginning
	err     error  // that ended reading
}

// NewReader reads the headers of an Ogg Opus file. It reads no further than the pages it needs; r should be buffered.
func NewReader(r io.Reader) (*Reader, error) {
	o := &Reader{r: r, link: -1}
	if err := o.findStream(); err != nil {
		return nil, err
	}
	return o, nil
}

// Header gives what the current stream says about itself.
func (o *Reader) Header() Header { return o.head }

// Link counts the streams chained behind the first: when it changes, Next began another stream, with another Header, time from 0
// again and no tie to the packets before.
func (o *Reader) Link() int { return o.link }

// Serial is the number of the current stream.
func (o *Reader) Serial() uint32 { return o.serial }

// Ended says whether the packet that Next gave lies on the stream's last page, where a file may end within a packet: granule is
// then lower than the packets' lengths add up to.
func (o *Reader) Ended() bool { return o.ended }

// Resume makes Next go on with the page at offset, a place that Find gave, after the file under the reader was moved there.
func (o *Reader) Resume(offset int64) {
	o.offset, o.joined = offset, true
	o.table, o.body, o.partial, o.ended, o.err = nil, nil, false, false, nil
}

// Next gives the next packet, valid until the call after. granule is the file's time at the packet's end in samples, pre-skip
// included, if the packet is the last on its page, otherwise -1. The error is io.EOF at the end of the file, whether
// it has its end mark or not (a killed recorder leaves none), ErrTruncated or ErrDamaged.
func (o *Reader) Next() (packet []byte, granule int64, err error) {
	for o.err == nil {
		if packet, ok := o.cut(); ok {
			if o.endsAnother() {
				return packet, -1, nil
			}
			return packet, o.page.granule, nil
		}
		o.err = o.turn()
	}
	return nil, 0, o.err
}

// turn goes to the next page of sound.
func (o *Reader) turn() error {
	if o.ended {
		return o.findStream()
	}
	err := o.nextOwnPage()
	if o.partial && errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it ends within a packet", ErrTruncated)
	}
	return err
}

// cut takes the next packet off the page, if it ends there. What begins and does not end is kept.
func (o *Reader) cut() (packet []byte, ok bool) {
	n := 0
	for i, length := range o.table {
		n += int(length)
		if length == maxSegment {
			continue
		}
		packet, o.body, o.table = o.body[:n], o.body[n:], o.table[i+1:]
		if o.partial {
			o.packet = append(o.packet, packet...)
			packet, o.partial = o.packet, false
		}
		return packet, true
	}
	if n > 0 {
		if !o.partial {
			o.packet = o.packet[:0]
		}
		o.packet = append(o.packet, o.body[:n]...)
		o.partial = true
	}
	o.table, o.body = nil, nil
	return nil, false
}

// endsAnother says whether another packet ends on the page.
func (o *Reader) endsAnother() bool {
	return slices.ContainsFunc(o.table, func(length byte) bool { return length < maxSegment })
}

// nextOwnPage reads up to the next page of the stream.
func (o *Reader) nextOwnPage() error {
	for {
		if err := o.readPage(); err != nil {
			return err
		}
		if o.page.serial == o.serial {
			break
		}
		if o.page.flags&flagFirst != 0 && !o.partial && o.isHead() {
			return o.begin() // a stream chained behind one that lacks its end mark
		}
	}
	o.ended = o.page.flags&flagLast != 0
	continued := o.page.flags&flagContinued != 0
	switch {
	case o.joined:
		o.joined = false
		if continued {
			o.cut() // the end of a packet that began before
			o.partial = false
		}
	case continued != o.partial:
		return o.damaged("a packet's parts do not fit together")
	case o.partial && len(o.packet) > MaxPacket:
		return o.damaged("a packet is larger than any Opus packet")
	}
	return nil
}

// findStream reads up to the first page of an Opus stream, and its headers.
func (o *Reader) findStream() error {
	for range maxForeign {
		err := o.readPage()
		switch {
		case err == io.EOF && o.link < 0:
			return fmt.Errorf("%w: it ends before a stream of Opus begins", ErrNoOpus)
		case o.link >= 0 && o.isJunk(err):
			return io.EOF // tags or zeros behind the end
		case err != nil:
			return err
		case o.page.flags&flagFirst != 0 && o.isHead():
			return o.begin()
		case o.page.flags&flagFirst == 0 && o.link < 0:
			return ErrNoOpus // every stream has begun by now
		}
	}
	return fmt.Errorf("%w in its first %d pages", ErrNoOpus, maxForeign)
}

// isJunk says whether readPage failed on what is no page at all.
func (o *Reader) isJunk(err error) bool {
	return (errors.Is(err, ErrDamaged) || errors.Is(err, ErrTruncated)) && !bytes.HasPrefix(o.buf[:], capture)
}

// isHead says whether the page holds an OpusHead packet.
func (o *Reader) isHead() bool { return len(o.body) >= 8 && string(o.body[:8]) == headMagic }

// begin takes up the stream whose first page was read, and leaves out its tags.
func (o *Reader) begin() error {
	head, err := parseHead(o.body)
	if err != nil {
		return err
	}
	o.head, o.serial, o.link = head, o.page.serial, o.link+1
	o.table, o.body, o.partial, o.ended = nil, nil, false, false
	return o.skipTags()
}

// skipTags reads through the second packet, which may hold pictures and be larger than any packet of sound.
func (o *Reader) skipTags() error {
	for {
		err := o.readPage()
		switch {
		case errors.Is(err, io.EOF):
			return fmt.Errorf("%w: it ends within its headers", ErrTruncated)
		case err != nil:
			return err
		case o.page.serial != o.serial:
			continue
		}
		if o.endsAnother() || o.page.flags&flagLast != 0 {
			o.table, o.body = nil, nil // the tags end their page
			return nil
		}
	}
}

// readPage reads one page, of whatever stream.
func (o *Reader) readPage() error {
	n, err := io.ReadFull(o.r, o.buf[:headerSize])
	if err != nil {
		return o.short(n, err)
	}
	page, ok := parseHeader(o.buf[:])
	if !ok {
		return o.damaged("there is no page")
	}
	table := o.buf[headerSize : headerSize+page.segments]
	if n, err := io.ReadFull(o.r, table); err != nil {
		return o.short(headerSize+n, err)
	}
	size := 0
	for _, length := range table {
		size += int(length)
	}
	start := headerSize + page.segments
	if n, err := io.ReadFull(o.r, o.buf[start:start+size]); err != nil {
		return o.short(start+n, err)
	}
	if checksum(o.buf[:start+size]) != page.checksum {
		return o.damaged("the checksum is wrong")
	}
	o.page, o.table, o.body = page, table, o.buf[start:start+size]
	o.offset += int64(start + size)
	return nil
}

// short says what an error of reading means after n bytes of a page.
func (o *Reader) short(n int, err error) error {
	switch {
	case n == 0 && err == io.EOF:
		return io.EOF
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends %d bytes into the page at byte %d", ErrTruncated, n, o.offset)
	}
	return err
}

func (o *Reader) damaged(what string) error {
	return fmt.Errorf("%w: %s at byte %d", ErrDamaged, what, o.offset)
}
