package sandbox

import (
	"fmt"

	"cordial/discord"
)

// fileEmoji is a custom emoji; its picture is drawn unless the file has it under images.
type fileEmoji struct {
	ID        discord.Snowflake   `json:"id,omitempty"`
	Name      string              `json:"name"`
	User      ref                 `json:"user,omitempty"`
	Roles     []discord.Snowflake `json:"roles,omitempty"`
	Animated  bool                `json:"animated,omitempty"`
	Available *bool               `json:"available,omitempty"` // true when not said
}

// fileSticker is a sticker; its picture is drawn unless the file has it under images.
type fileSticker struct {
	ID          discord.Snowflake `json:"id,omitempty"`
	Name        string            `json:"name"`
	Tags        string            `json:"tags"`
	FormatType  int               `json:"format_type,omitempty"` // PNG when not said
	Description Nullable          `json:"description,omitempty"`
	Available   *bool             `json:"available,omitempty"` // true when not said
	User        ref               `json:"user,omitempty"`
}

// fileWebhook is a webhook. Its token follows from its id unless it is said.
type fileWebhook struct {
	ID            discord.Snowflake `json:"id,omitempty"`
	Name          string            `json:"name"`
	Channel       ref               `json:"channel"`
	Type          WebhookType       `json:"type,omitempty"` // incoming when not said
	ApplicationID Nullable          `json:"application_id,omitempty"`
	Avatar        Nullable          `json:"avatar,omitempty"`
	User          ref               `json:"user,omitempty"`
	Token         string            `json:"token,omitempty"`
	SourceGuild   *WebhookSource    `json:"source_guild,omitempty"`
	SourceChannel *WebhookSource    `json:"source_channel,omitempty"`
}

// fileInvite is an invite.
type fileInvite struct {
	Code      string              `json:"code"`
	Channel   ref                 `json:"channel"`
	Inviter   ref                 `json:"inviter,omitempty"`   // the guild's owner when not said
	CreatedAt Timestamp           `json:"created_at,omitzero"` // now when not said
	MaxAge    int                 `json:"max_age,omitempty"`   // seconds, 0 for ever
	MaxUses   int                 `json:"max_uses,omitempty"`
	Uses      int                 `json:"uses,omitempty"`
	Temporary bool                `json:"temporary,omitempty"`
	Roles     []discord.Snowflake `json:"roles,omitempty"`
}

// fileBan is a ban.
type fileBan struct {
	User   ref      `json:"user"`
	Reason Nullable `json:"reason,omitempty"`
}

func (l *loader) extras(g *guild, f *fileGuild) error {
	for i, e := range f.Emojis {
		emoji, err := l.emoji(e)
		if err != nil {
			return fmt.Errorf(".%s: %w", at("emojis", i), err)
		}
		g.emojis[emoji.ID] = emoji
	}
	for i, s := range f.Stickers {
		if err := l.sticker(g, s); err != nil {
			return fmt.Errorf(".%s: %w", at("stickers", i), err)
		}
	}
	for i, h := range f.Webhooks {
		if err := l.webhook(g, h); err != nil {
			return fmt.Errorf(".%s: %w", at("webhooks", i), err)
		}
	}
	for i, inv := range f.Invites {
		if err := l.invite(g, inv); err != nil {
			return fmt.Errorf(".%s: %w", at("invites", i), err)
		}
	}
	for i, e := range f.Events {
		if err := l.scheduledEvent(g, e); err != nil {
			return fmt.Errorf(".%s: %w", at("scheduled_events", i), err)
		}
	}
	for i, b := range f.Bans {
		u, err := l.user(b.User)
		if err != nil {
			return fmt.Errorf(".%s: %w", at("bans", i), err)
		}
		g.bans[u.ID] = &Ban{User: u, Reason: b.Reason}
	}
	return nil
}

// maker finds who has made something; nobody need have.
func (l *loader) maker(r ref) (*User, error) {
	if r == "" {
		return nil, nil
	}
	return l.user(r)
}

func (l *loader) emoji(f fileEmoji) (*Emoji, error) {
	by, err := l.maker(f.User)
	if err != nil {
		return nil, err
	}
	e := &Emoji{ID: l.id(f.ID), Name: f.Name, User: by, Roles: orEmpty(f.Roles), RequireColons: true, Animated: f.Animated,
		Available: f.Available == nil || *f.Available}
	l.w.ids.used(e.ID)
	return e, nil
}

