package luabind

import (
	"time"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// personFields are what users and members have in common.
func (b *binding) personFields() []bind.Field {
	return []bind.Field{
		field("mention", "string", "The text that mentions the person.", func(o *ref) any { return o.Mention() }),
		field("display_name", "string", "The nickname, else the global name, else the username.", func(o *ref) any { return discord.DisplayName(o.Object) }),
		field("avatar_url", "string", "Where the person's avatar is.", func(o *ref) any {
			user := o.Object
			if u := o.Object.Object("user"); u != nil {
				user = u
			}
			return discord.AvatarURL(o.client.cdn, user)
		}),
	}
}

func (b *binding) dm() bind.Func {
	return bind.Func{
		Name: "dm", Doc: "Opens the direct messages with the person.", Returns: "Channel",
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			v, err := o.client.call(c, "create_dm", rest.Args{"recipient_id": discord.UserID(o.Object)})
			return o.client.wrap(v), err
		}),
		Example: `user:dm():send("Hello!")`,
	}
}

func (b *binding) userClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindUser), Parent: string(discord.KindObject),
		Doc:     "An account, whatever guild it is in.",
		Fields:  b.personFields(),
		Methods: []bind.Func{b.dm()},
	}
}

func memberPath(o *ref) rest.Args {
	return rest.Args{"guild_id": o.guildID(), "user_id": discord.UserID(o.Object)}
}

func (b *binding) memberClass() bind.Class {
	role := []bind.Param{{Name: "role_id", Type: roleID, Required: true}}
	edit := func(name, doc string, param bind.Param, set func(c *bind.Call, args rest.Args)) bind.Func {
		return bind.Func{
			Name: name, Doc: doc, Returns: "Member", Params: []bind.Param{param, reasonParam},
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				args := memberPath(o)
				if reason := c.String("reason"); reason != "" {
					args["reason"] = reason
				}
				set(c, args)
				v, err := o.client.call(c, "update_guild_member", args)
				return o.client.wrapIn(o.guildID(), v), err
			}),
		}
	}
	return bind.Class{
		Name: string(discord.KindMember), Parent: string(discord.KindObject),
		Doc: "A user in a guild, with nickname and roles.",
		Fields: append(b.personFields(),
			field("id", "string", "The user's id.", func(o *ref) any { return string(discord.UserID(o.Object)) }),
			field("name", "string", "The nickname, else the global name, else the username.", func(o *ref) any { return discord.DisplayName(o.Object) }),
		),
		Methods: []bind.Func{
			b.dm(), b.ownGuild(),
			b.method(operation{name: "add_role", doc: "Gives the member a role.", returns: "true", id: "add_guild_member_role", path: memberPath, params: role}),
			b.method(operation{name: "remove_role", doc: "Takes a role from the member.", returns: "true", id: "delete_guild_member_role", path: memberPath, params: role}),
			b.method(operation{name: "edit", doc: "Changes nickname, roles, voice state and more.", returns: "Member", id: "update_guild_member", path: memberPath, example: `member:edit{nick="Nate"}`}),
			b.method(operation{name: "kick", doc: "Removes the member from the guild.", returns: "true", id: "delete_guild_member", path: memberPath}),
			b.method(operation{
				name: "ban", doc: "Bans the member.", returns: "true", id: "ban_user_from_guild", path: memberPath, hide: []string{"delete_message_days"},
			}),
			edit("timeout", "Silences the member for a while; 0 ends it. Discord allows up to 28 days.",
				bind.Param{Name: "duration", Type: bind.Duration, Required: true},
				func(c *bind.Call, args rest.Args) { args["communication_disabled_until"] = b.timeoutEnd(c) }),
			edit("move", "Moves the member to another voice channel.",
				bind.Param{Name: "channel", Type: channelID, Required: true},
				func(c *bind.Call, args rest.Args) { args["channel_id"] = c.Value("channel") }),
		},
	}
}

// timeoutEnd is when a timeout of the given duration ends; null ends a running one.
func (b *binding) timeoutEnd(c *bind.Call) any {
	d := c.Duration("duration")
	if d == 0 {
		return rest.Null
	}
	return c.Self.(*ref).client.rest.Now().Add(d).UTC().Format(time.RFC3339)
}

func rolePath(o *ref) rest.Args {
	return rest.Args{"guild_id": o.guildID(), "role_id": o.ID()}
}

func (b *binding) roleClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindRole), Parent: string(discord.KindObject),
		Doc: "A role of a guild.",
		Fields: []bind.Field{
			field("mention", "string", "The text that mentions the role.", func(o *ref) any { return o.Mention() }),
		},
		Methods: []bind.Func{
			b.ownGuild(),
			b.method(operation{name: "edit", doc: "Changes the role.", returns: "Role", id: "update_guild_role", path: rolePath, example: `role:edit{name="helpers", color=0x57F287}`}),
			b.method(operation{name: "delete", doc: "Deletes the role.", returns: "true", id: "delete_guild_role", path: rolePath}),
		},
	}
}
