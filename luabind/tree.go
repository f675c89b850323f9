package luabind

import (
	"cordial/discord"
	"cordial/runtime/bind"
)

// treeClass is a drawing that shows as it is in the REPL, where a string would show quoted.
func treeClass() bind.Class {
	return bind.Class{
		Name: "Tree", Doc: "A drawing of a guild; tostring gives its text.",
		ToString: func(self any) string { return self.(string) },
	}
}

func (b *binding) tree() bind.Func {
	return bind.Func{
		Name: "tree", Doc: "Draws the guild's categories, channels and members with their ids.", Returns: "Tree",
		Params: []bind.Param{
			{Name: "members", Type: bind.Boolean, Named: true, Default: true, Doc: "show the members too"},
			{Name: "member_limit", Type: count, Named: true, Default: 1000},
		},
		Example: "print(guild:tree{members=false})",
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			channels, err := wait(c, func(w waiter) ([]*discord.Object, error) {
				return o.client.rest.List(w, "list_guild_channels", guildPath(o))
			})
			if err != nil {
				return nil, err
			}
			var members []*discord.Object
			if c.Bool("members") {
				if members, err = o.members(c, "member_limit"); err != nil {
					return nil, err
				}
			}
			return b.r.Wrap("Tree", discord.Tree(o.Object, channels, members)), nil
		}),
	}
}
