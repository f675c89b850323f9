package luabind

import (
	"context"
	"fmt"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/discord/voice/audio"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// luaVoice is the global voice: the voice connections of the global gateway, one for each guild.
type luaVoice struct {
	b *binding

	running sync.WaitGroup // what waits for connections and playbacks to end
	files   clipFiles
	away    absences
	people  voicePeople

	mu        sync.Mutex
	listening bool
	manager   *voice.Manager // made by the first join
	clients   map[discord.Snowflake]*voiceClient
}

// voiceClient is a voice connection as scripts have it.
type voiceClient struct {
	v      *luaVoice
	conn   *voice.Connection
	ud     *lua.LUserData // what Lua has
	events voiceEvents
	meter  meter
	ctx    context.Context // ends with the connection, for errLeft
	end    context.CancelCauseFunc
	left   chan struct{} // closed when the connection is over and all is tidied up

	turn      sync.Mutex // held while one playback takes the place of another
	beginning sync.Mutex // held while a recording begins

	mu        sync.Mutex
	over      bool
	recording *recording // the last one that nobody has taken; nil without one
	playing   *playback  // the last one; nil before the first
}

func (b *binding) newVoice() *luaVoice {
	v := &luaVoice{
		b: b, away: absences{host: b.host, waiting: map[discord.Snowflake]*absence{}}, people: newVoicePeople(), clients: map[discord.Snowflake]*voiceClient{},
	}
	b.host.OnStop(v.shutdown)
	b.host.OnGeneration(runtime.GenerationHooks{Leave: func(of *runtime.Generation) {
		for _, vc := range v.current() {
			vc.events.leave(of)
		}
	}})
	return v
}

// voiceClass declares the global voice.
func (b *binding) voiceClass() bind.Class {
	return bind.Class{
		Name: "Voice", Doc: "The voice channels that the bot is in.", Dotted: true, Only: "voice",
		Fields: []bind.Field{
			{Name: "clients", Type: "list of VoiceClient", Doc: "The connections, one for each guild.", Get: func(self any) (any, error) { return self.(*luaVoice).list(), nil }},
			{Name: "codec", Type: "string", Doc: `What decodes and encodes Opus: "gopus", or "libopus" in a build with it.`, Get: func(any) (any, error) { return audio.Codec, nil }},
		},
		Methods: []bind.Func{
			b.joinFunc("join", "Joins a voice channel. The gateway is started if it has not been.", true),
			b.leaveFunc("leave", "Leaves the voice channel of a guild, or all of them."),
		},
		ToString: func(self any) string {
			return "Voice(" + plural(len(self.(*luaVoice).current()), "connection") + ")"
		},
	}
}

func asVoice(c *bind.Call) *voiceClient { return c.Self.(*voiceClient) }

// voiceClientClass declares what joining a channel gives.
func (b *binding) voiceClientClass() bind.Class {
	get := func(name, typ, doc string, of func(vc *voiceClient) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return of(self.(*voiceClient)), nil }}
	}
	return bind.Class{
		Name: "VoiceClient", Doc: "A connection to a voice channel. It goes on through lost connections and moves, until leave() or until the bot is removed.",
		Fields: []bind.Field{
			get("guild_id", "string", "The guild.", func(vc *voiceClient) any { return string(vc.conn.GuildID()) }),
			get("channel_id", "string", "The channel that the bot is in; nil when it has left.", func(vc *voiceClient) any { return orNone(vc.channel()) }),
			get("state", "string", `Where the connection is: "joining", "ready", "resuming", …; "closed" when it is over.`, func(vc *voiceClient) any { return fmt.Sprint(vc.conn.State()) }),
			get("latency", "number", "Seconds between a heartbeat and its answer; nil before the first.", (*voiceClient).latency),
			get("users", "list of User", "Who else is in the channel, as far as the voice server and the gateway tell.", (*voiceClient).users),
			get("stats", "table", "What arrived of each speaker, by id: {received=, bytes=, lost=, late=, duplicate=, failed=, invalid=, held=, dropped=}.", (*voiceClient).stats),
			get("totals", "table", "Packets of the bot's that were sent, and that were not because the connection was away; datagrams that do not belong to it: {sent=, unsent=, foreign=}.", (*voiceClient).totals),
			get("levels", "table", "How loud each speaker is at the moment, by id: 0 to 1.", (*voiceClient).levels),
			get("e2ee", "table", "The end-to-end encryption: {version=, ready=, epoch=, code=}. Version 0 is none; ready says that there are keys. People compare the code.", (*voiceClient).e2ee),
			get("suppressed", "boolean", "Whether nobody hears the bot in the channel: it is in the audience of a stage, or may not speak.", func(vc *voiceClient) any { return vc.conn.Suppressed() }),
			get("server_muted", "boolean", "Whether a moderator has muted the bot.", func(vc *voiceClient) any { return vc.conn.ServerMuted() }),
			get("recording", "boolean", "Whether it is being recorded.", func(vc *voiceClient) any { return vc.isRecording() }),
		},
		Methods: append(append(append(b.voiceLife(), b.voiceStage()...), b.voiceRecording()...), append(b.voicePlaying(), b.voiceListening()...)...),
		ToString: func(self any) string {
			vc := self.(*voiceClient)
			return fmt.Sprintf("VoiceClient(guild=%s, channel=%s, state='%s')", vc.conn.GuildID(), vc.conn.ChannelID(), vc.conn.State())
		},
	}
}

