package sandbox

import "cordial/discord"

var webhookRoutes = routes{
	"create_webhook":          createWebhook,
	"list_channel_webhooks":   listChannelWebhooks,
	"get_guild_webhooks":      listGuildWebhooks,
	"get_webhook":             getWebhook,
	"get_webhook_by_token":    getWebhook,
	"update_webhook":          updateWebhook,
	"update_webhook_by_token": updateWebhook,
	"delete_webhook":          deleteWebhook,
	"delete_webhook_by_token": deleteWebhook,
	"execute_webhook":         executeWebhook,
	"get_webhook_message":     getWebhookMessage,
	"update_webhook_message":  updateWebhookMessage,
	"delete_webhook_message":  deleteWebhookMessage,
	"follow_channel":          followChannel,
}

// credentials say how the caller may use the webhook of the path.
func (c *call) credentials() Credentials {
	return Credentials{Actor: c.actor, Token: c.params["webhook_token"]}
}

// shownWebhook adds the address that executes a webhook.
func (c *call) shownWebhook(h *Webhook, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return c.withURL(h), nil
}

func (c *call) withURL(h *Webhook) *Webhook {
	shown := *h
	if shown.Token != "" {
		shown.URL = c.APIURL() + "/webhooks/" + string(h.ID) + "/" + h.Token
	}
	return &shown
}

func (c *call) shownWebhooks(list []*Webhook, err error) (any, error) {
	shown := make([]*Webhook, len(list))
	for i, h := range list {
		shown[i] = c.withURL(h)
	}
	return shown, err
}

func createWebhook(c *call) (any, error) {
	var p WebhookParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.shownWebhook(c.w.CreateWebhook(c.actor, c.id("channel_id"), p))
}

func listChannelWebhooks(c *call) (any, error) {
	return c.shownWebhooks(c.w.ChannelWebhooks(c.actor, c.id("channel_id")))
}

func listGuildWebhooks(c *call) (any, error) {
	return c.shownWebhooks(c.w.GuildWebhooks(c.actor, c.id("guild_id")))
}

func getWebhook(c *call) (any, error) {
	return c.shownWebhook(c.w.GetWebhook(c.credentials(), c.id("webhook_id")))
}

func updateWebhook(c *call) (any, error) {
	var p WebhookParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.shownWebhook(c.w.EditWebhook(c.credentials(), c.id("webhook_id"), p))
}

func deleteWebhook(c *call) (any, error) {
	return nil, c.w.DeleteWebhook(c.credentials(), c.id("webhook_id"))
}

func executeWebhook(c *call) (any, error) {
	if c.ofInteraction() {
		return followUp(c)
	}
	if err := c.checkAs("IncomingWebhookRequestPartial"); err != nil {
		return nil, err
	}
	var p WebhookMessage
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	p.Files, p.ThreadID, p.WithComponents = c.uploads, c.snowflake("thread_id"), c.flag("with_components")
	m, err := c.w.ExecuteWebhook(c.id("webhook_id"), c.params["webhook_token"], p)
	if err != nil || !c.flag("wait") {
		return nil, err
	}
	return m, nil
}

func getWebhookMessage(c *call) (any, error) {
	if c.ofInteraction() {
		return getAnswer(c)
	}
	return c.w.WebhookMessage(c.id("webhook_id"), c.params["webhook_token"], c.id("message_id"), c.snowflake("thread_id"))
}

func updateWebhookMessage(c *call) (any, error) {
	if c.ofInteraction() {
		return updateAnswer(c)
	}
	var e MessageEdit
	if err := c.decode(&e); err != nil {
		return nil, err
	}
	e.Files = c.uploads
	return c.w.EditWebhookMessage(c.id("webhook_id"), c.params["webhook_token"], c.id("message_id"), c.snowflake("thread_id"),
		c.flag("with_components"), e)
}

func deleteWebhookMessage(c *call) (any, error) {
	if c.ofInteraction() {
		return deleteAnswer(c)
	}
	return nil, c.w.DeleteWebhookMessage(c.id("webhook_id"), c.params["webhook_token"], c.id("message_id"), c.snowflake("thread_id"))
}

func followChannel(c *call) (any, error) {
	var p struct {
		Target discord.Snowflake `json:"webhook_channel_id"`
	}
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	h, err := c.w.FollowChannel(c.actor, c.id("channel_id"), p.Target)
	if err != nil {
		return nil, err
	}
	return map[string]discord.Snowflake{"channel_id": c.id("channel_id"), "webhook_id": h.ID}, nil
}
