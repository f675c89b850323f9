package sandbox

import (
	"net/http"
	"slices"

	"cordial/discord"
)

// The types of references from one message to another.
const (
	referenceReply   = 0
	referenceForward = 1
)

// refer makes a message a reply or a forward, as the request asks.
func (w *World) refer(c *channel, by author, m *Message, r *MessageReferenceParams) error {
	switch {
	case r == nil:
		return nil
	case r.Type == referenceForward:
		return w.forward(by, m, r)
	}
	return w.reply(c, by, m, r)
}

func (w *World) reply(c *channel, by author, m *Message, r *MessageReferenceParams) error {
	if !by.perms.Has(discord.PermissionReadMessageHistory) {
		return Refuse(http.StatusForbidden, 160002)
	}
	target := c.message(r.MessageID)
	if r.ChannelID != "" && r.ChannelID != c.ID {
		target = nil
	}
	switch {
	case target == nil && r.FailIfNotExists != nil && !*r.FailIfNotExists:
		return nil
	case target == nil:
		return formError("MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message", "message_reference")
	case target.Type.IsSystem():
		return formError("REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message", "message_reference")
	}
	m.Type = ReplyMessage
	m.Reference = &MessageReference{Type: referenceReply, ChannelID: c.ID, MessageID: target.ID, GuildID: c.GuildID}
	return nil
}

// forward makes a message repeat another one, which its author must be able to read.
func (w *World) forward(by author, m *Message, r *MessageReferenceParams) error {
	from, err := w.channelFor(Actor{User: by.user.ID}, r.ChannelID)
	if err != nil {
		return err
	}
	if !w.channelPermissions(from, by.user.ID).Has(discord.PermissionReadMessageHistory) {
		return Refuse(http.StatusForbidden, 160009)
	}
	target := from.message(r.MessageID)
	switch {
	case target == nil:
		return formError("MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message", "message_reference")
	case target.Type.IsSystem() || target.Poll != nil:
		return Refuse(http.StatusBadRequest, 50068)
	case w.contentHidden(w.reader(by.user.ID), from, target):
		return Refuse(http.StatusBadRequest, 160014)
	}
	m.Reference = &MessageReference{Type: referenceForward, ChannelID: from.ID, MessageID: target.ID, GuildID: from.GuildID}
	m.Flags |= MessageHasSnapshot
	repeated := target.MessageContent
	if len(target.Snapshots) > 0 { // a forward of a forward repeats what that one repeats
		repeated = target.Snapshots[0].Message
	}
	m.Snapshots = []MessageSnapshot{{Message: repeated.repeatedIn(m.ChannelID)}}
	return nil
}

// repliedTo finds the message that another one replies to, or returns nil.
func (w *World) repliedTo(c *channel, m *Message) *Message {
	if m.Type != ReplyMessage || m.Reference == nil {
		return nil
	}
	return c.message(m.Reference.MessageID)
}

// contentHidden reports whether the content of a message is withheld from somebody: from a bot that may not read the content of
// messages, except in its own ones (also by way of its webhooks), in DMs and where it is mentioned.
func (w *World) contentHidden(v viewer, c *channel, m *Message) bool {
	if v.content || c.GuildID == "" || m.Author.ID == v.user || v.user != "" && m.ApplicationID == v.user {
		return false
	}
	return !slices.ContainsFunc(m.Mentions, func(u *User) bool { return u.ID == v.user })
}
