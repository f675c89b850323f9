package sandbox

import (
	"encoding/json"
	"strings"
	"time"

	"cordial/discord"
)

var banRoutes = routes{
	"list_guild_bans":           listBans,
	"get_guild_ban":             getBan,
	"ban_user_from_guild":       createBan,
	"unban_user_from_guild":     removeBan,
	"bulk_ban_users_from_guild": createBans,
	"preview_prune_guild":       previewPrune,
	"prune_guild":               prune,
}

func listBans(c *call) (any, error) {
	return c.w.Bans(c.actor, c.id("guild_id"), BanQuery{Before: c.snowflake("before"), After: c.snowflake("after"), Limit: c.number("limit", 1000)})
}

func getBan(c *call) (any, error) { return c.w.Ban(c.actor, c.id("guild_id"), c.id("user_id")) }

// banParams are the bodies of bans.
type banParams struct {
	UserIDs []discord.Snowflake `json:"user_ids"` // of a bulk ban
	Seconds int                 `json:"delete_message_seconds"`
	Days    int                 `json:"delete_message_days"` // deprecated
}

func (p banParams) history() time.Duration {
	return time.Duration(p.Seconds)*time.Second + time.Duration(p.Days)*24*time.Hour
}

func createBan(c *call) (any, error) {
	var p banParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return nil, c.w.CreateBan(c.actor, c.id("guild_id"), c.id("user_id"), p.history())
}

func removeBan(c *call) (any, error) {
	return nil, c.w.RemoveBan(c.actor, c.id("guild_id"), c.id("user_id"))
}

func createBans(c *call) (any, error) {
	var p banParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.CreateBans(c.actor, c.id("guild_id"), p.UserIDs, p.history())
}

// defaultPruneDays is how long a member has to be silent if nothing else is said.
const defaultPruneDays = 7

// pruned is the answer of both prune routes.
type pruned struct {
	Pruned *int `json:"pruned"`
}

func previewPrune(c *call) (any, error) {
	n, err := c.w.CountInactive(c.actor, c.id("guild_id"),
		PruneParams{Days: c.number("days", defaultPruneDays), Roles: splitIDs(c.query.Get("include_roles"))})
	return pruned{&n}, err
}

func prune(c *call) (any, error) {
	var p struct {
		Days         Field[int]      `json:"days"`
		ComputeCount Field[bool]     `json:"compute_prune_count"`
		IncludeRoles json.RawMessage `json:"include_roles"` // a list, or a text with commas
	}
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	var roles []discord.Snowflake
	if json.Unmarshal(p.IncludeRoles, &roles) != nil {
		roles = splitIDs(strings.Trim(string(p.IncludeRoles), `"`))
	}
	n, err := c.w.Prune(c.actor, c.id("guild_id"), PruneParams{Days: p.Days.or(defaultPruneDays), Roles: roles})
	if !p.ComputeCount.or(true) {
		return pruned{}, err
	}
	return pruned{&n}, err
}

// splitIDs reads ids separated by commas.
func splitIDs(text string) []discord.Snowflake {
	var ids []discord.Snowflake
	for part := range strings.SplitSeq(text, ",") {
		if id, err := discord.ParseSnowflake(strings.TrimSpace(part)); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