// channel is the channel that the bot is in, "" when it has left.
func (vc *voiceClient) channel() discord.Snowflake {
	if vc.conn.State() == voice.Closed {
		return ""
	}
	return vc.conn.ChannelID()
}

// orNone is an id, or nil for none.
func orNone(id discord.Snowflake) any {
	if id == "" {
		return nil
	}
	return string(id)
}

// voiceLife declares what moves and ends a connection.
func (b *binding) voiceLife() []bind.Func {
	channel := bind.Param{Name: "channel", Type: voiceChannel, Required: true}
	on := bind.Param{Name: "on", Type: bind.Boolean, Default: true}
	act := func(name, doc string, params []bind.Param, fn func(w waiter, c *bind.Call, vc *voiceClient) error) bind.Func {
		return bind.Func{Name: name, Doc: doc, Params: params, Call: func(c *bind.Call) (any, error) {
			return nil, c.Wait(func(w waiter) error { return fn(w, c, asVoice(c)) })
		}}
	}
	return []bind.Func{
		codeFunc(),
		act("leave", "Leaves the channel. A recording is finished first.", nil, func(w waiter, _ *bind.Call, vc *voiceClient) error { return vc.leave(w) }),
		act("move", "Goes to another voice channel of the same guild. A recording goes on.", []bind.Param{channel}, func(w waiter, c *bind.Call, vc *voiceClient) error {
			return vc.conn.Move(w, bind.Get[discord.Snowflake](c, "channel"))
		}),
		act("mute", "Mutes the bot's microphone, or unmutes it with false.", []bind.Param{on}, func(w waiter, c *bind.Call, vc *voiceClient) error {
			return vc.conn.SetMute(w, c.Bool("on"))
		}),
		act("deaf", "Deafens the bot, or undoes it with false. While it is deaf nothing is heard or recorded.", []bind.Param{on}, func(w waiter, c *bind.Call, vc *voiceClient) error {
			return vc.conn.SetDeaf(w, c.Bool("on"))
		}),
		{
			Name: "speaking", Doc: "Shows the bot as speaking, or not with false. play() does it by itself.", Params: []bind.Param{on},
			Call: func(c *bind.Call) (any, error) { return nil, asVoice(c).setSpeaking(c.Bool("on")) },
		},
	}
}

// setSpeaking shows the bot as speaking.
func (vc *voiceClient) setSpeaking(on bool) error {
	return voiceOutput{vc.conn}.Speaking(on)
}
