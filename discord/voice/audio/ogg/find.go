package ogg

import (
	"bufio"
	"bytes"
	"io"
)

// nearby is the distance from which on pages are read one by one instead of halving it further, in bytes.
const nearby = 2 * maxPage

// tail is how much of a file's end is searched for its last page, in bytes.
const tail = 4 * maxPage

// An Opener gives a file from a byte on. What it gave before is not read any more.
type Opener func(offset int64) (io.Reader, error)

// place is a page found in a file.
type place struct {
	header pageHeader
	end    int64 // the byte after the page
}

// Find searches a file of size bytes for the last page of a stream that ends at granule or before. It gives the byte after that
// page and the time there, in samples; both are 0 if even the first page of sound ends later. It halves its way through
// the file, so it reads little of it.
func Find(open Opener, size int64, serial uint32, granule int64) (offset, at int64, err error) {
	low, high := int64(0), size
	for high-low > nearby {
		middle := low + (high-low)/2
		page, err := pageFrom(open, middle, high, serial)
		switch {
		case err != nil && err != io.EOF:
			return 0, 0, err
		case err == io.EOF || page.header.granule > granule:
			high = middle
		default:
			low, offset, at = page.end, page.end, page.header.granule
		}
	}
	for low < high+maxPage {
		page, err := pageFrom(open, low, size, serial)
		if err == io.EOF || err == nil && page.header.granule > granule {
			break
		}
		if err != nil {
			return 0, 0, err
		}
		low, offset, at = page.end, page.end, page.header.granule
	}
	if at == 0 {
		offset = 0 // the page found holds a header, no sound
	}
	return offset, at, nil
}

// LastGranule gives the time at the end of a file, if its last page belongs to the stream.
func LastGranule(open Opener, size int64, serial uint32) (granule int64, ok bool, err error) {
	r, err := open(max(0, size-tail))
	if err != nil {
		return 0, false, err
	}
	scanner := newScanner(r, max(0, size-tail))
	for {
		page, err := scanner.next(size)
		switch {
		case err == io.EOF:
			return granule, ok, nil
		case err != nil:
			return 0, false, err
		case page.header.serial != serial:
			ok = false
		case page.header.granule >= 0:
			granule, ok = page.header.granule, true
		}
	}
}

// pageFrom finds the first page of a stream that begins at a byte or later, but before limit, and in which a packet ends.
func pageFrom(open Opener, offset, limit int64, serial uint32) (place, error) {
	r, err := open(offset)
	if err != nil {
		return place{}, err
	}
	scanner := newScanner(r, offset)
	for {
		page, err := scanner.next(limit)
		if err != nil || page.header.serial == serial && page.header.granule >= 0 {
			return page, err
		}
	}
}

// scanner finds pages from any byte on.
type scanner struct {
	r      *bufio.Reader
	offset int64
}

func newScanner(r io.Reader, offset int64) *scanner {
	return &scanner{bufio.NewReaderSize(r, maxPage), offset}
}

// next finds the next whole page that begins before limit. The error is io.EOF if there is none.
func (s *scanner) next(limit int64) (place, error) {
	for s.offset < limit {
		b, err := s.r.Peek(maxPage)
		if len(b) < headerSize {
			return place{}, err
		}
		length := pageLength(b)
		if length > 0 {
			header, _ := parseHeader(b)
			s.skip(length)
			return place{header, s.offset}, nil
		}
		next := bytes.Index(b[1:], capture)
		if next < 0 {
			next = len(b) - len(capture)
		}
		s.skip(next + 1)
	}
	return place{}, io.EOF
}

func (s *scanner) skip(n int) {
	n, _ = s.r.Discard(n) // no more than was peeked at
	s.offset += int64(n)
}

// pageLength gives the length of the page that b begins with, or 0 if there is no whole and undamaged one.
func pageLength(b []byte) int {
	header, ok := parseHeader(b)
	if !ok || len(b) < headerSize+header.segments {
		return 0
	}
	length := headerSize + header.segments
	for _, segment := range b[headerSize:length] {
		length += int(segment)
	}
	if len(b) < length || checksum(b[:length]) != header.checksum {
		return 0
	}
	return length
}
