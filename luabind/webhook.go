package luabind

import (
	"errors"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// webhookPath is the path of a webhook's own operations, which need its token.
func webhookPath(o *ref) rest.Args {
	return rest.Args{"webhook_id": o.ID(), "webhook_token": o.Str("token")}
}

// errNoWebhookToken says why a webhook cannot be used.
var errNoWebhookToken = errors.New("this webhook has no token: only those that the bot created, or may manage, show theirs")

func needToken(c *bind.Call, _ rest.Args) error {
	if c.Self.(*ref).Str("token") == "" {
		return errNoWebhookToken
	}
	return nil
}

func (b *binding) webhookClass() bind.Class {
	byID := func(o *ref) rest.Args { return rest.Args{"webhook_id": o.ID()} }
	message := bind.Param{Name: "message_id", Type: messageID, Required: true}
	return bind.Class{
		Name: string(discord.KindWebhook), Parent: string(discord.KindObject),
		Doc: "A webhook, which posts to one channel under any name.",
		Fields: []bind.Field{
			field("url", "string", "The address that posts to the webhook. Whoever knows it can post.", func(o *ref) any {
				if u := o.Str("url"); u != "" || o.Str("token") == "" {
					return u
				}
				return "https://discord.com/api/webhooks/" + string(o.ID()) + "/" + o.Str("token")
			}),
		},
		Methods: []bind.Func{
			b.webhookSend(),
			b.method(operation{
				name: "edit", doc: "Changes the webhook's name, avatar or channel.", returns: "Webhook", id: "update_webhook", path: byID,
				params: []bind.Param{{Name: "channel_id", Type: channelID, Named: true}},
			}),
			b.method(operation{name: "delete", doc: "Deletes the webhook.", returns: "true", id: "delete_webhook", path: byID}),
			b.method(operation{
				name: "message", doc: "Fetches a message that the webhook sent.", returns: "Message", id: "get_webhook_message", path: webhookPath, params: []bind.Param{message}, prepare: needToken,
			}),
			b.method(operation{
				name: "edit_message", doc: "Changes a message that the webhook sent.", returns: "Message", id: "update_webhook_message", path: webhookPath,
				params: []bind.Param{message, {Name: "content"}},
				prepare: func(c *bind.Call, args rest.Args) error {
					prepareEdit(args)
					showComponents(args)
					return needToken(c, args)
				},
			}),
			b.method(operation{
				name: "delete_message", doc: "Deletes a message that the webhook sent.", returns: "true", id: "delete_webhook_message", path: webhookPath, params: []bind.Param{message}, prepare: needToken,
			}),
		},
	}
}

func (b *binding) webhookSend() bind.Func {
	return b.method(operation{
		name: "send", doc: "Posts a message through the webhook.", returns: "Message", id: "execute_webhook", path: webhookPath,
		params: []bind.Param{
			{Name: "content", Type: bind.String, Doc: "up to 2000 characters"},
			{Name: "thread", Type: idOf("thread", discord.KindThread, discord.KindChannel), Named: true, Doc: "post into this thread of the channel"},
			{Name: "silent", Type: bind.Boolean, Named: true, Doc: "notify nobody"},
		},
		hide:    []string{"thread_id", "wait"},
		example: `webhook:send("Build passed", {username="CI"})`,
		prepare: func(c *bind.Call, args rest.Args) error {
			args["wait"] = true
			if thread := args["thread"]; thread != nil {
				delete(args, "thread")
				args["thread_id"] = thread
			}
			prepareMessage(args)
			showComponents(args)
			return needToken(c, args)
		},
	})
}

// showComponents asks Discord to keep the components of a message of a webhook, which it drops otherwise if no application owns it.
func showComponents(args rest.Args) {
	if args["components"] != nil && args["with_components"] == nil {
		args["with_components"] = true
	}
}

func (b *binding) inviteClass() bind.Class {
	return bind.Class{
		Name: string(discord.KindInvite), Parent: string(discord.KindObject),
		Doc: "An invite to a guild.",
		Fields: []bind.Field{
			field("url", "string", "The link that people follow.", func(o *ref) any { return "https://discord.gg/" + o.Str("code") }),
		},
		Methods: []bind.Func{
			b.method(operation{
				name: "delete", doc: "Revokes the invite.", returns: "Invite", id: "invite_revoke",
				path: func(o *ref) rest.Args { return rest.Args{"code": o.Str("code")} },
			}),
		},
	}
}
