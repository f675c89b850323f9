package attach

import (
	"context"
	"io"
	"testing"

	"cordial/runtime"
)

// BenchmarkServe is what a script pays that nobody attaches to: its socket, made and removed.
func BenchmarkServe(b *testing.B) {
	host := runtime.New(runtime.Options{})
	defer host.Close()
	place := Place{State: b.TempDir(), Temp: b.TempDir()}
	for b.Loop() {
		s, err := Start(Options{Host: host, Place: place, Info: Info{Script: "bot", PID: 1}})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEval is one line, there and back.
func BenchmarkEval(b *testing.B) {
	host := runtime.New(runtime.Options{})
	defer host.Close()
	s, err := Start(Options{Host: host, Place: Place{State: b.TempDir()}, Info: Info{Script: "bot", PID: 1}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	c, err := Dial(context.Background(), Running{Socket: s.Path()}, ClientOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	for b.Loop() {
		if _, err := c.Eval(context.Background(), "", "1 + 1"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLog is what a line costs that a script writes while nobody follows.
func BenchmarkLog(b *testing.B) {
	w := NewLog().Writer(io.Discard)
	line := []byte("a line of sixty bytes, as a bot may well write it: no more.\n")
	b.ReportAllocs()
	for b.Loop() {
		w.Write(line)
	}
}
