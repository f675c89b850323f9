package sandbox

import (
	"cmp"
	"net/http"
	"slices"

	"cordial/discord"
)

// GuildParams change the settings of a guild; what is not set stays.
type GuildParams struct {
	Name                   Field[string]            `json:"name"`
	Description            Field[string]            `json:"description"`
	Icon                   Field[string]            `json:"icon"` // a data URI, as the other images
	Splash                 Field[string]            `json:"splash"`
	Banner                 Field[string]            `json:"banner"`
	DiscoverySplash        Field[string]            `json:"discovery_splash"`
	HomeHeader             Field[string]            `json:"home_header"`
	VerificationLevel      Field[int]               `json:"verification_level"`
	DefaultNotifications   Field[int]               `json:"default_message_notifications"`
	ExplicitContentFilter  Field[int]               `json:"explicit_content_filter"`
	PreferredLocale        Field[string]            `json:"preferred_locale"`
	AFKTimeout             Field[int]               `json:"afk_timeout"`
	AFKChannelID           Field[discord.Snowflake] `json:"afk_channel_id"`
	SystemChannelID        Field[discord.Snowflake] `json:"system_channel_id"`
	SystemChannelFlags     Field[int]               `json:"system_channel_flags"`
	RulesChannelID         Field[discord.Snowflake] `json:"rules_channel_id"`
	SafetyAlertsChannelID  Field[discord.Snowflake] `json:"safety_alerts_channel_id"`
	PublicUpdatesChannelID Field[discord.Snowflake] `json:"public_updates_channel_id"`
	Features               Field[[]string]          `json:"features"`
	PremiumProgressBar     Field[bool]              `json:"premium_progress_bar_enabled"`
}

// Guild shows a guild to one of its members.
func (w *World) Guild(actor Actor, id discord.Snowflake, withCounts bool) (*GuildView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, id)
	if err != nil {
		return nil, err
	}
	v := g.view()
	if withCounts {
		v.ApproximateMembers, v.ApproximatePresences = g.counts()
	}
	return v, nil
}

// counts gives the numbers of members and of presences. Everybody here counts as present.
func (g *guild) counts() (members, presences *int) {
	n, m := len(g.members), len(g.members)
	return &n, &m
}

// GuildPreview tells about a guild: to its members, and to everybody if it can be discovered.
func (w *World) GuildPreview(actor Actor, id discord.Snowflake) (*GuildPreview, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.guilds[id]
	if g == nil || g.members[actor.User] == nil && !slices.Contains(g.Features, "DISCOVERABLE") {
		return nil, errUnknownGuild
	}
	v := g.view()
	return &GuildPreview{ID: g.ID, Name: g.Name, Icon: v.Icon, Description: v.Description, HomeHeader: v.HomeHeader, Splash: v.Splash,
		DiscoverySplash: v.DiscoverySplash, Features: v.Features, ApproximateMembers: len(g.members), ApproximatePresences: len(g.members),
		Emojis: v.Emojis, Stickers: v.Stickers}, nil
}

// ModifyGuild changes a guild's settings.
func (w *World) ModifyGuild(actor Actor, id discord.Snowflake, p GuildParams) (*GuildView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, id, discord.PermissionManageGuild)
	if err != nil {
		return nil, err
	}
	if err := p.check(g); err != nil {
		return nil, err
	}
	old, next := g.Guild, *g.Guild
	if err := p.apply(&next); err != nil {
		return nil, err
	}
	g.Guild = &next
	if changes := diff(old.settings(), next.settings()); changes != nil {
		w.audit(g, actor, auditGuildUpdate, g.ID, changes, nil)
	}
	v := g.view()
	w.emit("GUILD_UPDATE", g.ID, "", v)
	return v, nil
}

// check makes sure that the channels named are the guild's, and that required ones are not taken from a community.
func (p *GuildParams) check(g *guild) error {
	community := slices.Contains(g.Features, "COMMUNITY")
	for _, f := range []struct {
		name     string
		id       Field[discord.Snowflake]
		required bool
		voice    bool
	}{
		{"afk_channel_id", p.AFKChannelID, false, true},
		{"system_channel_id", p.SystemChannelID, false, false},
		{"rules_channel_id", p.RulesChannelID, true, false},
		{"safety_alerts_channel_id", p.SafetyAlertsChannelID, false, false},
		{"public_updates_channel_id", p.PublicUpdatesChannelID, true, false},
	} {
		switch {
		case !f.id.Set:
		case f.id.Null:
			if f.required && community {
				return formError("BASE_TYPE_REQUIRED", "This field is required", f.name)
			}
		case g.channels[f.id.Value] == nil || g.channels[f.id.Value].Type.IsVoice() != f.voice:
			return formError("CHANNEL_INVALID", "Channel is invalid", f.name)
		}
	}
	return nil
}

