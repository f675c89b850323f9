package luabind

import (
	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// safeMentions is what a message may notify unless the script says otherwise: the people it names and the one it answers, never
// @everyone or a role, because texts often repeat what somebody wrote.
var safeMentions = map[string]any{"parse": []string{"users"}, "replied_user": true}

// flagSilent is the message flag SUPPRESS_NOTIFICATIONS.
const flagSilent = 1 << 12

// sendFunc declares send and reply. adjust, if there is one, adds to the arguments what follows from the object.
func (b *binding) sendFunc(name, doc string, adjust func(o *ref, args rest.Args)) bind.Func {
	return b.method(operation{
		name: name, doc: doc, returns: "Message", id: "create_message",
		params: []bind.Param{
			{Name: "content", Type: bind.String, Doc: "up to 2000 characters"},
			{Name: "files", Type: files, Named: true, Doc: "up to 10: paths, or tables {name=, data=}"},
			{Name: "reply_id", Type: messageID, Named: true, Doc: "the message to answer"},
			{Name: "stickers", Type: bind.ListOf(stickerID), Named: true},
			{Name: "silent", Type: bind.Boolean, Named: true, Doc: "notify nobody"},
		},
		hide:    []string{"sticker_ids"},
		example: `channel:send("Here is a file!", {files={"README.md"}})`,
		path:    channelOf,
		prepare: func(c *bind.Call, args rest.Args) error {
			if adjust != nil {
				adjust(c.Self.(*ref), args)
			}
			prepareMessage(args)
			return nil
		},
	})
}

// channelOf is the channel of a message, or the channel itself.
func channelOf(o *ref) rest.Args {
	if o.Kind() == discord.KindMessage {
		return rest.Args{"channel_id": o.Str("channel_id")}
	}
	return channelPath(o)
}

// prepareMessage turns the short options of send into the API's fields.
func prepareMessage(args rest.Args) {
	take := func(name string) any {
		v := args[name]
		delete(args, name)
		return v
	}
	if id := take("reply_id"); id != nil && args["message_reference"] == nil {
		args["message_reference"] = map[string]any{"message_id": id}
	}
	if stickers := take("stickers"); stickers != nil {
		args["sticker_ids"] = stickers
	}
	if take("silent") == true {
		addFlag(args, flagSilent)
	}
	if args["allowed_mentions"] == nil {
		args["allowed_mentions"] = safeMentions
	}
	prepareLayout(args)
}

func addFlag(args rest.Args, flag int64) {
	flags, _ := args["flags"].(int64)
	if n, ok := args["flags"].(int); ok {
		flags = int64(n)
	}
	args["flags"] = flags | flag
}
