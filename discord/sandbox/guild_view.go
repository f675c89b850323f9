package sandbox

import "cordial/discord"

// GuildView is a guild as the API shows it.
type GuildView struct {
	guildSettings
	Roles                []*Role    `json:"roles"`
	Emojis               []*Emoji   `json:"emojis"`
	Stickers             []*Sticker `json:"stickers"`
	ApproximateMembers   *int       `json:"approximate_member_count,omitempty"`
	ApproximatePresences *int       `json:"approximate_presence_count,omitempty"`
}

// guildSettings is the JSON form of Guild.
type guildSettings struct {
	ID                       discord.Snowflake `json:"id"`
	Name                     string            `json:"name"`
	Icon                     Nullable          `json:"icon"`
	Description              Nullable          `json:"description"`
	HomeHeader               Nullable          `json:"home_header"`
	Splash                   Nullable          `json:"splash"`
	DiscoverySplash          Nullable          `json:"discovery_splash"`
	Features                 []string          `json:"features"`
	Banner                   Nullable          `json:"banner"`
	OwnerID                  discord.Snowflake `json:"owner_id"`
	ApplicationID            Nullable          `json:"application_id"`
	Region                   string            `json:"region"`
	AFKChannelID             Nullable          `json:"afk_channel_id"`
	AFKTimeout               int               `json:"afk_timeout"`
	SystemChannelID          Nullable          `json:"system_channel_id"`
	SystemChannelFlags       int               `json:"system_channel_flags"`
	WidgetEnabled            bool              `json:"widget_enabled"`
	WidgetChannelID          Nullable          `json:"widget_channel_id"`
	VerificationLevel        int               `json:"verification_level"`
	DefaultNotifications     int               `json:"default_message_notifications"`
	MFALevel                 int               `json:"mfa_level"`
	ExplicitContentFilter    int               `json:"explicit_content_filter"`
	MaxPresences             *int              `json:"max_presences"`
	MaxMembers               int               `json:"max_members"`
	MaxStageVideoUsers       int               `json:"max_stage_video_channel_users"`
	MaxVideoUsers            int               `json:"max_video_channel_users"`
	VanityURLCode            Nullable          `json:"vanity_url_code"`
	PremiumTier              int               `json:"premium_tier"`
	PremiumSubscriptionCount int               `json:"premium_subscription_count"`
	PreferredLocale          string            `json:"preferred_locale"`
	RulesChannelID           Nullable          `json:"rules_channel_id"`
	SafetyAlertsChannelID    Nullable          `json:"safety_alerts_channel_id"`
	PublicUpdatesChannelID   Nullable          `json:"public_updates_channel_id"`
	PremiumProgressBar       bool              `json:"premium_progress_bar_enabled"`
	NSFW                     bool              `json:"nsfw"`
	NSFWLevel                int               `json:"nsfw_level"`
	IncidentsData            *struct{}         `json:"incidents_data"`
}

// The limits that Discord tells of every guild.
const (
	maxMembers         = 500_000
	maxStageVideoUsers = 50
	maxVideoUsers      = 25
)

func (g *Guild) settings() guildSettings {
	return guildSettings{
		ID: g.ID, Name: g.Name, Icon: Nullable(g.Icon), Description: Nullable(g.Description), HomeHeader: Nullable(g.HomeHeader),
		Splash: Nullable(g.Splash), DiscoverySplash: Nullable(g.DiscoverySplash), Features: orEmpty(g.Features),
		Banner: Nullable(g.Banner), OwnerID: g.OwnerID, Region: g.Region, AFKChannelID: nullID(g.AFKChannelID), AFKTimeout: g.AFKTimeout,
		SystemChannelID: nullID(g.SystemChannelID), SystemChannelFlags: g.SystemChannelFlags, VerificationLevel: g.VerificationLevel,
		DefaultNotifications: g.DefaultNotifications, MFALevel: g.MFALevel, ExplicitContentFilter: g.ExplicitContentFilter,
		MaxMembers: maxMembers, MaxStageVideoUsers: maxStageVideoUsers, MaxVideoUsers: maxVideoUsers,
		VanityURLCode: Nullable(g.VanityURLCode), PremiumTier: g.PremiumTier, PremiumSubscriptionCount: g.PremiumSubscriptionCount,
		PreferredLocale: g.PreferredLocale, RulesChannelID: nullID(g.RulesChannelID), SafetyAlertsChannelID: nullID(g.SafetyAlertsChannelID),
		PublicUpdatesChannelID: nullID(g.PublicUpdatesChannelID), PremiumProgressBar: g.PremiumProgressBar, NSFWLevel: g.NSFWLevel,
		NSFW: g.NSFWLevel == 1 || g.NSFWLevel == 3,
	}
}

func (g *guild) view() *GuildView {
	return &GuildView{guildSettings: g.settings(), Roles: sortedByID(g.roles), Emojis: sortedByID(g.emojis), Stickers: sortedByID(g.stickers)}
}

// GuildPreview is what a guild tells about itself.
type GuildPreview struct {
	ID                   discord.Snowflake `json:"id"`
	Name                 string            `json:"name"`
	Icon                 Nullable          `json:"icon"`
	Description          Nullable          `json:"description"`
	HomeHeader           Nullable          `json:"home_header"`
	Splash               Nullable          `json:"splash"`
	DiscoverySplash      Nullable          `json:"discovery_splash"`
	Features             []string          `json:"features"`
	ApproximateMembers   int               `json:"approximate_member_count"`
	ApproximatePresences int               `json:"approximate_presence_count"`
	Emojis               []*Emoji          `json:"emojis"`
	Stickers             []*Sticker        `json:"stickers"`
}

// MyGuild is a guild as the list of a user's own guilds shows it.
type MyGuild struct {
	ID                   discord.Snowflake   `json:"id"`
	Name                 string              `json:"name"`
	Icon                 Nullable            `json:"icon"`
	Banner               Nullable            `json:"banner"`
	Owner                bool                `json:"owner"`
	Permissions          discord.Permissions `json:"permissions"`
	Features             []string            `json:"features"`
	ApproximateMembers   *int                `json:"approximate_member_count,omitempty"`
	ApproximatePresences *int                `json:"approximate_presence_count,omitempty"`
}
