package luabind

import (
	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/runtime/bind"
)

// opModule declares discord.op: the payloads that a client sends to the gateway, as tables to look at and for gateway.send.
func (b *binding) opModule() bind.Module {
	payload := func(name, doc string, op discord.Opcode, params []bind.Param, data func(c *bind.Call) (any, error)) bind.Func {
		return bind.Func{Name: name, Doc: doc, Returns: "table {op=, d=}", Params: params, Call: func(c *bind.Call) (any, error) {
			d, err := data(c)
			if err != nil {
				return nil, err
			}
			frame, err := plainTable(gateway.Frame{Op: op, D: d})
			if err != nil {
				return nil, err
			}
			return b.shown(frame.(map[string]any)), nil
		}}
	}
	guild := bind.Param{Name: "guild", Type: guildID, Required: true}
	return bind.Module{
		Name: "discord.op", Doc: "The payloads that a client sends to the gateway: gateway.send(discord.op.presence_update{status=\"idle\"}).",
		Funcs: []bind.Func{
			payload("identify", "Begins a session.", discord.OpIdentify, []bind.Param{
				{Name: "token", Type: bind.String, Doc: "default the bot's"}, {Name: "intents", Type: intentsType, Default: discord.Intents(0)},
				{Name: "shard", Type: bind.ListOf(bind.Integer), Named: true, Doc: "{id, number of shards}"},
			}, b.opIdentify),
			payload("heartbeat", "Shows that the client is alive.", discord.OpHeartbeat, []bind.Param{{Name: "seq", Type: bind.Integer, Doc: "of the last event"}},
				func(c *bind.Call) (any, error) { return gateway.Heartbeat(int64(c.Int("seq"))), nil }),
			payload("resume", "Goes on with a session.", discord.OpResume, []bind.Param{
				{Name: "token", Type: bind.String, Doc: "default the bot's"}, {Name: "session_id", Type: bind.String, Required: true, Named: true}, {Name: "seq", Type: bind.Integer, Required: true, Named: true},
			}, func(c *bind.Call) (any, error) {
				return gateway.Resume{Token: b.tokenOr(c), SessionID: c.String("session_id"), Seq: int64(c.Int("seq"))}, nil
			}),
			payload("presence_update", "Shows what the bot does.", discord.OpPresenceUpdate, presenceParams,
				func(c *bind.Call) (any, error) { return presenceOf(c) }),
			payload("voice_state", "Joins or moves to a voice channel, or leaves without one.", discord.OpVoiceStateUpdate, []bind.Param{
				guild, {Name: "channel", Type: channelID}, {Name: "mute", Type: bind.Boolean, Named: true}, {Name: "deaf", Type: bind.Boolean, Named: true},
			}, opVoiceState),
			payload("request_guild_members", "Asks for members of a guild.", discord.OpRequestGuildMembers, []bind.Param{
				guild, {Name: "query", Type: bind.String, Named: true}, {Name: "limit", Type: bind.Integer, Named: true},
				{Name: "user_ids", Type: bind.ListOf(userID), Named: true}, {Name: "presences", Type: bind.Boolean, Named: true}, {Name: "nonce", Type: bind.String, Named: true},
			}, opRequestMembers),
			payload("request_soundboard_sounds", "Asks for the soundboard sounds of guilds.", discord.OpRequestSoundboardSounds,
				[]bind.Param{{Name: "guilds", Type: bind.ListOf(guildID), Required: true}},
				func(c *bind.Call) (any, error) { return gateway.SoundboardRequest{Guilds: ids(c, "guilds")}, nil }),
			payload("request_channel_info", "Asks for what voice channels do not tell by themselves.", discord.OpRequestChannelInfo,
				[]bind.Param{guild, {Name: "fields", Type: bind.ListOf(bind.OneOf("status", "voice_start_time")), Required: true}},
				func(c *bind.Call) (any, error) {
					return gateway.ChannelInfoRequest{Guild: bind.Get[discord.Snowflake](c, "guild"), Fields: stringList(c.List("fields"))}, nil
				}),
		},
	}
}

// tokenOr is the token that a call names, or that of dc.
func (b *binding) tokenOr(c *bind.Call) string {
	if token := c.String("token"); token != "" {
		return token
	}
	return b.client.token
}

func (b *binding) opIdentify(c *bind.Call) (any, error) {
	d := gateway.Identify{Token: b.tokenOr(c), Intents: bind.Get[discord.Intents](c, "intents"), Properties: gateway.Properties()}
	if shard := c.List("shard"); len(shard) == 2 {
		d.Shard = &[2]int{shard[0].(int), shard[1].(int)}
	}
	return d, nil
}

func opVoiceState(c *bind.Call) (any, error) {
	d := gateway.VoiceState{Guild: bind.Get[discord.Snowflake](c, "guild"), Mute: c.Bool("mute"), Deaf: c.Bool("deaf")}
	if channel := bind.Get[discord.Snowflake](c, "channel"); channel != "" {
		d.Channel = &channel
	}
	return d, nil
}

func opRequestMembers(c *bind.Call) (any, error) {
	return gateway.MembersRequest{Guild: bind.Get[discord.Snowflake](c, "guild"), Query: c.String("query"), Limit: c.Int("limit"),
		UserIDs: ids(c, "user_ids"), Presences: c.Bool("presences"), Nonce: c.String("nonce")}, nil
}

// ids are the values of a parameter that is a list of ids.
func ids(c *bind.Call, name string) []discord.Snowflake {
	var list []discord.Snowflake
	for _, id := range c.List(name) {
		list = append(list, id.(discord.Snowflake))
	}
	return list
}
