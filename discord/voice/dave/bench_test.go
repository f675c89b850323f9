package dave_test

import (
	"bytes"
	"testing"

	"cordial/discord/voice/dave"
)

// opus is a frame of 20 ms at 64 kbit/s.
var opus = bytes.Repeat([]byte{0x78, 0x9a}, 80)

func TestFramesTakeNoMemory(t *testing.T) {
	c := gathered(t, 1, 2)
	from, to := c.sessions[1], c.sessions[2]
	sent, heard := make([]byte, 0, len(opus)+dave.Overhead), make([]byte, 0, len(opus))
	allocations := testing.AllocsPerRun(100, func() {
		data, err := from.Encrypt(sent, opus)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Decrypt(heard, 1, data); err != nil {
			t.Fatal(err)
		}
	})
	if allocations != 0 {
		t.Errorf("a frame takes %v allocations", allocations)
	}
}

func BenchmarkEncrypt(b *testing.B) {
	s := gathered(b, 1, 2).sessions[1]
	sent := make([]byte, 0, len(opus)+dave.Overhead)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Encrypt(sent, opus); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecrypt(b *testing.B) {
	c := gathered(b, 1, 2)
	const batch = 1000
	frames := make([][]byte, batch)
	heard := make([]byte, 0, len(opus))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%batch == 0 {
			b.StopTimer()
			for j := range frames {
				frames[j], _ = c.sessions[1].Encrypt(frames[j][:0], opus)
			}
			b.StartTimer()
		}
		if _, err := c.sessions[2].Decrypt(heard, 1, frames[i%batch]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFiveJoin is five users joining a call one after another, with all that each of them computes.
func BenchmarkFiveJoin(b *testing.B) {
	for b.Loop() {
		c := newCall(b)
		for user := range uint64(5) {
			c.join(user + 1)
			c.run()
		}
	}
}
