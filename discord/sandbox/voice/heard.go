package voice

import (
	"cmp"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
)

// Packet is an Opus packet that has reached a person, decrypted.
type Packet struct {
	At        time.Time // by the server's clock
	SSRC      uint32
	Seq       uint16
	Timestamp uint32
	Opus      []byte
}

// overheard is a packet, who has heard it, and of whom.
type overheard struct {
	listener, speaker discord.Snowflake
	Packet
}

// note keeps what a person hears. The oldest packets make room.
func (s *Server) note(h overheard) {
	h.Opus = slices.Clone(h.Opus)
	s.heard = append(s.heard, h)
	if over := len(s.heard) - s.limits.Heard; over > 0 {
		clear(s.heard[:over]) // what is in front of a slice is kept with it
		s.heard = s.heard[over:]
	}
}

// Heard gives what has reached a person from a speaker, oldest first, as much of it as is kept, also after the two have left. What was
// said while the person was deaf or elsewhere is not there.
func (s *Server) Heard(listener, speaker discord.Snowflake) []Packet {
	s.lock()
	defer s.unlock()
	var all []Packet
	for _, h := range s.heard {
		if h.listener == listener && h.speaker == speaker {
			all = append(all, h.Packet)
		}
	}
	return all
}

// Save writes packets that were heard to a sound file, each at its time, with silence where none has come. The extension says the format:
// in .ogg the packets are as they came, for any other that audio.Create knows they are decoded. A file of that name is replaced.
func Save(path string, heard []Packet) error {
	if strings.EqualFold(filepath.Ext(path), ".ogg") {
		return savePackets(path, heard)
	}
	const channels = 2
	decoder, err := audio.NewDecoder(channels)
	if err != nil {
		return err
	}
	defer decoder.Close()
	out, err := audio.Create(path, audio.Format{Channels: channels})
	if err != nil {
		return err
	}
	pcm := make([]int16, channels*audio.MaxPacketSamples)
	for opus, samples := range Placed(heard) {
		if n, err := decoder.Decode(pcm, opus); err != nil || n != samples {
			clear(pcm) // damaged by its sender
		}
		if err := out.Write(pcm[:channels*samples]); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	return out.Close()
}

// savePackets writes packets as Ogg Opus.
func savePackets(path string, heard []Packet) error {
	out, err := audio.CreatePackets(path)
	if err != nil {
		return err
	}
	for opus := range Placed(heard) {
		if err := out.WritePacket(opus); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	return out.Close()
}

// Placed gives packets one after the other, each once and at its time, with frames of silence in the gaps, and how long they are in
// samples. What is no Opus packet is a gap.
func Placed(heard []Packet) iter.Seq2[[]byte, int] {
	return func(yield func([]byte, int) bool) {
		var end int64 // of what was given
		for i, p := range inOrder(heard) {
			samples, err := audio.PacketSamples(p.Opus)
			if err != nil || i > 0 && p.at < end {
				continue
			}
			if i == 0 {
				end = p.at
			}
			for ; end+audio.FrameSamples <= p.at; end += audio.FrameSamples {
				if !yield(audio.Silence, audio.FrameSamples) {
					return
				}
			}
			if !yield(p.Opus, samples) {
				return
			}
			end += int64(samples)
		}
	}
}

// placed is a packet and when it is to be heard, in samples.
type placed struct {
	Packet
	at int64
}

// inOrder sorts packets by their times. Within a stream the timestamps tell them, and when another stream begins the clock does.
func inOrder(heard []Packet) []placed {
	all := make([]placed, len(heard))
	for i, p := range heard {
		all[i].Packet = p
		if i == 0 {
			continue
		}
		if before := all[i-1]; p.SSRC == before.SSRC {
			all[i].at = before.at + int64(int32(p.Timestamp-before.Timestamp))
		} else {
			all[i].at = int64(p.At.Sub(heard[0].At).Seconds() * audio.SampleRate)
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	return all
}
