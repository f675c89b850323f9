package luabind

import (
	"fmt"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

func guildPath(o *ref) rest.Args { return rest.Args{"guild_id": o.guildID()} }

// limitParam is the number of things to return at most, counted on this side.
var limitParam = bind.Param{Name: "limit", Type: count, Doc: "at most this many; all without it"}

func (b *binding) guildClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindGuild), Parent: string(discord.KindObject),
		Doc: "A server.",
		Fields: []bind.Field{
			field("url", "string", "Where people open the guild.", func(o *ref) any { return o.URL() }),
		},
		Methods: append(b.guildLists(),
			b.guildChannels(), b.guildChannel(), b.guildMembers(), b.memberNames(), b.findMember(), b.guildRole(), b.auditLog(), b.guildPermissions(), b.tree(),
			b.searchFunc(), b.searchAllFunc(),
			b.method(operation{
				name: "member", doc: "Fetches a member.", returns: "Member", id: "get_guild_member", path: guildPath,
				params: []bind.Param{{Name: "user_id", Type: userID, Required: true}},
			}),
			b.method(operation{
				name: "edit", doc: "Changes the guild's settings.", returns: "Guild", id: "update_guild", path: guildPath, example: `guild:edit{name="New name", reason="spring"}`,
			}),
			b.method(operation{
				name: "create_channel", doc: "Creates a channel.", returns: "Channel", id: "create_guild_channel", path: guildPath,
				params: []bind.Param{{Name: "name", Required: true}}, example: `guild:create_channel("news", {topic="What is new"})`,
			}),
			b.method(operation{
				name: "create_role", doc: "Creates a role.", returns: "Role", id: "create_guild_role", path: guildPath,
				params: []bind.Param{{Name: "name"}}, example: `guild:create_role("helper", {permissions={"MANAGE_MESSAGES"}, color=0x57F287})`,
			}),
			b.method(operation{
				name: "create_event", doc: "Schedules an event: in a channel, or elsewhere with entity_metadata={location=…}.", returns: "ScheduledEvent", id: "create_guild_scheduled_event", path: guildPath,
				params:  []bind.Param{{Name: "name", Required: true}, {Name: "channel_id", Type: channelID, Named: true}},
				example: `guild:create_event("Otter night", {entity_type="EXTERNAL", privacy_level="GUILD_ONLY", scheduled_start_time="2026-12-24T18:00:00Z", scheduled_end_time="2026-12-24T20:00:00Z", entity_metadata={location="The river"}})`,
			}),
			b.method(operation{
				name: "ban", doc: "Bans a user.", returns: "true", id: "ban_user_from_guild", path: guildPath, hide: []string{"delete_message_days"},
				params:  []bind.Param{{Name: "user_id", Type: userID, Required: true}},
				example: `guild:ban(member, {delete_message_seconds=86400, reason="spam"})`,
			}),
			b.method(operation{
				name: "unban", doc: "Lifts a ban.", returns: "true", id: "unban_user_from_guild", path: guildPath,
				params: []bind.Param{{Name: "user_id", Type: userID, Required: true}},
			}),
			b.method(operation{
				name: "kick", doc: "Removes a member from the guild.", returns: "true", id: "delete_guild_member", path: guildPath,
				params: []bind.Param{{Name: "user_id", Type: userID, Required: true}},
			}),
		),
	}
}

// guildLists are the lists that one request gives out whole.
func (b *binding) guildLists() []bind.Func {
	list := func(name, doc, returns, id string, params ...bind.Param) bind.Func {
		return b.method(operation{name: name, doc: doc, returns: returns, id: id, path: guildPath, params: params})
	}
	return []bind.Func{
		list("roles", "Lists the roles.", "list of Role", "list_guild_roles"),
		list("webhooks", "Lists the webhooks of all channels.", "list of Webhook", "get_guild_webhooks"),
		list("emojis", "Lists the guild's own emoji.", "list of Emoji", "list_guild_emojis"),
		list("stickers", "Lists the guild's own stickers.", "list of Sticker", "list_guild_stickers"),
		list("invites", "Lists the invites.", "list of Invite", "list_guild_invites"),
		list("bans", "Lists the bans.", "list of Ban", "list_guild_bans", bind.Param{Name: "limit"}),
		list("events", "Lists the scheduled events.", "list of ScheduledEvent", "list_guild_scheduled_events"),
		b.method(operation{
			name: "threads", doc: "Lists the active threads.", returns: "list of Thread", id: "get_active_guild_threads", path: guildPath,
			result: func(_ *bind.Call, o *ref, v any) (any, error) { return o.listIn(v, "threads") },
		}),
	}
}

// listIn takes the list out of an answer that wraps it in an object.
func (o *ref) listIn(answer any, name string) (any, error) {
	obj, ok := answer.(*discord.Object)
	if !ok {
		return nil, fmt.Errorf("expected an object with %s from Discord", name)
	}
	return o.client.wrapIn(o.guildID(), obj.Get(name)), nil
}

