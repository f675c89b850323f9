package luabind

import (
	"math"
	"sync"
	"time"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
)

// meter keeps the last packet of each speaker, from which their levels are told when somebody asks.
type meter struct {
	mu       sync.Mutex
	speakers map[discord.Snowflake]*metered
}

// metered is what the meter has of a speaker.
type metered struct {
	at      time.Time
	packet  []byte
	decoder audio.Decoder // made when the level is asked for
}

// levelTime is how long a packet says how loud a speaker is.
const levelTime = 300 * time.Millisecond

// hear takes note of a packet.
func (m *meter) hear(p voice.Packet) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.speakers[p.User]
	if s == nil {
		s = &metered{}
		if m.speakers == nil {
			m.speakers = map[discord.Snowflake]*metered{}
		}
		m.speakers[p.User] = s
	}
	s.at, s.packet = p.At, append(s.packet[:0], p.Opus...)
}

// levels are the levels of those who speak at a time, 0 to 1.
func (m *meter) levels(now time.Time) map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	levels := map[string]any{}
	for user, s := range m.speakers {
		switch age := now.Sub(s.at); {
		case age <= levelTime:
			levels[string(user)] = s.level()
		case age > time.Minute:
			delete(m.speakers, user)
		default:
			levels[string(user)] = 0.0
		}
	}
	return levels
}

// level is how loud the last packet is, in equal steps for the ear: 0 for 60 dB below full scale, 1 for full scale.
func (s *metered) level() float64 {
	if s.decoder == nil {
		decoder, err := audio.NewDecoder(2)
		if err != nil {
			return 0
		}
		s.decoder = decoder
	}
	var pcm [2 * audio.MaxPacketSamples]int16
	n, err := s.decoder.Decode(pcm[:], s.packet)
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
