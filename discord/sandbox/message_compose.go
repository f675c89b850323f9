package sandbox

import (
	"net/http"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// author is who writes a message: a user, or a webhook in somebody's name.
type author struct {
	user        *User
	webhook     *Webhook // nil for a user
	perms       discord.Permissions
	interactive bool // may send components that people can act on
}

// memberAuthor is a user who writes in a channel.
func (w *World) memberAuthor(c *channel, actor Actor) author {
	return author{user: w.users[actor.User], perms: w.channelPermissions(c, actor.User), interactive: true}
}

// compose makes a message from a request, without adding it to the channel. It takes the request's files.
func (w *World) compose(c *channel, by author, p MessageParams) (*Message, error) {
	p.normalise()
	if err := w.checkCompose(by, &p); err != nil {
		return nil, err
	}
	attachments, err := w.newAttachments(c, p.Attachments, p.Files)
	if err != nil {
		return nil, err
	}
	if err := checkVoiceMessage(by, &p, attachments); err != nil {
		return nil, err
	}
	m := &Message{ID: w.newID(), ChannelID: c.ID, Author: by.user, TTS: p.TTS, Nonce: p.Nonce}
	m.Timestamp = w.now()
	m.Content, m.Flags, m.Attachments, m.Embeds = p.Content, p.Flags, attachments, p.Embeds
	if by.webhook != nil {
		m.WebhookID, m.ApplicationID = by.webhook.ID, discord.Snowflake(by.webhook.ApplicationID)
	}
	if err := w.refer(c, by, m, p.Reference); err != nil {
		return nil, err
	}
	if m.StickerItems, err = w.stickersFor(c, by, p.StickerIDs); err != nil {
		return nil, err
	}
	if p.Poll != nil {
		m.Poll = w.newPoll(p.Poll, m.Timestamp)
	}
	w.writeBody(c, by, m, p.Components, p.AllowedMentions)
	return m, nil
}

// checkCompose checks what a request says, then whether its author may say it.
func (w *World) checkCompose(by author, p *MessageParams) error {
	if len(p.Files) > maxAttachments {
		return Refuse(http.StatusBadRequest, 30015)
	}
	form := checkMessage(p, filenames(p.Attachments, p.Files), by.interactive)
	forward := p.Reference != nil && p.Reference.Type == referenceForward
	if forward {
		checkForwardAlone(form, p)
	}
	switch {
	case !form.Empty():
		return invalidForm(form)
	case !forward && p.empty():
		return Refuse(http.StatusBadRequest, 50006)
	}
	return p.checkPermissions(by.perms)
}

func (p *MessageParams) empty() bool {
	return p.Content == "" && len(p.Embeds) == 0 && len(p.StickerIDs) == 0 && len(p.Components) == 0 && len(p.Files) == 0 && p.Poll == nil
}

// checkPermissions refuses parts of a message that its author may not send here.
func (p *MessageParams) checkPermissions(has discord.Permissions) error {
	var need discord.Permissions
	if p.TTS {
		need |= discord.PermissionSendTTSMessages
	}
	if len(p.Embeds) > 0 {
		need |= discord.PermissionEmbedLinks
	}
	if len(p.Files) > 0 {
		need |= discord.PermissionAttachFiles
	}
	if p.Poll != nil {
		need |= discord.PermissionSendPolls
	}
	return missing(has, need)
}

// checkForwardAlone refuses anything that a forward would carry beside the message it repeats.
func checkForwardAlone(form *catalogue.FormErrors, p *MessageParams) {
	own := map[string]bool{"content": p.Content != "", "embeds": len(p.Embeds) > 0, "components": len(p.Components) > 0,
		"sticker_ids": len(p.StickerIDs) > 0, "attachments": len(p.Files) > 0, "poll": p.Poll != nil}
	for field, given := range own {
		if given {
			form.At(field).Add("BASE_TYPE_BAD_TYPE", "A forwarded message cannot have content of its own.")
		}
	}
	if p.Reference.ChannelID == "" {
		form.At("message_reference", "channel_id").Add("BASE_TYPE_REQUIRED", "This field is required")
	}
}

// writeBody fills in what follows from the texts of a message: its components as they are shown, and whom it mentions.
func (w *World) writeBody(c *channel, by author, m *Message, components []Component, allowed *AllowedMentions) {
	writer := componentWriter{attachments: m.Attachments, newID: w.newID}
	m.Components = writer.write(components)
	texts := append([]string{m.Content}, shownTexts(components)...)
	w.mention(c, by, m, strings.Join(texts, "\n"), allowed)
}

// mention works out whom a message mentions: whoever its text names, as far as that is allowed and possible.
func (w *World) mention(c *channel, by author, m *Message, text string, allowed *AllowedMentions) {
	written := parseMentions(text)
	rules := mentionRules{users: true, roles: by.webhook == nil, everyone: by.webhook == nil, replied: true}
	if allowed != nil {
		rules = allowed.rules()
	}
	mayPing := by.perms.Has(discord.PermissionMentionEveryone)
	m.Mentions, m.MentionRoles = []*User{}, []discord.Snowflake{}
	m.MentionEveryone = written.everyone && rules.everyone && mayPing && c.GuildID != ""
	if replied := w.repliedTo(c, m); replied != nil && rules.replied && replied.WebhookID == "" && replied.Author.ID != by.user.ID {
		m.Mentions = append(m.Mentions, replied.Author)
	}
	for _, id := range written.users {
		if u := w.users[id]; u != nil && (rules.users || slices.Contains(rules.userIDs, id)) {
			m.Mentions = appendNew(m.Mentions, u)
		}
	}
	for _, id := range written.roles {
		if r := w.roleOf(c, id); r != nil && (r.Mentionable || mayPing) && (rules.roles || slices.Contains(rules.roleIDs, id)) {
			m.MentionRoles = append(m.MentionRoles, id)
		}
	}
}

// mentionRules are allowed mentions in the form that decides.
type mentionRules struct {
	users, roles, everyone, replied bool
	userIDs, roleIDs                []discord.Snowflake
}

func (a *AllowedMentions) rules() mentionRules {
	return mentionRules{
		users: slices.Contains(a.Parse, "users"), roles: slices.Contains(a.Parse, "roles"), everyone: slices.Contains(a.Parse, "everyone"),
		replied: a.RepliedUser, userIDs: a.Users, roleIDs: a.Roles,
	}
}

func (w *World) roleOf(c *channel, id discord.Snowflake) *Role {
	if g := w.guilds[c.GuildID]; g != nil {
		return g.roles[id]
	}
	return nil
}

// edit changes a message as its author asks. The stored message is replaced by a changed copy.
func (w *World) edit(c *channel, m *Message, by author, e MessageEdit) (*Message, error) {
	p := e.asParams(m)
	p.normalise()
	kept, err := w.keepAttachments(c, m, e)
	if err != nil {
		return nil, err
	}
	if form := checkMessage(&p, attachmentNames(kept), by.interactive); !form.Empty() {
		return nil, invalidForm(form)
	}
	if err := p.checkPermissions(by.perms); err != nil {
		return nil, err
	}
	changed := *m
	e.apply(&changed, &p)
	changed.Attachments = kept
	if !e.onlyFlags() {
		changed.EditedTimestamp = w.now()
		w.rewriteBody(c, by, m, &changed, e, p.Components)
	}
	if changed.empty() {
		return nil, Refuse(http.StatusBadRequest, 50006)
	}
	freeDropped(m.Attachments, kept)
	w.storeChanged(c, &changed)
	return &changed, nil
}

// asParams is the content that an edit gives, to be checked like that of a new message. Once a message has components of the second
// version it keeps them, and then its other content must have been emptied by the same edit.
func (e *MessageEdit) asParams(m *Message) MessageParams {
	p := MessageParams{Content: e.Content.Value, Embeds: e.Embeds.Value, Components: e.Components.Value, Flags: e.Flags.Value,
		AllowedMentions: e.AllowedMentions, Attachments: e.Attachments.Value, Files: e.Files, Poll: e.Poll.Value}
	p.Flags |= m.Flags & MessageIsComponentsV2
	if p.Flags&MessageIsComponentsV2 == 0 {
		return p
	}
	if !e.Content.Set {
		p.Content = m.Content
	}
	if !e.Embeds.Set {
		p.Embeds = m.Embeds
	}
	if !e.StickerIDs.Set {
		for _, s := range m.StickerItems {
			p.StickerIDs = append(p.StickerIDs, s.ID)
		}
	}
	return p
}

// apply changes the fields that an edit gives.
func (e *MessageEdit) apply(m *Message, p *MessageParams) {
	if e.Content.Set {
		m.Content = p.Content
	}
	if e.Embeds.Set {
		m.Embeds = p.Embeds
	}
	if e.Flags.Set {
		m.Flags = m.Flags&^MessageSuppressEmbeds | p.Flags&editableFlags | m.Flags&MessageIsComponentsV2
	}
	if e.StickerIDs.Set && len(e.StickerIDs.Value) == 0 {
		m.StickerItems = nil
	}
}

// rewriteBody works the components and the mentions of an edited message out again.
func (w *World) rewriteBody(c *channel, by author, old, m *Message, e MessageEdit, components []Component) {
	if !e.Components.Set {
		texts := append([]string{m.Content}, shownTexts(old.Components)...)
		w.mention(c, by, m, strings.Join(texts, "\n"), e.AllowedMentions)
		return
	}
	w.writeBody(c, by, m, components, e.AllowedMentions)
}

// empty reports whether a message shows nothing at all.
func (m *Message) empty() bool {
	return m.Content == "" && len(m.Embeds) == 0 && len(m.StickerItems) == 0 && len(m.Components) == 0 && len(m.Attachments) == 0 &&
		m.Poll == nil && len(m.Snapshots) == 0
}
