package sandbox

import (
	"slices"
	"strconv"
	"time"

	"cordial/discord"
)

// letGo gives the room of the files of messages back that are gone. Their polls do not end any more.
func (w *World) letGo(messages ...*Message) {
	for _, m := range messages {
		w.silence(m.ID)
		for a := range m.files() {
			a.blob.free()
		}
	}
}

// dropMessages empties a channel that is being deleted, and removes its webhooks.
func (w *World) dropMessages(c *channel) {
	w.letGo(c.messages...)
	c.messages = nil
	for id, h := range w.webhooks {
		if discord.Snowflake(h.ChannelID) == c.ID {
			delete(w.webhooks, id)
		}
	}
}

// deleteMessagesBy deletes what somebody has written in a guild since a time, as a ban may ask for.
func (w *World) deleteMessagesBy(user, guildID discord.Snowflake, since time.Time) {
	g := w.guilds[guildID]
	for _, c := range slices.Concat(sortedByID(g.channels), sortedByID(g.threads)) {
		var gone []*Message
		for _, m := range slices.Backward(c.messages) {
			if m.Timestamp.Before(since) {
				break
			}
			if m.Author.ID == user {
				gone = append(gone, m)
			}
		}
		if len(gone) > 0 {
			w.remove(c, gone...)
			w.emitBulkDelete(c, gone)
		}
	}
}

func (w *World) emitBulkDelete(c *channel, gone []*Message) {
	ids := make([]discord.Snowflake, len(gone))
	for i, m := range gone {
		ids[i] = m.ID
	}
	w.emit("MESSAGE_DELETE_BULK", c.GuildID, c.ID, struct {
		IDs       []discord.Snowflake `json:"ids"`
		ChannelID discord.Snowflake   `json:"channel_id"`
		GuildID   discord.Snowflake   `json:"guild_id,omitempty"`
	}{ids, c.ID, c.GuildID})
}

// logDeletion notes in the audit log that messages were deleted by somebody else than their authors.
func (w *World) logDeletion(actor Actor, c *channel, action int, target discord.Snowflake, count int) {
	if g := w.guilds[c.GuildID]; g != nil {
		w.audit(g, actor, action, target, nil, map[string]string{"channel_id": string(c.ID), "count": strconv.Itoa(count)})
	}
}

// logMessage notes in the audit log what was done with a message.
func (w *World) logMessage(actor Actor, c *channel, action int, m *Message) {
	if g := w.guilds[c.GuildID]; g != nil {
		w.audit(g, actor, action, m.Author.ID, nil, map[string]string{"channel_id": string(c.ID), "message_id": string(m.ID)})
	}
}

// slowedDown is the refusal of a message that comes too soon after its author's last one.
func slowedDown(wait time.Duration) error {
	e := tooSoon("user", wait)
	e.Message, e.Code = discord.ErrorMessage(20016), 20016
	return e
}
