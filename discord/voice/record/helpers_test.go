package record

import (
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// wayTime is the shortest time from a mouth to us: the 20 ms of a packet and the network.
const wayTime = 50 * time.Millisecond

// packetTime is the length of a packet.
const packetTime = 20 * time.Millisecond

// stretch is a time in which a speaker talks, from the start of the test on.
type stretch struct{ start, end time.Duration }

// speaker is somebody who talks over a network that is not good.
type speaker struct {
	user       discord.Snowflake
	ssrc       uint32
	seq        uint16
	timestamp  uint32
	talk       []stretch
	jitter     time.Duration // packets are late by as much at the most
	loss       float64
	duplicates float64
	skew       float64 // how much too fast the speaker's clock is
	still      bool    // the RTP time stands still in pauses, as that of some bots
	quiet      bool    // no packets of silence follow a stretch
	opus       [][]byte
}

// arrival is a packet and the time after which it comes.
type arrival struct {
	after time.Duration
	voice.Packet
}

// arrivals are the packets of speakers in the order in which they come.
func arrivals(seed uint64, speakers ...speaker) []arrival {
	var all []arrival
	for i, s := range speakers {
		all = append(all, s.arrivals(rand.New(rand.NewPCG(seed, uint64(i))))...)
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return int(a.after - b.after) })
	return all
}

// arrivals lets a speaker talk. The first and the last packets of a stretch are never lost, so that its borders can be measured.
func (s speaker) arrivals(r *rand.Rand) []arrival {
	var all []arrival
	opus, stood := s.opus, time.Duration(0)
	if opus == nil {
		opus = tone()
	}
	seq := s.seq
	for i, t := range s.talk {
		if i > 0 && s.still {
			stood += t.start - s.talk[i-1].end - 5*packetTime
		}
		packets := int(math.Round((t.end - t.start).Seconds() * (1 + s.skew) / packetTime.Seconds()))
		silent := 5
		if s.quiet {
			silent = 0
		}
		begin := s.timestamp + uint32(int64((t.start-stood).Seconds()*(1+s.skew)*audio.SampleRate))
		for n := range packets + silent {
			spoken := t.start + s.spoken(n)
			p := voice.Packet{User: s.user, SSRC: s.ssrc, Seq: seq, Timestamp: begin + uint32(n)*audio.FrameSamples, Opus: audio.Silence}
			seq++
			if n < packets {
				p.Opus = opus[n%len(opus)]
			}
			if n > 0 && n < packets-4 && r.Float64() < s.loss {
				continue
			}
			late := time.Duration(r.Float64() * float64(s.jitter))
			all = append(all, arrival{spoken + wayTime + late, p})
			if r.Float64() < s.duplicates {
				all = append(all, arrival{spoken + wayTime + late + 7*time.Millisecond, p})
			}
		}
	}
	return all
}

// spoken is when the n-th packet of a stretch is spoken, from its start on.
func (s speaker) spoken(n int) time.Duration {
	return time.Duration(float64(n) * float64(packetTime) / (1 + s.skew))
}

// play hands the packets over when they come, and waits until a time is over. It runs in a bubble of synctest.
func play(list []arrival, until time.Duration, to ...func(voice.Packet)) {
	start := time.Now()
	for _, a := range list {
		time.Sleep(time.Until(start.Add(a.after)))
		a.At = time.Now()
		for _, take := range to {
			take(a.Packet)
		}
	}
	time.Sleep(time.Until(start.Add(until)))
}

// tone is a second of a tone of 500 Hz in Opus, which can go round and round.
var tone = sync.OnceValue(func() [][]byte {
	encoder, err := audio.NewEncoder(1, 32000)
	if err != nil {
		panic(err)
	}
	pcm := make([]int16, audio.FrameSamples)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*500*float64(i)/audio.SampleRate))
	}
	var packets [][]byte
	for range 60 {
		opus, err := encoder.Encode(nil, pcm)
		if err != nil {
			panic(err)
		}
		packets = append(packets, opus)
	}
	return packets[10:]
})

// loudness is the loudest value of each millisecond of a sound file, from a time on.
func loudness(t *testing.T, path string, from time.Duration) []int16 {
	t.Helper()
	source, err := audio.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	if err := source.Seek(from); err != nil {
		t.Fatal(err)
	}
	var all []int16
	pcm := make([]int16, 2*audio.SampleRate/1000)
	for {
		n, err := source.Read(pcm)
		if n > 0 {
			all = append(all, slices.Max(pcm[:2*n]))
		}
		if errors.Is(err, io.EOF) || errors.Is(err, audio.ErrTruncated) {
			return all
		} else if err != nil {
			t.Fatalf("%s after %d ms: %v", path, len(all), err)
		}
	}
}

// heard are the stretches in a sound file that are louder than silence. Holes of less than 150 ms are left by lost packets.
func heard(t *testing.T, path string) []stretch {
	t.Helper()
	return heardFrom(t, path, 0)
}

// heardFrom is heard, from a time on.
func heardFrom(t *testing.T, path string, from time.Duration) []stretch {
	t.Helper()
	var found []stretch
	for ms, loud := range loudness(t, path, from) {
		at := from + time.Duration(ms)*time.Millisecond
		if loud < 1500 {
			continue
		}
		if n := len(found); n > 0 && at-found[n-1].end < 150*time.Millisecond {
			found[n-1].end = at + time.Millisecond
		} else {
			found = append(found, stretch{at, at + time.Millisecond})
		}
	}
	return found
}

// checkHeard compares what a file has with what was said.
func checkHeard(t *testing.T, path string, talk []stretch, tolerance time.Duration) {
	t.Helper()
	found := heard(t, path)
	if len(found) != len(talk) {
		t.Errorf("%s: heard %v, want %d stretches", path, found, len(talk))
		return
	}
	for i, f := range found {
		want := stretch{talk[i].start + wayTime, talk[i].end + wayTime}
		if off := f.start - want.start; off.Abs() > tolerance {
			t.Errorf("%s: stretch %d begins at %v, %v off", path, i, f.start, off)
		}
		if off := f.end - want.end; off.Abs() > tolerance {
			t.Errorf("%s: stretch %d ends at %v, %v off", path, i, f.end, off)
		}
	}
}

// seconds makes a stretch from seconds.
func seconds(start, end float64) stretch {
	return stretch{time.Duration(start * float64(time.Second)), time.Duration(end * float64(time.Second))}
}
