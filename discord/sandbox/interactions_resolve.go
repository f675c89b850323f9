package sandbox

import "cordial/discord"

// resolved are the things whose ids stand in the data of an interaction.
type resolved struct {
	Users       map[discord.Snowflake]*User               `json:"users,omitempty"`
	Members     map[discord.Snowflake]*interactionMember  `json:"members,omitempty"`
	Roles       map[discord.Snowflake]*Role               `json:"roles,omitempty"`
	Channels    map[discord.Snowflake]*interactionChannel `json:"channels,omitempty"`
	Messages    map[discord.Snowflake]*Message            `json:"messages,omitempty"`
	Attachments map[discord.Snowflake]*Attachment         `json:"attachments,omitempty"`
}

// resolver gathers what the data of an interaction names, as one person sees it in a channel.
type resolver struct {
	w    *World
	c    *channel
	user discord.Snowflake
	got  resolved
	any  bool

	files []*Attachment // uploaded
}

// done gives what was gathered, nil for nothing.
func (r *resolver) done() *resolved {
	if !r.any {
		return nil
	}
	return &r.got
}

// put stores a thing in one of the maps of resolved.
func put[V any](r *resolver, into *map[discord.Snowflake]V, id discord.Snowflake, v V) {
	if *into == nil {
		*into = map[discord.Snowflake]V{}
	}
	(*into)[id], r.any = v, true
}

// addUser resolves a user, with the member that it is of the guild. It reports whether there is such a user.
func (r *resolver) addUser(id discord.Snowflake) bool {
	u := r.w.users[id]
	if u == nil {
		return false
	}
	put(r, &r.got.Users, id, u)
	if g := r.w.guilds[r.c.GuildID]; g != nil && g.members[id] != nil {
		m := r.w.memberView(g.members[id])
		put(r, &r.got.Members, id, &interactionMember{Member: m, Permissions: r.w.channelPermissions(r.c, id)})
	}
	return true
}

// addRole resolves a role of the guild.
func (r *resolver) addRole(id discord.Snowflake) bool {
	role := r.w.roleOf(r.c, id)
	if role != nil {
		put(r, &r.got.Roles, id, role)
	}
	return role != nil
}

// addChannel resolves a channel of the guild that the person can see, and gives it.
func (r *resolver) addChannel(id discord.Snowflake) *channel {
	c, err := r.w.channelFor(Actor{User: r.user}, id)
	if err != nil || c.GuildID != r.c.GuildID {
		return nil
	}
	shown := r.w.interactionChannel(c, r.user)
	may := r.w.channelPermissions(c, r.w.app.ID)
	shown.AppPermissions = &may
	put(r, &r.got.Channels, id, shown)
	return c
}

// addMessage resolves a message. The application reads it whatever its intents are, because somebody shows it.
func (r *resolver) addMessage(m *Message) {
	put(r, &r.got.Messages, m.ID, r.w.showTo(viewer{user: r.w.app.ID, content: true}, r.c, m))
}

// addFile resolves an uploaded file, and gives its id.
func (r *resolver) addFile(u Upload) (discord.Snowflake, error) {
	a, err := r.w.newAttachment(r.c, u, AttachmentParams{})
	if err != nil {
		return "", err
	}
	r.files = append(r.files, a)
	put(r, &r.got.Attachments, a.ID, r.w.showAttachments([]*Attachment{a})[0])
	return a.ID, nil
}

// interactionChannel is a channel as an interaction of somebody tells of it.
func (w *World) interactionChannel(c *channel, user discord.Snowflake) *interactionChannel {
	shown := w.channelView(user, c)
	return &interactionChannel{ID: c.ID, Type: c.Type, Name: c.Name, GuildID: c.GuildID, ParentID: c.ParentID, Position: c.Position, Topic: Nullable(c.Topic),
		NSFW: c.NSFW, RateLimitPerUser: c.RateLimitPerUser, LastMessageID: nullID(c.LastMessageID), Flags: c.Flags,
		Permissions: w.channelPermissions(c, user), Thread: c.Thread, Recipients: shown.Recipients}
}
