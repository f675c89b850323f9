package mls

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
)

// Cipher suite 2, MLS_128_DHKEMP256_AES128GCM_SHA256_P256 (section 17.1), of protocol version mls10.
const (
	version10 = 1
	suite     = 2

	hashSize  = sha256.Size
	keySize   = 16
	nonceSize = 12
	kemP256   = 0x0010 // DHKEM(P-256, HKDF-SHA256), RFC 9180
)

// must is for calls that fail on a programmer's mistake only, never on input: sizes and algorithms are constants here.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func hash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

func mac(key []byte, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return h.Sum(nil)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

func extract(salt, secret []byte) []byte { return must(hkdf.Extract(sha256.New, secret, salt)) }

// labelled is the prefix that keeps the uses of a key apart.
func labelled(label string) []byte { return vec([]byte("MLS 1.0 " + label)) }

// ExpandWithLabel derives size bytes, at most 8160, from a secret (section 8).
func ExpandWithLabel(secret []byte, label string, context []byte, size int) []byte {
	info := slices.Concat(u16(uint16(size)), labelled(label), vec(context))
	return must(hkdf.Expand(sha256.New, secret, string(info), size))
}

func deriveSecret(secret []byte, label string) []byte {
	return ExpandWithLabel(secret, label, nil, hashSize)
}

// Labels of references (section 5.2).
const (
	keyPackageReference = "MLS 1.0 KeyPackage Reference"
	proposalReference   = "MLS 1.0 Proposal Reference"
)

func reference(label string, value []byte) []byte { return hash(vec([]byte(label)), vec(value)) }

// Signer is a member's or an external sender's signature key.
type Signer struct {
	key    *ecdsa.PrivateKey
	public []byte
}

// NewSigner makes a new signature key.
func NewSigner() *Signer { return signerOf(must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))) }

func signerOf(key *ecdsa.PrivateKey) *Signer {
	return &Signer{key: key, public: must(key.PublicKey.Bytes())}
}

func (s *Signer) sign(label string, content []byte) []byte {
	return must(ecdsa.SignASN1(rand.Reader, s.key, hash(labelled(label), vec(content))))
}

func parseSignatureKey(public []byte) (*ecdsa.PublicKey, error) {
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), public)
	if err != nil {
		return nil, fmt.Errorf("%w: signature key: %w", ErrMalformed, err)
	}
	return key, nil
}

func verify(public []byte, label string, content, signature []byte) error {
	key, err := parseSignatureKey(public)
	if err != nil {
		return err
	}
	if !ecdsa.VerifyASN1(key, hash(labelled(label), vec(content)), signature) {
		return fmt.Errorf("mls: the signature of the %s is wrong", label)
	}
	return nil
}

var kem = must(hpke.NewKEM(kemP256))

func newPrivateKey() hpke.PrivateKey { return must(kem.GenerateKey()) }

// checkPublicKey fails for what cannot be encrypted to: a node with such a key would end every later commit.
func checkPublicKey(public []byte) error {
	if _, err := kem.NewPublicKey(public); err != nil {
		return fmt.Errorf("%w: encryption key: %w", ErrMalformed, err)
	}
	return nil
}

// nodeKey is the key pair of a node whose path secret is known (section 7.4).
func nodeKey(pathSecret []byte) hpke.PrivateKey {
	secret := deriveSecret(pathSecret, "node")
	defer clear(secret)
	return must(kem.DeriveKeyPair(secret))
}

// sealed is an HPKECiphertext (section 7.6).
type sealed struct {
	kemOutput, ciphertext []byte
}

func (s sealed) marshal() []byte { return slices.Concat(vec(s.kemOutput), vec(s.ciphertext)) }

func parseSealed(r *reader) sealed { return sealed{kemOutput: r.vec(), ciphertext: r.vec()} }

// encryptWithLabel seals for the owner of a public key (section 5.1.3).
func encryptWithLabel(public []byte, label string, context, plaintext []byte) (sealed, error) {
	key, err := kem.NewPublicKey(public)
	if err != nil {
		return sealed{}, fmt.Errorf("%w: encryption key: %w", ErrMalformed, err)
	}
	info := slices.Concat(labelled(label), vec(context))
	kemOutput, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES128GCM(), info)
	if err != nil {
		return sealed{}, fmt.Errorf("mls: encrypting the %s: %w", label, err)
	}
	ciphertext, err := sender.Seal(nil, plaintext)
	return sealed{kemOutput, ciphertext}, err
}

func decryptWithLabel(key hpke.PrivateKey, label string, context []byte, s sealed) ([]byte, error) {
	info := slices.Concat(labelled(label), vec(context))
	recipient, err := hpke.NewRecipient(s.kemOutput, key, hpke.HKDFSHA256(), hpke.AES128GCM(), info)
	if err != nil {
		return nil, fmt.Errorf("mls: decrypting the %s: %w", label, err)
	}
	plaintext, err := recipient.Open(nil, s.ciphertext)
	if err != nil {
		return nil, fmt.Errorf("mls: decrypting the %s: %w", label, err)
	}
	return plaintext, nil
}

func newGCM(key []byte) cipher.AEAD { return must(cipher.NewGCM(must(aes.NewCipher(key)))) }
