package luabind

import (
	"cordial/discord"
	"cordial/runtime/bind"
)

func permissionsClass() bind.Class {
	return bind.Class{
		Name: "Permissions", Doc: "What a member may do.",
		Fields: []bind.Field{
			{Name: "names", Type: "list of string", Doc: "The permissions' names.", Get: func(self any) (any, error) { return self.(discord.Permissions).Names(), nil }},
			{Name: "value", Type: "number", Doc: "The bits as a number.", Get: func(self any) (any, error) { return float64(self.(discord.Permissions)), nil }},
		},
		Methods: []bind.Func{{
			Name: "has", Doc: "Tells whether all of these permissions are there.", Returns: "boolean",
			Params:  []bind.Param{{Name: "permissions", Type: permissionsType, Required: true, Doc: "a name, a list of names or the bits"}},
			Example: `guild:permissions(member):has("BAN_MEMBERS")`,
			Call: func(c *bind.Call) (any, error) {
				return c.Self.(discord.Permissions).Has(bind.Get[discord.Permissions](c, "permissions")), nil
			},
		}},
		ToString: func(self any) string { return "Permissions(" + self.(discord.Permissions).String() + ")" },
		Eq:       func(a, b any) bool { return a == b },
	}
}

func (b *binding) guildPermissions() bind.Func {
	return bind.Func{
		Name: "permissions", Doc: "Works out what a member may do, in the guild or in one of its channels; without a member, what the bot may do.", Returns: "Permissions",
		Params:  []bind.Param{{Name: "member", Type: userID}, {Name: "channel", Type: channelID}},
		Example: `guild:permissions(member, channel):has("SEND_MESSAGES")`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			user, channel := bind.Get[discord.Snowflake](c, "member"), bind.Get[discord.Snowflake](c, "channel")
			p, err := wait(c, func(w waiter) (discord.Permissions, error) {
				return o.client.rest.Permissions(w, discord.Snowflake(o.guildID()), user, channel)
			})
			if err != nil {
				return nil, err
			}
			return b.r.Wrap("Permissions", p), nil
		}),
	}
}