func (p *GuildParams) apply(g *Guild) error {
	p.Name.into(&g.Name)
	p.Description.into(&g.Description)
	p.VerificationLevel.into(&g.VerificationLevel)
	p.DefaultNotifications.into(&g.DefaultNotifications)
	p.ExplicitContentFilter.into(&g.ExplicitContentFilter)
	g.PreferredLocale = p.PreferredLocale.or(g.PreferredLocale)
	g.AFKTimeout = p.AFKTimeout.or(g.AFKTimeout)
	p.AFKChannelID.into(&g.AFKChannelID)
	p.SystemChannelID.into(&g.SystemChannelID)
	p.SystemChannelFlags.into(&g.SystemChannelFlags)
	p.RulesChannelID.into(&g.RulesChannelID)
	p.SafetyAlertsChannelID.into(&g.SafetyAlertsChannelID)
	p.PublicUpdatesChannelID.into(&g.PublicUpdatesChannelID)
	p.Features.into(&g.Features)
	p.PremiumProgressBar.into(&g.PremiumProgressBar)
	return cmp.Or(
		setImage(&g.Icon, p.Icon, "icon"),
		setImage(&g.Splash, p.Splash, "splash"),
		setImage(&g.Banner, p.Banner, "banner"),
		setImage(&g.DiscoverySplash, p.DiscoverySplash, "discovery_splash"),
		setImage(&g.HomeHeader, p.HomeHeader, "home_header"),
	)
}

// GuildQuery pages through a user's guilds.
type GuildQuery struct {
	Before, After discord.Snowflake
	Limit         int
	WithCounts    bool
}

// Guilds lists the guilds that the actor is in, by id.
func (w *World) Guilds(actor Actor, q GuildQuery) ([]*MyGuild, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var mine []*MyGuild
	for _, g := range sortedByID(w.guilds) {
		if g.members[actor.User] == nil || q.Before != "" && g.ID.Compare(q.Before) >= 0 || q.After != "" && g.ID.Compare(q.After) <= 0 {
			continue
		}
		v := &MyGuild{ID: g.ID, Name: g.Name, Icon: Nullable(g.Icon), Banner: Nullable(g.Banner), Owner: g.OwnerID == actor.User,
			Permissions: w.guildPermissions(g, actor.User), Features: orEmpty(g.Features)}
		if q.WithCounts {
			v.ApproximateMembers, v.ApproximatePresences = g.counts()
		}
		mine = append(mine, v)
	}
	if len(mine) > q.Limit {
		if q.Before != "" && q.After == "" {
			mine = mine[len(mine)-q.Limit:]
		} else {
			mine = mine[:q.Limit]
		}
	}
	return orEmpty(mine), nil
}

// LeaveGuild takes the actor out of a guild. Its owner cannot leave.
func (w *World) LeaveGuild(actor Actor, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, id)
	switch {
	case err != nil:
		return errUnknownGuild
	case g.OwnerID == actor.User:
		return Refuse(http.StatusBadRequest, 50055)
	}
	w.removeMember(g, actor.User)
	return nil
}

// VanityURL is a guild's own invite.
type VanityURL struct {
	Code Nullable `json:"code"`
	Uses int      `json:"uses"`
}

// VanityURL tells a guild's vanity URL.
func (w *World) VanityURL(actor Actor, id discord.Snowflake) (*VanityURL, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, id, discord.PermissionManageGuild)
	if err != nil {
		return nil, err
	}
	return &VanityURL{Code: Nullable(g.VanityURLCode), Uses: g.VanityUses}, nil
}

// Integration is a bot that was added to a guild.
type Integration struct {
	ID          discord.Snowflake  `json:"id"`
	Type        string             `json:"type"`
	Name        string             `json:"name"`
	Enabled     bool               `json:"enabled"`
	Account     integrationAccount `json:"account"`
	Application integrationApp     `json:"application"`
	Scopes      []string           `json:"scopes"`
}

type integrationAccount struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type integrationApp struct {
	ID          discord.Snowflake `json:"id"`
	Name        string            `json:"name"`
	Icon        Nullable          `json:"icon"`
	Description string            `json:"description"`
	Type        *int              `json:"type"`
	Bot         *User             `json:"bot"`
}

// Integrations lists a guild's bots.
func (w *World) Integrations(actor Actor, id discord.Snowflake) ([]*Integration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, id, discord.PermissionManageGuild)
	if err != nil {
		return nil, err
	}
	list := []*Integration{}
	for _, m := range sortedByID(g.members) {
		if u := w.users[m.User.ID]; u.Bot {
			list = append(list, integrationOf(u))
		}
	}
	return list, nil
}

// integrationOf is the integration of a bot.
func integrationOf(u *User) *Integration {
	return &Integration{ID: u.ID, Type: "discord", Name: u.Username, Enabled: true, Scopes: []string{"bot"},
		Account: integrationAccount{ID: string(u.ID), Name: u.Username}, Application: integrationApp{ID: u.ID, Name: u.Username, Bot: u}}
}
