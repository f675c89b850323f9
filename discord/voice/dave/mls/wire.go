package mls

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// ErrMalformed is wrapped by the errors about bytes that do not follow the format.
var ErrMalformed = errors.New("malformed MLS message")

// The TLS presentation language with MLS's variable-size vectors (section 2.1).

func u16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }
func u32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
func u64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

// vec is a variable-size vector of the parts one after another.
func vec(parts ...[]byte) []byte {
	content := slices.Concat(parts...)
	return append(vectorLength(len(content)), content...)
}

// vectorLength is the length before a vector, in as few bytes as it needs.
func vectorLength(n int) []byte {
	switch {
	case n < 1<<6:
		return []byte{byte(n)}
	case n < 1<<14:
		return u16(1<<14 | uint16(n))
	default:
		return u32(2<<30 | uint32(n))
	}
}

// optional is the presence byte of an optional value.
const (
	absent  = 0
	present = 1
)

// reader takes a message apart. After a failure every further read gives zero values, and err holds the first failure.
type reader struct {
	data []byte
	at   int
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
	}
}

// take is the next n bytes, nil when there are fewer.
func (r *reader) take(n int) []byte {
	if r.err != nil {
		return nil
	}
	if n > r.left() {
		r.fail("it ends %d bytes too early", n-r.left())
		return nil
	}
	r.at += n
	return r.since(r.at - n)
}

// since is what was read from a position on.
func (r *reader) since(start int) []byte { return r.data[start:r.at:r.at] }

func (r *reader) left() int { return len(r.data) - r.at }

// number reads an unsigned integer of a number of bytes.
func (r *reader) number(size int) (v uint64) {
	for _, b := range r.take(size) {
		v = v<<8 | uint64(b)
	}
	return v
}

func (r *reader) u8() uint8   { return uint8(r.number(1)) }
func (r *reader) u16() uint16 { return uint16(r.number(2)) }
func (r *reader) u32() uint32 { return uint32(r.number(4)) }
func (r *reader) u64() uint64 { return r.number(8) }

// optional reads the presence byte of an optional value.
func (r *reader) optional() bool {
	presence := r.u8()
	if presence > present {
		r.fail("presence byte %d", presence)
	}
	return r.err == nil && presence == present
}

// vec reads the content of a variable-size vector.
func (r *reader) vec() []byte { return r.take(r.length()) }

// length reads the length before a vector. It must be written in as few bytes as it needs.
func (r *reader) length() int {
	first := r.u8()
	prefix := first >> 6
	if prefix == 3 {
		r.fail("length of a vector begins with %#x", first)
		return 0
	}
	more := 1<<prefix - 1
	n := int(first&0x3f)<<(8*more) | int(r.number(more))
	if prefix == 1 && n < 1<<6 || prefix == 2 && n < 1<<14 {
		r.fail("length %d of a vector takes more bytes than it needs", n)
	}
	return n
}

// each reads a vector of items: read is called until the vector is used up. It must take at least a byte or fail.
func (r *reader) each(read func(items *reader)) {
	items := &reader{data: r.vec()}
	for items.err == nil && items.left() > 0 {
		read(items)
	}
	if r.err == nil {
		r.err = items.err
	}
}

// numbers reads a vector of 16-bit numbers.
func (r *reader) numbers() (list []uint16) {
	r.each(func(items *reader) { list = append(list, items.u16()) })
	return list
}

// end is the first failure; bytes that are left over are one.
func (r *reader) end() error {
	if r.left() > 0 {
		r.fail("%d bytes follow it", r.left())
	}
	return r.err
}
