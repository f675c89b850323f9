package jitter

import (
	"math/bits"
	"time"

	"cordial/discord/voice/audio"
)

// How long a ring holds packets: until that many others have come after one, or until it is that old.
const (
	HoldPackets = 10
	HoldTime    = 200 * time.Millisecond
)

const (
	// maxJump is how far sequence numbers may be apart within one stream: 30 s of packets.
	maxJump = 1500
	// maxBack is how far the timestamp of a packet that was overtaken may lie behind the newest: 10 s.
	maxBack = 10 * audio.SampleRate
	// maxPacket is the size of the largest Opus packet there is: 6 frames of 1275 bytes with their headers.
	maxPacket = 6*1277 + 2
)

// A Packet is what came over the network. Opus is copied.
type Packet struct {
	SSRC      uint32
	Seq       uint16
	Timestamp uint32
	At        time.Time // when it came
	Opus      []byte
}

// A Frame is a piece of one speaker's sound.
type Frame struct {
	Opus    []byte    // valid until the ring's function returns; nil if the packet was lost
	Next    []byte    // for the last frame lost before a packet, that packet, which may hold a copy of what was lost (FEC)
	Samples int       // per channel, at 48 kHz
	At      time.Time // when it was spoken, as well as the arrivals of the packets tell
	Restart bool      // the stream began anew: a decoder must forget what it knows
}

// Stats counts what happened to the packets of one speaker.
type Stats struct {
	Received   uint64        // packets with sound, duplicates and late ones included
	Lost       uint64        // frames given as lost; their packets may have come late
	Late       uint64        // packets that came after their place was given
	Duplicates uint64        // packets that had come before
	Invalid    uint64        // packets that are not Opus
	Restarts   uint64        // streams begun after the first
	Drift      time.Duration // how far the speaker's clock went behind ours since the stream began; negative if ahead
}

// slot holds one packet.
type slot struct {
	held    bool
	rtp     int64 // RTP time, unwrapped
	at      time.Time
	samples int
	opus    []byte
}

// A Ring puts one speaker's packets in order. It holds HoldPackets packets at the most, and allocates nothing once it has held packets
// as large as the next. It is not safe for use by several goroutines at once.
type Ring struct {
	depth depth
	give  func(Frame)
	clock clock
	stats Stats

	slots []slot // by sequence number
	held  int
	first uint16 // sequence number of the oldest held packet, if there is one

	began   bool
	gave    bool // of this stream
	restart bool // the next frame is the first of a stream that is not the first
	ssrc    uint32
	next    uint16 // sequence number of the frame that is given next
	end     int64  // RTP time at which the last given frame ended
	samples int    // length of the last given packet
	given   uint64 // which of the 64 sequence numbers before next were given as packets

	newest     uint16 // highest sequence number so far
	newestTime int64  // its RTP time
	paused     bool   // it was a frame of silence, after which speakers pause
	formerSSRC uint32 // of the stream before
}

// NewRing returns a ring that hands its frames to give, in order, from within Push, Advance and Drain.
func NewRing(give func(Frame)) *Ring { return newRing(depth{HoldPackets, HoldTime}, give) }

// depth is how long a ring holds packets. Tests have other ones.
type depth struct {
	packets int
	time    time.Duration
}

func newRing(d depth, give func(Frame)) *Ring {
	return &Ring{depth: d, give: give, slots: make([]slot, 1<<bits.Len(uint(d.packets)))}
}

// Stats gives the counters.
func (r *Ring) Stats() Stats {
	s := r.stats
	s.Drift = r.clock.drift()
	return s
}

// Push takes a packet, and gives those that have waited for enough others.
func (r *Ring) Push(p Packet) {
	samples, err := audio.PacketSamples(p.Opus)
	if err != nil || len(p.Opus) > maxPacket {
		r.stats.Invalid++
		return
	}
	r.stats.Received++
	if r.straggles(p) {
		r.stats.Late++
		return
	}
	if !r.continues(p) {
		r.start(p)
	}
	rtp := r.unwrap(p.Timestamp)
	if r.misplaced(p.Seq) {
		return
	}
	if int16(p.Seq-r.newest) > 0 && r.clock.broken(rtp, p.At, r.resumes(p, rtp)) {
		r.Drain() // by the clock as it stands
		r.clock.reset()
	}
	r.clock.observe(rtp, p.At)
	r.makeRoom(p.Seq, rtp)
	r.put(p, rtp, samples)
}

// Advance gives the packets that have waited long enough by the clock, so that the last ones before a pause come out too. It is called
// at least as often as the depth is long.
func (r *Ring) Advance(now time.Time) {
	for r.held > 0 && now.Sub(r.slot(r.first).at) >= r.depth.time {
		r.giveFirst()
	}
}

// Drain gives all packets that are held.
func (r *Ring) Drain() {
	for r.held > 0 {
		r.giveFirst()
	}
}

// straggles reports whether a packet belongs to the stream before this one, of another SSRC.
func (r *Ring) straggles(p Packet) bool {
	return r.stats.Restarts > 0 && p.SSRC == r.formerSSRC && p.SSRC != r.ssrc && !r.gave
}

