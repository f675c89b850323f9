package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"cordial/discord"
)

// memberView is a member with its user as it is now.
func (w *World) memberView(m *Member) *Member {
	shown := *m
	shown.User, shown.Roles = w.users[m.User.ID], orEmpty(m.Roles)
	return &shown
}

// memberBeside is a user's member as events of a guild carry it, nil where there is none.
func (w *World) memberBeside(guildID, user discord.Snowflake) *Member {
	g := w.guilds[guildID]
	if g == nil || g.members[user] == nil {
		return nil
	}
	return w.memberView(g.members[user])
}

// memberEvent is a member as the gateway tells of it.
type memberEvent struct {
	*Member
	GuildID discord.Snowflake `json:"guild_id"`
}

// concerns reports whether the member is a user: bots are told of themselves without an intent.
func (e memberEvent) concerns(user discord.Snowflake) bool { return e.User.ID == user }

// setMember stores a changed member and tells about it.
func (w *World) setMember(g *guild, m *Member) *Member {
	g.members[m.User.ID] = m
	shown := w.memberView(m)
	w.emit("GUILD_MEMBER_UPDATE", g.ID, "", memberEvent{shown, g.ID})
	return shown
}

// memberOf finds a member of a guild.
func (w *World) memberOf(g *guild, user discord.Snowflake) (*Member, error) {
	switch m := g.members[user]; {
	case m != nil:
		return m, nil
	case w.users[user] == nil:
		return nil, errUnknownUser
	}
	return nil, errUnknownMember
}

// Members lists up to limit members of a guild whose ids come after one, by id. A bot needs the intent for members.
func (w *World) Members(actor Actor, guildID, after discord.Snowflake, limit int) ([]*Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	if w.users[actor.User].Bot && !w.app.GuildMembers {
		return nil, errMissingAccess
	}
	list := []*Member{}
	for _, m := range sortedByID(g.members) {
		if len(list) == limit {
			break
		}
		if m.User.ID.Compare(after) > 0 {
			list = append(list, w.memberView(m))
		}
	}
	return list, nil
}

// SearchMembers lists up to limit members whose username, global name or nickname begins with a text, in any case, by id.
func (w *World) SearchMembers(actor Actor, guildID discord.Snowflake, query string, limit int) ([]*Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	return orEmpty(w.membersLike(g, query, limit)), nil
}

// membersLike is SearchMembers in a guild. It needs the world's lock.
func (w *World) membersLike(g *guild, query string, limit int) []*Member {
	query = strings.ToLower(query)
	var list []*Member
	for _, m := range sortedByID(g.members) {
		if len(list) == limit {
			break
		}
		m = w.memberView(m)
		for _, name := range []string{m.User.Username, string(m.User.GlobalName), string(m.Nick)} {
			if strings.HasPrefix(strings.ToLower(name), query) {
				list = append(list, m)
				break
			}
		}
	}
	return list
}

// Member shows a member of a guild.
func (w *World) Member(actor Actor, guildID, user discord.Snowflake) (*Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	m, err := w.memberOf(g, user)
	if err != nil {
		return nil, err
	}
	return w.memberView(m), nil
}

// MemberParams change a member; what is not set stays.
type MemberParams struct {
	Nick          Field[string]              `json:"nick"`
	Roles         Field[[]discord.Snowflake] `json:"roles"`
	Mute          Field[bool]                `json:"mute"`
	Deaf          Field[bool]                `json:"deaf"`
	ChannelID     Field[discord.Snowflake]   `json:"channel_id"`
	TimedOutUntil Field[Timestamp]           `json:"communication_disabled_until"`
	Flags         Field[int]                 `json:"flags"`
	Avatar        Field[string]              `json:"avatar"` // a data URI; only of oneself
	Banner        Field[string]              `json:"banner"` // a data URI; only of oneself
}

