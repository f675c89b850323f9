package record

import (
	"time"

	"cordial/discord/voice/audio"
)

const (
	// mixHold is how long the mix waits for speakers before a moment of it is written. Packets that come later are in their own track only.
	mixHold = 400 * time.Millisecond
	// mixSamples is how much of the mix is held at the most, 4 s.
	mixSamples = 4 * audio.SampleRate
)

// mixer adds the tracks up. It holds mixSamples of the sum and writes what is older.
type mixer struct {
	channels int
	sum      []float32 // of the samples from start on; sample n is at n modulo mixSamples
	start    int64
	limiter  *limiter
	out      []int16
	sink     sink
	err      error // that ended writing
}

func newMixer(channels int, to sink) *mixer {
	return &mixer{
		channels: channels, sum: make([]float32, mixSamples*channels), limiter: newLimiter(channels),
		out: make([]int16, limiterBlock*channels), sink: to,
	}
}

// add adds sound from a sample of the recording on. What is written already stays as it is: so many samples are late.
func (m *mixer) add(at int64, pcm []int16) (late int64, err error) {
	samples := int64(len(pcm) / m.channels)
	m.write(at + samples - mixSamples)
	late = min(max(m.start-at, 0), samples)
	at, pcm = at+late, pcm[int(late)*m.channels:]
	for len(pcm) > 0 {
		place := m.sum[int(at%mixSamples)*m.channels:]
		n := min(len(place), len(pcm))
		for i, v := range pcm[:n] {
			place[i] += float32(v)
		}
		at, pcm = at+int64(n/m.channels), pcm[n:]
	}
	return late, m.err
}

// write writes the mix up to a sample, in whole blocks. After an error nothing more is written, and the error stays.
func (m *mixer) write(to int64) error {
	for m.start+limiterBlock <= to {
		at := int(m.start%mixSamples) * m.channels
		block := m.sum[at : at+limiterBlock*m.channels]
		m.start += limiterBlock
		if !m.limiter.block(m.out, block) { // the first one waits for the second
			clear(block)
			continue
		}
		clear(block)
		if m.err == nil {
			m.err = m.sink.sound(m.out)
		}
	}
	return m.err
}

// flush makes what was written readable.
func (m *mixer) flush() error {
	if m.err == nil {
		m.err = m.sink.flush()
	}
	return m.err
}

// close writes the mix up to its end.
func (m *mixer) close(end int64) error {
	err := m.write(end + limiterBlock)
	if closeErr := m.sink.close(); err == nil {
		err = closeErr
	}
	return err
}

// mixSink adds one track's sound to the mix.
type mixSink struct {
	mixer   *mixer
	at      int64
	unmixed *Duration // what was too late
}

func (s *mixSink) sound(pcm []int16) error {
	at := s.at
	s.at += int64(len(pcm) / s.mixer.channels)
	late, _ := s.mixer.add(at, pcm) // the recorder tells of the mix's errors; the track goes on
	s.unmixed.Duration += audio.Duration(late)
	return nil
}

func (s *mixSink) silence(samples int64) error {
	s.at += samples
	return nil
}

func (s *mixSink) flush() error { return nil }
func (s *mixSink) close() error { return nil }
