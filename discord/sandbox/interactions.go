package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"iter"
	"maps"
	"net/http"
	"slices"
	"time"

	"cordial/discord"
	"cordial/discord/rest/limits"
)

// answerTime is how long an interaction can be answered for the first time (interactions/receiving-and-responding).
const answerTime = 3 * time.Second

// TokenLife is how long the token of an interaction is good for more answers, and for changes of the first one.
const TokenLife = 15 * time.Minute

// maxInteractions and maxWhispers bound the interactions and the ephemeral messages that a world remembers. The oldest are forgotten.
const (
	maxInteractions = 10_000
	maxWhispers     = 1000
)

var (
	errUnknownInteraction = Refuse(http.StatusNotFound, 10062)
	errAcknowledged       = Refuse(http.StatusBadRequest, 40060)
	errInvalidToken       = Refuse(http.StatusUnauthorized, 50027)
)

// interaction is the state of an interaction. The embedded value is immutable; the rest belongs to the world's lock.
type interaction struct {
	*Interaction
	by       *User
	channel  *channel
	made     time.Time
	metadata InteractionMetadata
	name     string                // of a command, with its subcommand
	kind     limits.CommandType    // of a command
	source   discord.Snowflake     // the message whose component was used
	focused  *limits.CommandOption // that is being completed
	files    []*Attachment         // that were uploaded with it; they are served as long as its token is good

	answer    CallbackType        // 0 until there is one
	original  discord.Snowflake   // the message that answers it, or that it has changed
	edited    bool                // the original has been
	followUps []discord.Snowflake // more messages
	choices   []limits.CommandChoice
	modal     limits.Object // nil once it was sent off
	changed   chan struct{} // closed with every change
}

// tellChange wakes whoever waits for the interaction.
func (in *interaction) tellChange() {
	close(in.changed)
	in.changed = make(chan struct{})
}

// deed is what somebody has done, to be told to the bot.
type deed struct {
	by      Actor
	channel *channel
	typ     InteractionType
	data    any
	source  *Message     // that a component is on
	after   *interaction // that a modal answered
	target  *User        // of a context menu
	files   []*Attachment
}

// begin makes the interaction of a deed and tells the bot of it.
func (w *World) begin(d deed) *interaction {
	in := &interaction{by: w.users[d.by.User], channel: d.channel, made: w.clock.Now(), files: d.files, changed: make(chan struct{})}
	in.Interaction = &Interaction{ID: w.newID(), ApplicationID: w.app.ID, Type: d.typ, Data: d.data, ChannelID: d.channel.ID, Version: 1,
		AppPermissions: w.channelPermissions(d.channel, w.app.ID), Locale: in.by.locale(), Entitlements: []struct{}{},
		AttachmentLimit: w.settings.AttachmentLimit, Channel: w.interactionChannel(d.channel, d.by.User)}
	in.Token = newInteractionToken(in.ID)
	w.place(in)
	in.metadata = InteractionMetadata{ID: in.ID, Type: d.typ, User: in.by, Owners: in.Owners, TargetUser: d.target}
	if d.source != nil {
		in.source, in.metadata.InteractedID = d.source.ID, d.source.ID
		in.Message = w.showTo(viewer{user: w.app.ID, content: true}, d.channel, d.source)
	}
	if d.after != nil {
		triggering := d.after.metadata
		in.metadata.InteractedID, in.metadata.Triggering = "", &triggering
	}
	w.keepInteraction(in)
	w.tell(Event{Type: "INTERACTION_CREATE", Guild: in.GuildID, Data: in.Interaction, Only: w.app.ID})
	return in
}

// place fills in where an interaction has happened: in a guild, or in the DM with the bot.
func (w *World) place(in *interaction) {
	g := w.guilds[in.channel.GuildID]
	if g == nil {
		in.User, in.Context, in.Owners = in.by, contextBotDM, map[string]discord.Snowflake{"0": "0"}
		return
	}
	in.GuildID, in.GuildLocale = g.ID, g.locale()
	in.Guild = &interactionGuild{ID: g.ID, Locale: g.locale(), Features: orEmpty(g.Features)}
	in.Context, in.Owners = contextGuild, map[string]discord.Snowflake{"0": g.ID}
	m := w.memberView(g.members[in.by.ID])
	in.Member = &interactionMember{Member: m, User: m.User, Mute: &m.Mute, Deaf: &m.Deaf, Permissions: w.channelPermissions(in.channel, in.by.ID)}
}

// locale is the language that the guild prefers.
func (g *guild) locale() string {
	if g.PreferredLocale == "" {
		return defaultLocale
	}
	return g.PreferredLocale
}

// newInteractionToken makes a token in the form of Discord's, which names the interaction.
func newInteractionToken(id discord.Snowflake) string {
	return base64.RawURLEncoding.EncodeToString([]byte("interaction:" + string(id) + ":" + rand.Text()))
}

// keepInteraction remembers an interaction. It forgets those whose tokens are no good any more, and the oldest of too many.
func (w *World) keepInteraction(in *interaction) {
	for len(w.interactions) > 0 {
		oldest := w.byAge[0]
		if len(w.interactions) < maxInteractions && !w.expired(oldest) {
			break
		}
		w.forget(oldest)
		w.byAge = w.byAge[1:]
	}
	w.interactions[in.Token] = in
	w.byAge = append(w.byAge, in)
}

// forget drops an interaction and gives the room of its files back.
func (w *World) forget(in *interaction) {
	delete(w.interactions, in.Token)
	for _, a := range in.files {
		a.blob.free()
	}
}

func (w *World) expired(in *interaction) bool { return w.clock.Since(in.made) >= TokenLife }

// late reports whether an interaction has been left without an answer for too long.
func (w *World) late(in *interaction) bool {
	return in.answer == 0 && w.clock.Since(in.made) >= answerTime
}

// whisper adds an ephemeral message, which only one person sees, and tells the application of it.
func (w *World) whisper(c *channel, m *Message) {
	if len(w.whispers) >= maxWhispers {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(w.whispers)), discord.Snowflake.Compare)
		w.letGo(w.whispers[oldest])
		delete(w.whispers, oldest)
	}
	w.whispers[m.ID] = m
	w.emitMessage("MESSAGE_CREATE", c, m)
}

// storeChanged stores the changed form of a message and tells of it.
func (w *World) storeChanged(c *channel, m *Message) {
	if m.onlyFor != "" {
		w.whispers[m.ID] = m
	} else {
		c.replace(m)
	}
	w.emitMessage("MESSAGE_UPDATE", c, m)
	w.awaitPoll(c, m)
}

// privateFiles lists the files that are in no channel's history: those of ephemeral messages and those sent with interactions.
func (w *World) privateFiles() iter.Seq[*Attachment] {
	return func(yield func(*Attachment) bool) {
		for _, m := range w.whispers {
			for a := range m.files() {
				if !yield(a) {
					return
				}
			}
		}
		for _, in := range w.interactions {
			for _, a := range in.files {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// messageIn finds a message of a channel, also an ephemeral one.
func (w *World) messageIn(c *channel, id discord.Snowflake) *Message {
	if m := w.whispers[id]; m != nil && m.ChannelID == c.ID {
		return m
	}
	return c.message(id)
}
