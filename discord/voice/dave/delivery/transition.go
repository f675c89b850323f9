package delivery

import (
	"maps"
	"slices"

	"cordial/discord"
)

// transition opens one with a message to each of its members.
func (c *Call) transition(users []uint64, prepare func(id uint16, user uint64) Message) (messages []Message) {
	t := &transition{members: users, waiting: map[uint64]bool{}}
	id := c.nextID()
	c.transitions[id] = t
	for _, user := range users {
		t.waiting[user] = true
		messages = append(messages, prepare(id, user))
	}
	return messages
}

// nextID is an id that is not open; 0 has a meaning of its own.
func (c *Call) nextID() uint16 {
	for {
		c.lastID++
		if c.lastID != 0 && c.transitions[c.lastID] == nil {
			return c.lastID
		}
	}
}

// TransitionReady takes Transition Ready. When it was the last that was waited for, the transition is executed.
func (c *Call) TransitionReady(user uint64, id uint16) []Message {
	t := c.transitions[id]
	if t == nil {
		return nil
	}
	delete(t.waiting, user)
	if len(t.waiting) > 0 {
		return nil
	}
	return c.Execute(id)
}

// Execute carries out a transition that is open, whoever is ready. Voice servers do so after about two seconds.
func (c *Call) Execute(id uint16) (messages []Message) {
	t := c.transitions[id]
	if t == nil {
		return nil
	}
	delete(c.transitions, id)
	for _, user := range t.members {
		if c.members[user] != nil {
			messages = append(messages, Message{To: user, Op: discord.VoiceOpDAVEExecuteTransition, Transition: id})
		}
	}
	return messages
}

// Open lists the ids of the transitions that wait to be executed, ascending.
func (c *Call) Open() []uint16 { return slices.Sorted(maps.Keys(c.transitions)) }

// forgetInTransitions stops waiting for a user who has left.
func (c *Call) forgetInTransitions(user uint64) (messages []Message) {
	for _, id := range c.Open() {
		messages = append(messages, c.TransitionReady(user, id)...)
	}
	return messages
}
