package sandbox

import (
	"net/http"

	"cordial/discord"
)

// VoiceState is somebody's place in the voice channels of a guild. Its member and what the guild has muted are the current ones when it
// is handed out.
type VoiceState struct {
	GuildID        discord.Snowflake `json:"guild_id,omitempty"`
	ChannelID      Nullable          `json:"channel_id"` // "" for somebody who has just left
	UserID         discord.Snowflake `json:"user_id"`
	Member         *Member           `json:"member,omitempty"`
	SessionID      string            `json:"session_id"`
	Deaf           bool              `json:"deaf"`
	Mute           bool              `json:"mute"`
	SelfDeaf       bool              `json:"self_deaf"`
	SelfMute       bool              `json:"self_mute"`
	SelfStream     bool              `json:"self_stream"`
	SelfVideo      bool              `json:"self_video"`
	Suppress       bool              `json:"suppress"`
	RequestToSpeak Timestamp         `json:"request_to_speak_timestamp"`

	token   string // what the client identifies with at the voice server
	gateway string // the id of the gateway's session that has asked for it last; "" for none
}

// The errors of voice.
var (
	errNotInVoice        = Refuse(http.StatusBadRequest, 40032)
	errUnknownVoiceState = Refuse(http.StatusNotFound, 10065)
	// errVoiceFull is the sandbox's own: Discord's clients join by the gateway, which does not answer.
	errVoiceFull = &Error{Status: http.StatusBadRequest, Message: "The voice channel is full."}
)

// JoinVoice connects the actor to a voice channel, or moves it there from another one. A person is in one channel at a time, a bot in
// one of each guild.
func (w *World) JoinVoice(actor Actor, channelID discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.voiceChannelFor(actor, channelID)
	if err != nil {
		return err
	}
	w.enterVoice(c, actor.User, false, false)
	return nil
}

// LeaveVoice disconnects the actor from the voice channels of a guild.
func (w *World) LeaveVoice(actor Actor, guildID discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return err
	}
	if g.voice[actor.User] == nil {
		return errUnknownVoiceState
	}
	w.exitVoice(g, actor.User)
	return nil
}

// The helpers below need the world's lock.

// voiceChannelFor finds a voice channel that the actor may connect to.
func (w *World) voiceChannelFor(actor Actor, id discord.Snowflake) (*channel, error) {
	c, err := w.channelWith(actor, id, discord.PermissionConnect)
	switch {
	case err != nil:
		return nil, err
	case !c.Type.IsVoice():
		return nil, errWrongChannelType
	case w.voiceFull(c, actor.User):
		return nil, errVoiceFull
	}
	return c, nil
}

// voiceFull reports whether there is no place for a user. Whoever may move members always finds one.
func (w *World) voiceFull(c *channel, user discord.Snowflake) bool {
	inside := w.inVoice(c)
	for _, s := range inside {
		if s.UserID == user {
			return false
		}
	}
	return c.UserLimit > 0 && len(inside) >= c.UserLimit && !w.channelPermissions(c, user).Has(discord.PermissionMoveMembers)
}

// inVoice lists who is in a voice channel.
func (w *World) inVoice(c *channel) []*VoiceState {
	var inside []*VoiceState
	for _, s := range sortedByID(w.guilds[c.GuildID].voice) {
		if s.ChannelID == nullID(c.ID) {
			inside = append(inside, s)
		}
	}
	return inside
}

// enterVoice puts a user into a voice channel. On a stage everybody begins in the audience.
func (w *World) enterVoice(c *channel, user discord.Snowflake, mute, deaf bool) {
	g := w.guilds[c.GuildID]
	if !w.users[user].Bot {
		for _, other := range sortedByID(w.guilds) {
			if other != g && other.voice[user] != nil {
				w.exitVoice(other, user)
			}
		}
	}
	next := VoiceState{GuildID: g.ID, UserID: user, SessionID: newSessionID()}
	old := g.voice[user]
	if old != nil {
		next = *old
	}
	moved := next.ChannelID != nullID(c.ID)
	next.ChannelID, next.SelfMute, next.SelfDeaf = nullID(c.ID), mute, deaf
	if moved {
		next.token = newSessionID()
		next.Suppress = c.Type == StageChannel || !w.channelPermissions(c, user).Has(discord.PermissionSpeak)
		next.RequestToSpeak = Timestamp{}
	}
	w.setVoice(g, &next)
	if !moved {
		return
	}
	if old != nil {
		w.voiceEmptied(g.channels[discord.Snowflake(old.ChannelID)])
	}
	if len(w.inVoice(c)) == 1 {
		c.voiceStart = w.now()
		w.emitVoiceStart(c)
	}
	if w.users[user].Bot {
		w.tellVoiceServer(g, user)
	}
}

// exitVoice takes a user out of the voice channels of a guild.
func (w *World) exitVoice(g *guild, user discord.Snowflake) {
	w.endVoice(g, user, discord.VoiceCloseDisconnected)
}

// endVoice is exitVoice with the code that the voice server closes a client with.
func (w *World) endVoice(g *guild, user discord.Snowflake, code discord.VoiceCloseCode) {
	w.unseat(g, user, code)
	left := *g.voice[user]
	delete(g.voice, user)
	c := g.channels[discord.Snowflake(left.ChannelID)]
	left.ChannelID = ""
	w.emit("VOICE_STATE_UPDATE", g.ID, "", w.voiceView(g, &left))
	w.voiceEmptied(c)
}

// setVoice stores a changed voice state and tells about it.
func (w *World) setVoice(g *guild, s *VoiceState) {
	g.voice[s.UserID] = s
	w.seat(g, s)
	w.emit("VOICE_STATE_UPDATE", g.ID, "", w.voiceView(g, s))
}

// voiceView is a voice state with its member as it is now. Somebody who has just left the guild has none.
func (w *World) voiceView(g *guild, s *VoiceState) *VoiceState {
	shown := *s
	if m := g.members[s.UserID]; m != nil {
		shown.Member, shown.Mute, shown.Deaf = w.memberView(m), m.Mute, m.Deaf
	}
	return &shown
}

// voiceEmptied forgets what a voice channel was about when nobody is left in it.
func (w *World) voiceEmptied(c *channel) {
	if c == nil || len(w.inVoice(c)) > 0 {
		return
	}
	c.voiceStart = Timestamp{}
	w.emitVoiceStart(c)
	if c.voiceStatus != "" {
		w.setVoiceStatus(c, "")
	}
}

func (w *World) emitVoiceStart(c *channel) {
	w.emit("VOICE_CHANNEL_START_TIME_UPDATE", c.GuildID, c.ID, struct {
		ID        discord.Snowflake `json:"id"`
		GuildID   discord.Snowflake `json:"guild_id"`
		StartTime *int64            `json:"voice_start_time"` // Unix seconds
	}{c.ID, c.GuildID, c.voiceStartTime()})
}

// voiceStartTime is since when people are in a voice channel, in Unix seconds; nil while nobody is.
func (c *channel) voiceStartTime() *int64 {
	if c.voiceStart.IsZero() {
		return nil
	}
	seconds := c.voiceStart.Unix()
	return &seconds
}
