package sandbox

import (
	"bytes"
	"encoding/json"

	"cordial/discord"
)

// personal is the data of an event that looks different to different recipients. It needs the world's lock.
type personal interface {
	shownTo(w *World, v viewer) any
}

// dmIntents are the intents for what happens outside of guilds.
const dmIntents = discord.IntentDirectMessages | discord.IntentDirectMessageReactions | discord.IntentDirectMessageTyping |
	discord.IntentDirectMessagePolls

// tell gives an event to the sessions that are to know of it, encoded once for those that see it alike.
func (g *gateway) tell(e Event) {
	if len(g.sessions) == 0 {
		return
	}
	spec, _ := discord.EventNamed(e.Type)
	encoded := map[viewer]json.RawMessage{}
	for _, s := range g.sessions {
		if s.wants(g.w, e, spec) {
			var key viewer
			if _, ok := e.Data.(personal); ok {
				key = s.viewer
			}
			if encoded[key] == nil {
				encoded[key] = g.encode(e, s.viewer)
			}
			s.dispatch(e.Type, encoded[key], g.faultFor(s, e.Type))
		}
		g.refresh(s, e)
	}
}

// deliver gives an event to one session, if it is to know of it.
func (g *gateway) deliver(s *session, e Event) {
	if spec, _ := discord.EventNamed(e.Type); s.wants(g.w, e, spec) {
		s.dispatch(e.Type, g.encode(e, s.viewer), g.faultFor(s, e.Type))
	}
}

// encode writes the data of an event as somebody is to see it.
func (g *gateway) encode(e Event, v viewer) json.RawMessage {
	data := e.Data
	if p, ok := data.(personal); ok {
		data = p.shownTo(g.w, v)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(data); err != nil {
		g.logger.Error("event cannot be encoded", "event", e.Type, "error", err)
		return json.RawMessage("null")
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// wants reports whether a session is to know of an event: whether it belongs to its shard, whether its intents ask for it, and whether
// its bot may know of it. It needs the world's lock.
func (s *session) wants(w *World, e Event, spec discord.Event) bool {
	switch {
	case e.Only != "" && e.Only != s.viewer.user, !s.serves(e.Guild), s.dark[e.Guild], !s.asksFor(e, spec):
		return false
	case e.Only != "":
		return true
	}
	may := discord.Permissions(0)
	if e.Guild != "" {
		g := w.guilds[e.Guild]
		if g.members[s.viewer.user] == nil {
			return false
		}
		may = w.guildPermissions(g, s.viewer.user)
	}
	if c := w.channels[e.Channel]; c != nil {
		in := w.channelPermissions(c, s.viewer.user)
		if _, ofChannel := e.Data.(channelEvent); !ofChannel && !in.Has(discord.PermissionViewChannel) {
			return false
		}
		if spec.ChannelGate {
			may = in
		}
	}
	return spec.Gate == 0 || may&spec.Gate != 0
}

// concerner is the data of an event that GUILD_MEMBERS brings, and that those whom it is about get without.
type concerner interface {
	concerns(user discord.Snowflake) bool
}

// asksFor reports whether the intents of a session bring an event.
func (s *session) asksFor(e Event, spec discord.Event) bool {
	if spec.Intents == 0 {
		return true
	}
	need := spec.Intents &^ dmIntents
	if e.Guild == "" {
		need = spec.Intents & dmIntents
	}
	if about, ok := e.Data.(concerner); ok && s.intents&discord.IntentGuildMembers == 0 {
		need &^= discord.IntentGuildMembers
		return about.concerns(s.viewer.user) && (need == 0 || s.intents&need != 0)
	}
	return s.intents&need != 0
}
