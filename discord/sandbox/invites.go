package sandbox

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"time"

	"cordial/discord"
)

// maxInvites is how many invites a guild may have.
const maxInvites = 1000

// defaultInviteAge is how long an invite lives if nothing else is said, in seconds.
const defaultInviteAge = 86400

// InviteParams describe an invite.
type InviteParams struct {
	MaxAge    Field[int]                 `json:"max_age"` // seconds, 0 for ever
	MaxUses   Field[int]                 `json:"max_uses"`
	Temporary Field[bool]                `json:"temporary"`
	Unique    Field[bool]                `json:"unique"` // makes a new one even if there is one like it
	Roles     Field[[]discord.Snowflake] `json:"role_ids"`
}

// InviteView is an invite as the API shows it.
type InviteView struct {
	Type      int               `json:"type"`
	Code      string            `json:"code"`
	Inviter   *User             `json:"inviter,omitempty"`
	ExpiresAt Timestamp         `json:"expires_at"`
	Flags     int               `json:"flags"`
	GuildID   discord.Snowflake `json:"guild_id"`
	Guild     inviteGuild       `json:"guild"`
	Channel   inviteChannel     `json:"channel"`
	Roles     []inviteRole      `json:"roles,omitempty"`

	ApproximateMembers   *int `json:"approximate_member_count,omitempty"`
	ApproximatePresences *int `json:"approximate_presence_count,omitempty"`

	*inviteMetadata
}

// inviteChange is what the audit log says of an invite.
type inviteChange struct {
	Code string `json:"code"`
}

// inviteMetadata is what only those who manage invites see.
type inviteMetadata struct {
	Uses      int       `json:"uses"`
	MaxUses   int       `json:"max_uses"`
	MaxAge    int       `json:"max_age"`
	Temporary bool      `json:"temporary"`
	CreatedAt Timestamp `json:"created_at"`
}

// inviteCreated is an invite as the gateway tells of it.
type inviteCreated struct {
	inviteMetadata
	ChannelID discord.Snowflake   `json:"channel_id"`
	Code      string              `json:"code"`
	GuildID   discord.Snowflake   `json:"guild_id"`
	Inviter   *User               `json:"inviter,omitempty"`
	ExpiresAt Timestamp           `json:"expires_at"`
	RoleIDs   []discord.Snowflake `json:"role_ids,omitempty"`
}

type inviteGuild struct {
	ID                discord.Snowflake `json:"id"`
	Name              string            `json:"name"`
	Splash            Nullable          `json:"splash"`
	Banner            Nullable          `json:"banner"`
	Description       Nullable          `json:"description"`
	Icon              Nullable          `json:"icon"`
	Features          []string          `json:"features"`
	VerificationLevel int               `json:"verification_level"`
	VanityURLCode     Nullable          `json:"vanity_url_code"`
	NSFWLevel         int               `json:"nsfw_level"`
	NSFW              bool              `json:"nsfw"`
	PremiumCount      int               `json:"premium_subscription_count"`
}

type inviteChannel struct {
	ID   discord.Snowflake `json:"id"`
	Type ChannelType       `json:"type"`
	Name string            `json:"name"`
}

type inviteRole struct {
	ID           discord.Snowflake `json:"id"`
	Name         string            `json:"name"`
	Position     int               `json:"position"`
	Color        int               `json:"color"`
	Colors       RoleColors        `json:"colors"`
	Icon         Nullable          `json:"icon"`
	UnicodeEmoji Nullable          `json:"unicode_emoji"`
}

func (w *World) inviteView(inv *Invite, withMetadata bool) *InviteView {
	g := w.guilds[inv.GuildID]
	s := g.settings()
	c := w.channels[inv.ChannelID]
	v := &InviteView{
		Code: inv.Code, Inviter: w.users[inv.InviterID], ExpiresAt: inv.expiry(), GuildID: g.ID,
		Guild: inviteGuild{ID: g.ID, Name: g.Name, Splash: s.Splash, Banner: s.Banner, Description: s.Description, Icon: s.Icon,
			Features: s.Features, VerificationLevel: g.VerificationLevel, VanityURLCode: s.VanityURLCode, NSFWLevel: g.NSFWLevel,
			NSFW: s.NSFW, PremiumCount: g.PremiumSubscriptionCount},
		Channel: inviteChannel{ID: c.ID, Type: c.Type, Name: c.Name},
	}
	for _, id := range inv.Roles {
		if r := g.roles[id]; r != nil {
			v.Roles = append(v.Roles, inviteRole{r.ID, r.Name, r.Position, r.Color, r.Colors, r.Icon, r.UnicodeEmoji})
		}
	}
	if withMetadata {
		v.inviteMetadata = &inviteMetadata{inv.Uses, inv.MaxUses, inv.MaxAge, inv.Temporary, inv.CreatedAt}
	}
	return v
}

// expiry is when the invite ends, the zero time for never.
func (inv *Invite) expiry() Timestamp {
	if inv.MaxAge == 0 {
		return Timestamp{}
	}
	return Timestamp{inv.CreatedAt.Add(time.Duration(inv.MaxAge) * time.Second)}
}

// inviteOf finds an invite that has not expired. One that has is forgotten.
func (w *World) inviteOf(code string) (*Invite, error) {
	inv := w.invites[code]
	if inv == nil {
		return nil, errUnknownInvite
	}
	if end := inv.expiry(); !end.IsZero() && !end.After(w.clock.Now()) {
		delete(w.invites, code)
		return nil, errUnknownInvite
	}
	return inv, nil
}

