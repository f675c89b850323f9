package voice

import (
	"maps"
	"slices"
	"sync"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
)

// maxStreams bounds the streams of one media session, and maxSpeakers the users whose counters are kept: what is beyond counts for the
// user "". maxSpeakers also bounds the users who are listed; a channel holds fewer.
const (
	maxStreams  = 4096
	maxSpeakers = 16384
)

// streams are what comes from the others in a channel, by SSRC, and who they are. They outlive media sessions for the counters'
// sake.
type streams struct {
	mu      sync.Mutex
	bySSRC  map[uint32]*stream
	present map[discord.Snowflake]bool         // who is in the media session
	totals  map[discord.Snowflake]SpeakerStats // of streams that have ended
}

// stream is one SSRC's packets.
type stream struct {
	held held // of the goroutine that reads the UDP socket; all else is under streams.mu

	user   discord.Snowflake // "" until it is known
	id     uint64            // the user's
	window window
	stats  SpeakerStats
	watch  watch
}

func newStreams() *streams {
	return &streams{
		bySSRC: map[uint32]*stream{}, present: map[discord.Snowflake]bool{}, totals: map[discord.Snowflake]SpeakerStats{},
	}
}

// of is the stream of an SSRC, nil if there are too many already. s.mu is held.
func (s *streams) of(ssrc uint32) *stream {
	found := s.bySSRC[ssrc]
	if found == nil && len(s.bySSRC) < maxStreams {
		found = &stream{}
		s.bySSRC[ssrc] = found
	}
	return found
}

// name notes whose an SSRC is.
func (s *streams) name(ssrc uint32, user discord.Snowflake) {
	if ssrc == 0 || user.Uint() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rename(ssrc, user)
}

// rename is name with s.mu held. It gives the stream, nil if there are too many.
func (s *streams) rename(ssrc uint32, user discord.Snowflake) *stream {
	if known := s.bySSRC[ssrc]; known != nil && known.user != "" && known.user != user {
		s.fold(ssrc)
	}
	found := s.of(ssrc)
	if found != nil {
		found.user, found.id = user, user.Uint()
	}
	return found
}

// speaking notes that a user begins to speak, or ends.
func (s *streams) speaking(ssrc uint32, user discord.Snowflake, on bool, now time.Time) {
	if ssrc == 0 || user.Uint() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.admit(user)
	found := s.rename(ssrc, user)
	switch {
	case found == nil:
	case on:
		found.watch.sign(now)
	default:
		found.watch = watch{}
	}
}

// enter notes that a user is in the media session.
func (s *streams) enter(user discord.Snowflake) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.admit(user)
}

// admit is enter with s.mu held.
func (s *streams) admit(user discord.Snowflake) {
	if len(s.present) < maxSpeakers {
		s.present[user] = true
	}
}

// leave notes that a user is not there any more.
func (s *streams) leave(user discord.Snowflake) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.present, user)
	for ssrc, known := range s.bySSRC {
		if known.user == user {
			s.fold(ssrc)
		}
	}
}

// restart forgets who was there, for another media session.
func (s *streams) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ssrc := range s.bySSRC {
		s.fold(ssrc)
	}
	clear(s.present)
}

// fold ends a stream and keeps its counters. s.mu is held.
func (s *streams) fold(ssrc uint32) {
	ended := s.bySSRC[ssrc]
	delete(s.bySSRC, ssrc)
	if ended.stats == (SpeakerStats{}) {
		return
	}
	user := ended.user
	if _, known := s.totals[user]; !known && len(s.totals) >= maxSpeakers {
		user = ""
	}
	s.totals[user] = s.totals[user].plus(ended.stats)
}

// users are those in the media session, in order.
func (s *streams) users() []discord.Snowflake {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Keys(s.present), discord.Snowflake.Compare)
}

// speakers gives the counters by user.
func (s *streams) speakers() map[discord.Snowflake]SpeakerStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := maps.Clone(s.totals)
	for _, one := range s.bySSRC {
		if one.stats != (SpeakerStats{}) {
			all[one.user] = all[one.user].plus(one.stats)
		}
	}
	return all
}

// origin is where a packet comes from.
type origin struct {
	stream *stream
	user   discord.Snowflake // "" when it is not known
	id     uint64
}

// arrived counts a packet. It is false for one to pass over: a duplicate, or one stream too many.
func (s *streams) arrived(ssrc uint32, seq uint16, bytes int, now time.Time) (origin, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := s.of(ssrc)
	if from == nil {
		return origin{}, false
	}
	from.stats.Received++
	from.stats.Bytes += uint64(bytes)
	a := from.window.arrived(seq)
	from.stats.Lost += a.lost
	if a.late {
		from.stats.Late++
	}
	if a.duplicate {
		from.stats.Duplicate++
		return origin{}, false
	}
	from.watch.sign(now)
	return origin{from, from.user, from.id}, true
}

// origin is whose a stream is by now.
func (s *streams) origin(of *stream) origin {
	s.mu.Lock()
	defer s.mu.Unlock()
	return origin{of, of.user, of.id}
}

// count changes a stream's counters.
func (s *streams) count(of *stream, change func(*SpeakerStats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&of.stats)
}

// heard notes that a stream's packet is passed on. One that holds no Opus is nothing to hear.
func (s *streams) heard(of *stream, opus []byte, silence bool) {
	_, err := audio.PacketSamples(opus)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		of.stats.Invalid++
		return
	}
	of.watch.heard(silence)
}
