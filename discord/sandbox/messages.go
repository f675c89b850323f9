package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"cordial/discord"
)

// MessageParams is the body of a request to create a message.
type MessageParams struct {
	Content         string                  `json:"content"`
	Nonce           Nonce                   `json:"nonce"`
	EnforceNonce    bool                    `json:"enforce_nonce"`
	TTS             bool                    `json:"tts"`
	Embeds          []Embed                 `json:"embeds"`
	AllowedMentions *AllowedMentions        `json:"allowed_mentions"`
	Reference       *MessageReferenceParams `json:"message_reference"`
	Components      []Component             `json:"components"`
	StickerIDs      []discord.Snowflake     `json:"sticker_ids"`
	Attachments     []AttachmentParams      `json:"attachments"`
	Flags           int                     `json:"flags"`
	Poll            *PollParams             `json:"poll"`
	Files           []Upload                `json:"-"`
}

// MessageReferenceParams names the message to reply to or to forward.
type MessageReferenceParams struct {
	Type            int               `json:"type"`
	MessageID       discord.Snowflake `json:"message_id"`
	ChannelID       discord.Snowflake `json:"channel_id"`
	GuildID         discord.Snowflake `json:"guild_id"`
	FailIfNotExists *bool             `json:"fail_if_not_exists"`
}

// AllowedMentions says which of the mentions in a message reach anybody.
type AllowedMentions struct {
	Parse       []string            `json:"parse"` // "users", "roles" and "everyone"
	Users       []discord.Snowflake `json:"users"`
	Roles       []discord.Snowflake `json:"roles"`
	RepliedUser bool                `json:"replied_user"`
}

// MessageEdit is the body of a request to edit a message. What is absent stays as it is; null empties it.
type MessageEdit struct {
	Content         Field[string]              `json:"content"`
	Embeds          Field[[]Embed]             `json:"embeds"`
	Flags           Field[int]                 `json:"flags"`
	AllowedMentions *AllowedMentions           `json:"allowed_mentions"`
	Components      Field[[]Component]         `json:"components"`
	Attachments     Field[[]AttachmentParams]  `json:"attachments"`
	StickerIDs      Field[[]discord.Snowflake] `json:"sticker_ids"`
	Poll            Field[*PollParams]         `json:"poll"`
	Files           []Upload                   `json:"-"`
}

// nonceLife is how long a nonce is remembered with enforce_nonce; Discord says "a few minutes".
const nonceLife = 5 * time.Minute

// CreateMessage sends a message to a channel.
func (w *World) CreateMessage(actor Actor, channelID discord.Snowflake, p MessageParams) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelToSendTo(actor, channelID)
	if err != nil {
		return nil, err
	}
	if sent := w.sentWithNonce(c, actor, p); sent != nil {
		discard(p.Files)
		return w.showSent(actor, c, sent), nil
	}
	if err := w.checkSlowmode(c, actor); err != nil {
		return nil, err
	}
	m, err := w.compose(c, w.memberAuthor(c, actor), p)
	if err != nil {
		return nil, err
	}
	w.post(c, m)
	return w.showSent(actor, c, m), nil
}

// showSent is a message as its sender gets it back, with the nonce.
func (w *World) showSent(actor Actor, c *channel, m *Message) *Message {
	shown := w.show(actor.User, c, m)
	shown.Nonce = m.Nonce
	return shown
}

// channelToSendTo finds a channel in which the actor may send messages.
func (w *World) channelToSendTo(actor Actor, id discord.Snowflake) (*channel, error) {
	c, err := w.channelFor(actor, id)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Type.IsForum():
		return nil, Refuse(http.StatusBadRequest, 40058)
	case !c.Type.HasMessages():
		return nil, Refuse(http.StatusBadRequest, 50008)
	case c.GuildID == "":
		return c, w.checkMutualGuild(c, actor)
	}
	p := w.channelPermissions(c, actor.User)
	if !c.Type.IsThread() {
		return c, missing(p, discord.PermissionSendMessages)
	}
	if !p.Has(discord.PermissionSendMessagesInThreads) {
		return nil, errMissingPermissions
	}
	if c.Thread.Locked && !p.Has(discord.PermissionManageThreads) {
		return nil, Refuse(http.StatusBadRequest, 160005)
	}
	return c, nil
}

// missing is the error of somebody who does not have all the permissions needed, or nil.
func missing(has, need discord.Permissions) error {
	if !has.Has(need) {
		return errMissingPermissions
	}
	return nil
}

// checkMutualGuild refuses a DM to somebody whom the sender shares no guild with.
func (w *World) checkMutualGuild(c *channel, actor Actor) error {
	for _, g := range w.guilds {
		if !slices.ContainsFunc(c.Recipients, func(u *User) bool { return g.members[u.ID] == nil }) {
			return nil
		}
	}
	return Refuse(http.StatusForbidden, 50278)
}

