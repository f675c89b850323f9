package audio

import "encoding/binary"

// A flacCoder makes the frames of one FLAC file (RFC 9639, section 9). What it appends to is valid until the next frame.
type flacCoder struct {
	bits     flacBits
	channels [][]int32
	folded   []uint32
}

func newFLACCoder(channels int) *flacCoder {
	c := &flacCoder{folded: make([]uint32, 0, flacBlock)}
	for range channels {
		c.channels = append(c.channels, make([]int32, 0, flacBlock))
	}
	return c
}

// frame appends a block of PCM of any length up to flacBlock, which begins at a sample of the file.
func (c *flacCoder) frame(dst []byte, pcm []int16, at int64) []byte {
	start := len(dst)
	samples := len(pcm) / len(c.channels)
	c.bits = flacBits{bytes: c.header(dst, samples, at)}
	for n, block := range c.channels {
		block = block[:0]
		for i := n; i < len(pcm); i += len(c.channels) {
			block = append(block, int32(pcm[i]))
		}
		c.subframe(block)
	}
	return appendFLACSum(c.bits.finish(), start)
}

// silence appends a block of flacBlock samples of silence.
func (c *flacCoder) silence(dst []byte, at int64) []byte {
	start := len(dst)
	dst = c.header(dst, flacBlock, at)
	for range c.channels {
		dst = append(dst, flacConstant<<1, 0, 0)
	}
	return appendFLACSum(dst, start)
}

// header appends a frame's header: a block of its own length, at 48 kHz, in 16 bits, left and right each for itself.
func (c *flacCoder) header(dst []byte, samples int, at int64) []byte {
	start := len(dst)
	dst = append(dst, 0xFF, 0xF9, 0x7A, byte(len(c.channels)-1)<<4|4<<1)
	dst = appendFLACNumber(dst, at)
	dst = binary.BigEndian.AppendUint16(dst, uint16(samples-1))
	var sum byte
	for _, v := range dst[start:] {
		sum = flacSums8[sum^v]
	}
	return append(dst, sum)
}

// The types of subframes (section 9.2.1). That of a fixed predictor is added to its order.
const (
	flacConstant = 0
	flacVerbatim = 1
	flacFixed    = 8
)

// subframe writes one channel's samples as one value, by the best of the fixed predictors, or as they are.
func (c *flacCoder) subframe(samples []int32) {
	p := predict(samples, c.folded)
	c.bits.write(uint64(p.kind)<<1, 8)
	for _, v := range samples[:p.stored] {
		c.bits.write(uint64(uint16(v)), 16)
	}
	if p.kind < flacFixed {
		return
	}
	c.bits.write(0, 2+4) // Rice codes with a parameter of four bits, one for the block
	c.bits.write(uint64(p.parameter), 4)
	for _, v := range p.folded {
		c.bits.rice(v, p.parameter)
	}
}

// flacBits appends bits to bytes, the highest first. MP3 has a writer of its own: what both share is less than a package would add.
type flacBits struct {
	bytes []byte
	held  uint64 // bits that do not fill a byte yet
	count int    // of them
}

// write appends the lowest bits of v, 48 at the most. Those above must be 0.
func (w *flacBits) write(v uint64, bits int) {
	w.held = w.held<<bits | v
	for w.count += bits; w.count >= 8; w.count -= 8 {
		w.bytes = append(w.bytes, byte(w.held>>(w.count-8)))
	}
}

// rice appends a number in its Rice code: the part above the parameter as so many zeros and a one, and the bits below.
func (w *flacBits) rice(v uint32, parameter int) {
	zeros := int(v >> parameter)
	for ; zeros > 32; zeros -= 32 {
		w.write(0, 32)
	}
	if zeros+1+parameter > 48 {
		w.write(0, zeros)
		zeros = 0
	}
	w.write(1<<parameter|uint64(v)&(1<<parameter-1), zeros+1+parameter)
}

// finish fills up the last byte with zeros.
func (w *flacBits) finish() []byte {
	if w.count > 0 {
		w.write(0, 8-w.count)
	}
	return w.bytes
}

// appendFLACNumber appends a number of up to 36 bits, coded as UTF-8 would go on.
func appendFLACNumber(dst []byte, n int64) []byte {
	if n < 0x80 {
		return append(dst, byte(n))
	}
	size := 2
	for n>>(5*size+1) > 0 {
		size++
	}
	dst = append(dst, ^byte(0xFF>>size)|byte(n>>(6*(size-1))))
	for shift := 6 * (size - 2); shift >= 0; shift -= 6 {
		dst = append(dst, 0x80|byte(n>>shift)&0x3F)
	}
	return dst
}

// flacSums8 and flacSums16 are the remainders of each byte by the polynomials of the two checksums (sections 9.1.8 and 9.3).
var (
	flacSums8  = makeFLACSums[uint8](0x07, 8)
	flacSums16 = makeFLACSums[uint16](0x8005, 16)
)

func makeFLACSums[T uint8 | uint16](polynomial T, bits int) (sums [256]T) {
	for i := range sums {
		sum := T(i) << (bits - 8)
		for range 8 {
			sum = sum<<1 ^ polynomial*(sum>>(bits-1))
		}
		sums[i] = sum
	}
	return sums
}

// appendFLACSum ends the frame that begins at a place with its checksum.
func appendFLACSum(dst []byte, start int) []byte {
	var sum uint16
	for _, v := range dst[start:] {
		sum = sum<<8 ^ flacSums16[byte(sum>>8)^v]
	}
	return binary.BigEndian.AppendUint16(dst, sum)
}
