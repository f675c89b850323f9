package rtp

import (
	"bytes"
	"testing"
)

// FuzzOpen gives rubbish to Open, and seals what it is given in every dress: what is opened is what was sealed.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(plainHeader), []byte("opus"), uint8(0), uint8(0))
	f.Add([]byte("\xBF\x78"+plainHeader[2:]), []byte("\xF8\xFF\xFE"), uint8(1), uint8(3))
	f.Add([]byte("\x90\x78"+plainHeader[2:]+"\xBE\xDE\xFF\xFF and then what is neither tag nor nonce"), []byte{}, uint8(255), uint8(255))
	f.Fuzz(func(t *testing.T, rubbish, payload []byte, words, padding uint8) {
		for _, mode := range Modes() {
			c := newCipher(t, mode)
			if _, _, err := c.Open(bytes.Clone(rubbish)); err == nil {
				t.Fatalf("%x authenticates", rubbish)
			}
			ext := bytes.Repeat([]byte{0xEE}, 4*int(words))
			packet := c.SealDressed(nil, speech, ext, int(padding), payload)
			h, got, err := c.Open(packet)
			if err != nil || h != speech || !bytes.Equal(got, payload) {
				t.Fatalf("%+v %x %v", h, got, err)
			}
		}
	})
}

// FuzzUndress gives rubbish plaintext, as a member of the call could send it.
func FuzzUndress(f *testing.F) {
	f.Add([]byte("opus\x00\x02"), uint16(1), true)
	f.Fuzz(func(t *testing.T, plain []byte, words uint16, padded bool) {
		got, err := undress(plain, 4*int(words), padded)
		if err == nil && len(got) > len(plain)-4*int(words) {
			t.Fatalf("%d bytes of %d with %d words of extension", len(got), len(plain), words)
		}
	})
}

func FuzzDiscovery(f *testing.F) {
	f.Add([]byte(answer("\x00\x02", "\x00\x46", "203.0.113.7", "\xC3\x50")))
	f.Add([]byte(answer("\x00\x02", "\x00\x46", "2001:db8::7%zone", "\x00\x01")))
	f.Add(AppendDiscovery(nil, 7))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		ParseDiscoveryRequest(datagram)
		ssrc, addr, err := ParseDiscovery(datagram)
		if err != nil {
			return
		}
		again, same, err := ParseDiscovery(AppendDiscoveryAnswer(nil, ssrc, addr))
		if err != nil || again != ssrc || same != addr {
			t.Fatalf("%v came back as %v: %v", addr, same, err)
		}
	})
}
