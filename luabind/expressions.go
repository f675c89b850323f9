package luabind

import (
	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// kindEvent is what Discord's schemas call a scheduled event.
const kindEvent discord.Kind = "ScheduledEvent"

func emojiURL(o *ref) string   { return discord.EmojiURL(o.client.cdn, o.Object) }
func stickerURL(o *ref) string { return discord.StickerURL(o.client.cdn, o.Object) }

func (b *binding) emojiClass() bind.Class {
	path := func(o *ref) rest.Args { return rest.Args{"guild_id": o.guildID(), "emoji_id": o.ID()} }
	return bind.Class{
		Name: string(discord.KindEmoji), Parent: string(discord.KindObject),
		Doc:    "An emoji of a guild or an application, or a character as one.",
		Fields: []bind.Field{field("image_url", "string", "Where the image is; empty for a character.", func(o *ref) any { return emojiURL(o) })},
		Methods: append(b.downloads(`guild:emojis()[1]:save("images/")`, emojiURL),
			b.method(operation{name: "edit", doc: "Changes the emoji's name or roles.", returns: "Emoji", id: "update_guild_emoji", path: path}),
			b.method(operation{name: "delete", doc: "Deletes the emoji.", returns: "true", id: "delete_guild_emoji", path: path}),
		),
	}
}

func (b *binding) stickerClass() bind.Class {
	path := func(o *ref) rest.Args { return rest.Args{"guild_id": o.guildID(), "sticker_id": o.ID()} }
	return bind.Class{
		Name: string(discord.KindSticker), Parent: string(discord.KindObject),
		Doc:    "A sticker of a guild, or one of Discord's.",
		Fields: []bind.Field{field("image_url", "string", "Where the image is.", func(o *ref) any { return stickerURL(o) })},
		Methods: append(b.downloads(`guild:stickers()[1]:save("images/")`, stickerURL),
			b.method(operation{name: "edit", doc: "Changes the sticker's name, description or tags.", returns: "Sticker", id: "update_guild_sticker", path: path}),
			b.method(operation{name: "delete", doc: "Deletes the sticker.", returns: "true", id: "delete_guild_sticker", path: path}),
		),
	}
}

func (b *binding) eventClass() bind.Class {
	path := func(o *ref) rest.Args { return rest.Args{"guild_id": o.guildID(), "guild_scheduled_event_id": o.ID()} }
	return bind.Class{
		Name: string(kindEvent), Parent: string(discord.KindObject),
		Doc: "A scheduled event of a guild.",
		Methods: []bind.Func{
			b.method(operation{name: "edit", doc: "Changes the event; status 2 starts it, 3 ends it, 4 cancels it.", returns: "ScheduledEvent", id: "update_guild_scheduled_event", path: path}),
			b.method(operation{name: "delete", doc: "Deletes the event.", returns: "true", id: "delete_guild_scheduled_event", path: path}),
			b.method(operation{name: "users", doc: "Lists who is interested.", returns: "list of ScheduledEventUser", id: "list_guild_scheduled_event_users", path: path}),
		},
	}
}
