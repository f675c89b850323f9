package luabind

import (
	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// The kinds of what the gateway tells about a message without sending the message.
const (
	kindReaction discord.Kind = "MessageReaction"
	kindPollVote discord.Kind = "PollVote"
)

// reactionClass declares what the reaction events bring.
func (b *binding) reactionClass() bind.Class {
	return bind.Class{
		Name: string(kindReaction), Parent: string(discord.KindObject),
		Doc:     "A reaction that was added to a message, or taken away: user_id, emoji, message_id, channel_id.",
		Methods: b.aboutMessage(),
	}
}

// pollVoteClass declares what the poll events bring.
func (b *binding) pollVoteClass() bind.Class {
	return bind.Class{
		Name: string(kindPollVote), Parent: string(discord.KindObject), Doc: "A vote in a poll: user_id, answer_id, message_id, channel_id.",
		Methods: b.aboutMessage(),
	}
}

// aboutMessage are the methods of what names a message, its channel and a user.
func (b *binding) aboutMessage() []bind.Func {
	get := func(name, returns, operation string, path func(o *ref) rest.Args) bind.Func {
		return bind.Func{Name: name, Doc: "Fetches the " + name + ".", Returns: returns, Call: method(func(c *bind.Call, o *ref) (any, error) {
			v, err := o.client.call(c, operation, path(o))
			return o.client.wrapIn(o.guildID(), v), err
		})}
	}
	return []bind.Func{
		b.ownGuild(),
		get("message", "Message", "get_message", func(o *ref) rest.Args {
			return rest.Args{"channel_id": o.Str("channel_id"), "message_id": o.Str("message_id")}
		}),
		get("channel", "Channel", "get_channel", channelIDOf),
		get("user", "User", "get_user", func(o *ref) rest.Args { return rest.Args{"user_id": o.Str("user_id")} }),
	}
}

func channelIDOf(o *ref) rest.Args { return rest.Args{"channel_id": o.Str("channel_id")} }
