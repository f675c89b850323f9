package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"

	"cordial/discord"
)

// Limits of webhooks (resources/webhook).
const (
	maxChannelWebhooks = 15
	maxGuildWebhooks   = 1000
	webhookTokenBytes  = 51 // which make the 68 characters of Discord's tokens
)

// WebhookParams is the body of a request to create or change a webhook. The avatar is a data URI.
type WebhookParams struct {
	Name      Field[string]            `json:"name"`
	Avatar    Field[string]            `json:"avatar"`
	ChannelID Field[discord.Snowflake] `json:"channel_id"`
}

// reservedWebhookNames may not be part of a webhook's name.
var reservedWebhookNames = []string{"clyde", "discord"}

func checkWebhookName(name string) error {
	lower := strings.ToLower(name)
	for _, reserved := range reservedWebhookNames {
		if strings.Contains(lower, reserved) {
			return formError("USERNAME_INVALID_CONTAINS", "Username cannot contain \""+reserved+"\"", "name")
		}
	}
	return nil
}

var errUnknownWebhook = Refuse(http.StatusNotFound, 10015)

// Credentials says how a caller may use a webhook: as somebody with permissions, or by the webhook's token.
type Credentials struct {
	Actor Actor
	Token string // "" to rely on the actor's permissions
}

// webhookFor finds a webhook that the caller may use.
func (w *World) webhookFor(by Credentials, id discord.Snowflake) (*Webhook, error) {
	h := w.webhooks[id]
	switch {
	case h == nil:
		return nil, errUnknownWebhook
	case by.Token != "" && !hmac.Equal([]byte(by.Token), []byte(h.Token)):
		return nil, Refuse(http.StatusUnauthorized, 50027)
	case by.Token != "":
		return h, nil
	}
	_, err := w.channelWith(by.Actor, discord.Snowflake(h.ChannelID), discord.PermissionManageWebhooks)
	return h, err
}

// showWebhook is a webhook as its caller sees it: the token hides who made it.
func (w *World) showWebhook(by Credentials, h *Webhook) *Webhook {
	shown := *h
	switch {
	case by.Token != "":
		shown.User = nil
	case shown.User != nil:
		shown.User = w.current(shown.User)
	}
	if shown.Type == ApplicationWebhook && discord.Snowflake(shown.ApplicationID) != by.Actor.User {
		shown.Token, shown.URL = "", ""
	}
	return &shown
}

// CreateWebhook adds a webhook to a channel.
func (w *World) CreateWebhook(actor Actor, channelID discord.Snowflake, p WebhookParams) (*Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionManageWebhooks)
	if err != nil {
		return nil, err
	}
	if !c.hasWebhooks() {
		return nil, errWrongChannelType
	}
	if err := checkWebhookName(p.Name.Value); err != nil {
		return nil, err
	}
	h := &Webhook{Type: IncomingWebhook, Name: strings.TrimSpace(p.Name.Value)}
	if err := setImage(&h.Avatar, p.Avatar, "avatar"); err != nil {
		return nil, err
	}
	if err := w.addWebhook(c, actor, h); err != nil {
		return nil, err
	}
	w.audit(w.guilds[c.GuildID], actor, auditWebhookCreate, h.ID, diff(nil, w.showWebhook(Credentials{Token: h.Token}, h)), nil)
	w.emitWebhooks(c)
	return w.showWebhook(Credentials{Actor: actor}, h), nil
}

// hasWebhooks reports whether webhooks can post to a channel.
func (c *Channel) hasWebhooks() bool {
	return c.GuildID != "" && !c.Type.IsThread() && c.Type != CategoryChannel
}

// addWebhook completes a webhook and adds it to a channel.
func (w *World) addWebhook(c *channel, actor Actor, h *Webhook) error {
	inChannel, inGuild := 0, 0
	for _, other := range w.webhooks {
		if other.GuildID == c.GuildID {
			inGuild++
		}
		if discord.Snowflake(other.ChannelID) == c.ID {
			inChannel++
		}
	}
	switch {
	case inChannel >= maxChannelWebhooks:
		return Refuse(http.StatusBadRequest, 30007)
	case inGuild >= maxGuildWebhooks:
		return Refuse(http.StatusBadRequest, 30058)
	}
	h.ID, h.GuildID, h.ChannelID, h.User = w.newID(), c.GuildID, nullID(c.ID), w.users[actor.User]
	if h.Type != FollowerWebhook {
		h.Token = newWebhookToken()
	}
	if h.User.Bot && h.Type == IncomingWebhook {
		h.ApplicationID = nullID(w.app.ID)
	}
	w.webhooks[h.ID] = h
	return nil
}

func newWebhookToken() string {
	secret := make([]byte, webhookTokenBytes)
	rand.Read(secret) // never fails
	return base64.RawURLEncoding.EncodeToString(secret)
}

// ChannelWebhooks lists the webhooks of a channel.
func (w *World) ChannelWebhooks(actor Actor, channelID discord.Snowflake) ([]*Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionManageWebhooks)
	if err != nil {
		return nil, err
	}
	return w.listWebhooks(actor, func(h *Webhook) bool { return discord.Snowflake(h.ChannelID) == c.ID }), nil
}

// GuildWebhooks lists the webhooks of a guild.
func (w *World) GuildWebhooks(actor Actor, guildID discord.Snowflake) ([]*Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionManageWebhooks)
	if err != nil {
		return nil, err
	}
	return w.listWebhooks(actor, func(h *Webhook) bool { return h.GuildID == g.ID }), nil
}

func (w *World) listWebhooks(actor Actor, wanted func(*Webhook) bool) []*Webhook {
	list := []*Webhook{}
	for _, h := range sortedByID(w.webhooks) {
		if wanted(h) {
			list = append(list, w.showWebhook(Credentials{Actor: actor}, h))
		}
	}
	return list
}

