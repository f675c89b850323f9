package record

import (
	"encoding/binary"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord/voice/audio"
	"cordial/discord/voice/audio/ogg/oggtest"
)

// numbered are packets that hold their number, which a track of packets keeps.
func numbered(count int) [][]byte {
	packets := make([][]byte, count)
	for n := range packets {
		packets[n] = binary.BigEndian.AppendUint32([]byte{0xF8}, uint32(n))
	}
	return packets
}

// TestTwoHoursOfSpeech records speakers whose clocks are 100 ppm off, which are 0.72 s in two hours: one talks all the time, one for long, one
// seldom, and one sends from a clock that stands still in pauses.
func TestTwoHoursOfSpeech(t *testing.T) {
	const length = 2 * time.Hour
	all := []stretch{{time.Second, length - time.Second}}
	var seldom, often, long []stretch
	for at := 3 * time.Second; at < length-time.Minute; at += 5 * time.Minute {
		seldom = append(seldom, stretch{at, at + 10*time.Second})
	}
	for at := 10 * time.Second; at < length-time.Minute; at += time.Minute {
		often = append(often, stretch{at, at + 3*time.Second})
	}
	for at := 5 * time.Second; at < length-5*time.Minute; at += 15 * time.Minute {
		long = append(long, stretch{at, at + 4*time.Minute})
	}
	speakers := []speaker{
		{user: "1", ssrc: 1, timestamp: 0xFFF00000, talk: all, skew: 100e-6, jitter: 30 * time.Millisecond, loss: 0.01},
		{user: "2", ssrc: 2, timestamp: 1 << 31, talk: long, skew: -100e-6, jitter: 30 * time.Millisecond, loss: 0.01},
		{user: "3", ssrc: 3, timestamp: 5, talk: seldom, skew: 100e-6, jitter: 30 * time.Millisecond},
		{user: "4", ssrc: 4, timestamp: 0, talk: often, skew: -100e-6, jitter: 30 * time.Millisecond, still: true},
	}
	numbers := numbered(int(length / packetTime))
	for i := range speakers {
		speakers[i].opus = numbers
	}
	var rec Recording
	path := filepath.Join(t.TempDir(), "long.ogg")
	synctest.Test(t, func(t *testing.T) { rec = recordSpeakers(t, path, Options{}, length, speakers...) })
	for _, s := range speakers {
		checkPlaces(t, rec.Speakers[s.user], s, 20*time.Millisecond)
	}
	const want = -720 * time.Millisecond
	if got := rec.Speakers["1"].Drift.Duration; (got - want).Abs() > 20*time.Millisecond {
		t.Errorf("the speaker who talks all the time drifted by %v, want %v", got, want)
	}
}

// TestTwentyMinutesOfSound is the same for a track that is decoded, in which only the sound tells where it lies. The end of a stretch lacks the
// codec's delay.
func TestTwentyMinutesOfSound(t *testing.T) {
	const length = 20 * time.Minute
	var talk []stretch
	for at := 3 * time.Second; at < length-2*time.Minute; at += 2 * time.Minute {
		talk = append(talk, stretch{at, at + 15*time.Second}, stretch{at + time.Minute, at + 62*time.Second})
	}
	s := speaker{user: "1", ssrc: 1, timestamp: 0xFFF00000, talk: talk, skew: -100e-6, jitter: 30 * time.Millisecond, loss: 0.01}
	var rec Recording
	path := filepath.Join(t.TempDir(), "long.wav")
	synctest.Test(t, func(t *testing.T) { rec = recordSpeakers(t, path, Options{}, length, s) })
	track := rec.Speakers[s.user]
	checkHeard(t, track.Path, s.talk, 20*time.Millisecond+audio.Duration(codecDelay))
	checkLength(t, track.Path, length)
	if track.Invalid != 0 || track.Concealed == 0 {
		t.Errorf("%d packets were invalid and %d concealed, want none and some", track.Invalid, track.Concealed)
	}
}

// checkPlaces compares where the packets of a track are with where they were spoken.
func checkPlaces(t *testing.T, track *Track, s speaker, tolerance time.Duration) {
	t.Helper()
	current, packets := -1, 0
	var worst time.Duration
	oggtest.EachPacket(t, track.Path, func(opus []byte, at int64) {
		if len(opus) != 5 {
			return
		}
		n := int(binary.BigEndian.Uint32(opus[1:]))
		if n == 0 {
			current++
		}
		packets++
		off := audio.Duration(at) - (s.talk[current].start + s.spoken(n) + wayTime)
		if off.Abs() > worst.Abs() {
			worst = off
		}
	})
	if worst.Abs() >= tolerance {
		t.Errorf("speaker %s: a packet is %v off", track.User, worst)
	}
	if current+1 != len(s.talk) {
		t.Errorf("speaker %s: %d stretches, want %d", track.User, current+1, len(s.talk))
	}
	if sent := int(track.Packets); packets+int(track.Adjusted) < sent*98/100-5*len(s.talk) || int(track.Adjusted) > sent/200 {
		t.Errorf("speaker %s: %d of %d packets are in the track, %d were left out", track.User, packets, sent, track.Adjusted)
	}
	t.Logf("speaker %s: %d packets, worst %v, %d left out, drift %v", track.User, packets, worst, track.Adjusted, track.Drift)
}