// sentWithNonce finds the message that the actor has lately sent with the same nonce, when the request asks for that.
func (w *World) sentWithNonce(c *channel, actor Actor, p MessageParams) *Message {
	if !p.EnforceNonce || p.Nonce == "" {
		return nil
	}
	oldest := w.clock.Now().Add(-nonceLife)
	for _, m := range slices.Backward(c.messages) {
		if m.Timestamp.Before(oldest) {
			return nil
		}
		if m.Author.ID == actor.User && m.Nonce == p.Nonce {
			return m
		}
	}
	return nil
}

// checkSlowmode makes people wait between messages. Bots and those who may bypass it do not.
func (w *World) checkSlowmode(c *channel, actor Actor) error {
	if c.RateLimitPerUser == 0 || w.users[actor.User].Bot || w.channelPermissions(c, actor.User).Has(discord.PermissionBypassSlowmode) {
		return nil
	}
	pause := time.Duration(c.RateLimitPerUser) * time.Second
	now := w.clock.Now()
	for _, m := range slices.Backward(c.messages) {
		wait := pause - now.Sub(m.Timestamp.Time)
		if wait <= 0 {
			return nil
		}
		if m.Author.ID == actor.User && !m.Type.IsSystem() {
			return slowedDown(wait)
		}
	}
	return nil
}

// post adds a finished message to a channel and tells of it.
func (w *World) post(c *channel, m *Message) {
	changed := *c.Channel
	changed.LastMessageID = m.ID
	if c.Type.IsThread() {
		w.countInThread(c, &changed, m)
	}
	c.Channel = &changed
	c.messages = append(c.messages, m)
	for _, s := range m.Snapshots {
		s.Message.retainFiles()
	}
	w.emitMessage("MESSAGE_CREATE", c, m)
	w.awaitPoll(c, m)
}

// GetMessage gives one message.
func (w *World) GetMessage(actor Actor, channelID, id discord.Snowflake) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionReadMessageHistory)
	if err != nil {
		return nil, err
	}
	return w.show(actor.User, c, m), nil
}

// messageFor finds a message in a channel where the actor has these permissions.
func (w *World) messageFor(actor Actor, channelID, id discord.Snowflake, need discord.Permissions) (*channel, *Message, error) {
	c, err := w.channelWith(actor, channelID, need)
	if err != nil {
		return nil, nil, err
	}
	m := c.message(id)
	if m == nil {
		return nil, nil, errUnknownMessage
	}
	return c, m, nil
}

// message finds a message by its id, or returns nil.
func (c *channel) message(id discord.Snowflake) *Message {
	if i, ok := c.indexOf(id); ok {
		return c.messages[i]
	}
	return nil
}

// indexOf finds the place of a message, or where it would be.
func (c *channel) indexOf(id discord.Snowflake) (int, bool) {
	return slices.BinarySearchFunc(c.messages, id, func(m *Message, id discord.Snowflake) int { return m.ID.Compare(id) })
}

// replace stores the changed form of a message.
func (c *channel) replace(m *Message) {
	if i, ok := c.indexOf(m.ID); ok {
		c.messages[i] = m
	}
}

// Page says which messages of a channel to list: at most one of the ids, and how many.
type Page struct {
	Before, After, Around discord.Snowflake
	Limit                 int
}

// Messages lists messages, newest first. Whoever may not read the history sees none.
func (w *World) Messages(actor Actor, channelID discord.Snowflake, p Page) ([]*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelFor(actor, channelID)
	if err != nil {
		return nil, err
	}
	if !c.Type.HasMessages() {
		return nil, errWrongChannelType
	}
	list := []*Message{}
	if !w.channelPermissions(c, actor.User).Has(discord.PermissionReadMessageHistory) {
		return list, nil
	}
	for _, m := range slices.Backward(c.page(p)) {
		list = append(list, w.show(actor.User, c, m))
	}
	return list, nil
}

// page cuts a page out of a channel's messages, oldest first. The message that bounds it is not part of it, except the one that it
// is around.
func (c *channel) page(p Page) []*Message {
	all := c.messages
	switch {
	case p.Around != "":
		i, _ := c.indexOf(p.Around)
		start := max(i-p.Limit/2, 0)
		return all[start:min(start+p.Limit, len(all))]
	case p.After != "":
		i, found := c.indexOf(p.After)
		if found {
			i++
		}
		return all[i:min(i+p.Limit, len(all))]
	case p.Before != "":
		i, _ := c.indexOf(p.Before)
		return all[max(i-p.Limit, 0):i]
	}
	return all[max(len(all)-p.Limit, 0):]
}

