package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

func messagePath(o *ref) rest.Args {
	return rest.Args{"channel_id": o.Str("channel_id"), "message_id": o.ID()}
}

// contentOf is nil for what is known of a message that was deleted.
func contentOf(o *ref) any {
	if _, known := o.Text("content"); !known {
		return nil
	}
	return lua.LString(discord.Content(o.Object))
}

func (b *binding) messageClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindMessage), Parent: string(discord.KindObject),
		Doc: "A message.",
		Fields: []bind.Field{
			field("content", "string", "The text, with mentions of people shown as @name.", contentOf),
			field("raw_content", "string", "The text as it was sent.", func(o *ref) any { return o.Get("content") }),
			field("url", "string", "Where people open the message.", func(o *ref) any { return o.URL() }),
		},
		Methods: append(b.messageNeighbours(),
			b.ownGuild(),
			bind.Func{
				Name: "channel", Doc: "Fetches the channel that the message is in.", Returns: "Channel",
				Call: method(func(c *bind.Call, o *ref) (any, error) {
					v, err := o.client.call(c, "get_channel", channelOf(o))
					return o.client.wrapIn(o.guildID(), v), err
				}),
			},
			b.sendFunc("reply", "Answers the message.", func(o *ref, args rest.Args) {
				if args["reply_id"] == nil {
					args["reply_id"] = o.ID()
				}
			}),
			b.method(operation{
				name: "edit", doc: "Changes the message.", returns: "Message", id: "update_message", path: messagePath, params: []bind.Param{{Name: "content", Type: bind.Nullable(bind.String)}},
				prepare: func(_ *bind.Call, args rest.Args) error {
					prepareEdit(args)
					return nil
				},
			}),
			bind.Func{
				Name: "delete", Doc: "Deletes the message.", Returns: "true, or false when it was already gone", Params: []bind.Param{reasonParam},
				Call: method(func(c *bind.Call, o *ref) (any, error) {
					return o.deleteMessage(c, discord.Snowflake(o.Str("channel_id")), o.ID(), c.String("reason"))
				}),
			},
			b.method(operation{name: "pin", doc: "Pins the message.", returns: "true", id: "create_pin", path: messagePath}),
			b.method(operation{name: "unpin", doc: "Unpins the message.", returns: "true", id: "delete_pin", path: messagePath}),
			b.method(operation{name: "crosspost", doc: "Publishes a message of an announcement channel.", returns: "Message", id: "crosspost_message", path: messagePath}),
			b.method(operation{
				name: "create_thread", doc: "Starts a thread from the message.", returns: "Thread", id: "create_thread_from_message", path: messagePath, params: []bind.Param{{Name: "name", Required: true}},
			}),
			b.method(operation{
				name: "react", doc: "Reacts to the message.", returns: "true", id: "add_my_message_reaction", path: messagePath,
				params: []bind.Param{{Name: "emoji_name", Type: emoji, Required: true}}, example: `msg:react("👍")`,
			}),
			b.unreact(),
			b.method(operation{
				name: "reactions", doc: "Lists who reacted with an emoji. The counts are in the field: msg:raw('reactions').", returns: "list of User", id: "list_message_reactions_by_emoji", path: messagePath,
				params: []bind.Param{{Name: "emoji_name", Type: emoji, Required: true}},
			}),
		),
	}
}

func (b *binding) unreact() bind.Func {
	return bind.Func{
		Name: "unreact", Doc: "Takes a reaction back: the bot's own, or that of a user. Without an emoji it removes all reactions.", Returns: "true",
		Params:  []bind.Param{{Name: "emoji", Type: emoji}, {Name: "user", Type: userID}},
		Example: `msg:unreact("👍")`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			args := messagePath(o)
			switch {
			case !c.Has("emoji"):
				return o.client.call(c, "delete_all_message_reactions", args)
			case c.Has("user"):
				args["user_id"] = c.Value("user")
				return o.client.call(c, "delete_user_message_reaction", with(args, "emoji_name", c.String("emoji")))
			}
			return o.client.call(c, "delete_my_message_reaction", with(args, "emoji_name", c.String("emoji")))
		}),
	}
}

// messageNeighbours are the methods that list the messages beside one.
func (b *binding) messageNeighbours() []bind.Func {
	neighbour := func(name, doc string, n int) bind.Func {
		return bind.Func{
			Name: name, Doc: doc, Returns: "list of Message", Params: []bind.Param{{Name: "n", Type: bind.Integer, Default: n, Doc: "how many, up to 100"}},
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				return o.messages(c, discord.Snowflake(o.Str("channel_id")), rest.Args{name: o.ID(), "limit": c.Int("n")})
			}),
		}
	}
	return []bind.Func{
		neighbour("before", "Lists the messages just before this one, oldest first.", 5),
		neighbour("after", "Lists the messages just after this one, oldest first.", 5),
		neighbour("around", "Lists the messages around this one and itself, oldest first.", 11),
	}
}
