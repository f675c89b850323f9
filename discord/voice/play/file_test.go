package play

import (
	"bytes"
	"context"
	"encoding/binary"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/audio/ogg"
)

// numberedFile is an Ogg file of numbered packets of 20 ms.
func numberedFile(t *testing.T, n int) audio.Source {
	t.Helper()
	var file bytes.Buffer
	w, err := ogg.NewWriter(&file, ogg.Options{Channels: channels, PreSkip: audio.EncoderDelay})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		packet := binary.BigEndian.AppendUint16([]byte{numberedTOC}, uint16(i))
		if err := w.WritePacket(packet, audio.FrameSamples); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	source, err := audio.NewSource(bytes.NewReader(file.Bytes()), "numbered.ogg")
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// TestFile passes the packets of a file through, seeks in it, and begins it again.
func TestFile(t *testing.T) {
	source := numberedFile(t, 500)
	synctest.Test(t, func(t *testing.T) {
		out := newOutput()
		p := Start(t.Context(), out, source, Options{Loop: true})
		time.Sleep(95 * time.Millisecond)
		if err := p.Seek(context.Background(), 9900*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200 * time.Millisecond)
		p.Stop()
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		// The encoder's delay is not played: the sound of 9.9 s begins within packet 495.
		if diff := cmp.Diff(append(append(append(upTo(0, 4), upTo(495, 499)...), upTo(0, 4)...), -1), out.numbers()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestStopWhileReading stops playbacks of every format at moments at which the source is being read.
func TestStopWhileReading(t *testing.T) {
	for _, name := range []string{"tone.wav", "tone.ogg", "tone.flac", "tone.mp3"} {
		t.Run(name, func(t *testing.T) {
			path := toneFile(t, name, time.Second)
			for i := range 20 {
				synctest.Test(t, func(t *testing.T) { stopWhileReading(t, path, i%ahead) })
			}
		})
	}
}

// stopWhileReading stops a playback when some packets are ahead.
func stopWhileReading(t *testing.T, path string, packets int) {
	t.Helper()
	source, err := audio.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	p := Start(t.Context(), newOutput(), source, Options{Volume: new(0.5), Loop: true})
	for p.buffer.queued() < packets {
		runtime.Gosched()
	}
	p.Stop()
	if err := p.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// queued is how many packets wait to be sent.
func (b *buffer) queued() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n
}