// ModifyMember changes a member of a guild. Every field needs a permission of its own.
func (w *World) ModifyMember(actor Actor, guildID, user discord.Snowflake, p MemberParams) (*Member, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	m, err := w.memberOf(g, user)
	if err != nil {
		return nil, err
	}
	if err := w.mayModifyMember(actor, g, m, p); err != nil {
		return nil, err
	}
	next := *m
	if p.Nick.Set {
		next.Nick = Nullable(strings.TrimSpace(p.Nick.Value))
	}
	p.TimedOutUntil.into(&next.TimedOutUntil)
	p.Mute.into(&next.Mute)
	p.Deaf.into(&next.Deaf)
	if p.Flags.Set {
		next.Flags = m.Flags&^memberBypassesVerification | p.Flags.Value&memberBypassesVerification
	}
	if changes := diff(m, &next); changes != nil {
		w.audit(g, actor, auditMemberUpdate, user, changes, nil)
	}
	if p.Roles.Set {
		next.Roles = slices.Compact(slices.SortedFunc(slices.Values(p.Roles.Value), discord.Snowflake.Compare))
		w.auditRoles(g, actor, user, m.Roles, next.Roles)
	}
	shown := w.setMember(g, &next)
	w.moveInVoice(actor, g, user, p)
	return shown, nil
}

// memberBypassesVerification is the only flag of a member that can be changed.
const memberBypassesVerification = 1 << 2

// maxTimeout is how far in the future a timeout may end.
const maxTimeout = 28 * 24 * time.Hour

// mayModifyMember checks the permissions that a change of a member needs.
func (w *World) mayModifyMember(actor Actor, g *guild, m *Member, p MemberParams) error {
	may := w.guildPermissions(g, actor.User)
	self := m.User.ID == actor.User
	outranks := g.outranks(actor.User, m.User.ID)
	switch {
	case p.Nick.Set && self && !may.Has(discord.PermissionChangeNickname) && !may.Has(discord.PermissionManageNicknames),
		p.Nick.Set && !self && (!may.Has(discord.PermissionManageNicknames) || !outranks),
		p.Mute.Set && !may.Has(discord.PermissionMuteMembers),
		p.Deaf.Set && !may.Has(discord.PermissionDeafenMembers),
		p.ChannelID.Set && !may.Has(discord.PermissionMoveMembers),
		p.Flags.Set && !may.Has(discord.PermissionManageGuild) && !may.Has(discord.PermissionManageRoles):
		return errMissingPermissions
	}
	if err := w.mayModifyVoice(actor, g, m, p); err != nil {
		return err
	}
	if p.Roles.Set {
		if err := w.mayChangeRoles(actor, g, m.Roles, p.Roles.Value); err != nil {
			return err
		}
	}
	if p.TimedOutUntil.Set {
		if !may.Has(discord.PermissionModerateMembers) || !outranks ||
			w.guildPermissions(g, m.User.ID).Has(discord.PermissionAdministrator) {
			return errMissingPermissions
		}
		if p.TimedOutUntil.Value.After(w.clock.Now().Add(maxTimeout)) {
			return formError("INVALID_COMMUNICATION_DISABLED_TIMESTAMP", "The timeout cannot end more than 28 days from now.",
				"communication_disabled_until")
		}
	}
	return nil
}

// mayChangeRoles checks the hierarchy for every role that is given or taken.
func (w *World) mayChangeRoles(actor Actor, g *guild, old, now []discord.Snowflake) error {
	if !w.guildPermissions(g, actor.User).Has(discord.PermissionManageRoles) {
		return errMissingPermissions
	}
	for _, id := range slices.Concat(missingFrom(now, old), missingFrom(old, now)) {
		r := g.roles[id]
		switch {
		case r == nil:
			return errUnknownRole
		case r.Managed || r.ID == g.ID:
			return Refuse(http.StatusBadRequest, 50028)
		case r.Position >= g.topPosition(actor.User):
			return errMissingPermissions
		}
	}
	return nil
}

// missingFrom lists what is in one list but not in the other.
func missingFrom(list, other []discord.Snowflake) []discord.Snowflake {
	var missing []discord.Snowflake
	for _, id := range list {
		if !slices.Contains(other, id) {
			missing = append(missing, id)
		}
	}
	return missing
}

