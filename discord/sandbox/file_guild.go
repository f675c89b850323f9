package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cordial/discord"
)

// fileGuild is a guild. Without a list of members, everybody is one. Without a role of its own, the application's bot gets one that
// is an administrator's.
type fileGuild struct {
	Guild
	Owner    ref                  `json:"owner,omitempty"` // the application's owner when not said
	Roles    []fileRole           `json:"roles,omitempty"` // from the lowest to the highest
	Members  []fileMember         `json:"members,omitzero"`
	Channels []fileChannel        `json:"channels,omitempty"`
	Emojis   []fileEmoji          `json:"emojis,omitempty"`
	Stickers []fileSticker        `json:"stickers,omitempty"`
	Webhooks []fileWebhook        `json:"webhooks,omitempty"`
	Invites  []fileInvite         `json:"invites,omitempty"`
	Bans     []fileBan            `json:"bans,omitempty"`
	Events   []fileScheduledEvent `json:"scheduled_events,omitempty"`
	AuditLog []*AuditEntry        `json:"audit_log,omitempty"`
}

// fileRole is a role. One named "@everyone" is everybody's.
type fileRole struct {
	ID           discord.Snowflake `json:"id,omitempty"`
	Name         string            `json:"name"`
	Permissions  *permissionNames  `json:"permissions,omitempty"` // @everyone's when not said
	Position     int               `json:"position,omitempty"`    // its place in the list when not said
	Colors       *RoleColors       `json:"colors,omitempty"`
	Color        int               `json:"color,omitempty"` // short for colors with one
	Hoist        bool              `json:"hoist,omitempty"`
	Mentionable  bool              `json:"mentionable,omitempty"`
	Icon         Nullable          `json:"icon,omitempty"`
	UnicodeEmoji Nullable          `json:"unicode_emoji,omitempty"`
	Flags        int               `json:"flags,omitempty"`
	Bot          ref               `json:"bot,omitempty"` // the bot that the role belongs to
}

// fileMember is a member: a user's name, or an object.
type fileMember struct {
	User          ref       `json:"user"`
	Nick          Nullable  `json:"nick,omitempty"`
	Roles         []ref     `json:"roles,omitempty"`
	JoinedAt      Timestamp `json:"joined_at,omitzero"` // the guild's beginning when not said
	TimedOutUntil Timestamp `json:"communication_disabled_until,omitzero"`
	PremiumSince  Timestamp `json:"premium_since,omitzero"`
	Avatar        Nullable  `json:"avatar,omitempty"`
	Banner        Nullable  `json:"banner,omitempty"`
	Flags         int       `json:"flags,omitempty"`
	Pending       bool      `json:"pending,omitempty"`
	Mute          bool      `json:"mute,omitempty"`
	Deaf          bool      `json:"deaf,omitempty"`
}

// UnmarshalJSON reads a name or an object.
func (m *fileMember) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &m.User) == nil {
		return nil
	}
	type plain fileMember
	return json.Unmarshal(text, (*plain)(m))
}

// permissionNames is a set of permissions: a list of Discord's names, or its number as text.
type permissionNames discord.Permissions

// UnmarshalJSON reads a list of names or a number.
func (p *permissionNames) UnmarshalJSON(text []byte) error {
	var names []string
	if json.Unmarshal(text, &names) != nil {
		return (*discord.Permissions)(p).UnmarshalJSON(text)
	}
	for _, name := range names {
		bit, ok := discord.PermissionNamed(name)
		if !ok {
			return fmt.Errorf("there is no permission %q", name)
		}
		*p |= permissionNames(bit)
	}
	return nil
}

// MarshalJSON writes the names, or the number if a bit has none.
func (p permissionNames) MarshalJSON() ([]byte, error) {
	bits := discord.Permissions(p)
	var named discord.Permissions
	for _, name := range bits.Names() {
		bit, _ := discord.PermissionNamed(name)
		named |= bit
	}
	if named != bits {
		return bits.MarshalJSON()
	}
	return json.Marshal(orEmpty(bits.Names()))
}

