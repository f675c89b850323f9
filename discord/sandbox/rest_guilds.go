package sandbox

var guildRoutes = routes{
	"get_guild":                getGuild,
	"get_guild_preview":        getGuildPreview,
	"update_guild":             updateGuild,
	"get_guild_vanity_url":     getVanityURL,
	"list_guild_integrations":  listIntegrations,
	"list_guild_voice_regions": listGuildRegions,
	"list_voice_regions":       listRegions,
	"list_my_guilds":           listMyGuilds,
	"leave_guild":              leaveGuild,
}

func getGuild(c *call) (any, error) {
	return c.w.Guild(c.actor, c.id("guild_id"), c.flag("with_counts"))
}

func getGuildPreview(c *call) (any, error) { return c.w.GuildPreview(c.actor, c.id("guild_id")) }

func updateGuild(c *call) (any, error) {
	var p GuildParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.ModifyGuild(c.actor, c.id("guild_id"), p)
}

func getVanityURL(c *call) (any, error) { return c.w.VanityURL(c.actor, c.id("guild_id")) }

func listIntegrations(c *call) (any, error) { return c.w.Integrations(c.actor, c.id("guild_id")) }

// voiceRegion is a place where Discord has voice servers.
type voiceRegion struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Custom     bool   `json:"custom"`
	Deprecated bool   `json:"deprecated"`
	Optimal    bool   `json:"optimal"`
}

// regions has the only place where the sandbox's voice servers can be.
var regions = []voiceRegion{{ID: "localhost", Name: "This Machine", Optimal: true}}

func listRegions(*call) (any, error) { return regions, nil }

func listGuildRegions(c *call) (any, error) {
	if _, err := c.w.Guild(c.actor, c.id("guild_id"), false); err != nil {
		return nil, err
	}
	return regions, nil
}

func listMyGuilds(c *call) (any, error) {
	return c.w.Guilds(c.actor, GuildQuery{Before: c.snowflake("before"), After: c.snowflake("after"), Limit: c.number("limit", 200),
		WithCounts: c.flag("with_counts")})
}

func leaveGuild(c *call) (any, error) { return nil, c.w.LeaveGuild(c.actor, c.id("guild_id")) }
