//go:build !libopus || !cgo

package audio

import (
	"errors"
	"testing"

	"github.com/thesyncim/gopus"
)

// newSpeechEncoder encodes as Discord's clients do for bad connections: each packet carries a copy of the one before.
func newSpeechEncoder(t *testing.T) func(pcm []int16, packet []byte) (int, error) {
	t.Helper()
	e, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: SampleRate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		t.Fatal(err)
	}
	e.SetFEC(true)
	if err := errors.Join(e.SetPacketLoss(30), e.SetBitrate(32000)); err != nil {
		t.Fatal(err)
	}
	return e.EncodeInt16
}
