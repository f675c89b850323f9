package luabind

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/discord/voice"
	"cordial/runtime/bind"
)

// voiceChannel is a voice or stage channel, or its id.
var voiceChannel = idOf("channel", discord.KindChannel)

// joinParams are the options of joining.
var joinParams = []bind.Param{
	{Name: "mute", Type: bind.Boolean, Named: true, Doc: "join with the microphone off"},
	{Name: "deaf", Type: bind.Boolean, Named: true, Doc: "join deaf: nothing is heard or recorded"},
}

// joinFunc declares a function that joins a channel: the receiver, or one that is named.
func (b *binding) joinFunc(name, doc string, named bool) bind.Func {
	f := bind.Func{Name: name, Doc: doc, Returns: "VoiceClient", Params: joinParams, Example: "local vc = channel:join()\nvc:start_recording(\"meeting.ogg\")"}
	if named {
		f.Params = append([]bind.Param{{Name: "channel", Type: voiceChannel, Required: true}}, joinParams...)
		f.Example = "local vc = bot.join_voice(channel)"
	}
	f.Call = func(c *bind.Call) (any, error) {
		if named {
			return b.voice.join(c, nil, bind.Get[discord.Snowflake](c, "channel"))
		}
		o := c.Self.(*ref)
		return b.voice.join(c, o.Object, o.ID())
	}
	return f
}

// leaveFunc declares a function that leaves voice.
func (b *binding) leaveFunc(name, doc string) bind.Func {
	return bind.Func{
		Name: name, Doc: doc, Params: []bind.Param{{Name: "guild", Type: guildID}},
		Call: func(c *bind.Call) (any, error) {
			guild := bind.Get[discord.Snowflake](c, "guild")
			return nil, c.Wait(func(w waiter) error { return b.voice.leave(w, guild) })
		},
	}
}

// join joins a channel and waits until it can be heard. known is the channel's object if there is one.
func (v *luaVoice) join(c *bind.Call, known *discord.Object, channel discord.Snowflake) (any, error) {
	guild, err := v.guildOf(c, known, channel)
	if err != nil {
		return nil, err
	}
	if err := v.b.opts.Guard.CheckFrame(discord.OpVoiceStateUpdate, gateway.VoiceState{Guild: guild, Channel: &channel}); err != nil {
		return nil, err // before anything is begun
	}
	v.listen()
	if err := v.b.gateway.start(c); err != nil {
		return nil, err
	}
	o := voice.JoinOptions{Mute: c.Bool("mute"), Deaf: c.Bool("deaf")}
	conn, err := wait(c, func(w waiter) (*voice.Connection, error) { return v.connect().Join(w, guild, channel, o) })
	if err != nil {
		return nil, err
	}
	return v.client(conn).value(), nil
}

// guildOf finds out which guild a channel is in.
func (v *luaVoice) guildOf(c *bind.Call, known *discord.Object, channel discord.Snowflake) (discord.Snowflake, error) {
	if known == nil || known.Str("guild_id") == "" {
		fetched, err := wait(c, func(w waiter) (*discord.Object, error) {
			return v.b.client.rest.Object(w, "get_channel", map[string]any{"channel_id": channel})
		})
		if err != nil {
			return "", err
		}
		known = fetched
	}
	if t := known.Int("type"); t != discord.ChannelVoice && t != discord.ChannelStage {
		return "", fmt.Errorf("%s is no voice channel: join one of type %d (voice) or %d (stage)", known, discord.ChannelVoice, discord.ChannelStage)
	}
	guild := discord.Snowflake(known.Str("guild_id"))
	if guild == "" {
		return "", errors.New("the channel is in no guild")
	}
	return guild, nil
}

// listen has what the gateway tells of voice handed on, from the first join on.
func (v *luaVoice) listen() {
	v.mu.Lock()
	first := !v.listening
	v.listening = true
	v.mu.Unlock()
	if !first {
		return
	}
	for _, event := range voice.Events() {
		v.b.gateway.listeners.add(&subscription{event: event, deliver: func(e *gatewayEvent) { v.connect().Handle(e.Type, e.Data) }})
	}
	v.b.gateway.changed()
}

// connect gives the manager of connections, made when the gateway knows who the bot is.
func (v *luaVoice) connect() *voice.Manager {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.manager == nil {
		v.manager = voice.NewManager(voice.Options{
			User: v.b.gateway.self(), Gateway: voiceGateway{v.b.gateway}, Clock: v.b.host.Clock(), Insecure: v.insecure(), OnNotice: v.notice,
		})
	}
	return v.manager
}

