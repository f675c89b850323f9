package luabind

import (
	"math"
	"slices"
	"sync"
	"time"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

const (
	// levelTime is how long a packet says how loud a speaker is.
	levelTime = 300 * time.Millisecond
	// quietTime is how long somebody who says nothing has a level.
	quietTime = time.Minute
)

// meter keeps the last packet of each speaker, from which their levels are told when somebody asks.
type meter struct {
	mu   sync.Mutex // held for moments only: whoever reads packets needs it
	last map[discord.Snowflake]*lastPacket

	asking   sync.Mutex // held while packets are decoded
	decoders map[discord.Snowflake]audio.Decoder
	over     bool
}

type lastPacket struct {
	at   time.Time
	opus []byte
}

// hear takes note of a packet.
func (m *meter) hear(p voice.Packet) {
	m.mu.Lock()
	defer m.mu.Unlock()
	last := m.last[p.User]
	if last == nil {
		m.forget(p.At)
		last = &lastPacket{}
		m.last[p.User] = last
	}
	last.at, last.opus = p.At, append(last.opus[:0], p.Opus...)
}

// forget leaves out those who have long been quiet; m.mu is held.
func (m *meter) forget(now time.Time) {
	if m.last == nil {
		m.last = map[discord.Snowflake]*lastPacket{}
	}
	for user, last := range m.last {
		if now.Sub(last.at) > quietTime {
			delete(m.last, user)
		}
	}
}

// speakers are the packets of those who have a level: nil for those who are quiet.
func (m *meter) speakers(now time.Time) map[discord.Snowflake][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	speakers := map[discord.Snowflake][]byte{}
	for user, last := range m.last {
		speakers[user] = nil
		if now.Sub(last.at) <= levelTime {
			speakers[user] = slices.Clone(last.opus)
		}
	}
	return speakers
}

// levels are the levels of those who speak at a time, 0 to 1. After end there are none.
func (m *meter) levels(now time.Time) map[string]any {
	m.asking.Lock()
	defer m.asking.Unlock()
	levels := map[string]any{}
	if m.over {
		return levels
	}
	speakers := m.speakers(now)
	for user, opus := range speakers {
		levels[string(user)] = m.level(user, opus)
	}
	m.closeDecoders(func(user discord.Snowflake) bool { _, speaks := speakers[user]; return !speaks })
	return levels
}

// end gives back what the meter has.
func (m *meter) end() {
	m.asking.Lock()
	defer m.asking.Unlock()
	m.over = true
	m.closeDecoders(func(discord.Snowflake) bool { return true })
}

// closeDecoders closes the decoders of some users; m.asking is held.
func (m *meter) closeDecoders(of func(user discord.Snowflake) bool) {
	for user, decoder := range m.decoders {
		if of(user) {
			decoder.Close()
			delete(m.decoders, user)
		}
	}
}

// decoder is that of a user, with which all their packets are decoded; m.asking is held.
func (m *meter) decoder(user discord.Snowflake) (audio.Decoder, error) {
	if known := m.decoders[user]; known != nil {
		return known, nil
	}
	decoder, err := audio.NewDecoder(2)
	if err != nil {
		return nil, err
	}
	if m.decoders == nil {
		m.decoders = map[discord.Snowflake]audio.Decoder{}
	}
	m.decoders[user] = decoder
	return decoder, nil
}

// level is how loud a packet is, in equal steps for the ear: 0 for 60 dB below full scale, 1 for full scale.
func (m *meter) level(user discord.Snowflake, opus []byte) float64 {
	if opus == nil {
		return 0
	}
	decoder, err := m.decoder(user)
	if err != nil {
		return 0
	}
	var pcm [2 * audio.MaxPacketSamples]int16
	n, err := decoder.Decode(pcm[:], opus)
	if err != nil || n == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range pcm[:2*n] {
		sum += float64(v) * float64(v)
	}
	rms := math.Sqrt(sum/float64(2*n)) / math.MaxInt16
	return min(max(1+20*math.Log10(max(rms, 1e-9))/60, 0), 1)
}
