package sandbox

import (
	"cmp"
	"maps"
	"net/http"
	"slices"

	"cordial/discord"
)

// maxRoles is how many roles a guild may have.
const maxRoles = 250

// RoleParams describe a role; what is not set stays, or has its default in a new role.
type RoleParams struct {
	Name         Field[string]              `json:"name"`
	Permissions  Field[discord.Permissions] `json:"permissions"`
	Color        Field[int]                 `json:"color"`
	Colors       Field[RoleColors]          `json:"colors"`
	Hoist        Field[bool]                `json:"hoist"`
	Mentionable  Field[bool]                `json:"mentionable"`
	Icon         Field[string]              `json:"icon"` // a data URI
	UnicodeEmoji Field[string]              `json:"unicode_emoji"`
}

// Roles lists a guild's roles by position, lowest first.
func (w *World) Roles(actor Actor, guildID discord.Snowflake) ([]*Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	return g.rolesByPosition(), nil
}

// rolesByPosition lists the roles, lowest first. Of two at one position, the younger one is lower.
func (g *guild) rolesByPosition() []*Role {
	return slices.SortedFunc(maps.Values(g.roles), func(a, b *Role) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), b.ID.Compare(a.ID))
	})
}

// Role shows a role.
func (w *World) Role(actor Actor, guildID, id discord.Snowflake) (*Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	if g.roles[id] == nil {
		return nil, errUnknownRole
	}
	return g.roles[id], nil
}

// RoleMemberCounts counts the members of every role except @everyone.
func (w *World) RoleMemberCounts(actor Actor, guildID discord.Snowflake) (map[discord.Snowflake]int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	counts := map[discord.Snowflake]int{}
	for id := range g.roles {
		counts[id] = 0
	}
	for _, m := range g.members {
		for _, id := range m.Roles {
			counts[id]++
		}
	}
	delete(counts, g.ID)
	return counts, nil
}

// CreateRole adds a role at the bottom, above @everyone.
func (w *World) CreateRole(actor Actor, guildID discord.Snowflake, p RoleParams) (*Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionManageRoles)
	if err != nil {
		return nil, err
	}
	if err := w.mayGrant(actor, g, p); err != nil {
		return nil, err
	}
	if len(g.roles) >= maxRoles {
		return nil, Refuse(http.StatusBadRequest, 30005)
	}
	r := &Role{ID: w.newID(), Name: "new role", Permissions: g.roles[g.ID].Permissions, Position: 1}
	if err := p.apply(r); err != nil {
		return nil, err
	}
	g.roles[r.ID] = r
	w.audit(g, actor, auditRoleCreate, r.ID, diff(nil, r), nil)
	w.emitRole("GUILD_ROLE_CREATE", g, r)
	return r, nil
}

func (w *World) emitRole(event string, g *guild, r *Role) {
	w.emit(event, g.ID, "", struct {
		GuildID discord.Snowflake `json:"guild_id"`
		Role    *Role             `json:"role"`
	}{g.ID, r})
}

// mayGrant checks that the actor has every permission that a role is to have, and that the guild may have its looks.
func (w *World) mayGrant(actor Actor, g *guild, p RoleParams) error {
	if p.Permissions.Set && !w.guildPermissions(g, actor.User).Has(p.Permissions.Value&discord.AllPermissions) {
		return errMissingPermissions
	}
	if p.Icon.or("") != "" || p.UnicodeEmoji.or("") != "" {
		if !slices.Contains(g.Features, "ROLE_ICONS") {
			return Refuse(http.StatusBadRequest, 50101)
		}
	}
	if c := p.Colors.or(RoleColors{}); (c.Secondary != nil || c.Tertiary != nil) && !slices.Contains(g.Features, "ENHANCED_ROLE_COLORS") {
		return Refuse(http.StatusBadRequest, 50101)
	}
	return nil
}

func (p *RoleParams) apply(r *Role) error {
	r.Name = p.Name.or(r.Name)
	r.Permissions = p.Permissions.or(r.Permissions) & discord.AllPermissions
	if p.Color.Set {
		r.Colors = RoleColors{Primary: p.Color.Value}
	}
	if p.Colors.Set {
		r.Colors = p.Colors.Value
	}
	r.Color = r.Colors.Primary
	r.Hoist = p.Hoist.or(r.Hoist)
	r.Mentionable = p.Mentionable.or(r.Mentionable)
	if p.UnicodeEmoji.Set {
		r.UnicodeEmoji = Nullable(p.UnicodeEmoji.Value)
	}
	return setImage(&r.Icon, p.Icon, "icon")
}

