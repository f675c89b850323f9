package sandbox

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/sandbox/voice"
)

// World is a whole Discord in memory: users, guilds and what is in them. Everything that can happen is one of its methods, which
// checks permissions and limits, changes the state, writes the audit log and tells the listeners. All methods may be called at any
// time from any goroutine. What they hand out must not be changed.
type World struct {
	clock clockwork.Clock
	blobs *blobs

	mu        sync.Mutex
	settings  Settings
	ids       idSource
	app       *Application
	users     map[discord.Snowflake]*User
	tokens    map[string]discord.Snowflake   // of users
	resets    map[discord.Snowflake]int      // how often a bot's token was reset
	presences map[discord.Snowflake]Presence // of those who have said how they are there
	guilds    map[discord.Snowflake]*guild
	channels  map[discord.Snowflake]*channel // of guilds, threads and DMs
	invites   map[string]*Invite
	webhooks  map[discord.Snowflake]*Webhook
	commands  map[discord.Snowflake]*Command
	images    map[string]*blob // avatars, icons, emojis and stickers by their path at the CDN, without the format
	// appEmojis belong to the application instead of a guild.
	appEmojis map[discord.Snowflake]*Emoji
	cdnURL    string        // where the CDN is served
	voice     *voice.Server // serves the calls; nil while nothing is served
	listener  func(Event)
	gateways  []*gateway // of the servers that serve this world
	alarms    map[discord.Snowflake]clockwork.Timer

	// commandsMade counts new commands by their scope: a guild, or "" for everywhere.
	commandsMade map[discord.Snowflake]*bucket
	interactions map[string]*interaction        // by token
	byAge        []*interaction                 // the same, the oldest first
	whispers     map[discord.Snowflake]*Message // ephemeral messages
}

// Settings are the switches of a world that are not part of Discord's model.
type Settings struct {
	// AttachmentLimit bounds one uploaded file in bytes.
	AttachmentLimit int64 `json:"attachment_limit,omitempty"`
	// SearchDelay is how many searches are still answered with 202, because the index is being built.
	SearchDelay int `json:"search_delay,omitempty"`
	// ShowHiddenChannels tells bots of channels that they cannot see as of any other, as Discord did until November 2026. Without it the
	// gateway sends them obfuscated.
	ShowHiddenChannels bool `json:"show_hidden_channels,omitempty"`
}

// defaultAttachmentLimit is Discord's limit for one file in a guild without boosts, in bytes.
const defaultAttachmentLimit = 10 << 20

// guild is the state of a guild. The embedded value is immutable; the maps belong to the world's lock.
type guild struct {
	*Guild
	roles    map[discord.Snowflake]*Role
	members  map[discord.Snowflake]*Member
	bans     map[discord.Snowflake]*Ban
	emojis   map[discord.Snowflake]*Emoji
	stickers map[discord.Snowflake]*Sticker
	events   map[discord.Snowflake]*ScheduledEvent
	voice    map[discord.Snowflake]*VoiceState // by user
	channels map[discord.Snowflake]*channel    // without threads
	threads  map[discord.Snowflake]*channel
	audit    []*AuditEntry // oldest first, bounded by maxAuditEntries
}

// channel is the state of a channel. The embedded value is immutable; the rest belongs to the world's lock.
type channel struct {
	*Channel
	messages      []*Message // ascending by id
	threadMembers map[discord.Snowflake]*ThreadMember

	// Of voice channels, and never part of the channel object.
	voiceStatus string
	voiceStart  Timestamp // since when people are in it
	voiceServer int       // the number of the voice server's endpoint where the call is
}

// Event is something that happened, as the gateway tells it.
type Event struct {
	Type    string            // such as "CHANNEL_CREATE"
	Guild   discord.Snowflake // "" outside of guilds
	Channel discord.Snowflake // "" when it is about no channel
	Data    any               // the event's d
	// Only is the one user who is told, whatever that user may see; "" for everybody who may know.
	Only discord.Snowflake
}

// Actor is who does something, and why.
type Actor struct {
	User   discord.Snowflake // "" for a request without a token
	Reason string            // for the audit log
}

