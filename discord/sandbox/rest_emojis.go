package sandbox

var emojiRoutes = routes{
	"list_guild_emojis":        listEmojis,
	"get_guild_emoji":          getEmoji,
	"create_guild_emoji":       createEmoji,
	"update_guild_emoji":       updateEmoji,
	"delete_guild_emoji":       deleteEmoji,
	"list_application_emojis":  listApplicationEmojis,
	"get_application_emoji":    getApplicationEmoji,
	"create_application_emoji": createApplicationEmoji,
	"update_application_emoji": updateApplicationEmoji,
	"delete_application_emoji": deleteApplicationEmoji,
}

func listEmojis(c *call) (any, error) { return c.w.Emojis(c.actor, c.id("guild_id")) }

func getEmoji(c *call) (any, error) {
	return c.w.GetEmoji(c.actor, c.id("guild_id"), c.id("emoji_id"))
}

func (c *call) emojiParams() (EmojiParams, error) {
	var p EmojiParams
	err := c.decode(&p)
	return p, err
}

func createEmoji(c *call) (any, error) {
	p, err := c.emojiParams()
	if err != nil {
		return nil, err
	}
	return c.w.CreateEmoji(c.actor, c.id("guild_id"), p)
}

func updateEmoji(c *call) (any, error) {
	p, err := c.emojiParams()
	if err != nil {
		return nil, err
	}
	return c.w.EditEmoji(c.actor, c.id("guild_id"), c.id("emoji_id"), p)
}

func deleteEmoji(c *call) (any, error) {
	return nil, c.w.DeleteEmoji(c.actor, c.id("guild_id"), c.id("emoji_id"))
}

func listApplicationEmojis(c *call) (any, error) {
	emojis, err := c.w.ApplicationEmojis(c.actor, c.id("application_id"))
	return map[string][]*Emoji{"items": emojis}, err
}

func getApplicationEmoji(c *call) (any, error) {
	return c.w.ApplicationEmoji(c.actor, c.id("application_id"), c.id("emoji_id"))
}

func createApplicationEmoji(c *call) (any, error) {
	p, err := c.emojiParams()
	if err != nil {
		return nil, err
	}
	return c.w.CreateApplicationEmoji(c.actor, c.id("application_id"), p)
}

func updateApplicationEmoji(c *call) (any, error) {
	p, err := c.emojiParams()
	if err != nil {
		return nil, err
	}
	return c.w.EditApplicationEmoji(c.actor, c.id("application_id"), c.id("emoji_id"), p)
}

func deleteApplicationEmoji(c *call) (any, error) {
	return nil, c.w.DeleteApplicationEmoji(c.actor, c.id("application_id"), c.id("emoji_id"))
}
