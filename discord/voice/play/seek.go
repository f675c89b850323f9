package play

import (
	"fmt"
	"time"

	"cordial/discord/voice/audio"
)

// BeyondError says that a place lies behind the end of a source.
type BeyondError struct{ To, Length time.Duration }

func (e *BeyondError) Error() string {
	return fmt.Sprintf("cannot go to %s: the sound is %s long", e.To, e.Length.Round(time.Millisecond))
}

// Seek brings a source to a place. Behind the end of one that knows its length it fails with a [BeyondError]; the end itself is a place.
func Seek(source audio.Source, to time.Duration) error {
	if length, known := source.Duration(); known && to > length {
		return &BeyondError{to, length}
	}
	return source.Seek(to)
}
