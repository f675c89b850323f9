package ogg

import (
	"encoding/binary"
	"errors"
)

// A page of Ogg (RFC 3533, section 6): a header of 27 bytes, a table of segment lengths, and the segments.
const (
	headerSize  = 27
	maxSegments = 255
	maxSegment  = 255
	maxPage     = headerSize + maxSegments + maxSegments*maxSegment
	headPage    = headerSize + 1 + 19 // the first page, which holds OpusHead

	flagContinued = 1 // the first packet began on the page before
	flagFirst     = 2
	flagLast      = 4
)

// MaxPacket is the largest packet that is read or written, in bytes. No Opus packet is larger (RFC 7845, section 6).
const MaxPacket = 61440

var capture = []byte("OggS")

// The errors of reading are wrapped with the place and what was found there.
var (
	// ErrTruncated says that the file ends in the middle of a page: it was cut.
	ErrTruncated = errors.New("the Ogg file is cut off")
	// ErrDamaged says that what was read is no page, or not what its checksum was made of.
	ErrDamaged = errors.New("the Ogg file is damaged")
	// ErrNoOpus says that the file is Ogg, but holds no Opus.
	ErrNoOpus = errors.New("the Ogg file holds no Opus")
)

// pageHeader is the fixed part of a page's header.
type pageHeader struct {
	flags    byte
	granule  int64 // samples at the end of the last packet that ends here, -1 if none does
	serial   uint32
	number   uint32
	checksum uint32
	segments int
}

// parseHeader reads headerSize bytes. Its second result is false if they are no header.
func parseHeader(b []byte) (pageHeader, bool) {
	if string(b[:4]) != string(capture) || b[4] != 0 {
		return pageHeader{}, false
	}
	return pageHeader{
		flags:    b[5],
		granule:  int64(binary.LittleEndian.Uint64(b[6:])),
		serial:   binary.LittleEndian.Uint32(b[14:]),
		number:   binary.LittleEndian.Uint32(b[18:]),
		checksum: binary.LittleEndian.Uint32(b[22:]),
		segments: int(b[26]),
	}, true
}

// append writes the header without its checksum, which sign fills in.
func (h pageHeader) append(dst []byte) []byte {
	dst = append(dst, capture...)
	dst = append(dst, 0, h.flags)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(h.granule))
	dst = binary.LittleEndian.AppendUint32(dst, h.serial)
	dst = binary.LittleEndian.AppendUint32(dst, h.number)
	return append(dst, 0, 0, 0, 0, byte(h.segments))
}

// sign fills in the checksum of a page.
func sign(page []byte) { binary.LittleEndian.PutUint32(page[22:], checksum(page)) }

// crcTables serve eight bytes at a time: crcTables[k][b] is the remainder of b followed by k zero bytes.
var crcTables = makeCRCTables()

// makeCRCTables computes the tables for Ogg's polynomial, 0x04C11DB7, which runs from the highest bit, unlike hash/crc32.
func makeCRCTables() (tables [8][256]uint32) {
	for i := range 256 {
		crc := uint32(i) << 24
		for range 8 {
			crc = crc<<1 ^ 0x04C11DB7&-(crc>>31)
		}
		tables[0][i] = crc
	}
	for k := 1; k < 8; k++ {
		for i, crc := range tables[k-1] {
			tables[k][i] = crc<<8 ^ tables[0][crc>>24]
		}
	}
	return tables
}

// checksum computes the checksum of a page as if its checksum field were zero.
func checksum(page []byte) uint32 {
	crc := update(0, page[:22])
	crc = update(crc, []byte{0, 0, 0, 0})
	return update(crc, page[26:])
}

func update(crc uint32, b []byte) uint32 {
	t := &crcTables
	for ; len(b) >= 8; b = b[8:] {
		crc ^= binary.BigEndian.Uint32(b)
		crc = t[7][crc>>24] ^ t[6][crc>>16&0xFF] ^ t[5][crc>>8&0xFF] ^ t[4][crc&0xFF] ^ t[3][b[4]] ^ t[2][b[5]] ^ t[1][b[6]] ^ t[0][b[7]]
	}
	for _, v := range b {
		crc = crc<<8 ^ t[0][byte(crc>>24)^v]
	}
	return crc
}
