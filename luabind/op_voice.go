package luabind

import (
	"cordial/discord"
	"cordial/discord/voice/rtp"
	"cordial/runtime/bind"
)

// opVoiceModule declares discord.op.voice: the payloads that a client sends to a voice server, as tables to look at.
func (b *binding) opVoiceModule() bind.Module {
	payload := func(name, doc string, op discord.VoiceOpcode, params []bind.Param, data func(c *bind.Call) any) bind.Func {
		return bind.Func{Name: name, Doc: doc, Returns: "table {op=, d=}", Params: params, Call: func(c *bind.Call) (any, error) {
			return b.shown(map[string]any{"op": int(op), "d": data(c)}), nil
		}}
	}
	named := func(name string, t bind.Type) bind.Param {
		return bind.Param{Name: name, Type: t, Named: true, Required: true}
	}
	session := []bind.Param{named("guild", guildID), named("session_id", bind.String), named("token", bind.String)}
	ack := bind.Param{Name: "seq_ack", Type: bind.Integer, Named: true, Default: -1, Doc: "the number of the last message; -1 before the first"}
	return bind.Module{
		Name: "discord.op.voice", Doc: "The payloads that a client sends to a voice server. The connection sends them by itself; here they can be looked at.",
		Funcs: []bind.Func{
			payload("identify", "Begins a session.", discord.VoiceOpIdentify, append(session, named("user", userID),
				bind.Param{Name: "max_dave_protocol_version", Type: bind.Integer, Named: true, Default: 1}), func(c *bind.Call) any {
				d := voiceSession(c)
				d["user_id"], d["max_dave_protocol_version"] = string(bind.Get[discord.Snowflake](c, "user")), c.Int("max_dave_protocol_version")
				return d
			}),
			payload("select_protocol", "Tells where the client is reached, and chooses an encryption.", discord.VoiceOpSelectProtocol, []bind.Param{
				named("address", bind.String), named("port", bind.Integer),
				{Name: "mode", Type: bind.OneOf(string(rtp.AES256GCM), string(rtp.XChaCha20)), Named: true, Default: string(rtp.AES256GCM)},
			}, func(c *bind.Call) any {
				return map[string]any{"protocol": "udp", "data": map[string]any{"address": c.String("address"), "port": c.Int("port"), "mode": c.String("mode")}}
			}),
			payload("speaking", "Shows the bot as speaking.", discord.VoiceOpSpeaking, []bind.Param{
				{Name: "flags", Type: bind.Integer, Default: 1, Doc: "1 microphone, 2 soundshare, 4 priority; 0 for silence"}, named("ssrc", bind.Integer),
			}, func(c *bind.Call) any {
				return map[string]any{"speaking": c.Int("flags"), "delay": 0, "ssrc": c.Int("ssrc")}
			}),
			payload("heartbeat", "Shows that the client is alive.", discord.VoiceOpHeartbeat, []bind.Param{
				{Name: "t", Type: bind.Integer, Named: true, Doc: "any number, which comes back; the time without it"}, ack,
			}, func(c *bind.Call) any {
				nonce := b.host.Clock().Now().UnixMilli()
				if c.Has("t") {
					nonce = int64(c.Int("t"))
				}
				return map[string]any{"t": nonce, "seq_ack": c.Int("seq_ack")}
			}),
			payload("resume", "Goes on with a session.", discord.VoiceOpResume, append(session, ack), func(c *bind.Call) any {
				d := voiceSession(c)
				d["seq_ack"] = c.Int("seq_ack")
				return d
			}),
		},
	}
}

// voiceSession is what names a session.
func voiceSession(c *bind.Call) map[string]any {
	return map[string]any{"server_id": string(bind.Get[discord.Snowflake](c, "guild")), "session_id": c.String("session_id"), "token": c.String("token")}
}
