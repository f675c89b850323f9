package sandbox

import (
	"cmp"
	"time"
)

// GatewayLimits are the numbers of a server's gateway. All times are by the world's clock.
type GatewayLimits struct {
	// Heartbeat is how often a client is asked to beat, and Silence how long one may be silent before it is disconnected. A zero
	// Silence is half as long again as Heartbeat.
	Heartbeat, Silence time.Duration
	// Frames is what one connection may send, and Presences how many of that may change the bot's presence.
	Frames, Presences Limit
	// AllMembers is how often a bot may ask for all members of one guild.
	AllMembers Limit
	// Starts is how many sessions a bot may start. One that starts more loses its sessions and its token.
	Starts Limit
	// Concurrency is how many sessions may be started in every IdentifyWindow, by the remainder of the shard's number.
	Concurrency    int
	IdentifyWindow time.Duration
	// Shards is how many shards GET /gateway/bot recommends, and GuildsPerShard how many guilds one may have.
	Shards, GuildsPerShard int
	// ResumeWindow is how long a session without a connection is kept, and Detached how many of one bot. The oldest makes room.
	ResumeWindow time.Duration
	Detached     int
	// ReplayFrames and ReplayBytes bound the events of a session that are kept for a resume. A connection that is further behind than
	// that is cut.
	ReplayFrames, ReplayBytes int
	// SplitBytes cuts the messages of zlib-stream into frames of this size; 0 leaves them whole.
	SplitBytes int
}

// DefaultGatewayLimits are Discord's numbers where it tells them.
func DefaultGatewayLimits() GatewayLimits {
	return GatewayLimits{
		Heartbeat:      41250 * time.Millisecond,
		Frames:         Limit{120, time.Minute},
		Presences:      Limit{5, 20 * time.Second},
		AllMembers:     Limit{1, 30 * time.Second},
		Starts:         Limit{1000, 24 * time.Hour},
		Concurrency:    1,
		IdentifyWindow: 5 * time.Second,
		Shards:         1,
		GuildsPerShard: 2500,
		ResumeWindow:   3 * time.Minute,
		Detached:       256,
		ReplayFrames:   20_000,
		ReplayBytes:    32 << 20,
	}
}

// silence is how long a client may be silent.
func (l *GatewayLimits) silence() time.Duration { return cmp.Or(l.Silence, l.Heartbeat+l.Heartbeat/2) }
