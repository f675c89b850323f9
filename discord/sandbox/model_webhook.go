package sandbox

import "cordial/discord"

// WebhookType says what a webhook is for.
type WebhookType int

// The types of webhooks.
const (
	IncomingWebhook    WebhookType = 1
	FollowerWebhook    WebhookType = 2
	ApplicationWebhook WebhookType = 3
)

// Webhook posts messages to a channel without a member's account.
type Webhook struct {
	ID            discord.Snowflake `json:"id"`
	Type          WebhookType       `json:"type"`
	GuildID       discord.Snowflake `json:"guild_id,omitempty"`
	ChannelID     Nullable          `json:"channel_id"`
	ApplicationID Nullable          `json:"application_id"`
	Name          string            `json:"name"`
	Avatar        Nullable          `json:"avatar"`
	User          *User             `json:"user,omitempty"`  // who made it; hidden where the token authorises
	Token         string            `json:"token,omitempty"` // of incoming webhooks
	URL           string            `json:"url,omitempty"`
	SourceGuild   *WebhookSource    `json:"source_guild,omitempty"`   // of followers
	SourceChannel *WebhookSource    `json:"source_channel,omitempty"` // of followers
}

// WebhookSource is the channel that a follower repeats, or its guild.
type WebhookSource struct {
	ID   discord.Snowflake `json:"id"`
	Name string            `json:"name"`
	Icon Field[Nullable]   `json:"icon,omitzero"` // of a guild
}