// EditMessage changes a message. Its author may change everything, those who manage messages only the flags.
func (w *World) EditMessage(actor Actor, channelID, id discord.Snowflake, e MessageEdit) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionViewChannel)
	if err != nil {
		return nil, err
	}
	if err := archivedThread(c); err != nil {
		return nil, err
	}
	perms := w.channelPermissions(c, actor.User)
	switch {
	case m.Type.IsSystem():
		return nil, Refuse(http.StatusForbidden, 50021)
	case m.Author.ID != actor.User && (!e.onlyFlags() || !perms.Has(discord.PermissionManageMessages)):
		return nil, Refuse(http.StatusForbidden, 50005)
	case m.Poll != nil && !e.onlyFlags():
		return nil, Refuse(http.StatusBadRequest, 520003)
	}
	edited, err := w.edit(c, m, w.memberAuthor(c, actor), e)
	if err != nil {
		return nil, err
	}
	return w.show(actor.User, c, edited), nil
}

// onlyFlags reports whether an edit touches nothing but the flags.
func (e *MessageEdit) onlyFlags() bool {
	return !e.Content.Set && !e.Embeds.Set && !e.Components.Set && !e.Attachments.Set && !e.StickerIDs.Set && !e.Poll.Set && len(e.Files) == 0
}

// DeleteMessage deletes a message: everybody their own, those who manage messages the others'.
func (w *World) DeleteMessage(actor Actor, channelID, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionViewChannel)
	if err != nil {
		return err
	}
	own := m.Author.ID == actor.User
	switch {
	case !own && c.GuildID == "":
		return Refuse(http.StatusForbidden, 50003)
	case !own:
		if err := missing(w.channelPermissions(c, actor.User), discord.PermissionManageMessages); err != nil {
			return err
		}
		w.logDeletion(actor, c, auditMessageDelete, m.Author.ID, 1)
	}
	w.remove(c, m)
	w.emit("MESSAGE_DELETE", c.GuildID, c.ID, deletedMessage{m.ID, c.ID, c.GuildID})
	return nil
}

// deletedMessage is what the gateway tells of a message that is gone.
type deletedMessage struct {
	ID        discord.Snowflake `json:"id"`
	ChannelID discord.Snowflake `json:"channel_id"`
	GuildID   discord.Snowflake `json:"guild_id,omitempty"`
}

// remove takes messages out of a channel.
func (w *World) remove(c *channel, gone ...*Message) {
	w.letGo(gone...)
	c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return slices.Contains(gone, m) })
	if !c.Type.IsThread() {
		return
	}
	changed := *c.Channel
	changed.MessageCount = max(changed.MessageCount-len(gone), 0)
	c.Channel = &changed
}

// maxBulkAge is how old a message may be to be deleted in bulk, judged by its id.
const maxBulkAge = 14 * 24 * time.Hour

// BulkDelete deletes 2 to 100 messages at once. Ids of messages that do not exist are no error.
func (w *World) BulkDelete(actor Actor, channelID discord.Snowflake, ids []discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionManageMessages)
	if err != nil {
		return err
	}
	if c.GuildID == "" {
		return Refuse(http.StatusForbidden, 50003)
	}
	oldest := discord.SnowflakeAt(w.clock.Now().Add(-maxBulkAge))
	if slices.ContainsFunc(ids, func(id discord.Snowflake) bool { return id.Compare(oldest) < 0 }) {
		return Refuse(http.StatusBadRequest, 50034)
	}
	var gone []*Message
	for _, id := range ids {
		if m := c.message(id); m != nil {
			gone = append(gone, m)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	w.remove(c, gone...)
	w.logDeletion(actor, c, auditMessagesDelete, c.ID, len(gone))
	w.emitBulkDelete(c, gone)
	return nil
}

// StartTyping tells the others in a channel that somebody is writing.
func (w *World) StartTyping(actor Actor, channelID discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelToSendTo(actor, channelID)
	if err != nil {
		return err
	}
	w.emit("TYPING_START", c.GuildID, c.ID, struct {
		ChannelID discord.Snowflake `json:"channel_id"`
		GuildID   discord.Snowflake `json:"guild_id,omitempty"`
		UserID    discord.Snowflake `json:"user_id"`
		Timestamp int64             `json:"timestamp"` // seconds
		Member    *Member           `json:"member,omitempty"`
	}{c.ID, c.GuildID, actor.User, w.clock.Now().Unix(), w.memberBeside(c.GuildID, actor.User)})
	return nil
}

// normalise trims the texts of a request as Discord does before it measures and stores them.
func (p *MessageParams) normalise() {
	p.Content = strings.TrimSpace(p.Content)
	p.Embeds = trimEmbeds(p.Embeds)
	p.Flags &= settableFlags
	if p.Nonce == "null" {
		p.Nonce = ""
	}
}
