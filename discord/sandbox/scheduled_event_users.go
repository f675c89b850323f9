package sandbox

import (
	"net/http"

	"cordial/discord"
)

// eventInterested is how somebody who is listed has responded to an event.
const eventInterested = 1

// SetInterest says whether the actor is interested in an event. Bots cannot be.
func (w *World) SetInterest(actor Actor, guildID, id discord.Snowflake, interested bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, e, err := w.eventFor(actor, guildID, id)
	switch {
	case err != nil:
		return err
	case w.users[actor.User].Bot:
		return Refuse(http.StatusForbidden, 20001)
	case e.Status.finished():
		return Refuse(http.StatusBadRequest, 180000)
	}
	next, typ := *e, "GUILD_SCHEDULED_EVENT_USER_ADD"
	if interested {
		next.users = withID(e.users, actor.User)
	} else {
		next.users, typ = withoutID(e.users, actor.User), "GUILD_SCHEDULED_EVENT_USER_REMOVE"
	}
	if len(next.users) == len(e.users) {
		return nil
	}
	g.events[id] = &next
	w.emit(typ, g.ID, discord.Snowflake(e.ChannelID), struct {
		EventID discord.Snowflake `json:"guild_scheduled_event_id"`
		UserID  discord.Snowflake `json:"user_id"`
		GuildID discord.Snowflake `json:"guild_id"`
	}{id, actor.User, g.ID})
	return nil
}

// EventUserQuery pages through the users of an event. Before wins over After.
type EventUserQuery struct {
	Before, After discord.Snowflake
	Limit         int
	WithMember    bool
}

// ScheduledEventUsers lists who is interested in an event, by id.
func (w *World) ScheduledEventUsers(actor Actor, guildID, id discord.Snowflake, q EventUserQuery) ([]*ScheduledEventUser, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, e, err := w.eventFor(actor, guildID, id)
	if err != nil {
		return nil, err
	}
	list := []*ScheduledEventUser{}
	for _, user := range pageOfIDs(e.users, q.Before, q.After, q.Limit) {
		u := &ScheduledEventUser{EventID: id, UserID: user, User: w.users[user], Response: eventInterested}
		if m := g.members[user]; m != nil && q.WithMember {
			u.Member = w.memberView(m)
		}
		list = append(list, u)
	}
	return list, nil
}
