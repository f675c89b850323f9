package luabind

import (
	"time"

	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// voiceStage declares what a stage channel adds: who joins one is in the audience, which nobody hears.
func (b *binding) voiceStage() []bind.Func {
	on := bind.Param{Name: "on", Type: bind.Boolean, Default: true}
	return []bind.Func{
		{
			Name: "become_speaker", Doc: "On a stage: speaks, or goes back to the audience with false. It needs MUTE_MEMBERS.", Params: []bind.Param{on},
			Call: func(c *bind.Call) (any, error) { return nil, asVoice(c).modifyStage(c, "suppress", !c.Bool("on")) },
		},
		{
			Name: "ask_to_speak", Doc: "On a stage: raises the hand, or takes it down with false. It needs REQUEST_TO_SPEAK.", Params: []bind.Param{on},
			Call: func(c *bind.Call) (any, error) {
				var since any = rest.Null
				if c.Bool("on") {
					since = b.host.Clock().Now().UTC().Format(time.RFC3339)
				}
				return nil, asVoice(c).modifyStage(c, "request_to_speak_timestamp", since)
			},
		},
	}
}

// modifyStage changes the bot's own voice state on a stage.
func (vc *voiceClient) modifyStage(c *bind.Call, field string, value any) error {
	_, err := vc.v.b.client.call(c, "update_self_voice_state", rest.Args{
		"guild_id": vc.conn.GuildID(), "channel_id": vc.conn.ChannelID(), field: value,
	})
	return err
}
