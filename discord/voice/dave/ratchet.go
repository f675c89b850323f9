package dave

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"time"

	"cordial/discord/voice/dave/mls"
)

const (
	frameKeySize     = 16
	ratchetSize      = 32
	nonceSize        = 12
	generationShift  = 24  // the generation is the top byte of the nonce's 32 bits, and what the counter goes on to
	maxGenerationGap = 250 // a frame further ahead is refused: it would cost too much to look at
)

// ratchet gives the frame keys of one sender in one epoch: one for each generation of 2^24 frames.
type ratchet struct {
	secret     []byte // of the generation
	generation uint32
	key        cipher.AEAD // of the generation, nil before its first use

	past        cipher.AEAD // of the generation that was in use before, nil when there was none
	pastNumber  uint32
	pastExpires time.Time
}

func newRatchet(base []byte) ratchet { return ratchet{secret: base} }

func expand(secret []byte, label string, generation uint32, size int) []byte {
	return mls.ExpandWithLabel(secret, label, binary.BigEndian.AppendUint32(nil, generation), size)
}

// newKey is AES-128-GCM; its tag is cut by who uses it.
func newKey(secret []byte, generation uint32) cipher.AEAD {
	key := expand(secret, "key", generation, frameKeySize)
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the size is right
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the block size that GCM needs
	}
	return aead
}

// at is the key of a generation, nil when it is too far ahead or too long past. The ratchet does not move: a forged frame must not
// move it.
func (r *ratchet) at(generation uint32, now time.Time) cipher.AEAD {
	switch {
	case generation < r.generation:
		if r.past != nil && generation == r.pastNumber && now.Before(r.pastExpires) {
			return r.past
		}
		return nil
	case generation-r.generation > maxGenerationGap:
		return nil
	case generation > r.generation:
		secret := r.secretAt(generation)
		defer clear(secret)
		return newKey(secret, generation)
	case r.key == nil:
		r.key = newKey(r.secret, generation)
	}
	return r.key
}

// secretAt is the secret of a generation ahead.
func (r *ratchet) secretAt(generation uint32) []byte {
	secret := append([]byte(nil), r.secret...)
	for g := r.generation; g < generation; g++ {
		next := expand(secret, "secret", g, ratchetSize)
		clear(secret)
		secret = next
	}
	return secret
}

// advance moves on to the generation of a frame that proved authentic. The key in use before is kept for ten seconds, for frames that
// arrive late.
func (r *ratchet) advance(generation uint32, key cipher.AEAD, now time.Time) {
	if generation <= r.generation {
		return
	}
	if r.key != nil {
		r.past, r.pastNumber, r.pastExpires = r.key, r.generation, now.Add(retention)
	}
	secret := r.secretAt(generation)
	clear(r.secret)
	r.secret, r.generation, r.key = secret, generation, key
}
