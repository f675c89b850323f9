package luabind

import (
	"errors"
	"slices"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

func channelPath(o *ref) rest.Args { return rest.Args{"channel_id": o.ID()} }

// channelClass declares Channel; Thread adds what only threads have.
func (b *binding) channelClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindChannel), Parent: string(discord.KindObject),
		Doc: "A channel: text, voice, category, forum, thread or direct message.",
		Fields: []bind.Field{
			field("url", "string", "Where people open the channel.", func(o *ref) any { return o.URL() }),
			field("mention", "string", "The text that mentions the channel.", func(o *ref) any { return o.Mention() }),
		},
		Methods: slices.Concat(b.channelReading(), b.channelDeleting(), b.channelPermissions(), []bind.Func{
			b.joinFunc("join", "Joins the voice channel, or moves there. The gateway is started if it has not been.", false),
			b.ownGuild(), b.sendFunc("send", "Sends a message.", nil), b.channelThreads(), b.archivedThreads(), b.createThread(),
			b.searchFunc("channel_id"), b.searchAllFunc("channel_id"),
			b.method(operation{
				name: "edit", doc: "Changes the channel's settings.", returns: "Channel", id: "update_channel", path: channelPath, example: `channel:edit{topic="Be nice", rate_limit_per_user=5}`,
			}),
			b.method(operation{name: "delete", doc: "Deletes the channel, or closes a direct message.", returns: "Channel", id: "delete_channel", path: channelPath}),
			b.method(operation{name: "typing", doc: "Shows that the bot is typing, for ten seconds or until it sends something.", returns: "true", id: "trigger_typing_indicator", path: channelPath}),
			b.method(operation{name: "webhooks", doc: "Lists the channel's webhooks.", returns: "list of Webhook", id: "list_channel_webhooks", path: channelPath}),
			b.method(operation{
				name: "create_webhook", doc: "Creates a webhook.", returns: "Webhook", id: "create_webhook", path: channelPath, params: []bind.Param{{Name: "name", Required: true}},
			}),
			b.method(operation{
				name: "invite", doc: "Creates an invite.", returns: "Invite", id: "create_channel_invite", path: channelPath, example: `channel:invite{max_age=3600, max_uses=1}`,
			}),
			b.method(operation{name: "invites", doc: "Lists the channel's invites.", returns: "list of Invite", id: "list_channel_invites", path: channelPath}),
		}),
	}
}

func (b *binding) threadClass() bind.Class {
	member := bind.Param{Name: "user_id", Type: userID, Required: true}
	return bind.Class{
		Name: string(discord.KindThread), Parent: string(discord.KindChannel),
		Doc: "A thread, which is a channel with members of its own.",
		Methods: []bind.Func{
			b.method(operation{name: "join", doc: "Joins the thread.", returns: "true", id: "join_thread", path: channelPath}),
			b.method(operation{name: "leave", doc: "Leaves the thread.", returns: "true", id: "leave_thread", path: channelPath}),
			b.method(operation{name: "members", doc: "Lists who is in the thread.", returns: "list of ThreadMember", id: "list_thread_members", path: channelPath}),
			b.method(operation{name: "add_member", doc: "Adds somebody to the thread.", returns: "true", id: "add_thread_member", path: channelPath, params: []bind.Param{member}}),
			b.method(operation{name: "remove_member", doc: "Removes somebody from the thread.", returns: "true", id: "delete_thread_member", path: channelPath, params: []bind.Param{member}}),
		},
	}
}

// ownGuild declares guild() of things that know their guild's id.
func (b *binding) ownGuild() bind.Func {
	return bind.Func{
		Name: "guild", Doc: "Fetches the guild that this belongs to.", Returns: "Guild",
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			id, err := o.inGuild()
			if err != nil {
				return nil, err
			}
			v, err := o.client.call(c, "get_guild", rest.Args{"guild_id": id})
			return o.client.wrap(v), err
		}),
	}
}

