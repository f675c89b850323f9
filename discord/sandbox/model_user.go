package sandbox

import (
	"cmp"

	"cordial/discord"
)

// User is an account, of a person or of a bot.
type User struct {
	ID            discord.Snowflake `json:"id"`
	Username      string            `json:"username"`
	Avatar        Nullable          `json:"avatar"`
	Discriminator string            `json:"discriminator"`
	PublicFlags   int               `json:"public_flags"`
	Flags         int               `json:"flags"`
	Bot           bool              `json:"bot,omitempty"`
	Banner        Nullable          `json:"banner"`
	AccentColor   *int              `json:"accent_color"`
	GlobalName    Nullable          `json:"global_name"`
	PrimaryGuild  *struct{}         `json:"primary_guild"` // null: nobody here wears a guild's tag

	Locale string `json:"-"` // the language of the user's client, "" for defaultLocale; only interactions tell of it
}

// defaultLocale is the language of those who have chosen none.
const defaultLocale = "en-US"

// locale is the language of the user's client.
func (u *User) locale() string { return cmp.Or(u.Locale, defaultLocale) }

// DisplayName is the global name, or the username without one.
func (u *User) DisplayName() string {
	if u.GlobalName != "" {
		return string(u.GlobalName)
	}
	return u.Username
}

// Application is the application that a bot belongs to, with the settings that Discord's developer portal holds.
type Application struct {
	ID          discord.Snowflake // also the id of its bot's user
	Name        string
	Description string
	Icon        string
	Owner       discord.Snowflake
	Flags       int

	// The privileged intents that are switched on.
	MessageContent, GuildMembers, Presence bool
}
