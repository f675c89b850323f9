package sandbox

import (
	"net/http"
	"strconv"

	"cordial/discord"
)

// ApplicationView is the bot's application as the API shows it to the bot.
type ApplicationView struct {
	ID               discord.Snowflake `json:"id"`
	Name             string            `json:"name"`
	Icon             Nullable          `json:"icon"`
	Description      string            `json:"description"`
	Type             *int              `json:"type"`
	Bot              *User             `json:"bot,omitempty"`
	BotPublic        bool              `json:"bot_public"`
	RequireCodeGrant bool              `json:"bot_require_code_grant"`
	VerifyKey        string            `json:"verify_key"`
	Flags            int               `json:"flags"`
	FlagsNew         string            `json:"flags_new"`
	RedirectURIs     []string          `json:"redirect_uris"`
	InteractionsURL  *string           `json:"interactions_endpoint_url"`
	VerificationURL  *string           `json:"role_connections_verification_url"`
	Owner            *User             `json:"owner"`
	Team             *struct{}         `json:"team"`
	Guilds           int               `json:"approximate_guild_count"`
	Installs         int               `json:"approximate_user_install_count"`
	Authorizations   int               `json:"approximate_user_authorization_count"`
	ExplicitFilter   int               `json:"explicit_content_filter"`
	EligibleScopes   []string          `json:"eligible_oauth2_scopes"`
}

// Flags of applications: the privileged intents, as an application that is not verified has them.
const (
	applicationPresence       = 1 << 13
	applicationGuildMembers   = 1 << 15
	applicationMessageContent = 1 << 19
)

// flags are the application's flags with the privileged intents.
func (a *Application) flags() int {
	flags := a.Flags
	for _, intent := range []struct {
		on  bool
		bit int
	}{{a.Presence, applicationPresence}, {a.GuildMembers, applicationGuildMembers}, {a.MessageContent, applicationMessageContent}} {
		if intent.on {
			flags |= intent.bit
		}
	}
	return flags
}

// AllowIntents switches those privileged intents on that are among these, and the others off, as the developer portal does. Sessions
// that have begun keep theirs.
func (w *World) AllowIntents(intents discord.Intents) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app.Presence = intents&discord.IntentGuildPresences != 0
	w.app.GuildMembers = intents&discord.IntentGuildMembers != 0
	w.app.MessageContent = intents&discord.IntentMessageContent != 0
}

// verifyKey is a well-formed Ed25519 public key. Nothing here signs interactions yet, because they arrive by the gateway.
const verifyKey = "0000000000000000000000000000000000000000000000000000000000000000"

// MyApplication shows a bot's application to the bot. Those of other bots than the world's have the same privileged intents.
func (w *World) MyApplication(actor Actor) (*ApplicationView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	bot, app := w.users[actor.User], *w.app
	if !bot.Bot {
		return nil, Refuse(http.StatusForbidden, 20002)
	}
	if bot.ID != app.ID {
		app.ID, app.Name, app.Description, app.Icon = bot.ID, bot.Username, "", ""
	}
	guilds := 0
	for _, g := range w.guilds {
		if g.members[actor.User] != nil {
			guilds++
		}
	}
	flags := app.flags()
	return &ApplicationView{ID: app.ID, Name: app.Name, Icon: Nullable(app.Icon), Description: app.Description, Bot: bot,
		BotPublic: true, VerifyKey: verifyKey, Flags: flags, FlagsNew: strconv.Itoa(flags), RedirectURIs: []string{},
		Owner: w.users[app.Owner], Guilds: guilds, EligibleScopes: []string{"bot", "applications.commands"}}, nil
}
