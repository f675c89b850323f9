package sandbox

var roleRoutes = routes{
	"list_guild_roles":         listRoles,
	"get_guild_role":           getRole,
	"guild_role_member_counts": countRoleMembers,
	"create_guild_role":        createRole,
	"update_guild_role":        updateRole,
	"delete_guild_role":        deleteRole,
	"bulk_update_guild_roles":  moveRoles,
}

func listRoles(c *call) (any, error) { return c.w.Roles(c.actor, c.id("guild_id")) }

func getRole(c *call) (any, error) { return c.w.Role(c.actor, c.id("guild_id"), c.id("role_id")) }

func countRoleMembers(c *call) (any, error) { return c.w.RoleMemberCounts(c.actor, c.id("guild_id")) }

func createRole(c *call) (any, error) {
	var p RoleParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.CreateRole(c.actor, c.id("guild_id"), p)
}

func updateRole(c *call) (any, error) {
	var p RoleParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.ModifyRole(c.actor, c.id("guild_id"), c.id("role_id"), p)
}

func deleteRole(c *call) (any, error) {
	return nil, c.w.DeleteRole(c.actor, c.id("guild_id"), c.id("role_id"))
}

func moveRoles(c *call) (any, error) {
	var moves []RolePosition
	if err := c.decode(&moves); err != nil {
		return nil, err
	}
	return c.w.MoveRoles(c.actor, c.id("guild_id"), moves)
}