func (b *binding) channelReading() []bind.Func {
	window := []bind.Param{
		{Name: "limit", Type: bind.Integer, Default: 50, Doc: "1 to 100"},
		{Name: "before", Type: bound, Named: true}, {Name: "after", Type: bound, Named: true}, {Name: "around", Type: bound, Named: true},
	}
	return []bind.Func{
		{
			Name: "messages", Doc: "Lists messages, oldest first. At most one of before, after and around may be given.", Returns: "list of Message",
			Params: window, Example: "channel:messages(5)",
			Call: method(func(c *bind.Call, o *ref) (any, error) { return o.messages(c, o.ID(), givenArgs(c)) }),
		},
		{
			Name: "history", Doc: "Walks over all messages, page by page: from the newest to older ones, or from after to newer ones.", Returns: "iterator of Message",
			Params: []bind.Param{
				{Name: "limit", Type: count, Named: true}, {Name: "before", Type: bound, Named: true}, {Name: "after", Type: bound, Named: true},
			},
			Example: `for msg in channel:history{after="2026-01-01"} do print(msg) end`,
			Call:    method(func(c *bind.Call, o *ref) (any, error) { return o.history(c), nil }),
		},
		b.method(operation{
			name: "message", doc: "Fetches one message.", returns: "Message", id: "get_message", path: channelPath,
			params: []bind.Param{{Name: "message_id", Type: messageID, Required: true}},
		}),
		{
			Name: "pins", Doc: "Lists the pinned messages, the newest pin first.", Returns: "list of Message",
			Call: method(func(c *bind.Call, o *ref) (any, error) {
				pins, err := wait(c, func(w waiter) ([]*discord.Object, error) { return o.client.rest.Pins(o.ID()).Collect(w) })
				if err != nil {
					return nil, err
				}
				return o.client.wrapIn(o.guildID(), &discord.List{Kind: discord.KindMessage, Items: items(pins)}), nil
			}),
		},
	}
}

// errOneWindow says that messages around a point exclude the other bounds.
var errOneWindow = errors.New("before, after and around exclude each other; give one of them")

// messages lists messages of a channel, oldest first.
func (o *ref) messages(c *bind.Call, channel discord.Snowflake, args rest.Args) (any, error) {
	bounds := 0
	for _, name := range []string{"before", "after", "around"} {
		if args[name] != nil {
			bounds++
		}
	}
	if bounds > 1 {
		return nil, errOneWindow
	}
	args["channel_id"] = channel
	v, err := o.client.call(c, "list_messages", args)
	if err != nil {
		return nil, err
	}
	if l, ok := v.(*discord.List); ok {
		slices.Reverse(l.Items)
	}
	return o.client.wrapIn(o.guildID(), v), nil
}

// history is the iterator of Channel:history.
func (o *ref) history(c *bind.Call) bind.Iterator {
	limit, more := limitOf(c, "limit")
	pages := o.client.rest.History(o.ID(), rest.Range{
		Before: bind.Get[discord.Snowflake](c, "before"), After: bind.Get[discord.Snowflake](c, "after"), Limit: limit,
	})
	if !more {
		return func(*bind.Call) (any, error) { return nil, nil }
	}
	return o.walk(pages)
}

func (b *binding) channelThreads() bind.Func {
	return bind.Func{
		Name: "threads", Doc: "Lists the channel's threads: the active ones, and with archived=true the archived public ones too.", Returns: "list of Thread",
		Params: []bind.Param{{Name: "archived", Type: bind.Boolean, Named: true, Default: false}},
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			guild, err := o.inGuild()
			if err != nil {
				return nil, err
			}
			archived := c.Bool("archived")
			threads, err := wait(c, func(w waiter) ([]*discord.Object, error) {
				return o.client.rest.Threads(w, discord.Snowflake(guild), o.ID(), archived)
			})
			if err != nil {
				return nil, err
			}
			return o.client.wrapIn(guild, &discord.List{Kind: discord.KindThread, Items: items(threads)}), nil
		}),
	}
}

func (b *binding) archivedThreads() bind.Func {
	return bind.Func{
		Name: "archived_threads", Returns: "iterator of Thread",
		Doc: "Walks over the channel's archived threads, page by page: the public ones, then the private ones. Who may not manage threads sees " +
			"those private ones that the bot is in.",
		Example: `for thread in channel:archived_threads() do print(thread) end`,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			private := o.Int("type") == discord.ChannelText // no others have private threads
			return o.walk(o.client.rest.ArchivedThreads(o.ID(), private)), nil
		}),
	}
}

// walk is the iterator over pages of things of the object's guild.
func (o *ref) walk(pages *rest.Pages) bind.Iterator {
	var page []*discord.Object
	return func(c *bind.Call) (any, error) {
		if len(page) == 0 {
			var err error
			if page, err = wait(c, pages.Next); err != nil || len(page) == 0 {
				return nil, err
			}
		}
		next := page[0]
		page = page[1:]
		return o.client.wrapIn(o.guildID(), next), nil
	}
}

// defaultThreadType is what create_thread makes when the script does not say: a thread that everybody in the channel sees. Discord's own
// default is a private one.
const defaultThreadType = 11

func (b *binding) createThread() bind.Func {
	return b.method(operation{
		name: "create_thread", doc: "Creates a thread; in a forum, a post, which needs message={content=…}. Threads are public unless type says otherwise.", returns: "Thread",
		id: "create_thread", path: channelPath, params: []bind.Param{{Name: "name", Required: true}},
		example: `forum:create_thread("How do I…?", {message={content="Please help."}})`,
		prepare: func(c *bind.Call, args rest.Args) error {
			if args["message"] == nil && args["type"] == nil {
				args["type"] = defaultThreadType
			}
			return nil
		},
	})
}
