package sandbox

import "cordial/discord"

var voiceRoutes = routes{
	"get_self_voice_state":        getMyVoiceState,
	"get_voice_state":             getVoiceState,
	"update_self_voice_state":     updateMyVoiceState,
	"update_voice_state":          updateVoiceState,
	"update_voice_channel_status": updateVoiceStatus,
}

func getMyVoiceState(c *call) (any, error) {
	return c.w.VoiceStateOf(c.actor, c.id("guild_id"), c.actor.User)
}

func getVoiceState(c *call) (any, error) {
	return c.w.VoiceStateOf(c.actor, c.id("guild_id"), c.id("user_id"))
}

func updateMyVoiceState(c *call) (any, error) { return c.updateVoiceStateOf(c.actor.User) }

func updateVoiceState(c *call) (any, error) { return c.updateVoiceStateOf(c.id("user_id")) }

func (c *call) updateVoiceStateOf(user discord.Snowflake) (any, error) {
	var p VoiceStateParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return nil, c.w.ModifyVoiceState(c.actor, c.id("guild_id"), user, p)
}

func updateVoiceStatus(c *call) (any, error) {
	var p struct {
		Status string `json:"status"`
	}
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return nil, c.w.SetVoiceStatus(c.actor, c.id("channel_id"), p.Status)
}
