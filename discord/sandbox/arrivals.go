package sandbox

import (
	"net/http"

	"cordial/discord"
)

// suppressJoinMessages is the flag of a guild whose system channel does not welcome new members.
const suppressJoinMessages = 1 << 0

// JoinGuild makes the actor a member of a guild, who is welcomed in its system channel. Nothing happens if the actor is one already. A bot
// that is added this way brings an integration with it, and the application's bot also its role.
func (w *World) JoinGuild(actor Actor, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, u := w.guilds[id], w.users[actor.User]
	switch {
	case g == nil:
		return errUnknownGuild
	case u == nil:
		return errUnknownUser
	case g.bans[u.ID] != nil:
		return Refuse(http.StatusForbidden, 40007)
	case g.members[u.ID] != nil:
		return nil
	}
	var roles []discord.Snowflake
	if u.ID == w.app.ID {
		r := w.addBotRole(g, w.newID())
		w.emitRole("GUILD_ROLE_CREATE", g, r) // to the others; the bot learns of it with the guild
		roles = append(roles, r.ID)
	}
	m := w.addMember(g, u, w.now().Time, roles...)
	if u.Bot {
		w.tell(g.arrival(u.ID))
		w.emitIntegration("INTEGRATION_CREATE", g, struct {
			*Integration
			GuildID discord.Snowflake `json:"guild_id"`
		}{integrationOf(u), g.ID})
	}
	w.emit("GUILD_MEMBER_ADD", g.ID, "", memberEvent{w.memberView(m), g.ID})
	if c := w.channels[g.SystemChannelID]; c != nil && g.SystemChannelFlags&suppressJoinMessages == 0 {
		w.postSystem(c, actor, UserJoinMessage, "", nil)
	}
	return nil
}

// addBotRole adds the role of the application's bot, an administrator's above all others.
func (w *World) addBotRole(g *guild, id discord.Snowflake) *Role {
	top := 0
	for _, r := range g.roles {
		top = max(top, r.Position)
	}
	return w.addRole(g, &Role{ID: id, Name: w.app.Name, Permissions: discord.PermissionAdministrator, Position: top + 1, Managed: true,
		Tags: &RoleTags{BotID: w.app.ID}})
}

// depart tells those who are left, and a bot that has gone, that somebody is no member of a guild any more. The role of a bot goes with
// it. It needs the world's lock.
func (w *World) depart(g *guild, u *User) {
	w.emit("GUILD_MEMBER_REMOVE", g.ID, "", struct {
		GuildID discord.Snowflake `json:"guild_id"`
		User    *User             `json:"user"`
	}{g.ID, u})
	if !u.Bot {
		return
	}
	w.tell(Event{Type: "GUILD_DELETE", Guild: g.ID, Only: u.ID, Data: unavailableGuild{ID: g.ID}})
	for _, r := range sortedByID(g.roles) {
		if r.Tags != nil && r.Tags.BotID == u.ID {
			w.dropRole(g, r.ID)
		}
	}
	w.emitIntegration("INTEGRATION_DELETE", g, struct {
		ID            discord.Snowflake `json:"id"`
		GuildID       discord.Snowflake `json:"guild_id"`
		ApplicationID discord.Snowflake `json:"application_id"`
	}{u.ID, g.ID, u.ID})
}

// emitIntegration tells what happens to an integration of a guild.
func (w *World) emitIntegration(typ string, g *guild, data any) {
	w.emit(typ, g.ID, "", data)
	w.emit("GUILD_INTEGRATIONS_UPDATE", g.ID, "", struct {
		GuildID discord.Snowflake `json:"guild_id"`
	}{g.ID})
}