// roleBelow finds a role that the actor may manage: with the permission, and below its own highest role.
func (w *World) roleBelow(actor Actor, g *guild, id discord.Snowflake) (*Role, error) {
	r := g.roles[id]
	switch {
	case r == nil:
		return nil, errUnknownRole
	case !w.guildPermissions(g, actor.User).Has(discord.PermissionManageRoles), r.Position >= g.topPosition(actor.User):
		return nil, errMissingPermissions
	}
	return r, nil
}

// ModifyRole changes a role.
func (w *World) ModifyRole(actor Actor, guildID, id discord.Snowflake, p RoleParams) (*Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	r, err := w.roleBelow(actor, g, id)
	if err != nil {
		return nil, err
	}
	if id == g.ID {
		p = RoleParams{Permissions: p.Permissions} // all that @everyone is for
	}
	if err := w.mayGrant(actor, g, p); err != nil {
		return nil, err
	}
	next := *r
	if err := p.apply(&next); err != nil {
		return nil, err
	}
	if changes := diff(r, &next); changes != nil {
		w.audit(g, actor, auditRoleUpdate, id, changes, nil)
	}
	g.roles[id] = &next
	w.emitRole("GUILD_ROLE_UPDATE", g, &next)
	return &next, nil
}

// DeleteRole removes a role from the guild, its members and its channels' overwrites.
func (w *World) DeleteRole(actor Actor, guildID, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return err
	}
	r, err := w.roleBelow(actor, g, id)
	switch {
	case err != nil:
		return err
	case r.Managed || id == g.ID:
		return Refuse(http.StatusBadRequest, 50028)
	}
	w.audit(g, actor, auditRoleDelete, id, diff(r, nil), nil)
	w.dropRole(g, id)
	return nil
}

// dropRole removes a role and tells of it, and of the channels that had an overwrite for it.
func (w *World) dropRole(g *guild, id discord.Snowflake) {
	delete(g.roles, id)
	for user, m := range g.members {
		if slices.Contains(m.Roles, id) {
			next := *m
			next.Roles = missingFrom(m.Roles, []discord.Snowflake{id})
			g.members[user] = &next
		}
	}
	var changed []*channel
	for _, c := range sortedByID(g.channels) {
		if i := c.overwriteOf(id); i >= 0 {
			next := *c.Channel
			next.Overwrites = slices.Delete(slices.Clone(c.Overwrites), i, i+1)
			c.Channel, changed = &next, append(changed, c)
		}
	}
	w.emit("GUILD_ROLE_DELETE", g.ID, "", struct {
		GuildID discord.Snowflake `json:"guild_id"`
		RoleID  discord.Snowflake `json:"role_id"`
	}{g.ID, id})
	for _, c := range changed {
		w.emitChannel("CHANNEL_UPDATE", c)
	}
}

// RolePosition says where a role is to stand.
type RolePosition struct {
	ID       discord.Snowflake `json:"id"`
	Position Field[int]        `json:"position"`
}

// MoveRoles changes the order of a guild's roles. Roles may only be moved below the actor's own highest one.
func (w *World) MoveRoles(actor Actor, guildID discord.Snowflake, moves []RolePosition) ([]*Role, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	top := g.topPosition(actor.User)
	for _, m := range moves {
		if _, err := w.roleBelow(actor, g, m.ID); err != nil {
			return nil, err
		}
		if m.Position.or(0) >= top || m.ID == g.ID && m.Position.or(0) != 0 {
			return nil, errMissingPermissions
		}
	}
	for _, m := range moves {
		old := g.roles[m.ID]
		position := m.Position.or(old.Position)
		if m.ID != g.ID {
			position = max(position, 1) // @everyone alone is at 0
		}
		if position != old.Position {
			next := *old
			next.Position = position
			g.roles[m.ID] = &next
			w.audit(g, actor, auditRoleUpdate, m.ID, diff(old, &next), nil)
			w.emitRole("GUILD_ROLE_UPDATE", g, &next)
		}
	}
	return g.rolesByPosition(), nil
}
