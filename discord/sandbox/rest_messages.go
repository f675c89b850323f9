package sandbox

import (
	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

var messageRoutes = routes{
	"list_messages":            listMessages,
	"get_message":              getMessage,
	"create_message":           createMessage,
	"update_message":           updateMessage,
	"delete_message":           deleteMessage,
	"bulk_delete_messages":     bulkDeleteMessages,
	"crosspost_message":        crosspostMessage,
	"trigger_typing_indicator": triggerTyping,
}

func listMessages(c *call) (any, error) {
	p := Page{Before: c.snowflake("before"), After: c.snowflake("after"), Around: c.snowflake("around"), Limit: c.number("limit", 50)}
	bounds := 0
	for _, id := range []discord.Snowflake{p.Before, p.After, p.Around} {
		if id != "" {
			bounds++
		}
	}
	if bounds > 1 {
		return nil, formError("BASE_TYPE_CHOICES", "Only one of before, after and around may be given.")
	}
	return c.w.Messages(c.actor, c.id("channel_id"), p)
}

func getMessage(c *call) (any, error) {
	return c.w.GetMessage(c.actor, c.id("channel_id"), c.id("message_id"))
}

func createMessage(c *call) (any, error) {
	var p MessageParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	p.Files = c.uploads
	return c.w.CreateMessage(c.actor, c.id("channel_id"), p)
}

func updateMessage(c *call) (any, error) {
	var e MessageEdit
	if err := c.decode(&e); err != nil {
		return nil, err
	}
	e.Files = c.uploads
	return c.w.EditMessage(c.actor, c.id("channel_id"), c.id("message_id"), e)
}

func deleteMessage(c *call) (any, error) {
	return nil, c.w.DeleteMessage(c.actor, c.id("channel_id"), c.id("message_id"))
}

func bulkDeleteMessages(c *call) (any, error) {
	var p struct {
		Messages []discord.Snowflake `json:"messages"`
	}
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return nil, c.w.BulkDelete(c.actor, c.id("channel_id"), p.Messages)
}

func crosspostMessage(c *call) (any, error) {
	return c.w.CrosspostMessage(c.actor, c.id("channel_id"), c.id("message_id"))
}

// triggerTyping answers 204; the 200 that the catalogue has first belongs to people with slowmode.
func triggerTyping(c *call) (any, error) {
	return nil, c.w.StartTyping(c.actor, c.id("channel_id"))
}

// ids is a list of ids in the query.
func (c *call) ids(name string) []discord.Snowflake {
	var list []discord.Snowflake
	for _, id := range c.query[name] {
		list = append(list, discord.Snowflake(id))
	}
	return list
}

// choice is a boolean of the query that may be absent.
func (c *call) choice(name string) *bool {
	if b, ok := catalogue.ParseBool(c.query.Get(name)); ok {
		return &b
	}
	return nil
}
