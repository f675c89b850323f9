package sandbox

import (
	"encoding/json"

	"cordial/discord"
)

// Guild holds the settings of a guild. What it contains (roles, members, channels) is beside it in the world. Its JSON form is the
// one of world files; the API's is GuildView.
type Guild struct {
	ID                       discord.Snowflake `json:"id,omitempty"`
	Name                     string            `json:"name"`
	OwnerID                  discord.Snowflake `json:"-"`
	Icon                     string            `json:"icon,omitempty"` // a hash, as the other images
	Splash                   string            `json:"splash,omitempty"`
	Banner                   string            `json:"banner,omitempty"`
	DiscoverySplash          string            `json:"discovery_splash,omitempty"`
	HomeHeader               string            `json:"home_header,omitempty"`
	Description              string            `json:"description,omitempty"`
	Features                 []string          `json:"features,omitempty"`
	Region                   string            `json:"region,omitempty"`
	AFKChannelID             discord.Snowflake `json:"afk_channel_id,omitempty"`
	AFKTimeout               int               `json:"afk_timeout,omitempty"` // seconds
	SystemChannelID          discord.Snowflake `json:"system_channel_id,omitempty"`
	SystemChannelFlags       int               `json:"system_channel_flags,omitempty"`
	RulesChannelID           discord.Snowflake `json:"rules_channel_id,omitempty"`
	PublicUpdatesChannelID   discord.Snowflake `json:"public_updates_channel_id,omitempty"`
	SafetyAlertsChannelID    discord.Snowflake `json:"safety_alerts_channel_id,omitempty"`
	VerificationLevel        int               `json:"verification_level,omitempty"`
	DefaultNotifications     int               `json:"default_message_notifications,omitempty"`
	ExplicitContentFilter    int               `json:"explicit_content_filter,omitempty"`
	MFALevel                 int               `json:"mfa_level,omitempty"`
	NSFWLevel                int               `json:"nsfw_level,omitempty"`
	VanityURLCode            string            `json:"vanity_url_code,omitempty"`
	VanityUses               int               `json:"vanity_uses,omitempty"`
	PremiumTier              int               `json:"premium_tier,omitempty"`
	PremiumSubscriptionCount int               `json:"premium_subscription_count,omitempty"`
	PreferredLocale          string            `json:"preferred_locale,omitempty"`
	PremiumProgressBar       bool              `json:"premium_progress_bar_enabled,omitempty"`
}

// Role is a role of a guild. The role with the guild's id is @everyone.
type Role struct {
	ID           discord.Snowflake   `json:"id"`
	Name         string              `json:"name"`
	Permissions  discord.Permissions `json:"permissions"`
	Position     int                 `json:"position"`
	Color        int                 `json:"color"`
	Colors       RoleColors          `json:"colors"`
	Hoist        bool                `json:"hoist"`
	Managed      bool                `json:"managed"`
	Mentionable  bool                `json:"mentionable"`
	Icon         Nullable            `json:"icon"`
	UnicodeEmoji Nullable            `json:"unicode_emoji"`
	Tags         *RoleTags           `json:"tags,omitempty"`
	Flags        int                 `json:"flags"`
}

// RoleColors are a role's colours: one, or two or three for a gradient.
type RoleColors struct {
	Primary   int  `json:"primary_color"`
	Secondary *int `json:"secondary_color"`
	Tertiary  *int `json:"tertiary_color"`
}

// RoleTags says what a managed role belongs to.
type RoleTags struct {
	BotID discord.Snowflake `json:"bot_id,omitempty"`
}

// Member is a user in a guild. Its user is the current one when the member is handed out.
type Member struct {
	Avatar        Nullable            `json:"avatar"`
	Banner        Nullable            `json:"banner"`
	TimedOutUntil Timestamp           `json:"communication_disabled_until"`
	Flags         int                 `json:"flags"`
	JoinedAt      Timestamp           `json:"joined_at"`
	Nick          Nullable            `json:"nick"`
	Pending       bool                `json:"pending"`
	PremiumSince  Timestamp           `json:"premium_since"`
	Roles         []discord.Snowflake `json:"roles"`
	User          *User               `json:"user"`
	Mute          bool                `json:"mute"`
	Deaf          bool                `json:"deaf"`
}

// DisplayName is the nickname, or the user's display name without one.
func (m *Member) DisplayName() string {
	if m.Nick != "" {
		return string(m.Nick)
	}
	return m.User.DisplayName()
}

// Ban is a user who may not join a guild.
type Ban struct {
	User   *User    `json:"user"`
	Reason Nullable `json:"reason"`
}

// Invite is an invitation to a channel of a guild.
type Invite struct {
	Code      string
	GuildID   discord.Snowflake
	ChannelID discord.Snowflake
	InviterID discord.Snowflake
	CreatedAt Timestamp
	MaxAge    int // seconds, 0 for ever
	MaxUses   int // 0 for any number
	Uses      int
	Temporary bool
	Roles     []discord.Snowflake
}

// AuditEntry is an entry of a guild's audit log.
type AuditEntry struct {
	ID         discord.Snowflake `json:"id"`
	ActionType int               `json:"action_type"`
	UserID     Nullable          `json:"user_id"`
	TargetID   Nullable          `json:"target_id"`
	Changes    []AuditChange     `json:"changes,omitempty"`
	Options    map[string]string `json:"options,omitempty"`
	Reason     string            `json:"reason,omitempty"`
}

// AuditChange is a changed field of what an audit-log entry is about.
type AuditChange struct {
	Key      string          `json:"key"`
	NewValue json.RawMessage `json:"new_value,omitempty"`
	OldValue json.RawMessage `json:"old_value,omitempty"`
}

// Emoji is a custom emoji of a guild or of an application.
type Emoji struct {
	ID            discord.Snowflake   `json:"id"`
	Name          string              `json:"name"`
	User          *User               `json:"user,omitempty"`
	Roles         []discord.Snowflake `json:"roles"`
	RequireColons bool                `json:"require_colons"`
	Managed       bool                `json:"managed"`
	Animated      bool                `json:"animated"`
	Available     bool                `json:"available"`
}

// Sticker is a sticker of a guild.
type Sticker struct {
	ID          discord.Snowflake `json:"id"`
	Name        string            `json:"name"`
	Tags        string            `json:"tags"`
	Type        int               `json:"type"`
	FormatType  int               `json:"format_type"`
	Description Nullable          `json:"description"`
	Available   bool              `json:"available"`
	GuildID     discord.Snowflake `json:"guild_id"`
	User        *User             `json:"user,omitempty"`
}
