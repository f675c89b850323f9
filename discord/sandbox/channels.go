package sandbox

import (
	"net/http"
	"slices"

	"cordial/discord"
)

// channelView is a channel as a user sees it: a thread with the user's own membership, a DM without the user among its recipients.
func (w *World) channelView(user discord.Snowflake, c *channel) *Channel {
	switch {
	case c.Type == DMChannel:
		shown := *c.Channel
		shown.Recipients = nil
		for _, u := range c.Recipients {
			if u.ID != user {
				shown.Recipients = append(shown.Recipients, w.users[u.ID])
			}
		}
		return &shown
	case c.Type.IsThread() && c.threadMembers[user] != nil:
		shown := *c.Channel
		shown.Me = c.threadMembers[user]
		return &shown
	}
	return c.Channel
}

// setChannel stores a changed channel and tells about it.
func (w *World) setChannel(c *channel, next *Channel) {
	c.Channel = next
	w.emitChannel("CHANNEL_UPDATE", c)
}

// emitChannel tells what happens to a channel of a guild.
func (w *World) emitChannel(typ string, c *channel) {
	w.emit(typ, c.GuildID, c.ID, channelEvent{c.Channel, c})
}

// Channel shows a channel, a thread or a DM.
func (w *World) Channel(actor Actor, id discord.Snowflake) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelFor(actor, id)
	if err != nil {
		return nil, err
	}
	return w.channelView(actor.User, c), nil
}

// Channels lists the channels of a guild that the actor can see, by id, without threads. Obfuscated ones are not among them.
func (w *World) Channels(actor Actor, guildID discord.Snowflake) ([]*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	list := []*Channel{}
	for _, c := range sortedByID(g.channels) {
		if w.canSee(c, actor.User) {
			list = append(list, c.Channel)
		}
	}
	return list, nil
}

// defaultBitrate is what a new voice channel has, in bits per second.
const defaultBitrate = 64_000

// CreateChannel adds a channel to a guild.
func (w *World) CreateChannel(actor Actor, guildID discord.Snowflake, p ChannelParams) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionManageChannels)
	if err != nil {
		return nil, err
	}
	typ := p.Type.or(TextChannel)
	if err := w.mayCreateChannel(actor, g, typ, p); err != nil {
		return nil, err
	}
	c := &Channel{ID: w.newID(), Type: typ, GuildID: g.ID, Position: g.nextPosition(typ)}
	if typ.IsVoice() {
		c.Bitrate = defaultBitrate
	}
	if parent := g.channels[p.ParentID.Value]; parent != nil {
		c.Overwrites = parent.Overwrites
	}
	p.apply(c, w.newID)
	state := w.addChannel(g, c)
	w.audit(g, actor, auditChannelCreate, c.ID, diff(nil, c), nil)
	w.emitChannel("CHANNEL_CREATE", state)
	return c, nil
}

func (w *World) mayCreateChannel(actor Actor, g *guild, typ ChannelType, p ChannelParams) error {
	if len(g.channels) >= maxChannels {
		return Refuse(http.StatusBadRequest, 30013)
	}
	if !g.allowsType(typ) {
		return errWrongChannelType
	}
	if p.ParentID.Value != "" {
		if err := g.checkParent(p.ParentID.Value, "", typ); err != nil {
			return err
		}
	}
	if err := w.mayOverwrite(g, w.guildPermissions(g, actor.User), p.Overwrites.Value); err != nil {
		return err
	}
	return p.check(g, typ)
}

// allowsType reports whether the guild may have channels of a type: some are for communities only.
func (g *guild) allowsType(typ ChannelType) bool {
	switch typ {
	case AnnouncementChannel:
		return slices.Contains(g.Features, "NEWS") || slices.Contains(g.Features, "COMMUNITY")
	case StageChannel:
		return slices.Contains(g.Features, "COMMUNITY")
	}
	return true
}

// nextPosition is below all channels of the same sort: categories, voice channels and the others are sorted apart.
func (g *guild) nextPosition(typ ChannelType) int {
	sort := func(t ChannelType) [2]bool { return [2]bool{t == CategoryChannel, t.IsVoice()} }
	next := 0
	for _, c := range g.channels {
		if sort(c.Type) == sort(typ) {
			next = max(next, c.Position+1)
		}
	}
	return next
}

// ModifyChannel changes a channel of a guild.
func (w *World) ModifyChannel(actor Actor, id discord.Snowflake, p ChannelParams) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, id, discord.PermissionManageChannels)
	if err != nil {
		return nil, err
	}
	if c.GuildID == "" || c.Type.IsThread() {
		return nil, errWrongChannelType
	}
	g := w.guilds[c.GuildID]
	next := *c.Channel
	next.Type = p.Type.or(c.Type)
	if err := w.mayModifyChannel(actor, g, c, next.Type, p); err != nil {
		return nil, err
	}
	p.apply(&next, w.newID)
	if changes := diff(c.Channel, &next); changes != nil {
		w.audit(g, actor, auditChannelUpdate, id, changes, nil)
	}
	moved := c.RTCRegion != next.RTCRegion
	w.setChannel(c, &next)
	if moved {
		w.moveCall(c)
	}
	return &next, nil
}

