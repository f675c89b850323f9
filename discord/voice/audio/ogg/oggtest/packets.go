// Package oggtest reads back the tracks of packets that tests have recorded.
package oggtest

import (
	"errors"
	"io"
	"os"
	"testing"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/audio/ogg"
)

// EachPacket reads a track of packets: each, which is used during the call only, and the sample of the recording at which it begins. It
// gives the sample at which players take the track to end.
func EachPacket(t testing.TB, path string, use func(opus []byte, at int64)) (end int64) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, err := ogg.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	skipped := int64(reader.Header().PreSkip)
	for at := int64(ogg.DefaultPreSkip) - skipped; ; {
		opus, granule, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return end
		}
		if err != nil {
			t.Fatal(err)
		}
		use(opus, at)
		samples, err := audio.PacketSamples(opus)
		if err != nil {
			t.Fatal(err)
		}
		at, end = at+int64(samples), granule-skipped
	}
}
