package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"cordial/discord"
)

// WebhookMessage is the body of a request to send a message through a webhook.
type WebhookMessage struct {
	MessageParams
	Username    string              `json:"username"`    // instead of the webhook's name
	AvatarURL   string              `json:"avatar_url"`  // instead of the webhook's avatar
	ThreadName  string              `json:"thread_name"` // starts a post in a forum
	AppliedTags []discord.Snowflake `json:"applied_tags"`

	// ThreadID is the thread of the webhook's channel to send to, "" for the channel itself.
	ThreadID discord.Snowflake `json:"-"`
	// WithComponents lets a webhook that belongs to no application send components.
	WithComponents bool `json:"-"`
}

// author is the user that a webhook's messages show. It is no account.
func (h *Webhook) author(name, avatarURL string) *User {
	u := &User{ID: h.ID, Username: h.Name, Avatar: h.Avatar, Discriminator: "0000", Bot: true}
	if name != "" {
		u.Username = name
	}
	if avatarURL != "" {
		sum := sha256.Sum256([]byte(avatarURL))
		u.Avatar = Nullable(hex.EncodeToString(sum[:16]))
	}
	return u
}

// ExecuteWebhook sends a message through a webhook.
func (w *World) ExecuteWebhook(id discord.Snowflake, token string, p WebhookMessage) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, err := w.webhookFor(Credentials{Token: token}, id)
	if err != nil {
		return nil, err
	}
	if p.Username != "" {
		if err := checkWebhookName(p.Username); err != nil {
			return nil, err
		}
	}
	c, err := w.webhookTarget(h, p.ThreadID)
	if err != nil {
		return nil, err
	}
	if err := checkPostName(c, &p); err != nil {
		return nil, err
	}
	by := author{user: h.author(p.Username, p.AvatarURL), webhook: h, perms: discord.AllPermissions, interactive: h.ApplicationID != ""}
	p.Flags &^= MessageIsVoiceMessage
	if !by.interactive && !p.WithComponents {
		p.Components, p.Flags = nil, p.Flags&^MessageIsComponentsV2
	}
	m, err := w.compose(c, by, p.MessageParams)
	if err != nil {
		return nil, err
	}
	if c.Type.IsForum() {
		t, err := w.startWebhookPost(c, h, m, p)
		if err != nil {
			return nil, err
		}
		return w.show("", t, m), nil
	}
	w.post(c, m)
	return w.show("", c, m), nil
}

// webhookTarget is where a webhook sends to: its channel, or a thread in it.
func (w *World) webhookTarget(h *Webhook, threadID discord.Snowflake) (*channel, error) {
	c := w.channels[discord.Snowflake(h.ChannelID)]
	if threadID == "" {
		return c, nil
	}
	t := w.channels[threadID]
	if t == nil || t.ParentID != c.ID {
		return nil, Refuse(http.StatusBadRequest, 10003)
	}
	return t, nil
}

// checkPostName asks for either a thread or the name of a new one in a forum, and for no name elsewhere.
func checkPostName(c *channel, p *WebhookMessage) error {
	switch {
	case p.ThreadName != "" && p.ThreadID != "":
		return Refuse(http.StatusBadRequest, 220002)
	case c.Type.IsForum() && p.ThreadName == "":
		return Refuse(http.StatusBadRequest, 220001)
	case !c.Type.IsForum() && p.ThreadName != "":
		return Refuse(http.StatusBadRequest, 220003)
	}
	return nil
}

func (w *World) startWebhookPost(c *channel, h *Webhook, m *Message, p WebhookMessage) (*channel, error) {
	if err := w.checkTags(c, discord.AllPermissions, nil, p.AppliedTags); err != nil {
		return nil, err
	}
	return w.addPost(c, Actor{User: h.ID}, m, NewThread{Name: p.ThreadName, Type: PublicThread, AppliedTags: p.AppliedTags})
}

// webhookMessage finds a message that a webhook has sent.
func (w *World) webhookMessage(id discord.Snowflake, token string, messageID, threadID discord.Snowflake) (*Webhook, *channel, *Message, error) {
	h, err := w.webhookFor(Credentials{Token: token}, id)
	if err != nil {
		return nil, nil, nil, err
	}
	c, err := w.webhookTarget(h, threadID)
	if err != nil {
		return nil, nil, nil, err
	}
	m := c.message(messageID)
	if m == nil || m.WebhookID != h.ID {
		return nil, nil, nil, errUnknownMessage
	}
	return h, c, m, nil
}

// WebhookMessage gives a message that a webhook has sent. The thread is "" for the webhook's channel itself.
func (w *World) WebhookMessage(id discord.Snowflake, token string, messageID, threadID discord.Snowflake) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, c, m, err := w.webhookMessage(id, token, messageID, threadID)
	if err != nil {
		return nil, err
	}
	return w.show("", c, m), nil
}

// EditWebhookMessage changes a message that a webhook has sent.
func (w *World) EditWebhookMessage(id discord.Snowflake, token string, messageID, threadID discord.Snowflake, withComponents bool, e MessageEdit) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, c, m, err := w.webhookMessage(id, token, messageID, threadID)
	if err != nil {
		return nil, err
	}
	if m.Poll != nil && !e.onlyFlags() {
		return nil, Refuse(http.StatusBadRequest, 520003)
	}
	by := author{user: m.Author, webhook: h, perms: discord.AllPermissions, interactive: h.ApplicationID != ""}
	if !by.interactive && !withComponents {
		e.Components = Field[[]Component]{}
	}
	edited, err := w.edit(c, m, by, e)
	if err != nil {
		return nil, err
	}
	return w.show("", c, edited), nil
}

// DeleteWebhookMessage deletes a message that a webhook has sent.
func (w *World) DeleteWebhookMessage(id discord.Snowflake, token string, messageID, threadID discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, c, m, err := w.webhookMessage(id, token, messageID, threadID)
	if err != nil {
		return err
	}
	w.remove(c, m)
	w.emit("MESSAGE_DELETE", c.GuildID, c.ID, deletedMessage{m.ID, c.ID, c.GuildID})
	return nil
}
