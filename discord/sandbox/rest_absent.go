package sandbox

import (
	"net/http"

	"cordial/discord"
)

// absentRoutes tell of what a guild on Discord may have and here never has: rules of auto moderation, sounds, onboarding, a welcome
// screen.
var absentRoutes = routes{
	"list_auto_moderation_rules":   listAutoModerationRules,
	"list_guild_soundboard_sounds": listSounds,
	"get_guilds_onboarding":        getOnboarding,
	"get_guild_welcome_screen":     getWelcomeScreen,
}

func listAutoModerationRules(c *call) (any, error) {
	return []struct{}{}, c.w.mayAsk(c, discord.PermissionManageGuild)
}

func listSounds(c *call) (any, error) {
	return map[string][]struct{}{"items": {}}, c.w.mayAsk(c, 0)
}

// onboarding is what new members of a guild are asked.
type onboarding struct {
	GuildID           discord.Snowflake   `json:"guild_id"`
	Prompts           []struct{}          `json:"prompts"`
	DefaultChannelIDs []discord.Snowflake `json:"default_channel_ids"`
	Enabled           bool                `json:"enabled"`
	Mode              int                 `json:"mode"`
}

func getOnboarding(c *call) (any, error) {
	none := onboarding{GuildID: c.id("guild_id"), Prompts: []struct{}{}, DefaultChannelIDs: []discord.Snowflake{}}
	return none, c.w.mayAsk(c, 0)
}

// getWelcomeScreen serves only those who may see a welcome screen that is not enabled, and has none for them.
func getWelcomeScreen(c *call) (any, error) {
	if err := c.w.mayAsk(c, discord.PermissionManageGuild); err != nil {
		return nil, err
	}
	return nil, Refuse(http.StatusNotFound, 10069)
}

// mayAsk refuses a request about a guild from those who are not in it, or have not all of the permissions there.
func (w *World) mayAsk(c *call, need discord.Permissions) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.guildWith(c.actor, c.id("guild_id"), need)
	return err
}
