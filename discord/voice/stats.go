package voice

import "cordial/discord"

// SpeakerStats count what came from one speaker since the Connection was made.
type SpeakerStats struct {
	Received  uint64 // packets, with duplicates
	Bytes     uint64 // of their Opus or encrypted frames
	Lost      int    // sequence numbers that did not come
	Late      uint64 // packets that came after one that follows them
	Duplicate uint64 // packets that came again; they are not passed on
	Failed    uint64 // packets that could not be decrypted end to end; they are not passed on
	Invalid   uint64 // packets that hold no Opus; they are passed on
	Held      uint64 // packets that waited for their speaker or their key
	Dropped   uint64 // of those, packets that waited in vain
}

// plus adds two counts up.
func (s SpeakerStats) plus(o SpeakerStats) SpeakerStats {
	return SpeakerStats{
		Received: s.Received + o.Received, Bytes: s.Bytes + o.Bytes, Lost: s.Lost + o.Lost, Late: s.Late + o.Late,
		Duplicate: s.Duplicate + o.Duplicate, Failed: s.Failed + o.Failed, Invalid: s.Invalid + o.Invalid,
		Held: s.Held + o.Held, Dropped: s.Dropped + o.Dropped,
	}
}

// Stats count what a Connection has seen and sent since it was made.
type Stats struct {
	Speakers map[discord.Snowflake]SpeakerStats // "" are those whose user never became known
	Foreign  uint64                             // UDP datagrams that were not encrypted with the key of the connection, or damaged
	Sent     uint64                             // packets of SendOpus
	Unsent   uint64                             // packets of SendOpus while the connection was away, had no key yet, or could not tell the others yet who speaks
}
