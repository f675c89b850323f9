package sandbox

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"cordial/discord"
)

// presenceUpdate is the payload that changes a bot's presence, and the presence of IDENTIFY.
type presenceUpdate struct {
	Since      *int64 `json:"since"`
	Activities []struct {
		Name  *string `json:"name"`
		Type  *int    `json:"type"`
		URL   string  `json:"url"`
		State string  `json:"state"`
	} `json:"activities"`
	Status string `json:"status"`
	AFK    bool   `json:"afk"`
}

// shownStatus is what others see of a status that a bot may set.
var shownStatus = map[string]string{"online": "online", "idle": "idle", "dnd": "dnd", "invisible": statusOffline, "offline": statusOffline}

const (
	streaming    = 1   // the type of an activity that may have a URL
	maxActivity  = 128 // characters of a name or state
	activityKind = 5   // the last type of an activity
)

// streamHosts are the sites that a stream may be on.
var streamHosts = []string{"twitch.tv", "www.twitch.tv", "youtube.com", "www.youtube.com"}

// readPresence reads a presence that a bot sets, or reports that it is none. It needs the world's lock.
func (w *World) readPresence(data json.RawMessage) (Presence, bool) {
	var u presenceUpdate
	if json.Unmarshal(data, &u) != nil || shownStatus[u.Status] == "" {
		return Presence{}, false
	}
	p := Presence{Status: shownStatus[u.Status]}
	for _, a := range u.Activities {
		if a.Name == nil || a.Type == nil || *a.Type < 0 || *a.Type > activityKind || len(*a.Name) > 4*maxActivity ||
			len([]rune(*a.Name)) > maxActivity || len([]rune(a.State)) > maxActivity {
			return Presence{}, false
		}
		activity := Activity{Name: *a.Name, Type: *a.Type, State: a.State, CreatedAt: w.clock.Now().UnixMilli()}
		if at, err := url.Parse(a.URL); err == nil && *a.Type == streaming && slices.Contains(streamHosts, strings.ToLower(at.Host)) {
			activity.URL = Nullable(a.URL)
		}
		p.Activities = append(p.Activities, activity)
	}
	if p.Status == statusOffline {
		p.Activities = nil
	}
	return p, true
}

// receivePresence changes the bot's presence. Changes that come too fast are dropped.
func receivePresence(c *conn, s *session, data json.RawMessage) *closing {
	w := c.g.w
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.readPresence(data)
	if !ok {
		return badPayload()
	}
	if c.presences.take(c.g.limits.Presences, w.clock.Now()) {
		w.setPresence(s.viewer.user, p)
	}
	return nil
}

// voiceUpdate is the payload that joins, moves or leaves voice.
type voiceUpdate struct {
	GuildID   *discord.Snowflake       `json:"guild_id"`
	ChannelID Field[discord.Snowflake] `json:"channel_id"` // null leaves
	SelfMute  bool                     `json:"self_mute"`
	SelfDeaf  bool                     `json:"self_deaf"`
}

// receiveVoiceState joins a voice channel, moves there, or leaves. What is not allowed has no answer.
func receiveVoiceState(c *conn, s *session, data json.RawMessage) *closing {
	var u voiceUpdate
	if json.Unmarshal(data, &u) != nil || u.GuildID == nil || !u.ChannelID.Set {
		return badPayload()
	}
	w, actor := c.g.w, Actor{User: s.viewer.user}
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, *u.GuildID)
	if err != nil || !s.serves(g.ID) {
		return nil
	}
	if u.ChannelID.Value == "" {
		if g.voice[actor.User] != nil {
			w.exitVoice(g, actor.User)
		}
		return nil
	}
	if to, err := w.voiceChannelFor(actor, u.ChannelID.Value); err == nil && to.GuildID == g.ID {
		w.enterVoice(to, actor.User, u.SelfMute, u.SelfDeaf)
		owned := *g.voice[actor.User]
		owned.gateway = s.id
		g.voice[actor.User] = &owned
	}
	return nil
}

// receiveSoundsRequest tells the soundboard sounds of guilds, of which there are none here.
func receiveSoundsRequest(c *conn, s *session, data json.RawMessage) *closing {
	var r struct {
		GuildIDs []discord.Snowflake `json:"guild_ids"`
	}
	if json.Unmarshal(data, &r) != nil || r.GuildIDs == nil {
		return badPayload()
	}
	c.g.w.mu.Lock()
	defer c.g.w.mu.Unlock()
	for _, guild := range c.g.guildsOf(s) {
		if slices.Contains(r.GuildIDs, guild.ID) {
			c.g.send(s, "SOUNDBOARD_SOUNDS", struct {
				GuildID discord.Snowflake `json:"guild_id"`
				Sounds  []struct{}        `json:"soundboard_sounds"`
			}{guild.ID, []struct{}{}})
		}
	}
	return nil
}

// channelInfo is what is never part of a channel object.
type channelInfo struct {
	ID        discord.Snowflake `json:"id"`
	Status    *string           `json:"status,omitempty"`
	StartTime *int64            `json:"voice_start_time,omitempty"` // Unix seconds
}

// receiveChannelInfoRequest tells of the voice channels of a guild that have something to tell.
func receiveChannelInfoRequest(c *conn, s *session, data json.RawMessage) *closing {
	var r struct {
		GuildID *discord.Snowflake `json:"guild_id"`
		Fields  []string           `json:"fields"`
	}
	if json.Unmarshal(data, &r) != nil || r.GuildID == nil || r.Fields == nil {
		return badPayload()
	}
	w := c.g.w
	w.mu.Lock()
	defer w.mu.Unlock()
	guild, err := w.guildFor(Actor{User: s.viewer.user}, *r.GuildID)
	if err != nil || !s.serves(guild.ID) {
		return nil
	}
	infos := []channelInfo{}
	for _, ch := range sortedByID(guild.channels) {
		info := channelInfo{ID: ch.ID}
		if slices.Contains(r.Fields, "status") && ch.voiceStatus != "" {
			info.Status = &ch.voiceStatus
		}
		if slices.Contains(r.Fields, "voice_start_time") {
			info.StartTime = ch.voiceStartTime()
		}
		if (info.Status != nil || info.StartTime != nil) && w.canSee(ch, s.viewer.user) {
			infos = append(infos, info)
		}
	}
	c.g.send(s, "CHANNEL_INFO", struct {
		GuildID  discord.Snowflake `json:"guild_id"`
		Channels []channelInfo     `json:"channels"`
	}{guild.ID, infos})
	return nil
}
