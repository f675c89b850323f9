package dave

import (
	"bytes"
	"encoding/binary"
)

// A frame on the wire (white paper, "Payload format"):
//
//	frame, with its unencrypted ranges in place | tag | nonce | ranges | size of all after the frame | FA FA
//
// Nonce and ranges are ULEB128. Opus frames have no unencrypted ranges; they are read all the same.

const (
	tagSize      = 8 // of the 16 that AES-GCM makes
	fullTagSize  = 16
	maxNonceSize = 5
	trailerSize  = 3 // size and marker
	minFrameSize = tagSize + 1 + trailerSize

	// Overhead is what Encrypt needs in dst besides the frame, and the most that a frame grows by.
	Overhead = tagSize + maxNonceSize + trailerSize
)

var marker = []byte{0xfa, 0xfa}

// silence is the Opus frame of silence that voice servers send for members without encrypting it: audio.Silence, of a package that this one
// need not know.
var silence = []byte{0xf8, 0xff, 0xfe}

// frame is an encrypted frame taken apart. It shares the bytes it was read from.
type frame struct {
	body   []byte // ciphertext, with unencrypted ranges in place
	tag    []byte
	nonce  uint32
	ranges []byte // pairs of offset and length, checked
}

// parseFrame is false for what is not an encrypted frame.
func parseFrame(data []byte) (f frame, ok bool) {
	n := len(data)
	if n < minFrameSize || !bytes.HasSuffix(data, marker) {
		return frame{}, false
	}
	size := int(data[n-trailerSize])
	if size < minFrameSize || size > n {
		return frame{}, false
	}
	body, footer := data[:n-size], data[n-size:n-trailerSize]
	nonce, length := readULEB(footer[tagSize:])
	f = frame{body: body, tag: footer[:tagSize], nonce: nonce, ranges: footer[tagSize+length:]}
	return f, length > 0 && f.checkRanges()
}

// readULEB reads a number of up to 32 bits; size is 0 when there is none.
func readULEB(b []byte) (v uint32, size int) {
	wide, size := binary.Uvarint(b[:min(len(b), maxNonceSize)])
	if size <= 0 || wide>>32 != 0 {
		return 0, 0
	}
	return uint32(wide), size
}

// nextRange reads the first unencrypted range; rest is nil and ok false when it is malformed.
func nextRange(ranges []byte) (offset, length int, rest []byte, ok bool) {
	o, n := readULEB(ranges)
	l, m := readULEB(ranges[n:])
	if n == 0 || m == 0 {
		return 0, 0, nil, false
	}
	return int(o), int(l), ranges[n+m:], true
}

// checkRanges says whether the ranges are in order and within the frame.
func (f *frame) checkRanges() bool {
	end := 0
	for rest := f.ranges; len(rest) > 0; {
		offset, length, next, ok := nextRange(rest)
		if !ok || offset < end || offset > len(f.body) || length > len(f.body)-offset {
			return false
		}
		end, rest = offset+length, next
	}
	return true
}

// split appends the encrypted bytes and the unencrypted ones, which are authenticated.
func (f *frame) split(ciphertext, clear []byte) ([]byte, []byte) {
	at := 0
	for rest := f.ranges; len(rest) > 0; {
		var offset, length int
		offset, length, rest, _ = nextRange(rest)
		ciphertext = append(ciphertext, f.body[at:offset]...)
		at = offset + length
		clear = append(clear, f.body[offset:at]...)
	}
	return append(ciphertext, f.body[at:]...), clear
}

// join appends the frame with the decrypted bytes between the unencrypted ranges.
func (f *frame) join(dst, plaintext []byte) []byte {
	at := 0
	for rest := f.ranges; len(rest) > 0; {
		var offset, length int
		offset, length, rest, _ = nextRange(rest)
		dst, plaintext = append(dst, plaintext[:offset-at]...), plaintext[offset-at:]
		at = offset + length
		dst = append(dst, f.body[offset:at]...)
	}
	return append(dst, plaintext...)
}
