package rtp

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

var speech = Header{Type: PayloadOpus, Seq: 0x1234, Timestamp: 0xDEADBEEF, SSRC: 0xCAFE0001}

func newCipher(t testing.TB, mode Mode) *Cipher {
	t.Helper()
	c, err := NewCipher(mode, testKey)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// byHand makes a packet as Discord's documentation describes it, without this package's code: clear is sent and authenticated as it
// is.
func byHand(t testing.TB, mode Mode, clear, plain []byte, suffix [4]byte) []byte {
	t.Helper()
	var aead cipher.AEAD
	var err error
	if mode == AES256GCM {
		block, blockErr := aes.NewCipher(testKey)
		if blockErr != nil {
			t.Fatal(blockErr)
		}
		aead, err = cipher.NewGCM(block)
	} else {
		aead, err = chacha20poly1305.NewX(testKey)
	}
	if err != nil {
		t.Fatal(err)
	}
	nonce := make([]byte, aead.NonceSize())
	copy(nonce, suffix[:])
	packet := append(bytes.Clone(clear), aead.Seal(nil, nonce, plain, clear)...)
	return append(packet, suffix[:]...)
}

const plainHeader = "\x80\x78\x12\x34\xDE\xAD\xBE\xEF\xCA\xFE\x00\x01"

func TestOpen(t *testing.T) {
	tests := []struct {
		name         string
		clear, plain string
		want         string
		err          error
	}{
		{"plain", plainHeader, "opus", "opus", nil},
		{"empty payload", plainHeader, "", "", nil},
		{"marker", "\x80\xF8" + plainHeader[2:], "opus", "opus", nil},
		{"extension", "\x90\x78" + plainHeader[2:] + "\xBE\xDE\x00\x01", "\x10\x80\x00\x00opus", "opus", nil},
		{"extension of no words", "\x90\x78" + plainHeader[2:] + "\xBE\xDE\x00\x00", "opus", "opus", nil},
		{"extension of another profile", "\x90\x78" + plainHeader[2:] + "\x10\x00\x00\x02", "12345678opus", "opus", nil},
		{"padding", "\xA0\x78" + plainHeader[2:], "opus\x00\x00\x03", "opus", nil},
		{"padding of one", "\xA0\x78" + plainHeader[2:], "opus\x01", "opus", nil},
		{"nothing but padding", "\xA0\x78" + plainHeader[2:], "\x00\x02", "", nil},
		{"extension and padding", "\xB0\x78" + plainHeader[2:] + "\xBE\xDE\x00\x01", "\x10\x80\x00\x00opus\x00\x02", "opus", nil},
		{"contributing sources", "\x82\x78" + plainHeader[2:] + "AAAABBBB", "opus", "opus", nil},
		{"contributing sources and extension", "\x91\x78" + plainHeader[2:] + "AAAA\xBE\xDE\x00\x01", "\x10\x80\x00\x00opus", "opus", nil},
		{"padding of zero", "\xA0\x78" + plainHeader[2:], "opus\x00", "", ErrMalformed},
		{"padding without a byte", "\xA0\x78" + plainHeader[2:], "", "", ErrMalformed},
		{"padding longer than all", "\xA0\x78" + plainHeader[2:], "opus\x06", "", ErrMalformed},
		{"extension longer than all", "\x90\x78" + plainHeader[2:] + "\xBE\xDE\x00\x02", "opus", "", ErrMalformed},
		{"padding inside the extension", "\xB0\x78" + plainHeader[2:] + "\xBE\xDE\x00\x01", "\x10\x80\x02\x03", "", ErrMalformed},
		{"preamble missing", "\x90\x78" + plainHeader[2:], "", "", ErrMalformed},
		{"video", "\x80\x65" + plainHeader[2:], "frame", "", ErrNotAudio},
		{"sender report", "\x80\xC8" + plainHeader[2:], "report", "", ErrNotAudio},
		{"another version", "\x40\x78" + plainHeader[2:], "opus", "", ErrNotAudio},
	}
	for _, mode := range Modes() {
		for _, test := range tests {
			t.Run(string(mode)+"/"+test.name, func(t *testing.T) {
				h, payload, err := newCipher(t, mode).Open(byHand(t, mode, []byte(test.clear), []byte(test.plain), [4]byte{1, 2, 3, 4}))
				if !errors.Is(err, test.err) || string(payload) != test.want {
					t.Fatalf("%q, %v; want %q, %v", payload, err, test.want, test.err)
				}
				if err == nil && (h.Seq != speech.Seq || h.Timestamp != speech.Timestamp || h.SSRC != speech.SSRC || h.Type != PayloadOpus) {
					t.Errorf("header %+v", h)
				}
				if err == nil && h.Marker != strings.HasSuffix(test.name, "marker") {
					t.Errorf("marker %v", h.Marker)
				}
			})
		}
	}
}

func TestOpenTooShort(t *testing.T) {
	whole := byHand(t, AES256GCM, []byte("\x9F\x78"+plainHeader[2:]+strings.Repeat("C", 60)+"\xBE\xDE\x00\x01"), []byte("\x10\x80\x00\x00opus"), [4]byte{})
	for n := range whole {
		if _, _, err := newCipher(t, AES256GCM).Open(bytes.Clone(whole[:n])); err == nil {
			t.Errorf("the first %d of %d bytes were taken for a packet", n, len(whole))
		}
	}
}

func TestOpenChanged(t *testing.T) {
	for _, mode := range Modes() {
		packet := newCipher(t, mode).Seal(nil, speech, []byte("opus"))
		for i := 2; i < len(packet); i++ { // the first two bytes say whether it is one of ours at all
			changed := bytes.Clone(packet)
			changed[i] ^= 1
			if _, _, err := newCipher(t, mode).Open(changed); !errors.Is(err, ErrAuthentication) {
				t.Errorf("%s: byte %d changed: %v", mode, i, err)
			}
		}
	}
}

// TestSeal opens a sealed packet with nothing but the documentation.
func TestSeal(t *testing.T) {
	for _, mode := range Modes() {
		c := newCipher(t, mode)
		packet := c.Seal([]byte("before"), speech, []byte("opus"))
		rest, ok := bytes.CutPrefix(packet, []byte("before"))
		if !ok || len(rest) != 12+4+16+4 {
			t.Fatalf("%s: %x", mode, packet)
		}
		suffix := [4]byte(rest[len(rest)-4:])
		if want := byHand(t, mode, []byte(plainHeader), []byte("opus"), suffix); !bytes.Equal(rest, want) {
			t.Errorf("%s: sealed %x, want %x", mode, rest, want)
		}
	}
}

func TestNoncesGoUp(t *testing.T) {
	c := newCipher(t, AES256GCM)
	c.count = 0xFFFFFFFE
	for _, want := range []uint32{0xFFFFFFFE, 0xFFFFFFFF, 0, 1} {
		packet := c.Seal(nil, speech, []byte("opus"))
		if got := binary.BigEndian.Uint32(packet[len(packet)-4:]); got != want {
			t.Fatalf("nonce %#x, want %#x", got, want)
		}
	}
}

func TestSealDressed(t *testing.T) {
	for _, mode := range Modes() {
		for _, ext := range []string{"", "\x10\x80\x00\x00", "12345678"} {
			for _, padding := range []int{0, 1, 7, 255} {
				packet := newCipher(t, mode).SealDressed(nil, speech, []byte(ext), padding, []byte("opus"))
				h, payload, err := newCipher(t, mode).Open(packet)
				if err != nil || string(payload) != "opus" || h != speech {
					t.Errorf("%s, extension %q, padding %d: %+v %q %v", mode, ext, padding, h, payload, err)
				}
			}
		}
	}
}

func TestNewCipherRefuses(t *testing.T) {
	if _, err := NewCipher("xsalsa20_poly1305", testKey); err == nil || !strings.Contains(err.Error(), string(AES256GCM)) {
		t.Errorf("an old mode: %v", err)
	}
	_, err := NewCipher(AES256GCM, testKey[:31])
	if e, ok := errors.AsType[*KeySizeError](err); !ok || e.Bytes != 31 {
		t.Errorf("a short key: %v", err)
	}
}

func TestChoose(t *testing.T) {
	tests := []struct {
		offered []string
		want    Mode
		ok      bool
	}{
		{[]string{"aead_xchacha20_poly1305_rtpsize", "aead_aes256_gcm_rtpsize"}, AES256GCM, true},
		{[]string{"xsalsa20_poly1305_lite_rtpsize", "aead_xchacha20_poly1305_rtpsize"}, XChaCha20, true},
		{[]string{"xsalsa20_poly1305", "aead_aes256_gcm"}, "", false},
		{nil, "", false},
	}
	for _, test := range tests {
		if got, ok := Choose(test.offered); got != test.want || ok != test.ok {
			t.Errorf("of %v: %q, %v", test.offered, got, ok)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	opus := make([]byte, 160)
	for _, mode := range Modes() {
		sealer, opener := newCipher(t, mode), newCipher(t, mode)
		buffer := make([]byte, 0, 512)
		if n := testing.AllocsPerRun(100, func() {
			packet := sealer.SealDressed(buffer, speech, opus[:4], 3, opus)
			if _, _, err := opener.Open(packet); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations for a packet", mode, n)
		}
	}
}
