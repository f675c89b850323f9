package sandbox

import (
	"slices"

	"cordial/discord"
)

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

// things says what an option or a menu asks for.
type things struct{ users, roles, channels bool }

// find resolves one of the things by its id or its name, and gives its id. Channels must be of one of the types, if there are any.
func (r *resolver) find(t things, name string, types []int) (discord.Snowflake, error) {
	g := r.w.guilds[r.c.GuildID]
	if t.users {
		if u, ok := findNamed(r.w.users, ref(name), func(u *User) string { return u.Username }); ok {
			r.addUser(u)
			return u.ID, nil
		}
	}
	if t.roles && g != nil {
		if role, ok := findNamed(g.roles, ref(name), func(role *Role) string { return role.Name }); ok {
			put(r, &r.got.Roles, role.ID, role)
			return role.ID, nil
		}
	}
	if t.channels && g != nil {
		return r.findChannel(g, name, types)
	}
	return "", refuseAs("there is no %q here", name)
}

func (r *resolver) findChannel(g *guild, name string, types []int) (discord.Snowflake, error) {
	for _, channels := range []map[discord.Snowflake]*channel{g.channels, g.threads} {
		c, ok := findNamed(channels, ref(name), func(c *channel) string { return c.Name })
		switch {
		case !ok || !r.w.sees(Actor{User: r.user}, c):
		case len(types) > 0 && !slices.Contains(types, int(c.Type)):
			return "", refuseAs("%s is no channel of the types %v", c.Name, types)
		default:
			shown := r.w.interactionChannel(c, r.user)
			may := r.w.channelPermissions(c, r.w.app.ID)
			shown.AppPermissions = &may
			put(r, &r.got.Channels, c.ID, shown)
			return c.ID, nil
		}
	}
	return "", refuseAs("there is no channel %q here", name)
}

// addUser resolves a user, with the member that it is of the guild.
func (r *resolver) addUser(u *User) {
	put(r, &r.got.Users, u.ID, u)
	if g := r.w.guilds[r.c.GuildID]; g != nil && g.members[u.ID] != nil {
		m := r.w.memberView(g.members[u.ID])
		put(r, &r.got.Members, u.ID, &interactionMember{Member: m, Permissions: r.w.channelPermissions(r.c, u.ID)})
	}
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