// insecure reports whether voice servers are reached without TLS: those of an API that is, a sandbox's.
func (v *luaVoice) insecure() bool { return strings.HasPrefix(v.b.client.rest.BaseURL(), "http:") }

// voiceGateway sends voice states over whichever connection the gateway has.
type voiceGateway struct{ g *luaGateway }

func (g voiceGateway) UpdateVoiceState(ctx context.Context, guild, channel discord.Snowflake, mute, deaf bool) error {
	conn, err := g.g.connected()
	if err != nil {
		return err
	}
	return conn.UpdateVoiceState(ctx, guild, channel, mute, deaf)
}

// client is the script's object for a connection, the same for the same one.
func (v *luaVoice) client(conn *voice.Connection) *voiceClient {
	v.mu.Lock()
	defer v.mu.Unlock()
	if vc := v.clients[conn.GuildID()]; vc != nil && vc.conn == conn {
		return vc
	}
	vc := &voiceClient{v: v, conn: conn, left: make(chan struct{})}
	vc.ctx, vc.end = context.WithCancelCause(context.Background())
	vc.ud = v.b.r.Wrap("VoiceClient", vc)
	vc.events = voiceEvents{vc: vc, handlers: map[voiceTopic][]*voiceHandler{}, cutting: map[voiceTopic]*utterances{}}
	conn.Listen(vc.meter.hear)
	conn.OnSpeaking(func(user discord.Snowflake, flags voice.SpeakingFlags) {
		vc.events.tell(voiceTopic{event: voiceSpeaking}, user, func() lua.LValue { return lua.LBool(flags != 0) })
	})
	v.clients[conn.GuildID()] = vc
	v.running.Go(vc.watch)
	return vc
}

// watch waits for the end of the connection, and tidies up.
func (vc *voiceClient) watch() {
	<-vc.conn.Done()
	vc.mu.Lock()
	vc.over = true
	vc.mu.Unlock()
	vc.endRecording() // what could not be written was said when it happened
	vc.meter.end()
	vc.end(errLeft)
	vc.v.away.back(vc.conn.GuildID())
	if err := vc.conn.Err(); err != nil {
		vc.v.b.host.Warn("voice: " + err.Error())
	}
	vc.v.mu.Lock()
	if vc.v.clients[vc.conn.GuildID()] == vc {
		delete(vc.v.clients, vc.conn.GuildID())
	}
	vc.v.mu.Unlock()
	vc.events.end()
	close(vc.left)
}

// leave finishes what is recorded and leaves the channel.
func (vc *voiceClient) leave(w waiter) error {
	recordingErr := vc.endRecording()
	playErr := vc.stopPlaying(w)
	err := vc.conn.Leave(w)
	select {
	case <-vc.left:
	case <-w.Done():
	}
	return errors.Join(recordingErr, playErr, err)
}

// current lists the connections, ordered by guild.
func (v *luaVoice) current() []*voiceClient {
	v.mu.Lock()
	defer v.mu.Unlock()
	var list []*voiceClient
	for _, vc := range v.clients {
		list = append(list, vc)
	}
	slices.SortFunc(list, func(a, b *voiceClient) int {
		return strings.Compare(string(a.conn.GuildID()), string(b.conn.GuildID()))
	})
	return list
}

// list is voice.clients.
func (v *luaVoice) list() any {
	list := []any{}
	for _, vc := range v.current() {
		list = append(list, vc.value())
	}
	return list
}

// leave leaves a guild's channel, or all with "".
func (v *luaVoice) leave(w waiter, guild discord.Snowflake) error {
	var errs []error
	for _, vc := range v.current() {
		if guild == "" || vc.conn.GuildID() == guild {
			errs = append(errs, vc.leave(w))
		}
	}
	return errors.Join(errs...)
}

// shutdown leaves all channels in good order when the script ends.
func (v *luaVoice) shutdown(ctx context.Context) {
	for _, vc := range v.current() {
		vc.endRecording() // what could not be written was said when it happened
	}
	if err := v.leave(ctx, ""); err != nil {
		v.b.host.Warn("voice: " + err.Error())
	}
	v.mu.Lock()
	manager := v.manager
	v.mu.Unlock()
	if manager != nil {
		if err := manager.Close(); err != nil {
			v.b.host.Warn("voice: " + err.Error())
		}
	}
	v.running.Wait()
	if err := v.files.remove(); err != nil {
		v.b.host.Warn("voice: " + err.Error())
	}
}
