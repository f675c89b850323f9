package sandbox

import (
	"net/http"

	"cordial/discord"
)

// VoiceStateOf shows somebody's voice state to a member of the guild who can see the channel.
func (w *World) VoiceStateOf(actor Actor, guildID, user discord.Snowflake) (*VoiceState, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, s, err := w.voiceStateFor(actor, guildID, user)
	if err != nil {
		return nil, err
	}
	return w.voiceView(g, s), nil
}

// voiceStateFor finds a voice state that the actor may see. It needs the world's lock, as the helpers below.
func (w *World) voiceStateFor(actor Actor, guildID, user discord.Snowflake) (*guild, *VoiceState, error) {
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, nil, err
	}
	s := g.voice[user]
	if s == nil {
		return nil, nil, errUnknownVoiceState
	}
	if user != actor.User {
		if _, err := w.channelFor(actor, discord.Snowflake(s.ChannelID)); err != nil {
			return nil, nil, err
		}
	}
	return g, s, nil
}

// VoiceStateParams change somebody's part on a stage; what is not set stays.
type VoiceStateParams struct {
	ChannelID      Field[discord.Snowflake] `json:"channel_id"` // the stage, where the user is already
	Suppress       Field[bool]              `json:"suppress"`
	RequestToSpeak Field[Timestamp]         `json:"request_to_speak_timestamp"` // only of oneself
}

// ModifyVoiceState makes somebody a speaker of a stage or sends them back to the audience. Without MUTE_MEMBERS one can only step down
// oneself and, with REQUEST_TO_SPEAK, ask to speak. A person who is made a speaker is invited; a bot speaks at once.
func (w *World) ModifyVoiceState(actor Actor, guildID, user discord.Snowflake, p VoiceStateParams) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, s, err := w.voiceStateFor(actor, guildID, user)
	if err != nil {
		return err
	}
	c := g.channels[discord.Snowflake(s.ChannelID)]
	if c.Type != StageChannel || p.ChannelID.Set && p.ChannelID.Value != c.ID {
		return errWrongChannelType
	}
	may, self := w.channelPermissions(c, actor.User), actor.User == user
	moderates := may.Has(discord.PermissionMuteMembers)
	switch {
	case !self && !moderates, p.Suppress.Set && !p.Suppress.Value && !moderates:
		return errMissingPermissions
	case self && p.RequestToSpeak.Set && !p.RequestToSpeak.Null && !may.Has(discord.PermissionRequestToSpeak):
		return errMissingPermissions
	}
	next := *s
	if self {
		p.RequestToSpeak.into(&next.RequestToSpeak)
	}
	if p.Suppress.Set {
		next.Suppress, next.RequestToSpeak = p.Suppress.Value, Timestamp{}
		if !self && !next.Suppress && !w.users[user].Bot {
			next.RequestToSpeak = w.now()
		}
	}
	w.setVoice(g, &next)
	return nil
}

// SetVoiceStatus writes what a voice channel is about, "" for nothing. Whoever is not connected needs MANAGE_CHANNELS, too.
func (w *World) SetVoiceStatus(actor Actor, channelID discord.Snowflake, status string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionSetVoiceChannelStatus)
	if err != nil {
		return err
	}
	if c.Type != VoiceChannel {
		return errWrongChannelType
	}
	state := w.guilds[c.GuildID].voice[actor.User]
	connected := state != nil && state.ChannelID == nullID(c.ID)
	if !connected && !w.channelPermissions(c, actor.User).Has(discord.PermissionManageChannels) {
		return errMissingPermissions
	}
	w.setVoiceStatus(c, status)
	return nil
}

func (w *World) setVoiceStatus(c *channel, status string) {
	c.voiceStatus = status
	w.emit("VOICE_CHANNEL_STATUS_UPDATE", c.GuildID, c.ID, struct {
		ID      discord.Snowflake `json:"id"`
		GuildID discord.Snowflake `json:"guild_id"`
		Status  Nullable          `json:"status"`
	}{c.ID, c.GuildID, Nullable(status)})
}

// mayModifyVoice checks what a change of a member asks of voice: that it is connected and, if it is moved, where to. Whoever moves it
// must be able to connect there.
func (w *World) mayModifyVoice(actor Actor, g *guild, m *Member, p MemberParams) error {
	if !p.Mute.Set && !p.Deaf.Set && !p.ChannelID.Set {
		return nil
	}
	if g.voice[m.User.ID] == nil {
		return errNotInVoice
	}
	if p.ChannelID.Value == "" {
		return nil
	}
	c, err := w.channelWith(actor, p.ChannelID.Value, discord.PermissionConnect)
	switch {
	case err != nil:
		return err
	case c.GuildID != g.ID || !c.Type.IsVoice():
		return Refuse(http.StatusBadRequest, 50024)
	}
	return nil
}

// moveInVoice does what a change of a member asks of voice, after the member itself has been changed.
func (w *World) moveInVoice(actor Actor, g *guild, user discord.Snowflake, p MemberParams) {
	s := g.voice[user]
	switch {
	case p.ChannelID.Set && p.ChannelID.Value == "":
		w.audit(g, actor, auditMemberDisconnect, "", nil, map[string]string{"count": "1"})
		w.exitVoice(g, user)
	case p.ChannelID.Set:
		w.audit(g, actor, auditMemberMove, "", nil, map[string]string{"count": "1", "channel_id": string(p.ChannelID.Value)})
		w.enterVoice(g.channels[p.ChannelID.Value], user, s.SelfMute, s.SelfDeaf)
	case p.Mute.Set || p.Deaf.Set:
		w.setVoice(g, s)
	}
}