// GetWebhook gives a webhook.
func (w *World) GetWebhook(by Credentials, id discord.Snowflake) (*Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, err := w.webhookFor(by, id)
	if err != nil {
		return nil, err
	}
	return w.showWebhook(by, h), nil
}

// EditWebhook changes a webhook. Its token does not suffice to move it to another channel.
func (w *World) EditWebhook(by Credentials, id discord.Snowflake, p WebhookParams) (*Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, err := w.webhookFor(by, id)
	if err != nil {
		return nil, err
	}
	if p.Name.Set {
		if err := checkWebhookName(p.Name.Value); err != nil {
			return nil, err
		}
	}
	changed := *h
	if err := setImage(&changed.Avatar, p.Avatar, "avatar"); err != nil {
		return nil, err
	}
	p.Name.into(&changed.Name)
	if p.ChannelID.Set && !p.ChannelID.Null && by.Token == "" {
		c, err := w.channelWith(by.Actor, p.ChannelID.Value, discord.PermissionManageWebhooks)
		switch {
		case err != nil:
			return nil, err
		case !c.hasWebhooks() || c.GuildID != h.GuildID:
			return nil, errWrongChannelType
		}
		changed.ChannelID = nullID(c.ID)
		w.emitWebhooks(c)
	}
	w.webhooks[id] = &changed
	w.audit(w.guilds[h.GuildID], by.Actor, auditWebhookUpdate, id, diff(w.showWebhook(Credentials{Token: h.Token}, h),
		w.showWebhook(Credentials{Token: h.Token}, &changed)), nil)
	w.emitWebhooks(w.channels[discord.Snowflake(h.ChannelID)])
	return w.showWebhook(by, &changed), nil
}

// DeleteWebhook removes a webhook. Its messages stay.
func (w *World) DeleteWebhook(by Credentials, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, err := w.webhookFor(by, id)
	if err != nil {
		return err
	}
	delete(w.webhooks, id)
	w.audit(w.guilds[h.GuildID], by.Actor, auditWebhookDelete, id, diff(w.showWebhook(Credentials{Token: h.Token}, h), nil), nil)
	w.emitWebhooks(w.channels[discord.Snowflake(h.ChannelID)])
	return nil
}

func (w *World) emitWebhooks(c *channel) {
	w.emit("WEBHOOKS_UPDATE", c.GuildID, c.ID, struct {
		GuildID   discord.Snowflake `json:"guild_id"`
		ChannelID discord.Snowflake `json:"channel_id"`
	}{c.GuildID, c.ID})
}

// FollowChannel has a channel repeat what is published in an announcement channel.
func (w *World) FollowChannel(actor Actor, sourceID, targetID discord.Snowflake) (*Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	source, err := w.channelFor(actor, sourceID)
	if err != nil {
		return nil, err
	}
	target, err := w.channelWith(actor, targetID, discord.PermissionManageWebhooks)
	if err != nil {
		return nil, err
	}
	if source.Type != AnnouncementChannel || target.Type != TextChannel && target.Type != AnnouncementChannel {
		return nil, errWrongChannelType
	}
	g := w.guilds[source.GuildID]
	h := &Webhook{Type: FollowerWebhook, Name: g.Name + " #" + source.Name,
		SourceGuild: &WebhookSource{ID: g.ID, Name: g.Name, Icon: Given(Nullable(g.Icon))}, SourceChannel: &WebhookSource{ID: source.ID, Name: source.Name}}
	if err := w.addWebhook(target, actor, h); err != nil {
		return nil, err
	}
	w.audit(w.guilds[target.GuildID], actor, auditWebhookCreate, h.ID, diff(nil, h), nil)
	w.emitWebhooks(target)
	w.postSystem(target, actor, FollowMessage, h.Name, &MessageReference{ChannelID: source.ID, GuildID: g.ID})
	return h, nil
}

// CrosspostMessage publishes a message of an announcement channel to the channels that follow it.
func (w *World) CrosspostMessage(actor Actor, channelID, id discord.Snowflake) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionSendMessages)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Type != AnnouncementChannel:
		return nil, errWrongChannelType
	case m.Type.IsSystem():
		return nil, Refuse(http.StatusForbidden, 50021)
	case m.Flags&MessageCrossposted != 0:
		return nil, Refuse(http.StatusBadRequest, 40033)
	case m.Author.ID != actor.User && !w.channelPermissions(c, actor.User).Has(discord.PermissionManageMessages):
		return nil, errMissingPermissions
	}
	changed := *m
	changed.Flags |= MessageCrossposted
	c.replace(&changed)
	w.emitMessage("MESSAGE_UPDATE", c, &changed)
	for _, h := range sortedByID(w.webhooks) {
		target := w.channels[discord.Snowflake(h.ChannelID)]
		if h.Type == FollowerWebhook && h.SourceChannel.ID == c.ID && target != nil {
			w.postCrosspost(target, c, h, m)
		}
	}
	return w.show(actor.User, c, &changed), nil
}

// postCrosspost repeats a published message in a channel that follows it, in the name of the follower's webhook.
func (w *World) postCrosspost(target, source *channel, h *Webhook, m *Message) {
	copied := &Message{MessageContent: m.repeatedIn(target.ID), ID: w.newID(), ChannelID: target.ID, WebhookID: h.ID, Author: h.author("", ""),
		Reference: &MessageReference{ChannelID: source.ID, MessageID: m.ID, GuildID: source.GuildID}}
	copied.Timestamp = w.now()
	copied.Flags |= MessageIsCrosspost
	copied.Type = DefaultMessage
	copied.retainFiles()
	w.post(target, copied)
}
