//go:build libopus && cgo

package audio

import (
	"errors"
	"testing"

	"gopkg.in/hraban/opus.v2"
)

// newSpeechEncoder encodes as Discord's clients do for bad connections: each packet carries a copy of the one before.
func newSpeechEncoder(t *testing.T) func(pcm []int16, packet []byte) (int, error) {
	t.Helper()
	e, err := opus.NewEncoder(SampleRate, 1, opus.AppVoIP)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.SetInBandFEC(true), e.SetPacketLossPerc(30), e.SetBitrate(32000)); err != nil {
		t.Fatal(err)
	}
	return e.Encode
}