// continues reports whether a packet belongs to the stream that is going on: the same SSRC, and neither its sequence number nor its
// timestamp jumps. A timestamp may go forward by as much as it likes, for silence.
func (r *Ring) continues(p Packet) bool {
	if !r.began || p.SSRC != r.ssrc {
		return false
	}
	steps, forward := int(int16(p.Seq-r.newest)), r.unwrap(p.Timestamp)-r.newestTime
	switch {
	case steps > maxJump || steps < -maxJump:
		return false
	case steps > 0:
		return forward >= 0
	case steps < 0:
		return forward <= 0 && forward > -maxBack
	}
	return forward == 0
}

// start begins a stream with its first packet.
func (r *Ring) start(p Packet) {
	r.Drain()
	if r.began {
		r.stats.Restarts++
		r.restart = true
		r.formerSSRC = r.ssrc
	}
	r.began, r.gave, r.paused = true, false, false
	r.ssrc, r.next, r.newest, r.given = p.SSRC, p.Seq, p.Seq, 0
	r.newestTime = int64(p.Timestamp)
	r.clock.reset()
}

// unwrap turns a timestamp into the RTP time that is nearest to the newest packet's.
func (r *Ring) unwrap(timestamp uint32) int64 {
	return r.newestTime + int64(int32(timestamp-uint32(r.newestTime)))
}

// misplaced counts a packet that has no place: it is held or was given, or its place is gone. Before the first frame of a stream is
// given there is room before the first packet that came.
func (r *Ring) misplaced(seq uint16) bool {
	back := int(int16(r.next - seq))
	switch {
	case back <= 0:
		if s := r.slot(seq); s.held && r.held > 0 && int(seq-r.first) < len(r.slots) {
			r.stats.Duplicates++
			return true
		}
		return false
	case !r.gave && int(r.newest-seq) < r.depth.packets:
		r.next = seq
		return false
	case back <= 64 && r.given>>(back-1)&1 == 1:
		r.stats.Duplicates++
	default:
		r.stats.Late++
	}
	return true
}

// resumes reports whether a packet ends a pause for which its RTP time tells no length. While packets before the pause are missing it may as
// well be the network that is slow.
func (r *Ring) resumes(p Packet, rtp int64) bool {
	const slack = 3 * audio.FrameSamples // of senders who round
	follows := rtp-r.newestTime < int64(p.Seq-r.newest)*audio.FrameSamples+slack
	return r.paused && follows && !IsSilence(p.Opus) && r.held == int(r.newest+1-r.next)
}

// makeRoom gives what a packet is too far ahead of, so that no more than the depth lies between the next frame and the newest packet.
func (r *Ring) makeRoom(seq uint16, rtp int64) {
	if int16(seq-r.next) < 0 {
		return
	}
	for r.held > 0 && int(seq-r.next) >= r.depth.packets {
		r.giveFirst()
	}
	if missing := int(seq-r.next) - r.depth.packets + 1; missing > 0 {
		r.giveLost(missing, rtp-int64(r.depth.packets-1)*int64(r.samples))
		r.next += uint16(missing)
		r.given <<= missing
	}
}

func (r *Ring) put(p Packet, rtp int64, samples int) {
	s := r.slot(p.Seq)
	s.held, s.rtp, s.at, s.samples = true, rtp, p.At, samples
	s.opus = append(s.opus[:0], p.Opus...)
	if r.held == 0 || int16(p.Seq-r.first) < 0 {
		r.first = p.Seq
	}
	r.held++
	if int16(p.Seq-r.newest) >= 0 {
		r.newest, r.newestTime = p.Seq, rtp
		r.paused = IsSilence(p.Opus)
	}
}

// giveFirst gives the oldest held packet, after frames for those lost before it.
func (r *Ring) giveFirst() {
	s := r.slot(r.first)
	missing := int(r.first - r.next)
	r.giveLost(missing, s.rtp)
	f := Frame{Opus: s.opus, Samples: s.samples, At: r.clock.wall(s.rtp)}
	r.gave = true
	r.given = r.given<<(missing+1) | 1
	r.next = r.first + 1
	r.end, r.samples = s.rtp+int64(s.samples), s.samples
	r.release(s)
	r.hand(f)
}

// giveLost stands in for missing packets, as far as there is time for them until an RTP time.
func (r *Ring) giveLost(missing int, until int64) {
	for ; missing > 0 && r.end < until; missing-- {
		f := Frame{Samples: int(min(int64(r.samples), until-r.end)), At: r.clock.wall(r.end)}
		r.end += int64(f.Samples)
		if s := r.slot(r.first); r.held > 0 && r.end == s.rtp {
			f.Next = s.opus
		}
		r.stats.Lost++
		r.hand(f)
	}
}

// hand hands a frame over, saying of the first one of a stream that the stream began anew.
func (r *Ring) hand(f Frame) {
	f.Restart, r.restart = r.restart, false
	r.give(f)
}

// release frees the slot of the oldest held packet and finds the next.
func (r *Ring) release(s *slot) {
	s.held = false
	r.held--
	if r.held == 0 {
		return
	}
	for r.first++; !r.slot(r.first).held; {
		r.first++
	}
}

func (r *Ring) slot(seq uint16) *slot { return &r.slots[int(seq)&(len(r.slots)-1)] }

// IsSilence reports whether a packet is one that clients send when nothing is said: at most a table of contents and a frame that codes
// silence.
func IsSilence(opus []byte) bool { return len(opus) <= len(audio.Silence) }
