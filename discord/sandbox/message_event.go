package sandbox

import "cordial/discord"

// messageEvent is a message as the gateway tells of it.
type messageEvent struct {
	*Message
	GuildID     discord.Snowflake `json:"guild_id,omitempty"`
	ChannelType ChannelType       `json:"channel_type"`
	Member      *partialMember    `json:"member,omitempty"`
	Mentions    []mentionedUser   `json:"mentions"`

	channel *channel
	message *Message // as it is stored
	nonce   Nonce
}

// partialMember is a member without the user that it stands beside.
type partialMember struct {
	*Member
	User *struct{} `json:"user,omitempty"` // hides the member's
}

// mentionedUser is a user with the member that it is in the message's guild.
type mentionedUser struct {
	*User
	Member *partialMember `json:"member,omitempty"`
}

// partialMember gives a user's member, or nil for one who is none.
func (w *World) partialMember(guildID, user discord.Snowflake) *partialMember {
	m := w.memberBeside(guildID, user)
	if m == nil {
		return nil
	}
	return &partialMember{Member: m}
}

// emitMessage tells that a message was made or changed. Only when it is made, its nonce is told. Of an ephemeral one only the
// application hears, as of a DM.
func (w *World) emitMessage(typ string, c *channel, m *Message) {
	e := messageEvent{GuildID: c.GuildID, ChannelType: c.Type, channel: c, message: m}
	if m.onlyFor != "" {
		e.GuildID = ""
	}
	if typ == "MESSAGE_CREATE" {
		e.nonce = m.Nonce
	}
	if w.listener != nil {
		e = w.shownMessage(e, viewer{content: true})
	}
	if m.onlyFor != "" {
		w.tell(Event{Type: typ, Data: e, Only: w.app.ID})
		return
	}
	w.emit(typ, c.GuildID, c.ID, e)
}

// shownTo is the event as one recipient gets it.
func (e messageEvent) shownTo(w *World, v viewer) any { return w.shownMessage(e, v) }

func (w *World) shownMessage(e messageEvent, v viewer) messageEvent {
	shown := w.showTo(v, e.channel, e.message)
	shown.Nonce = e.nonce
	if shown.WebhookID == "" {
		e.Member = w.partialMember(e.GuildID, shown.Author.ID)
	}
	e.Mentions = make([]mentionedUser, len(shown.Mentions))
	for i, u := range shown.Mentions {
		e.Mentions[i] = mentionedUser{u, w.partialMember(e.GuildID, u.ID)}
	}
	e.Message = shown
	return e
}
