package dave_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

// Users come and go while messages are on their way, with or without encryption; messages wait as long as they like, some arrive
// broken. When it is quiet again, all are in one group and hear each other.
func TestEventsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCall(t)
		plain := map[uint64]bool{} // who does not speak DAVE
		breaks := 0
		c.edit = func(m *delivery.Message) {
			if breaks > 0 && breakable(m.Op) {
				m.Binary = bytes.Clone(m.Binary)
				m.Binary[len(m.Binary)-1] ^= 1
				breaks--
			}
		}
		events := map[string]func(){
			"join or leave": func() {
				user := rapid.Uint64Range(1, 6).Draw(t, "user")
				if c.sessions[user] != nil {
					delete(plain, user)
					c.leave(user)
					return
				}
				plain[user] = rapid.IntRange(0, 7).Draw(t, "plain") == 7
				version := dave.MaxVersion
				if plain[user] {
					version = 0
				}
				c.joinWith(user, version)
			},
			"arrive": func() {
				if i := rapid.IntRange(0, 5).Draw(t, "for"); i < len(c.inbox) {
					c.give(slices.IndexFunc(c.inbox, func(m delivery.Message) bool { return m.To == c.inbox[i].To }))
				}
			},
			"send": func() {
				if i := rapid.IntRange(0, 5).Draw(t, "from"); i < len(c.outbox) {
					c.take(slices.IndexFunc(c.outbox, func(m upward) bool { return m.from == c.outbox[i].from }))
				}
			},
			"time out": func() { c.timeOut() },
			"revoke":   func() { c.inbox = append(append(c.inbox, c.server.Revoke()...), c.server.Propose()...) },
			"break":    func() { breaks++ },
		}
		names := slices.Sorted(maps.Keys(events))
		for range rapid.IntRange(5, 80).Draw(t, "events") {
			events[rapid.SampledFrom(names).Draw(t, "event")]()
		}
		c.run()
		c.timeOut()
		c.run()
		switch {
		case slices.Contains(slices.Collect(maps.Values(plain)), true):
			c.talk()
		case len(c.sessions) > 1:
			c.agree(slices.Sorted(maps.Keys(c.sessions))...)
			c.talk()
		}
	})
}

// breakable says which messages a member can recover from: DAVE has an answer to these.
func breakable(op discord.VoiceOpcode) bool {
	return op == discord.VoiceOpDAVEMLSAnnounceCommitTransition || op == discord.VoiceOpDAVEMLSWelcome
}

// timeOut has the server execute all transitions, whoever is ready.
func (c *call) timeOut() {
	for _, id := range c.server.Open() {
		c.inbox = append(c.inbox, c.server.Execute(id)...)
	}
}
