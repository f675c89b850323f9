package sandbox

import (
	"net/http"
	"slices"

	"cordial/discord"
)

// maxPins is how many messages a channel can pin.
const maxPins = 250

// Pin is a pinned message.
type Pin struct {
	PinnedAt Timestamp `json:"pinned_at"`
	Message  *Message  `json:"message"`
}

// pinned lists the pinned messages of a channel, the last pinned first.
func (c *channel) pinned() []*Message {
	var list []*Message
	for _, m := range c.messages {
		if m.Pinned {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b *Message) int { return b.PinnedAt.Compare(a.PinnedAt.Time) })
	return list
}

// Pins lists pinned messages, the last pinned first, from before a time unless that is zero; more says that there are others.
// Whoever may not read the history sees none.
func (w *World) Pins(actor Actor, channelID discord.Snowflake, before Timestamp, limit int) (pins []Pin, more bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelFor(actor, channelID)
	if err != nil {
		return nil, false, err
	}
	if !c.Type.HasMessages() {
		return nil, false, errWrongChannelType
	}
	pins = []Pin{}
	if !w.channelPermissions(c, actor.User).Has(discord.PermissionReadMessageHistory) {
		return pins, false, nil
	}
	for _, m := range c.pinned() {
		switch {
		case !before.IsZero() && !m.PinnedAt.Before(before.Time):
		case len(pins) == limit:
			return pins, true, nil
		default:
			pins = append(pins, Pin{m.PinnedAt, w.show(actor.User, c, m)})
		}
	}
	return pins, false, nil
}

// PinMessage pins a message, which a system message tells of in the channel.
func (w *World) PinMessage(actor Actor, channelID, id discord.Snowflake) error {
	return w.setPinned(actor, channelID, id, true)
}

// UnpinMessage takes a message off the pinned ones.
func (w *World) UnpinMessage(actor Actor, channelID, id discord.Snowflake) error {
	return w.setPinned(actor, channelID, id, false)
}

func (w *World) setPinned(actor Actor, channelID, id discord.Snowflake, pinned bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageFor(actor, channelID, id, discord.PermissionPinMessages)
	if err != nil {
		return err
	}
	switch {
	case m.Type.IsSystem():
		return Refuse(http.StatusForbidden, 50021)
	case m.Pinned == pinned:
		return nil
	}
	if err := archivedThread(c); err != nil {
		return err
	}
	if pinned && len(c.pinned()) >= maxPins {
		return Refuse(http.StatusBadRequest, 30003)
	}
	changed := *m
	changed.Pinned, changed.PinnedAt = pinned, Timestamp{}
	action := auditMessageUnpin
	if pinned {
		changed.PinnedAt, action = w.now(), auditMessagePin
	}
	c.replace(&changed)
	w.logMessage(actor, c, action, m)
	w.emitMessage("MESSAGE_UPDATE", c, &changed)
	w.tellPins(c, pinned)
	if pinned {
		w.postSystem(c, actor, PinnedMessage, "", &MessageReference{ChannelID: c.ID, MessageID: m.ID, GuildID: c.GuildID})
	}
	return nil
}

// tellPins tells that the pinned messages of a channel have changed, and remembers when one was pinned last.
func (w *World) tellPins(c *channel, added bool) {
	if added {
		changed := *c.Channel
		changed.LastPinTimestamp = w.now()
		c.Channel = &changed
	}
	w.emit("CHANNEL_PINS_UPDATE", c.GuildID, c.ID, struct {
		GuildID          discord.Snowflake `json:"guild_id,omitempty"`
		ChannelID        discord.Snowflake `json:"channel_id"`
		LastPinTimestamp Timestamp         `json:"last_pin_timestamp"`
	}{c.GuildID, c.ID, c.LastPinTimestamp})
}

// postSystem posts a message that Discord writes in the name of the actor.
func (w *World) postSystem(c *channel, actor Actor, typ MessageType, content string, ref *MessageReference) *Message {
	m := &Message{ID: w.newID(), ChannelID: c.ID, Author: w.users[actor.User], Reference: ref}
	m.Type, m.Content, m.Timestamp = typ, content, w.now()
	w.post(c, m)
	return m
}