func (l *loader) sticker(g *guild, f fileSticker) error {
	by, err := l.maker(f.User)
	if err != nil {
		return err
	}
	s := &Sticker{ID: l.id(f.ID), Name: f.Name, Tags: f.Tags, Type: guildSticker, FormatType: max(f.FormatType, 1), Description: f.Description,
		Available: f.Available == nil || *f.Available, GuildID: g.ID, User: by}
	l.w.ids.used(s.ID)
	g.stickers[s.ID] = s
	return nil
}

func (l *loader) webhook(g *guild, f fileWebhook) error {
	by, err := l.maker(f.User)
	if err != nil {
		return err
	}
	c, err := g.channelNamed(f.Channel)
	if err != nil {
		return err
	}
	h := &Webhook{ID: l.id(f.ID), Type: max(f.Type, IncomingWebhook), GuildID: g.ID, ChannelID: nullID(c.ID), ApplicationID: f.ApplicationID,
		Name: f.Name, Avatar: f.Avatar, User: by, Token: f.Token, SourceGuild: f.SourceGuild, SourceChannel: f.SourceChannel}
	if h.Token == "" && h.Type == IncomingWebhook {
		h.Token = tokenOf(h.ID)
	}
	if h.Type == FollowerWebhook && (h.SourceGuild == nil || h.SourceChannel == nil) {
		return fmt.Errorf("a webhook that follows needs a source_guild and a source_channel")
	}
	l.w.ids.used(h.ID)
	l.w.webhooks[h.ID] = h
	return nil
}

func (l *loader) invite(g *guild, f fileInvite) error {
	c, err := g.channelNamed(f.Channel)
	if err != nil {
		return err
	}
	inviter := l.w.users[g.OwnerID]
	if f.Inviter != "" {
		if inviter, err = l.user(f.Inviter); err != nil {
			return err
		}
	}
	if f.CreatedAt.IsZero() {
		f.CreatedAt = l.w.now()
	}
	l.w.invites[f.Code] = &Invite{Code: f.Code, GuildID: g.ID, ChannelID: c.ID, InviterID: inviter.ID, CreatedAt: f.CreatedAt, MaxAge: f.MaxAge,
		MaxUses: f.MaxUses, Uses: f.Uses, Temporary: f.Temporary, Roles: f.Roles}
	return nil
}

func dumpEmoji(e *Emoji) fileEmoji {
	return fileEmoji{ID: e.ID, Name: e.Name, User: userRef(e.User), Roles: e.Roles, Animated: e.Animated, Available: &e.Available}
}

func userRef(u *User) ref {
	if u == nil {
		return ""
	}
	return ref(u.ID)
}

func (w *World) dumpExtras(g *guild, f *fileGuild) {
	for _, e := range sortedByID(g.emojis) {
		f.Emojis = append(f.Emojis, dumpEmoji(e))
	}
	for _, s := range sortedByID(g.stickers) {
		f.Stickers = append(f.Stickers, fileSticker{ID: s.ID, Name: s.Name, Tags: s.Tags, FormatType: s.FormatType, Description: s.Description,
			Available: &s.Available, User: userRef(s.User)})
	}
	for _, h := range sortedByID(w.webhooks) {
		if h.GuildID == g.ID {
			f.Webhooks = append(f.Webhooks, fileWebhook{ID: h.ID, Name: h.Name, Channel: ref(h.ChannelID), Type: h.Type, ApplicationID: h.ApplicationID,
				Avatar: h.Avatar, User: userRef(h.User), Token: h.Token, SourceGuild: h.SourceGuild, SourceChannel: h.SourceChannel})
		}
	}
	for _, inv := range w.invitesTo(func(inv *Invite) bool { return inv.GuildID == g.ID }) {
		f.Invites = append(f.Invites, fileInvite{Code: inv.Code, Channel: ref(inv.ChannelID), Inviter: ref(inv.InviterID), CreatedAt: inv.CreatedAt,
			MaxAge: inv.MaxAge, MaxUses: inv.MaxUses, Uses: inv.Uses, Temporary: inv.Temporary, Roles: inv.Roles})
	}
	for _, e := range sortedByID(g.events) {
		f.Events = append(f.Events, dumpScheduledEvent(e))
	}
	for _, b := range sortedByID(g.bans) {
		f.Bans = append(f.Bans, fileBan{User: ref(b.User.ID), Reason: b.Reason})
	}
}
