package gateway

import (
	"encoding/json"
	"runtime"

	"cordial/discord"
)

// Frame is what a client sends.
type Frame struct {
	Op discord.Opcode `json:"op"`
	D  any            `json:"d"`
}

// Identify is the data of discord.OpIdentify, which begins a session.
type Identify struct {
	Token          string             `json:"token"` // without "Bot "
	Intents        discord.Intents    `json:"intents"`
	Properties     IdentifyProperties `json:"properties"`
	Compress       bool               `json:"compress,omitempty"`
	LargeThreshold int                `json:"large_threshold,omitempty"`
	Shard          *[2]int            `json:"shard,omitempty"` // id and number of shards
	Presence       *Presence          `json:"presence,omitempty"`
}

// IdentifyProperties say what program it is.
type IdentifyProperties struct {
	OS      string `json:"os"`
	Browser string `json:"browser"`
	Device  string `json:"device"`
}

// Properties are this program's.
func Properties() IdentifyProperties {
	return IdentifyProperties{OS: runtime.GOOS, Browser: "cordial", Device: "cordial"}
}

// Resume is the data of discord.OpResume, which goes on with a session.
type Resume struct {
	Token     string `json:"token"`
	SessionID string `json:"session_id"`
	Seq       int64  `json:"seq"`
}

// Heartbeat is the data of discord.OpHeartbeat: the last event's number, or null.
func Heartbeat(seq int64) any {
	if seq == 0 {
		return nil
	}
	return seq
}

// Presence is the data of discord.OpPresenceUpdate. Of an activity Discord takes name, type, state and url.
type Presence struct {
	Since      *int64     `json:"since"` // milliseconds since 1970, null when not idle
	Activities []Activity `json:"activities"`
	Status     string     `json:"status"` // online, dnd, idle, invisible or offline
	AFK        bool       `json:"afk"`
}

// Activity is what a bot is shown to do. Type is one of activity_types: 4 shows State alone, 1 needs a URL of Twitch or YouTube.
type Activity struct {
	Name  string `json:"name"`
	Type  int    `json:"type"`
	State string `json:"state,omitempty"`
	URL   string `json:"url,omitempty"`
}

// MarshalJSON fills in what Discord wants to be there.
func (p Presence) MarshalJSON() ([]byte, error) {
	type plain Presence
	if p.Activities == nil {
		p.Activities = []Activity{}
	}
	if p.Status == "" {
		p.Status = "online"
	}
	return json.Marshal(plain(p))
}

// VoiceState is the data of discord.OpVoiceStateUpdate. Without a channel the bot leaves.
type VoiceState struct {
	Guild   discord.Snowflake  `json:"guild_id"`
	Channel *discord.Snowflake `json:"channel_id"`
	Mute    bool               `json:"self_mute"`
	Deaf    bool               `json:"self_deaf"`
}

// MembersRequest is the data of discord.OpRequestGuildMembers. Without UserIDs it asks for members by the beginning of their
// names, at most 100 of them; with neither Query nor Limit for everyone, which needs the intent GUILD_MEMBERS.
type MembersRequest struct {
	Guild     discord.Snowflake   `json:"guild_id"`
	Query     string              `json:"query"`
	Limit     int                 `json:"limit"`
	UserIDs   []discord.Snowflake `json:"user_ids,omitempty"`
	Presences bool                `json:"presences,omitempty"` // needs the intent GUILD_PRESENCES
	Nonce     string              `json:"nonce,omitempty"`     // RequestMembers sets it
}

// MarshalJSON leaves out what excludes the other.
func (r MembersRequest) MarshalJSON() ([]byte, error) {
	type plain MembersRequest
	if len(r.UserIDs) == 0 {
		return json.Marshal(plain(r))
	}
	return json.Marshal(struct {
		plain
		Query *string `json:"query,omitempty"`
		Limit *int    `json:"limit,omitempty"`
	}{plain: plain(r)})
}

// SoundboardRequest is the data of discord.OpRequestSoundboardSounds.
type SoundboardRequest struct {
	Guilds []discord.Snowflake `json:"guild_ids"`
}

// ChannelInfoRequest is the data of discord.OpRequestChannelInfo. The fields are status and voice_start_time.
type ChannelInfoRequest struct {
	Guild  discord.Snowflake `json:"guild_id"`
	Fields []string          `json:"fields"`
}