func (b *binding) guildChannels() bind.Func {
	return b.method(operation{
		name: "channels", doc: "Lists the channels that the bot can see; threads are not among them.", returns: "list of Channel", id: "list_guild_channels", path: guildPath,
		params: []bind.Param{limitParam}, example: "guild:channels(5)",
		prepare: func(_ *bind.Call, args rest.Args) error { delete(args, "limit"); return nil },
		result: func(c *bind.Call, o *ref, v any) (any, error) {
			if l, ok := v.(*discord.List); ok && c.Has("limit") {
				l.Items = l.Items[:min(c.Int("limit"), len(l.Items))]
			}
			return o.client.wrapIn(o.guildID(), v), nil
		},
	})
}

func (b *binding) guildChannel() bind.Func {
	return bind.Func{
		Name: "channel", Doc: "Finds a channel by its name or id.", Returns: "Channel, or nil",
		Params:  []bind.Param{{Name: "channel", Type: nameOrID(channelID), Required: true}},
		Example: `guild:channel("general")`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			return o.find(c, "list_guild_channels", c.Value("channel"))
		}),
	}
}

func (b *binding) guildRole() bind.Func {
	return bind.Func{
		Name: "role", Doc: "Finds a role by its name or id.", Returns: "Role, or nil",
		Params: []bind.Param{{Name: "role", Type: nameOrID(roleID), Required: true}},
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			return o.find(c, "list_guild_roles", c.Value("role"))
		}),
	}
}

// find looks for a thing in one of the guild's lists, by id or by name.
func (o *ref) find(c *bind.Call, operation string, which any) (any, error) {
	list, err := wait(c, func(w waiter) ([]*discord.Object, error) {
		return o.client.rest.List(w, operation, guildPath(o))
	})
	if err != nil {
		return nil, err
	}
	for _, item := range list {
		if id, ok := which.(discord.Snowflake); ok && item.ID() == id || which == item.Str("name") {
			return o.client.wrapIn(o.guildID(), item), nil
		}
	}
	return nil, nil
}

func (b *binding) guildMembers() bind.Func {
	return bind.Func{
		Name: "members", Doc: "Lists the members in the order of their ids. Without a limit it pages through everyone. It needs the GUILD_MEMBERS intent.", Returns: "list of Member",
		Params: []bind.Param{limitParam}, Example: "guild:members(5)",
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			members, err := o.members(c, "limit")
			if err != nil {
				return nil, err
			}
			return o.client.wrapIn(o.guildID(), &discord.List{Kind: discord.KindMember, Items: items(members)}), nil
		}),
	}
}

// members pages through the members, as many as a parameter says.
func (o *ref) members(c *bind.Call, parameter string) ([]*discord.Object, error) {
	limit, any := limitOf(c, parameter)
	if !any {
		return nil, nil
	}
	return wait(c, func(w waiter) ([]*discord.Object, error) {
		return o.client.rest.Members(discord.Snowflake(o.guildID()), limit).Collect(w)
	})
}

func items(objects []*discord.Object) []any {
	list := make([]any, len(objects))
	for i, o := range objects {
		list[i] = o
	}
	return list
}

func (b *binding) memberNames() bind.Func {
	return bind.Func{
		Name: "member_names", Doc: "Lists the members' display names: nickname, else global name, else username.", Returns: "list of string",
		Params: []bind.Param{limitParam},
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			members, err := o.members(c, "limit")
			names := make([]any, len(members))
			for i, m := range members {
				names[i] = discord.DisplayName(m)
			}
			return o.client.list(discord.KindObject, names), err
		}),
	}
}

func (b *binding) findMember() bind.Func {
	return bind.Func{
		Name: "find_member", Doc: "Finds a member whose username, nickname or display name begins with a text, and gives the user's id.", Returns: "string, or nil",
		Params: []bind.Param{{Name: "name", Type: bind.String, Required: true}}, Example: `guild:find_member("jeremyhoward")`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			found, err := wait(c, func(w waiter) ([]*discord.Object, error) {
				return o.client.rest.List(w, "search_guild_members", with(guildPath(o), "query", c.String("name")))
			})
			if err != nil || len(found) == 0 {
				return nil, err
			}
			return string(discord.UserID(found[0])), nil
		}),
	}
}

func (b *binding) auditLog() bind.Func {
	return b.method(operation{
		name: "audit_log", doc: "Lists the audit log's entries, newest first.", returns: "list of AuditLogEntry", id: "list_guild_audit_log_entries", path: guildPath,
		params:  []bind.Param{{Name: "limit"}, {Name: "user_id", Type: userID, Named: true}, {Name: "before", Type: bound, Named: true}, {Name: "after", Type: bound, Named: true}},
		example: `guild:audit_log{action_type=discord.audit_log_action_types.MEMBER_KICK}`,
		result:  func(_ *bind.Call, o *ref, v any) (any, error) { return o.listIn(v, "audit_log_entries") },
	})
}
