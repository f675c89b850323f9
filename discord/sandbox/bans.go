package sandbox

import (
	"net/http"
	"time"

	"cordial/discord"
)

// BanQuery pages through a guild's bans. Before wins over After.
type BanQuery struct {
	Before, After discord.Snowflake
	Limit         int
}

// Bans lists a guild's bans by user id.
func (w *World) Bans(actor Actor, guildID discord.Snowflake, q BanQuery) ([]*Ban, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionBanMembers)
	if err != nil {
		return nil, err
	}
	list := []*Ban{}
	for _, b := range sortedByID(g.bans) {
		if q.Before != "" && b.User.ID.Compare(q.Before) >= 0 || q.Before == "" && q.After != "" && b.User.ID.Compare(q.After) <= 0 {
			continue
		}
		list = append(list, b)
	}
	switch {
	case len(list) <= q.Limit:
		return list, nil
	case q.Before != "":
		return list[len(list)-q.Limit:], nil
	}
	return list[:q.Limit], nil
}

// Ban shows the ban of a user.
func (w *World) Ban(actor Actor, guildID, user discord.Snowflake) (*Ban, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionBanMembers)
	if err != nil {
		return nil, err
	}
	if g.bans[user] == nil {
		return nil, errUnknownBan
	}
	return g.bans[user], nil
}

// CreateBan bans a user, who need not be a member, and deletes what the user has written in the time before.
func (w *World) CreateBan(actor Actor, guildID, user discord.Snowflake, deleteMessages time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionBanMembers)
	if err != nil {
		return err
	}
	return w.ban(actor, g, user, deleteMessages)
}

func (w *World) ban(actor Actor, g *guild, user discord.Snowflake, deleteMessages time.Duration) error {
	u := w.users[user]
	switch {
	case u == nil:
		return errUnknownUser
	case g.members[user] != nil && !g.outranks(actor.User, user):
		return errMissingPermissions
	case g.bans[user] != nil:
		return nil
	}
	g.bans[user] = &Ban{User: u, Reason: Nullable(actor.Reason)}
	w.audit(g, actor, auditBanAdd, user, nil, nil)
	if g.members[user] != nil {
		w.removeMember(g, user)
	}
	if deleteMessages > 0 {
		w.deleteMessagesBy(user, g.ID, w.clock.Now().Add(-deleteMessages))
	}
	w.emitBan("GUILD_BAN_ADD", g, u)
	return nil
}

func (w *World) emitBan(event string, g *guild, u *User) {
	w.emit(event, g.ID, "", struct {
		GuildID discord.Snowflake `json:"guild_id"`
		User    *User             `json:"user"`
	}{g.ID, u})
}

// RemoveBan lets a user come back.
func (w *World) RemoveBan(actor Actor, guildID, user discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionBanMembers)
	if err != nil {
		return err
	}
	if g.bans[user] == nil {
		return errUnknownBan
	}
	delete(g.bans, user)
	w.audit(g, actor, auditBanRemove, user, nil, nil)
	w.emitBan("GUILD_BAN_REMOVE", g, w.users[user])
	return nil
}

// BulkBan says which of several users were banned.
type BulkBan struct {
	Banned []discord.Snowflake `json:"banned_users"`
	Failed []discord.Snowflake `json:"failed_users"`
}

// CreateBans bans several users at once. It is an error only if none could be banned.
func (w *World) CreateBans(actor Actor, guildID discord.Snowflake, users []discord.Snowflake, deleteMessages time.Duration) (*BulkBan, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionBanMembers|discord.PermissionManageGuild)
	if err != nil {
		return nil, err
	}
	result := &BulkBan{Banned: []discord.Snowflake{}, Failed: []discord.Snowflake{}}
	for _, user := range users {
		if g.bans[user] != nil || user == actor.User || w.ban(actor, g, user, deleteMessages) != nil {
			result.Failed = append(result.Failed, user)
		} else {
			result.Banned = append(result.Banned, user)
		}
	}
	if len(result.Banned) == 0 {
		return nil, Refuse(http.StatusBadRequest, 500000)
	}
	return result, nil
}