func (l *loader) guild(f *fileGuild) error {
	owner := ref(l.w.app.Owner)
	if f.Owner != "" {
		owner = f.Owner
	}
	u, err := l.user(owner)
	if err != nil {
		return fmt.Errorf(".owner: %w", err)
	}
	settings := f.Guild
	settings.ID, settings.OwnerID = l.id(f.ID), u.ID
	switch {
	case settings.Name == "":
		return fmt.Errorf(": a guild needs a name")
	case l.w.guilds[settings.ID] != nil:
		return fmt.Errorf(": %w", errTwice)
	case settings.PremiumTier < 0 || settings.PremiumTier >= len(maxBitrates):
		return fmt.Errorf(".premium_tier: it is from 0 to %d", len(maxBitrates)-1)
	case slices.Contains(f.AuditLog, nil):
		return fmt.Errorf(".audit_log: an entry is null")
	}
	g := l.w.addGuild(&settings)
	for i, r := range f.Roles {
		if err := l.role(g, r, i); err != nil {
			return fmt.Errorf(".%s%w", at("roles", i), err)
		}
	}
	if l.hasBot(f) {
		l.botRole(g)
	}
	if err := l.members(g, f.Members); err != nil {
		return err
	}
	if err := l.channels(g, f.Channels); err != nil {
		return err
	}
	if err := l.extras(g, f); err != nil {
		return err
	}
	g.audit = f.AuditLog
	return nil
}

func (l *loader) role(g *guild, f fileRole, i int) error {
	r := &Role{Name: f.Name, Permissions: g.roles[g.ID].Permissions, Position: f.Position, Hoist: f.Hoist, Mentionable: f.Mentionable,
		Icon: f.Icon, UnicodeEmoji: f.UnicodeEmoji, Flags: f.Flags, Color: f.Color}
	if f.Permissions != nil {
		r.Permissions = discord.Permissions(*f.Permissions)
	}
	if f.ID == g.ID || f.ID == "" && r.Name == "@everyone" {
		r.ID = g.ID
		l.w.addRole(g, r)
		return nil
	}
	if r.Position == 0 {
		r.Position = i + 1
	}
	if f.Bot != "" {
		bot, err := l.user(f.Bot)
		if err != nil {
			return fmt.Errorf(".bot: %w", err)
		}
		r.Managed, r.Tags = true, &RoleTags{BotID: bot.ID}
	}
	r.ID = l.id(f.ID)
	l.w.addRole(g, r)
	if f.Colors != nil {
		r.Colors, r.Color = *f.Colors, f.Colors.Primary
	}
	return nil
}

// hasBot reports whether the application's bot is in a guild. Without a list of members everybody is.
func (l *loader) hasBot(f *fileGuild) bool {
	return f.Members == nil || slices.ContainsFunc(f.Members, func(m fileMember) bool {
		u, err := l.user(m.User)
		return err == nil && u.ID == l.w.app.ID
	})
}

// botRole adds an administrator's role for the application's bot unless the file has one for it.
func (l *loader) botRole(g *guild) {
	for _, r := range g.roles {
		if r.Tags != nil && r.Tags.BotID == l.w.app.ID {
			return
		}
	}
	l.w.addBotRole(g, l.id(""))
}

