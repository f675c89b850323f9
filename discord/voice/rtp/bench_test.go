package rtp

import "testing"

func BenchmarkCipher(b *testing.B) {
	opus := make([]byte, 160)
	for _, mode := range Modes() {
		b.Run("seal/"+string(mode), func(b *testing.B) {
			b.ReportAllocs()
			c, buffer := newCipher(b, mode), make([]byte, 0, 512)
			for b.Loop() {
				c.Seal(buffer, speech, opus)
			}
		})
		b.Run("open/"+string(mode), func(b *testing.B) {
			b.ReportAllocs()
			c, packet := newCipher(b, mode), make([]byte, 512)
			sealed := c.SealDressed(nil, speech, opus[:4], 3, opus)
			for b.Loop() {
				n := copy(packet, sealed)
				if _, _, err := c.Open(packet[:n]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