// newWorld makes a world with nobody in it.
func newWorld(clock clockwork.Clock) *World {
	return &World{
		clock:     clock,
		blobs:     &blobs{limit: defaultBlobLimit},
		settings:  Settings{AttachmentLimit: defaultAttachmentLimit},
		app:       &Application{},
		users:     map[discord.Snowflake]*User{},
		tokens:    map[string]discord.Snowflake{},
		resets:    map[discord.Snowflake]int{},
		presences: map[discord.Snowflake]Presence{},
		guilds:    map[discord.Snowflake]*guild{},
		channels:  map[discord.Snowflake]*channel{},
		invites:   map[string]*Invite{},
		webhooks:  map[discord.Snowflake]*Webhook{},
		commands:  map[discord.Snowflake]*Command{},
		images:    map[string]*blob{},

		appEmojis: map[discord.Snowflake]*Emoji{},
		cdnURL:    "https://cdn.discordapp.com",

		alarms:       map[discord.Snowflake]clockwork.Timer{},
		commandsMade: map[discord.Snowflake]*bucket{},
		interactions: map[string]*interaction{},
		whispers:     map[discord.Snowflake]*Message{},
	}
}

// Close has nothing happen by itself any more, and removes the world's temporary files.
func (w *World) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range w.alarms {
		w.silence(id)
	}
	return w.blobs.close()
}

// Clock is the time that the world lives in.
func (w *World) Clock() clockwork.Clock { return w.clock }

// Configure changes the world's settings.
func (w *World) Configure(change func(*Settings)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.settings)
}

// ConfigureApplication changes the bot's application, such as its privileged intents.
func (w *World) ConfigureApplication(change func(*Application)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	app := *w.app
	change(&app)
	w.app = &app
}

// Listen sets who is told of everything that happens, in order. The listener is called under the world's lock: it must be quick and
// must not call the world. nil stops it.
func (w *World) Listen(listener func(Event)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener = listener
}

// emit tells that something has happened. That something in a channel is gone, or that a thread is, is told while the channel is still
// there, because who may know of it follows from it.
func (w *World) emit(typ string, guild, channel discord.Snowflake, data any) {
	w.tell(Event{Type: typ, Guild: guild, Channel: channel, Data: data})
}

// tell passes an event on to the listener and to the sessions of the gateways.
func (w *World) tell(e Event) {
	if w.listener != nil {
		w.listener(e)
	}
	for _, g := range w.gateways {
		g.tell(e)
	}
}

// now is the world's time, cut to the microseconds that Discord tells.
func (w *World) now() Timestamp { return Timestamp{w.clock.Now().UTC().Truncate(1000)} }

// newID makes an id of this moment that no thing has.
func (w *World) newID() discord.Snowflake {
	return w.ids.next(uint64(max(w.clock.Now().UnixMilli()-discord.Epoch, 0)) << 22)
}

// idSource makes ascending snowflakes.
type idSource struct{ last uint64 }

func (s *idSource) next(atLeast uint64) discord.Snowflake {
	s.last = max(s.last+1, atLeast)
	return discord.Snowflake(strconv.FormatUint(s.last, 10))
}

// used notes an id that came from outside.
func (s *idSource) used(id discord.Snowflake) { s.last = max(s.last, id.Uint()) }

// sortedByID lists the values of a map in the order of their ids.
func sortedByID[V any](m map[discord.Snowflake]V) []V {
	ids := slices.SortedFunc(maps.Keys(m), discord.Snowflake.Compare)
	list := make([]V, len(ids))
	for i, id := range ids {
		list[i] = m[id]
	}
	return list
}

// sortedChannels lists channels as guilds show them: by position, then by id.
func sortedChannels(m map[discord.Snowflake]*channel) []*channel {
	return slices.SortedFunc(maps.Values(m), func(a, b *channel) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), a.ID.Compare(b.ID))
	})
}

// serveCDNAt tells the world where its CDN is served.
func (w *World) serveCDNAt(url string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cdnURL = url
}
