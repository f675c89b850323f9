package sandbox

import (
	"encoding/json"
	"strings"
)

var inviteRoutes = routes{
	"create_channel_invite": createInvite,
	"list_channel_invites":  listChannelInvites,
	"list_guild_invites":    listGuildInvites,
	"invite_resolve":        getInvite,
	"invite_revoke":         deleteInvite,
}

func createInvite(c *call) (any, error) {
	if err := c.checkAs("CreateGuildInviteRequest"); err != nil {
		return nil, err
	}
	var p struct {
		InviteParams
		Roles json.RawMessage `json:"role_ids"` // a list, or a text with commas
	}
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	if ids := splitIDs(strings.NewReplacer("[", "", "]", "", `"`, "").Replace(string(p.Roles))); ids != nil {
		p.InviteParams.Roles = Given(ids)
	}
	return c.w.CreateInvite(c.actor, c.id("channel_id"), p.InviteParams)
}

func listChannelInvites(c *call) (any, error) {
	return c.w.ChannelInvites(c.actor, c.id("channel_id"))
}

func listGuildInvites(c *call) (any, error) { return c.w.GuildInvites(c.actor, c.id("guild_id")) }

func getInvite(c *call) (any, error) { return c.w.Invite(c.params["code"], c.flag("with_counts")) }

func deleteInvite(c *call) (any, error) { return c.w.DeleteInvite(c.actor, c.params["code"]) }