// auditRoles notes which roles a member was given or lost.
func (w *World) auditRoles(g *guild, actor Actor, user discord.Snowflake, old, now []discord.Snowflake) {
	type namedRole struct {
		Name string            `json:"name"`
		ID   discord.Snowflake `json:"id"`
	}
	var changes []AuditChange
	for _, c := range []struct {
		key string
		ids []discord.Snowflake
	}{{"$add", missingFrom(now, old)}, {"$remove", missingFrom(old, now)}} {
		var roles []namedRole
		for _, id := range c.ids {
			if r := g.roles[id]; r != nil {
				roles = append(roles, namedRole{r.Name, r.ID})
			}
		}
		if text, err := json.Marshal(roles); err == nil && roles != nil {
			changes = append(changes, AuditChange{Key: c.key, NewValue: text})
		}
	}
	if changes != nil {
		w.audit(g, actor, auditMemberRoleUpdate, user, changes, nil)
	}
}

// MyMember is the actor's own member, with its permissions in the guild.
type MyMember struct {
	*Member
	Permissions discord.Permissions `json:"permissions"`
}

// ModifyMe changes the actor's own member: nickname, avatar and banner.
func (w *World) ModifyMe(actor Actor, guildID discord.Snowflake, p MemberParams) (*MyMember, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	m := g.members[actor.User]
	if err := w.mayModifyMember(actor, g, m, MemberParams{Nick: p.Nick}); err != nil {
		return nil, err
	}
	next := *m
	if p.Nick.Set {
		next.Nick = Nullable(strings.TrimSpace(p.Nick.Value))
	}
	if err := cmp.Or(setImage(&next.Avatar, p.Avatar, "avatar"), setImage(&next.Banner, p.Banner, "banner")); err != nil {
		return nil, err
	}
	if changes := diff(m, &next); changes != nil {
		w.audit(g, actor, auditMemberUpdate, actor.User, changes, nil)
	}
	return &MyMember{w.setMember(g, &next), w.guildPermissions(g, actor.User)}, nil
}

// GiveRole adds a role to a member. Nothing happens if it has it already.
func (w *World) GiveRole(actor Actor, guildID, user, role discord.Snowflake) error {
	return w.changeRole(actor, guildID, user, role, func(roles []discord.Snowflake) []discord.Snowflake {
		return append(missingFrom(roles, []discord.Snowflake{role}), role)
	})
}

// TakeRole removes a role from a member. Nothing happens if it does not have it.
func (w *World) TakeRole(actor Actor, guildID, user, role discord.Snowflake) error {
	return w.changeRole(actor, guildID, user, role, func(roles []discord.Snowflake) []discord.Snowflake {
		return missingFrom(roles, []discord.Snowflake{role})
	})
}

func (w *World) changeRole(actor Actor, guildID, user, role discord.Snowflake, change func([]discord.Snowflake) []discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return err
	}
	m, err := w.memberOf(g, user)
	switch {
	case err != nil:
		return err
	case g.roles[role] == nil:
		return errUnknownRole
	}
	if err := w.mayChangeRoles(actor, g, nil, []discord.Snowflake{role}); err != nil {
		return err
	}
	roles := change(m.Roles)
	if len(roles) == len(m.Roles) {
		return nil
	}
	next := *m
	next.Roles = slices.SortedFunc(slices.Values(roles), discord.Snowflake.Compare)
	w.auditRoles(g, actor, user, m.Roles, next.Roles)
	w.setMember(g, &next)
	return nil
}

// Kick takes a member out of a guild.
func (w *World) Kick(actor Actor, guildID, user discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionKickMembers)
	if err != nil {
		return err
	}
	if _, err := w.memberOf(g, user); err != nil {
		return err
	}
	if !g.outranks(actor.User, user) {
		return errMissingPermissions
	}
	w.audit(g, actor, auditMemberKick, user, nil, nil)
	w.removeMember(g, user)
	return nil
}

// removeMember takes a user out of a guild and its threads, and tells about it.
func (w *World) removeMember(g *guild, user discord.Snowflake) {
	if g.voice[user] != nil {
		w.exitVoice(g, user)
	}
	delete(g.members, user)
	for _, t := range g.threads {
		if t.threadMembers[user] != nil {
			delete(t.threadMembers, user)
			next := *t.Channel
			next.MemberCount = len(t.threadMembers)
			t.Channel = &next
		}
	}
	w.depart(g, w.users[user])
}
