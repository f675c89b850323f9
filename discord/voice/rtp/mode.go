package rtp

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"
)

// Mode is a transport encryption, by the name that voice gateways use.
type Mode string

// The modes that Discord accepts since November 2024. Every server offers XChaCha20; AES256GCM needs less work where the processor
// has instructions for it.
const (
	AES256GCM Mode = "aead_aes256_gcm_rtpsize"
	XChaCha20 Mode = "aead_xchacha20_poly1305_rtpsize"
)

// KeySize is the length of a key in bytes, in both modes.
const KeySize = 32

// Modes are the modes that this package knows, the preferred one first.
func Modes() []Mode { return []Mode{AES256GCM, XChaCha20} }

// Choose is the best mode of those that a server offers. It is false if this package knows none of them.
func Choose(offered []string) (Mode, bool) {
	for _, mode := range Modes() {
		if slices.Contains(offered, string(mode)) {
			return mode, true
		}
	}
	return "", false
}

// ModeError says that there is no encryption of this name.
type ModeError struct{ Mode Mode }

func (e *ModeError) Error() string {
	return fmt.Sprintf("voice encryption %q is not known: choose one of %v", string(e.Mode), Modes())
}

// KeySizeError says that a key has the wrong length. It does not hold the key.
type KeySizeError struct{ Bytes int }

func (e *KeySizeError) Error() string {
	return fmt.Sprintf("the key of the voice encryption has %d bytes and must have %d", e.Bytes, KeySize)
}

func newAEAD(mode Mode, key []byte) (cipher.AEAD, error) {
	if len(key) != KeySize {
		return nil, &KeySizeError{len(key)}
	}
	switch mode {
	case AES256GCM:
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		return cipher.NewGCM(block)
	case XChaCha20:
		return chacha20poly1305.NewX(key)
	}
	return nil, &ModeError{mode}
}