func (w *World) mayModifyChannel(actor Actor, g *guild, c *channel, typ ChannelType, p ChannelParams) error {
	may := w.channelPermissions(c, actor.User)
	if p.Overwrites.Set {
		if !may.Has(discord.PermissionManageRoles) {
			return errMissingPermissions
		}
		if err := w.mayOverwrite(g, may, changedOverwrites(c.Overwrites, p.Overwrites.Value)); err != nil {
			return err
		}
	}
	swap := []ChannelType{TextChannel, AnnouncementChannel}
	if typ != c.Type && (!slices.Contains(swap, typ) || !slices.Contains(swap, c.Type) || !g.allowsType(typ)) {
		return errWrongChannelType
	}
	if p.ParentID.Value != "" {
		if err := g.checkParent(p.ParentID.Value, c.ID, typ); err != nil {
			return err
		}
	}
	return p.check(g, typ)
}

// DeleteChannel removes a channel with everything in it; the channels of a category stay, without one. For a DM it only closes it.
func (w *World) DeleteChannel(actor Actor, id discord.Snowflake) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelFor(actor, id)
	switch {
	case err != nil:
		return nil, err
	case c.GuildID == "":
		return w.channelView(actor.User, c), nil
	case c.Type.IsThread():
		return c.Channel, w.deleteThread(actor, c)
	case !w.channelPermissions(c, actor.User).Has(discord.PermissionManageChannels):
		return nil, errMissingPermissions
	}
	g := w.guilds[c.GuildID]
	if slices.Contains(g.Features, "COMMUNITY") && (id == g.RulesChannelID || id == g.PublicUpdatesChannelID) {
		return nil, Refuse(http.StatusBadRequest, 50074)
	}
	w.audit(g, actor, auditChannelDelete, id, diff(c.Channel, nil), nil)
	w.dropChannel(g, c)
	return c.Channel, nil
}

// dropChannel takes a channel out of the world, with what belongs to it.
func (w *World) dropChannel(g *guild, c *channel) {
	for _, child := range sortedChannels(g.channels) {
		if child.ParentID == c.ID {
			next := *child.Channel
			next.ParentID = ""
			w.setChannel(child, &next)
		}
	}
	for id, t := range g.threads {
		if t.ParentID == c.ID {
			w.dropMessages(t)
			delete(g.threads, id)
			delete(w.channels, id)
		}
	}
	for code, inv := range w.invites {
		if inv.ChannelID == c.ID {
			delete(w.invites, code)
		}
	}
	for _, e := range sortedByID(g.events) {
		if e.ChannelID == nullID(c.ID) {
			w.dropEvent(g, e)
		}
	}
	for _, s := range w.inVoice(c) {
		w.endVoice(g, s.UserID, discord.VoiceCloseCallTerminated)
	}
	w.dropMessages(c)
	settings := *g.Guild
	for _, used := range []*discord.Snowflake{&settings.AFKChannelID, &settings.SystemChannelID, &settings.SafetyAlertsChannelID} {
		if *used == c.ID {
			*used = ""
		}
	}
	g.Guild = &settings
	delete(g.channels, c.ID)
	delete(w.channels, c.ID)
	w.emitChannel("CHANNEL_DELETE", c)
}

// ChannelMove says where a channel is to be.
type ChannelMove struct {
	ID              discord.Snowflake        `json:"id"`
	Position        Field[int]               `json:"position"`
	ParentID        Field[discord.Snowflake] `json:"parent_id"`
	LockPermissions Field[bool]              `json:"lock_permissions"` // takes over the new parent's overwrites
}

// MoveChannels changes the order of a guild's channels. Only one of them may change its category.
func (w *World) MoveChannels(actor Actor, guildID discord.Snowflake, moves []ChannelMove) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return err
	}
	reparented := 0
	for _, m := range moves {
		c := g.channels[m.ID]
		switch {
		case c == nil:
			return errUnknownChannel
		case !w.channelPermissions(c, actor.User).Has(discord.PermissionManageChannels):
			return errMissingPermissions
		}
		if m.ParentID.Set && m.ParentID.Value != c.ParentID {
			reparented++
			if m.ParentID.Value != "" {
				if err := g.checkParent(m.ParentID.Value, c.ID, c.Type); err != nil {
					return err
				}
			}
		}
	}
	if reparented > 1 {
		return Refuse(http.StatusBadRequest, 40009)
	}
	for _, m := range moves {
		w.moveChannel(actor, g, g.channels[m.ID], m)
	}
	return nil
}

func (w *World) moveChannel(actor Actor, g *guild, c *channel, m ChannelMove) {
	next := *c.Channel
	next.Position = m.Position.or(c.Position)
	m.ParentID.into(&next.ParentID)
	if parent := g.channels[next.ParentID]; parent != nil && m.LockPermissions.Value {
		next.Overwrites = parent.Overwrites
	}
	if changes := diff(c.Channel, &next); changes != nil {
		w.audit(g, actor, auditChannelUpdate, c.ID, changes, nil)
		w.setChannel(c, &next)
	}
}