// Invite shows an invite to anybody who knows its code.
func (w *World) Invite(code string, withCounts bool) (*InviteView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	inv, err := w.inviteOf(code)
	if err != nil {
		return nil, err
	}
	v := w.inviteView(inv, false)
	if withCounts {
		v.ApproximateMembers, v.ApproximatePresences = w.guilds[inv.GuildID].counts()
	}
	return v, nil
}

// CreateInvite makes an invite to a channel, or gives one like it that the actor has made before, unless it is to be unique.
func (w *World) CreateInvite(actor Actor, channelID discord.Snowflake, p InviteParams) (*InviteView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionCreateInstantInvite)
	switch {
	case err != nil:
		return nil, err
	case c.Type == CategoryChannel || c.Type.IsThread() || c.GuildID == "":
		return nil, errWrongChannelType
	}
	g := w.guilds[c.GuildID]
	if len(p.Roles.Value) > 0 {
		if err := w.mayChangeRoles(actor, g, nil, p.Roles.Value); err != nil {
			return nil, err
		}
	}
	inv := &Invite{GuildID: g.ID, ChannelID: c.ID, InviterID: actor.User, CreatedAt: w.now(), MaxAge: p.MaxAge.or(defaultInviteAge),
		MaxUses: p.MaxUses.or(0), Temporary: p.Temporary.Value, Roles: p.Roles.Value}
	invites := w.invitesTo(func(old *Invite) bool { return old.GuildID == g.ID })
	if !p.Unique.Value {
		for _, old := range invites {
			if inv.like(old) {
				return w.inviteView(old, true), nil
			}
		}
	}
	if len(invites) >= maxInvites {
		return nil, Refuse(http.StatusBadRequest, 30016)
	}
	inv.Code = inviteCode(w.newID())
	w.invites[inv.Code] = inv
	w.audit(g, actor, auditInviteCreate, "", diff(nil, inviteChange{inv.Code}), nil)
	v := w.inviteView(inv, true)
	w.emit("INVITE_CREATE", g.ID, c.ID, inviteCreated{inviteMetadata: *v.inviteMetadata, ChannelID: c.ID, Code: inv.Code, GuildID: g.ID,
		Inviter: v.Inviter, ExpiresAt: v.ExpiresAt, RoleIDs: inv.Roles})
	return v, nil
}

// like reports whether another invite serves just as well.
func (inv *Invite) like(other *Invite) bool {
	return other.ChannelID == inv.ChannelID && other.InviterID == inv.InviterID && other.MaxAge == inv.MaxAge &&
		other.MaxUses == inv.MaxUses && other.Temporary == inv.Temporary && slices.Equal(other.Roles, inv.Roles)
}

// inviteCode makes the code of an invite from an id that nothing else has.
func inviteCode(id discord.Snowflake) string {
	sum := sha256.Sum256([]byte("invite " + id))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// invitesTo lists the invites that have not expired and that match, oldest first.
func (w *World) invitesTo(match func(*Invite) bool) []*Invite {
	var list []*Invite
	for code := range w.invites {
		if inv, err := w.inviteOf(code); err == nil && match(inv) {
			list = append(list, inv)
		}
	}
	slices.SortFunc(list, func(a, b *Invite) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.Code, b.Code))
	})
	return list
}

func (w *World) inviteViews(invites []*Invite) []*InviteView {
	views := make([]*InviteView, len(invites))
	for i, inv := range invites {
		views[i] = w.inviteView(inv, true)
	}
	return views
}

// ChannelInvites lists the invites to a channel.
func (w *World) ChannelInvites(actor Actor, channelID discord.Snowflake) ([]*InviteView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionManageChannels)
	if err != nil {
		return nil, err
	}
	return w.inviteViews(w.invitesTo(func(inv *Invite) bool { return inv.ChannelID == c.ID })), nil
}

// GuildInvites lists the invites to a guild.
func (w *World) GuildInvites(actor Actor, guildID discord.Snowflake) ([]*InviteView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionManageGuild)
	if err != nil {
		return nil, err
	}
	return w.inviteViews(w.invitesTo(func(inv *Invite) bool { return inv.GuildID == g.ID })), nil
}

// DeleteInvite ends an invite. It needs MANAGE_CHANNELS in its channel or MANAGE_GUILD.
func (w *World) DeleteInvite(actor Actor, code string) (*InviteView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	inv, err := w.inviteOf(code)
	if err != nil {
		return nil, err
	}
	g, err := w.guildFor(actor, inv.GuildID)
	if err != nil {
		return nil, err
	}
	if !w.channelPermissions(w.channels[inv.ChannelID], actor.User).Has(discord.PermissionManageChannels) &&
		!w.guildPermissions(g, actor.User).Has(discord.PermissionManageGuild) {
		return nil, errMissingPermissions
	}
	v := w.inviteView(inv, false)
	delete(w.invites, code)
	w.audit(g, actor, auditInviteDelete, "", diff(inviteChange{code}, nil), nil)
	w.emit("INVITE_DELETE", g.ID, inv.ChannelID, struct {
		ChannelID discord.Snowflake `json:"channel_id"`
		GuildID   discord.Snowflake `json:"guild_id"`
		Code      string            `json:"code"`
	}{inv.ChannelID, g.ID, code})
	return v, nil
}
