package dave

import (
	"bytes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"time"
)

var (
	// ErrNoKey means that the key for a frame is not there yet: frames and the messages that bring keys take different ways. Hold the frame
	// and try again after the next message of the gateway.
	ErrNoKey = errors.New("dave: there is no key for the frame yet")
	// ErrPlain is for a frame that is not encrypted where it must be.
	ErrPlain = errors.New("dave: the frame is not encrypted")
	// ErrReplay is for a frame that was there before.
	ErrReplay = errors.New("dave: the frame was received before")
	// ErrForged is for a frame that none of the sender's keys opens.
	ErrForged = errors.New("dave: the frame is not authentic")
)

// sender encrypts our frames in one epoch.
type sender struct {
	epoch   int
	ratchet ratchet
	counter uint64
	nonce   [nonceSize]byte // kept here so that it needs no memory of its own
}

func newSender(keys *epochKeys) *sender {
	return &sender{epoch: keys.number, ratchet: newRatchet(keys.base)}
}

// encrypt appends a frame to dst. The counter begins at 1 in each epoch.
func (s *sender) encrypt(dst, data []byte, now time.Time) []byte {
	s.counter++
	generation := uint32(s.counter >> generationShift)
	key := s.ratchet.at(generation, now)
	s.ratchet.advance(generation, key, now)
	putNonce(&s.nonce, uint32(s.counter))
	dst = key.Seal(dst, s.nonce[:], data, nil)
	dst = dst[:len(dst)-fullTagSize+tagSize]
	end := len(dst)
	dst = binary.AppendUvarint(dst, uint64(uint32(s.counter)))
	size := tagSize + len(dst) - end + trailerSize
	return append(append(dst, byte(size)), marker...)
}

// putNonce writes the GCM nonce: the counter, little-endian, after eight zeros.
func putNonce(nonce *[nonceSize]byte, counter uint32) {
	binary.LittleEndian.PutUint32(nonce[nonceSize-4:], counter)
}

// receiver decrypts the frames of one member in one epoch.
type receiver struct {
	epoch   int
	ratchet ratchet
	window  window
	expires time.Time // zero while the epoch is in use
}

func newReceiver(epoch int, base []byte) *receiver {
	return &receiver{epoch: epoch, ratchet: newRatchet(base)}
}

func (r *receiver) expired(now time.Time) bool { return !r.expires.IsZero() && !now.Before(r.expires) }

// scratch is memory that decryption reuses. It grows to the largest frame.
type scratch struct {
	nonce                                 [nonceSize]byte
	ciphertext, clear, plaintext, compare []byte
}

// decrypt appends an authentic frame to dst. Nothing changes when it is not. A nonce is looked up only then: in another epoch it may
// have been used for another frame.
func (r *receiver) decrypt(dst []byte, f *frame, m *scratch, now time.Time) ([]byte, error) {
	counter := r.window.widen(f.nonce)
	generation := uint32(counter >> generationShift)
	key := r.ratchet.at(generation, now)
	if key == nil {
		return dst, ErrForged
	}
	putNonce(&m.nonce, f.nonce)
	ciphertext, clear := f.body, []byte(nil)
	if len(f.ranges) > 0 {
		m.ciphertext, m.clear = f.split(m.ciphertext[:0], m.clear[:0])
		ciphertext, clear = m.ciphertext, m.clear
	}
	plaintext, ok := m.open(key, ciphertext, clear, f.tag)
	switch {
	case !ok:
		return dst, ErrForged
	case r.window.used(counter):
		return dst, ErrReplay
	}
	r.window.mark(counter)
	r.ratchet.advance(generation, key, now)
	return f.join(dst, plaintext), nil
}

// open is AES-GCM with a cut tag, which Go's own refuses to open. Counter mode is its own inverse: sealing the ciphertext gives the
// plaintext, sealing that gives the tag to compare with.
func (m *scratch) open(key cipher.AEAD, ciphertext, clear, tag []byte) (plaintext []byte, ok bool) {
	m.plaintext = key.Seal(m.plaintext[:0], m.nonce[:], ciphertext, nil)
	plaintext = m.plaintext[:len(ciphertext)]
	m.compare = key.Seal(m.compare[:0], m.nonce[:], plaintext, clear)
	want := m.compare[len(ciphertext):][:tagSize]
	return plaintext, subtle.ConstantTimeCompare(want, tag) == 1
}

// Encrypt appends the encrypted frame to dst, or the frame itself in version 0. It allocates nothing when dst has room for the frame and
// Overhead. dst and frame must not overlap. ErrNoKey means that there is no epoch yet: nothing may be sent.
func (s *Session) Encrypt(dst, frame []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.version == 0:
		return append(dst, frame...), nil
	case s.sender == nil:
		return dst, ErrNoKey
	}
	s.stats.Encrypted++
	return s.sender.encrypt(dst, frame, s.now()), nil
}

// Decrypt appends the frame that a user sent to dst; dst may be the front of frame. It allocates nothing when dst has room. After
// ErrNoKey the same frame may be tried again, other errors are final. Silence, and any frame in version 0, is let in unencrypted.
func (s *Session) Decrypt(dst []byte, user uint64, frame []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, encrypted := parseFrame(frame)
	if !encrypted || s.everPlain(user) {
		if !bytes.Equal(frame, silence) && !s.acceptsPlain() {
			s.stats.Refused++
			return dst, ErrPlain
		}
		s.stats.Plain++
		return append(dst, frame...), nil
	}
	out, err := s.decrypt(dst, user, &f)
	s.count(err)
	return out, err
}

// everPlain says whether nothing that a user sends can be encrypted, however it looks.
func (s *Session) everPlain(user uint64) bool {
	list := s.receivers[user]
	return s.version == 0 && s.nextVersion == 0 && (len(list) == 0 || list[len(list)-1].expired(s.now()))
}

// decrypt tries the sender's keys, those of the newest epoch first.
func (s *Session) decrypt(dst []byte, user uint64, f *frame) ([]byte, error) {
	now := s.now()
	result := ErrNoKey
	list := s.receivers[user]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].expired(now) {
			continue
		}
		out, err := list[i].decrypt(dst, f, &s.scratch, now)
		if err == nil {
			return out, nil
		}
		if result != ErrReplay {
			result = err
		}
	}
	if result == ErrForged && (s.epoch.group == nil || len(s.epoch.proposals) > 0) {
		return dst, ErrNoKey // others may be in an epoch already whose Welcome or commit is on its way to us
	}
	return dst, result
}
