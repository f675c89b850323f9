package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// overwriteTarget is whom a permission overwrite is for.
type overwriteTarget struct {
	id   discord.Snowflake
	kind discord.Kind // "" when only the id was given
}

// targetType is a role, a person, or the id of either. In Go it is an overwriteTarget.
var targetType = bind.Type{Name: "id", From: func(L *lua.LState, v lua.LValue) (any, error) {
	id, err := idOf("role or a user", discord.KindRole, discord.KindUser).From(L, v)
	if err != nil {
		return nil, err
	}
	target := overwriteTarget{id: id.(discord.Snowflake)}
	if o, ok := asRef(v); ok {
		target.kind = o.Kind()
	}
	return target, nil
}}

// channelPermissions are the methods that change a channel's permission overwrites.
func (b *binding) channelPermissions() []bind.Func {
	target := []bind.Param{{Name: "overwrite_id", Type: targetType, Required: true, Doc: "a role or a person"}}
	return []bind.Func{
		b.method(operation{
			name: "set_permissions", doc: "Sets what a role or a person may do in the channel.", returns: "true", id: "set_channel_permission_overwrite", path: channelPath,
			params: target, hide: []string{"type"}, prepare: setOverwrite, example: `channel:set_permissions(role, {deny={"SEND_MESSAGES"}})`,
		}),
		b.method(operation{
			name: "clear_permissions", doc: "Takes the overwrite of a role or a person away.", returns: "true", id: "delete_channel_permission_overwrite", path: channelPath,
			params: target, prepare: func(c *bind.Call, args rest.Args) error {
				args["overwrite_id"] = bind.Get[overwriteTarget](c, "overwrite_id").id
				return nil
			},
		}),
	}
}

// setOverwrite adds the type of an overwrite, which Discord wants. Where only an id was given, it is a role's if the guild has such a role.
func setOverwrite(c *bind.Call, args rest.Args) error {
	o, target := c.Self.(*ref), bind.Get[overwriteTarget](c, "overwrite_id")
	isRole := target.kind == discord.KindRole
	if target.kind == "" {
		guild, err := o.inGuild()
		if err != nil {
			return err
		}
		roles, err := wait(c, func(w waiter) ([]*discord.Object, error) {
			return o.client.rest.List(w, "list_guild_roles", rest.Args{"guild_id": guild})
		})
		if err != nil {
			return err
		}
		isRole = slices.ContainsFunc(roles, func(r *discord.Object) bool { return r.ID() == target.id })
	}
	args["overwrite_id"], args["type"] = target.id, int(discord.OverwriteMember)
	if isRole {
		args["type"] = int(discord.OverwriteRole)
	}
	return nil
}
