package sandbox

import "cordial/discord"

var memberRoutes = routes{
	"list_guild_members":       listMembers,
	"search_guild_members":     searchMembers,
	"get_guild_member":         getMember,
	"get_my_guild_member":      getMyMember,
	"update_guild_member":      updateMember,
	"update_my_guild_member":   updateMyMember,
	"add_guild_member_role":    addMemberRole,
	"delete_guild_member_role": deleteMemberRole,
	"delete_guild_member":      deleteMember,
}

func listMembers(c *call) (any, error) {
	return c.w.Members(c.actor, c.id("guild_id"), c.snowflake("after"), c.number("limit", 1))
}

func searchMembers(c *call) (any, error) {
	return c.w.SearchMembers(c.actor, c.id("guild_id"), c.query.Get("query"), c.number("limit", 1))
}

func getMember(c *call) (any, error) {
	return c.w.Member(c.actor, c.id("guild_id"), c.id("user_id"))
}

func getMyMember(c *call) (any, error) {
	return c.w.Member(c.actor, c.id("guild_id"), c.actor.User)
}

func updateMember(c *call) (any, error) {
	var p MemberParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.ModifyMember(c.actor, c.id("guild_id"), c.id("user_id"), p)
}

func updateMyMember(c *call) (any, error) {
	var p MemberParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.ModifyMe(c.actor, c.id("guild_id"), p)
}

func addMemberRole(c *call) (any, error) { return c.changeRole(c.w.GiveRole) }

func deleteMemberRole(c *call) (any, error) { return c.changeRole(c.w.TakeRole) }

func (c *call) changeRole(change func(actor Actor, guild, user, role discord.Snowflake) error) (any, error) {
	return nil, change(c.actor, c.id("guild_id"), c.id("user_id"), c.id("role_id"))
}

func deleteMember(c *call) (any, error) {
	return nil, c.w.Kick(c.actor, c.id("guild_id"), c.id("user_id"))
}
