package rtp

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
)

// Cipher seals the packets of one direction of a connection, or opens them. It is not safe for use by several goroutines at once.
type Cipher struct {
	aead  cipher.AEAD
	count uint32 // of the next packet that is sealed
	nonce [24]byte
	size  int // of the nonce in bytes
}

// NewCipher makes a cipher for a key of KeySize bytes, which it copies. It fails with a ModeError or a KeySizeError.
//
// The counter of its nonces starts at random, because both directions of a connection have the same key. It wraps after 2^32
// packets, which are 2.7 years of speech.
func NewCipher(mode Mode, key []byte) (*Cipher, error) {
	aead, err := newAEAD(mode, key)
	if err != nil {
		return nil, err
	}
	c := &Cipher{aead: aead, size: aead.NonceSize()}
	var start [suffixSize]byte
	rand.Read(start[:]) // never fails
	c.count = binary.BigEndian.Uint32(start[:])
	return c, nil
}

// Seal appends to dst a datagram: the header in the clear and the payload encrypted. The payload must not overlap dst's free room.
func (c *Cipher) Seal(dst []byte, h Header, payload []byte) []byte {
	start := len(dst)
	dst = h.append(dst, 0)
	clear := len(dst)
	dst = append(dst, payload...)
	return c.seal(dst, start, clear)
}

// SealDressed is Seal for a packet as other clients send it: with the body of a header extension, a multiple of 4 bytes or nothing,
// and with 0 to 255 bytes of RTP padding. Both are encrypted; of the extension only profile and length are in the clear. It panics
// if the extension or the padding have another size.
func (c *Cipher) SealDressed(dst []byte, h Header, ext []byte, padding int, payload []byte) []byte {
	if len(ext)%4 != 0 || len(ext)/4 > 0xFFFF || padding < 0 || padding > 0xFF {
		panic("rtp: an extension comes in 4 bytes, and padding has 255 at the most")
	}
	var flags byte
	if padding > 0 {
		flags |= paddingBit
	}
	if len(ext) > 0 {
		flags |= extensionBit
	}
	start := len(dst)
	dst = h.append(dst, flags)
	if len(ext) > 0 {
		dst = binary.BigEndian.AppendUint16(dst, profileOneByte)
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(ext)/4))
	}
	clear := len(dst)
	dst = append(dst, ext...)
	dst = append(dst, payload...)
	for i := 1; i < padding; i++ {
		dst = append(dst, 0)
	}
	if padding > 0 {
		dst = append(dst, byte(padding))
	}
	return c.seal(dst, start, clear)
}

// seal encrypts dst from clear on, where the packet begins at start, and appends tag and nonce.
func (c *Cipher) seal(dst []byte, start, clear int) []byte {
	var suffix [suffixSize]byte
	binary.BigEndian.PutUint32(suffix[:], c.count)
	c.count++
	copy(c.nonce[:], suffix[:])
	dst = c.aead.Seal(dst[:clear], c.nonce[:c.size], dst[clear:], dst[start:clear])
	return append(dst, suffix[:]...)
}

// Open decrypts a datagram in place and gives its header and its payload, which is a part of the datagram, without header extension
// and padding. It fails with ErrNotAudio, ErrMalformed or ErrAuthentication; what the datagram holds then is undefined.
func (c *Cipher) Open(datagram []byte) (Header, []byte, error) {
	h, ok := parseHeader(datagram)
	if !ok || h.Type != PayloadOpus {
		return h, nil, ErrNotAudio
	}
	clear := headerSize + csrcSize*int(datagram[0]&csrcMask)
	extension := 0
	if datagram[0]&extensionBit != 0 {
		clear += preambleSize
		if clear > len(datagram) {
			return h, nil, ErrMalformed
		}
		extension = 4 * int(binary.BigEndian.Uint16(datagram[clear-2:]))
	}
	end := len(datagram) - suffixSize
	if end-clear < tagSize {
		return h, nil, ErrMalformed
	}
	copy(c.nonce[:], datagram[end:])
	plain, err := c.aead.Open(datagram[clear:clear], c.nonce[:c.size], datagram[clear:end], datagram[:clear])
	if err != nil {
		return h, nil, ErrAuthentication
	}
	payload, err := undress(plain, extension, datagram[0]&paddingBit != 0)
	return h, payload, err
}

// undress takes the padding off the end of a packet's plaintext, and then the body of the extension off its front.
func undress(plain []byte, extension int, padded bool) ([]byte, error) {
	if padded {
		if len(plain) == 0 || plain[len(plain)-1] == 0 || int(plain[len(plain)-1]) > len(plain) {
			return nil, ErrMalformed
		}
		plain = plain[:len(plain)-int(plain[len(plain)-1])]
	}
	if extension > len(plain) {
		return nil, ErrMalformed
	}
	return plain[extension:], nil
}
