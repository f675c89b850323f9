package sandbox

import (
	"net/http"

	"cordial/discord"
)

// OpenDM gives the DM between the actor and another user; there is only one.
func (w *World) OpenDM(actor Actor, recipient discord.Snowflake) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users[recipient] == nil || recipient == actor.User {
		return nil, Refuse(http.StatusBadRequest, 50033)
	}
	c := w.dmBetween(actor.User, recipient)
	if c == nil {
		c = w.addChannel(nil, &Channel{ID: w.newID(), Type: DMChannel, Recipients: []*User{w.users[actor.User], w.users[recipient]}})
		w.emitChannel("CHANNEL_CREATE", c)
	}
	return w.channelView(actor.User, c), nil
}

// dmBetween finds the DM between two users.
func (w *World) dmBetween(a, b discord.Snowflake) *channel {
	for _, c := range w.channels {
		if c.Type == DMChannel && c.hasRecipient(a) && c.hasRecipient(b) {
			return c
		}
	}
	return nil
}

func (c *Channel) hasRecipient(user discord.Snowflake) bool {
	for _, u := range c.Recipients {
		if u.ID == user {
			return true
		}
	}
	return false
}
