package sandbox

import (
	"cordial/discord"
)

// Presence is whether somebody is there, and what they do. People are online unless they say something else; a bot is while it has a
// session.
type Presence struct {
	Status     string     `json:"status"` // online, idle, dnd or offline
	Activities []Activity `json:"activities"`
}

// Activity is what somebody does: playing, listening, or a text of their own.
type Activity struct {
	Name      string   `json:"name"`
	Type      int      `json:"type"`
	URL       Nullable `json:"url,omitempty"`   // of a stream
	State     string   `json:"state,omitempty"` // the text of a custom status
	CreatedAt int64    `json:"created_at"`      // Unix milliseconds
}

// presenceEvent is a presence as the gateway tells of it.
type presenceEvent struct {
	User         presenceUser      `json:"user"`
	GuildID      discord.Snowflake `json:"guild_id"`
	Status       string            `json:"status"`
	Activities   []Activity        `json:"activities"`
	ClientStatus map[string]string `json:"client_status"`
}

// presenceUser is all that a presence tells of its user.
type presenceUser struct {
	ID discord.Snowflake `json:"id"`
}

const (
	statusOnline  = "online"
	statusOffline = "offline"
)

// SetPresence changes how the actor is there.
func (w *World) SetPresence(actor Actor, p Presence) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setPresence(actor.User, p)
}

// The helpers below need the world's lock.

// setPresence stores a presence and tells about it in all of the user's guilds.
func (w *World) setPresence(user discord.Snowflake, p Presence) {
	w.presences[user] = p
	for _, g := range sortedByID(w.guilds) {
		if g.members[user] != nil {
			w.emit("PRESENCE_UPDATE", g.ID, "", w.presenceView(g, user))
		}
	}
}

// presenceOf is how a user is there now.
func (w *World) presenceOf(user discord.Snowflake) Presence {
	if p, ok := w.presences[user]; ok {
		return p
	}
	if w.users[user].Bot {
		return Presence{Status: statusOffline}
	}
	return Presence{Status: statusOnline}
}

func (w *World) presenceView(g *guild, user discord.Snowflake) *presenceEvent {
	p := w.presenceOf(user)
	e := &presenceEvent{User: presenceUser{user}, GuildID: g.ID, Status: p.Status, Activities: orEmpty(p.Activities), ClientStatus: map[string]string{}}
	if p.Status != statusOffline {
		client := "desktop"
		if w.users[user].Bot {
			client = "web" // as Discord shows bots
		}
		e.ClientStatus[client] = p.Status
	}
	return e
}