func (l *loader) members(g *guild, members []fileMember) error {
	if members == nil {
		for id := range l.w.users {
			members = append(members, fileMember{User: ref(id)})
		}
	}
	for i, f := range members {
		u, err := l.user(f.User)
		if err != nil {
			return fmt.Errorf(".%s: %w", at("members", i), err)
		}
		var roles []discord.Snowflake
		for _, r := range f.Roles {
			role, err := g.roleNamed(r)
			if err != nil {
				return fmt.Errorf(".%s: %w", at("members", i), err)
			}
			roles = append(roles, role.ID)
		}
		for _, r := range g.roles { // a bot always has its managed role
			if r.Tags != nil && r.Tags.BotID == u.ID && !slices.Contains(roles, r.ID) {
				roles = append(roles, r.ID)
			}
		}
		if f.JoinedAt.IsZero() {
			f.JoinedAt.Time = g.ID.Time()
		}
		slices.SortFunc(roles, discord.Snowflake.Compare)
		m := l.w.addMember(g, u, f.JoinedAt.Time, roles...)
		m.Nick, m.TimedOutUntil, m.PremiumSince, m.Avatar, m.Banner = f.Nick, f.TimedOutUntil, f.PremiumSince, f.Avatar, f.Banner
		m.Flags, m.Pending, m.Mute, m.Deaf = f.Flags, f.Pending, f.Mute, f.Deaf
	}
	return nil
}

// roleNamed finds a role by id or else by name.
func (g *guild) roleNamed(r ref) (*Role, error) {
	if role, ok := findNamed(g.roles, r, func(role *Role) string { return role.Name }); ok {
		return role, nil
	}
	return nil, fmt.Errorf("there is no role %q", r)
}

func (w *World) dumpGuild(g *guild) (*fileGuild, error) {
	f := &fileGuild{Guild: *g.Guild, Owner: ref(g.OwnerID), Members: []fileMember{}, AuditLog: g.audit}
	for _, r := range g.rolesByPosition() {
		p := permissionNames(r.Permissions)
		role := fileRole{ID: r.ID, Name: r.Name, Permissions: &p, Position: r.Position, Colors: &r.Colors, Hoist: r.Hoist, Mentionable: r.Mentionable,
			Icon: r.Icon, UnicodeEmoji: r.UnicodeEmoji, Flags: r.Flags}
		if r.Tags != nil {
			role.Bot = ref(r.Tags.BotID)
		}
		f.Roles = append(f.Roles, role)
	}
	for _, m := range sortedByID(g.members) {
		f.Members = append(f.Members, fileMember{User: ref(m.User.ID), Nick: m.Nick, Roles: refs(m.Roles), JoinedAt: m.JoinedAt,
			TimedOutUntil: m.TimedOutUntil, PremiumSince: m.PremiumSince, Avatar: m.Avatar, Banner: m.Banner, Flags: m.Flags,
			Pending: m.Pending, Mute: m.Mute, Deaf: m.Deaf})
	}
	for _, channels := range []map[discord.Snowflake]*channel{g.channels, g.threads} {
		for _, c := range sortedByID(channels) {
			dumped, err := dumpChannel(c)
			if err != nil {
				return nil, err
			}
			f.Channels = append(f.Channels, *dumped)
		}
	}
	w.dumpExtras(g, f)
	return f, nil
}

func refs(ids []discord.Snowflake) []ref {
	var list []ref
	for _, id := range ids {
		list = append(list, ref(id))
	}
	return list
}

// users finds users.
func (l *loader) users(names []ref) ([]*User, error) {
	var list []*User
	for _, r := range names {
		u, err := l.user(r)
		if err != nil {
			return nil, err
		}
		list = append(list, u)
	}
	return list, nil
}

// userIDs finds the ids of users, in ascending order.
func (l *loader) userIDs(names []ref) ([]discord.Snowflake, error) {
	users, err := l.users(names)
	ids := map[discord.Snowflake]bool{}
	for _, u := range users {
		ids[u.ID] = true
	}
	return slices.SortedFunc(maps.Keys(ids), discord.Snowflake.Compare), err
}

func userRefs(users []*User) []ref {
	var list []ref
	for _, u := range users {
		list = append(list, ref(u.ID))
	}
	return list
}

// number is a decimal number in a text, for what a file may write either way.
func number(text []byte) (int, bool) {
	n, err := strconv.Atoi(strings.Trim(string(text), `"`))
	return n, err == nil
}
