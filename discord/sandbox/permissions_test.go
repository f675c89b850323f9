package sandbox

import (
	"testing"
	"time"

	"cordial/discord"
)

// grant gives somebody a new role with these permissions and nothing else to anybody: @everyone may only see channels afterwards.
func (r *rig) grant(name string, position int, p discord.Permissions) discord.Snowflake {
	r.Helper()
	user := r.user(name)
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	g := r.w.guilds[seedGuild]
	everyone := *g.roles[g.ID]
	everyone.Permissions = discord.PermissionViewChannel
	g.roles[g.ID] = &everyone
	role := r.w.addRole(g, &Role{ID: r.w.newID(), Name: "test", Permissions: p, Position: position})
	m := *g.members[user.ID]
	m.Roles = []discord.Snowflake{role.ID}
	g.members[user.ID] = &m
	return role.ID
}

// Every rule is one request by priya, who has one role at position 10 (the bot's managed role is at 6, Moderators at 2), to a guild
// whose @everyone may only see channels.
func TestPermissionRules(t *testing.T) {
	for _, c := range permissionRules {
		t.Run(c.rule, func(t *testing.T) {
			r := newRig(t)
			r.grant("priya", 10, c.has)
			var body any
			if c.body != "" {
				body = c.body
			}
			a := r.as("priya", c.method, c.path, body)
			if a.status != c.status || a.get("code").Int() != int64(c.code) && a.status >= 400 {
				t.Errorf("%d %s, want %d with code %d", a.status, a.body, c.status, c.code)
			}
		})
	}
}

type permissionRule struct {
	rule               string
	has                discord.Permissions
	method, path, body string
	status, code       int
}

// Whom and what the rules are about.
var samID, modsID, nathanID = string(seedSam), string(seedModerators), string(seedNathan)

var permissionRules = []permissionRule{
	{"renaming a guildPath needs MANAGE_GUILD", 0, "PATCH", guildPath, `{"name":"x y"}`, 403, 50013},
	{"MANAGE_GUILD renames a guild", discord.PermissionManageGuild, "PATCH", guildPath, `{"name":"x y"}`, 200, 0},
	{"ADMINISTRATOR includes MANAGE_GUILD", discord.PermissionAdministrator, "PATCH", guildPath, `{"name":"x y"}`, 200, 0},
	{"the integrations need MANAGE_GUILD", 0, "GET", guildPath + "/integrations", "", 403, 50013},
	{"the vanity URL needs MANAGE_GUILD", 0, "GET", guildPath + "/vanity-url", "", 403, 50013},
	{"the audit log needs VIEW_AUDIT_LOG", 0, "GET", guildPath + "/audit-logs", "", 403, 50013},
	{"VIEW_AUDIT_LOG shows the audit log", discord.PermissionViewAuditLog, "GET", guildPath + "/audit-logs", "", 200, 0},

	{"creating a channel needs MANAGE_CHANNELS", 0, "POST", guildPath + "/channels", `{"name":"x"}`, 403, 50013},
	{"MANAGE_CHANNELS creates a channel", discord.PermissionManageChannels, "POST", guildPath + "/channels", `{"name":"x"}`, 201, 0},
	{"a new channel's overwrites need the bits themselves", discord.PermissionManageChannels, "POST", guildPath + "/channels",
		`{"name":"x","permission_overwrites":[{"id":"` + samID + `","type":1,"allow":"8192"}]}`, 403, 50013},
	{"editing a channel needs MANAGE_CHANNELS", 0, "PATCH", generalPath, `{"nsfw":true}`, 403, 50013},
	{"MANAGE_CHANNELS edits a channel", discord.PermissionManageChannels, "PATCH", generalPath, `{"nsfw":true}`, 200, 0},
	{"editing overwrites needs MANAGE_ROLES, too", discord.PermissionManageChannels, "PATCH", generalPath, `{"permission_overwrites":[]}`, 403, 50013},
	{"deleting a channel needs MANAGE_CHANNELS", 0, "DELETE", generalPath, "", 403, 50013},
	{"a channel that cannot be seen is 50001", discord.PermissionManageChannels, "PATCH", "/channels/" + string(seedPrivate), `{"nsfw":true}`, 403, 50001},
	{"moving channels needs MANAGE_CHANNELS", 0, "PATCH", guildPath + "/channels", `[{"id":"` + string(seedGeneral) + `","position":5}]`, 403, 50013},
	{"an overwrite needs MANAGE_ROLES", discord.PermissionManageChannels, "PUT", generalPath + "/permissions/" + samID, `{"type":1,"allow":"1024"}`, 403, 50013},
	{"MANAGE_ROLES sets an overwrite", discord.PermissionManageRoles, "PUT", generalPath + "/permissions/" + samID, `{"type":1,"allow":"1024"}`, 204, 0},
	{"an overwrite needs the bits themselves", discord.PermissionManageRoles, "PUT", generalPath + "/permissions/" + samID, `{"type":1,"allow":"8192"}`, 403, 50013},
	{"only administrators set MANAGE_ROLES in a channel", discord.PermissionManageRoles, "PUT", generalPath + "/permissions/" + samID,
		`{"type":1,"allow":"268435456"}`, 403, 50013},
	{"deleting an overwrite needs MANAGE_ROLES", 0, "DELETE", generalPath + "/permissions/" + samID, "", 403, 50013},

	{"creating a role needs MANAGE_ROLES", 0, "POST", guildPath + "/roles", `{}`, 403, 50013},
	{"MANAGE_ROLES creates a role", discord.PermissionManageRoles, "POST", guildPath + "/roles", `{"permissions":"1024"}`, 200, 0},
	{"a new role gets no bit that its maker lacks", discord.PermissionManageRoles, "POST", guildPath + "/roles", `{"permissions":"8"}`, 403, 50013},
	{"MANAGE_ROLES edits a lower role", discord.PermissionManageRoles, "PATCH", guildPath + "/roles/" + modsID, `{"name":"x"}`, 200, 0},
	{"an edited role gets no bit that its editor lacks", discord.PermissionManageRoles, "PATCH", guildPath + "/roles/" + modsID, `{"permissions":"4"}`, 403, 50013},
	{"deleting a role needs MANAGE_ROLES", 0, "DELETE", guildPath + "/roles/" + modsID, "", 403, 50013},
	{"moving a role above one's own is refused", discord.PermissionManageRoles, "PATCH", guildPath + "/roles", `[{"id":"` + modsID + `","position":10}]`, 403, 50013},

	{"kicking needs KICK_MEMBERS", 0, "DELETE", guildPath + "/members/" + samID, "", 403, 50013},
	{"KICK_MEMBERS kicks a lower member", discord.PermissionKickMembers, "DELETE", guildPath + "/members/" + samID, "", 204, 0},
	{"nobody kicks the owner", discord.PermissionAdministrator, "DELETE", guildPath + "/members/" + nathanID, "", 403, 50013},
	{"banning needs BAN_MEMBERS", discord.PermissionKickMembers, "PUT", guildPath + "/bans/" + samID, `{}`, 403, 50013},
	{"BAN_MEMBERS bans a lower member", discord.PermissionBanMembers, "PUT", guildPath + "/bans/" + samID, `{}`, 204, 0},
	{"nobody bans the owner", discord.PermissionAdministrator, "PUT", guildPath + "/bans/" + nathanID, `{}`, 403, 50013},
	{"a bulk ban needs MANAGE_GUILD, too", discord.PermissionBanMembers, "POST", guildPath + "/bulk-ban", `{"user_ids":["` + samID + `"]}`, 403, 50013},
	{"pruning needs MANAGE_GUILD, too", discord.PermissionKickMembers, "GET", guildPath + "/prune", "", 403, 50013},
	{"pruning with both", discord.PermissionKickMembers | discord.PermissionManageGuild, "GET", guildPath + "/prune", "", 200, 0},

	{"one's own nickname needs CHANGE_NICKNAME", 0, "PATCH", guildPath + "/members/@me", `{"nick":"p"}`, 403, 50013},
	{"CHANGE_NICKNAME changes one's own nickname", discord.PermissionChangeNickname, "PATCH", guildPath + "/members/@me", `{"nick":"p"}`, 200, 0},
	{"another's nickname needs MANAGE_NICKNAMES", discord.PermissionChangeNickname, "PATCH", guildPath + "/members/" + samID, `{"nick":"s"}`, 403, 50013},
	{"MANAGE_NICKNAMES changes a lower member's nickname", discord.PermissionManageNicknames, "PATCH", guildPath + "/members/" + samID, `{"nick":"s"}`, 200, 0},
	{"the owner's nickname is the owner's", discord.PermissionAdministrator, "PATCH", guildPath + "/members/" + nathanID, `{"nick":"n"}`, 403, 50013},
	{"a timeout needs MODERATE_MEMBERS", discord.PermissionKickMembers, "PATCH", guildPath + "/members/" + samID,
		`{"communication_disabled_until":"2026-11-23T00:00:00Z"}`, 403, 50013},
	{"MODERATE_MEMBERS times a lower member out", discord.PermissionModerateMembers, "PATCH", guildPath + "/members/" + samID,
		`{"communication_disabled_until":"2026-11-23T00:00:00Z"}`, 200, 0},
	{"administrators cannot be timed out", discord.PermissionModerateMembers, "PATCH", guildPath + "/members/" + string(seedBot),
		`{"communication_disabled_until":"2026-11-23T00:00:00Z"}`, 403, 50013},
	{"giving a role needs MANAGE_ROLES", 0, "PUT", guildPath + "/members/" + samID + "/roles/" + modsID, "", 403, 50013},
	{"MANAGE_ROLES gives a lower role", discord.PermissionManageRoles, "PUT", guildPath + "/members/" + samID + "/roles/" + modsID, "", 204, 0},
	{"a bot's managed role cannot be given", discord.PermissionAdministrator, "PUT", guildPath + "/members/" + samID + "/roles/" + string(botRole(seedBot)), "", 400, 50028},
	{"muting needs MUTE_MEMBERS", 0, "PATCH", guildPath + "/members/" + samID, `{"mute":true}`, 403, 50013},
	{"muting somebody who is not in voice", discord.PermissionMuteMembers, "PATCH", guildPath + "/members/" + samID, `{"mute":true}`, 400, 40032},

	{"an invite needs CREATE_INSTANT_INVITE", 0, "POST", generalPath + "/invites", `{}`, 403, 50013},
	{"CREATE_INSTANT_INVITE makes an invite", discord.PermissionCreateInstantInvite, "POST", generalPath + "/invites", `{}`, 200, 0},
	{"a channel's invites need MANAGE_CHANNELS", 0, "GET", generalPath + "/invites", "", 403, 50013},
	{"a guild's invites need MANAGE_GUILD", discord.PermissionManageChannels, "GET", guildPath + "/invites", "", 403, 50013},
	{"revoking an invite needs MANAGE_CHANNELS or MANAGE_GUILD", 0, "DELETE", "/invites/otters", "", 403, 50013},
	{"MANAGE_GUILD revokes an invite", discord.PermissionManageGuild, "DELETE", "/invites/otters", "", 200, 0},
}

func TestHierarchy(t *testing.T) {
	guild := "/guilds/" + string(seedGuild)
	t.Run("an equal rank is not above", func(t *testing.T) {
		r := newRig(t)
		r.grant("priya", 10, discord.PermissionKickMembers)
		r.grant("sam_rivera", 10, 0)
		r.as("priya", "DELETE", guild+"/members/"+string(seedSam), nil).refused(403, 50013)
	})
	t.Run("one's own highest role cannot be edited", func(t *testing.T) {
		r := newRig(t)
		role := r.grant("priya", 10, discord.PermissionAdministrator)
		r.as("priya", "PATCH", guild+"/roles/"+string(role), `{"name":"x"}`).refused(403, 50013)
	})
	t.Run("the owner may edit every role", func(t *testing.T) {
		r := newRig(t)
		role := r.grant("priya", 10, discord.PermissionAdministrator)
		r.as("nathan", "PATCH", guild+"/roles/"+string(role), `{"name":"x"}`).ok(200)
	})
	t.Run("a higher role cannot be given", func(t *testing.T) {
		r := newRig(t)
		high := r.grant("sam_rivera", 20, 0)
		r.grant("priya", 10, discord.PermissionAdministrator)
		r.as("priya", "PUT", guild+"/members/"+string(seedMika)+"/roles/"+string(high), nil).refused(403, 50013)
	})
}

func TestTimedOutMembers(t *testing.T) {
	r := newRig(t)
	role := r.grant("priya", 10, discord.PermissionManageChannels|discord.PermissionManageRoles)
	until := startTime.Add(time.Hour).Format(time.RFC3339)
	r.as("nathan", "PATCH", "/guilds/"+string(seedGuild)+"/members/"+string(seedPriya), map[string]any{"communication_disabled_until": until}).ok(200)
	r.as("priya", "GET", "/channels/"+string(seedGeneral), nil).ok(200)
	r.as("priya", "PATCH", "/channels/"+string(seedGeneral), `{"nsfw":true}`).refused(403, 50013)
	r.clock.Advance(2 * time.Hour)
	r.as("priya", "PATCH", "/channels/"+string(seedGeneral), `{"nsfw":true}`).ok(200)
	if !r.w.guilds[seedGuild].roles[role].Permissions.Has(discord.PermissionManageChannels) {
		t.Error("the timeout changed the role")
	}
}

func TestOverwritesHideAndShow(t *testing.T) {
	r := newRig(t)
	private := "/channels/" + string(seedPrivate)
	lists := func(name string) bool {
		a := r.as(name, "GET", "/guilds/"+string(seedGuild)+"/channels", nil).ok(200)
		return a.get(`#(id=="` + string(seedPrivate) + `")`).Exists()
	}
	r.as("priya", "GET", private, nil).refused(403, 50001)
	if lists("priya") || !lists("DBuddy") || !lists("nathan") {
		t.Error("the list of channels does not follow who can see them")
	}
	r.bot("PUT", private+"/permissions/"+string(seedPriya), `{"type":1,"allow":"1024"}`).ok(204)
	r.as("priya", "GET", private, nil).ok(200)
	r.bot("DELETE", private+"/permissions/"+string(seedPriya), nil).ok(204)
	r.as("priya", "GET", private, nil).refused(403, 50001)
	r.bot("DELETE", private+"/permissions/"+string(seedPriya), nil).refused(404, 10009)
}

func TestUnknownThings(t *testing.T) {
	r := newRig(t)
	const nobody = "1"
	guild := "/guilds/" + string(seedGuild)
	for _, c := range []struct {
		method, path string
		status, code int
	}{
		{"GET", "/guilds/" + nobody, 404, 10004},
		{"GET", "/channels/" + nobody, 404, 10003},
		{"GET", "/users/" + nobody, 404, 10013},
		{"GET", guild + "/members/" + nobody, 404, 10013},
		{"GET", guild + "/members/" + string(r.user("free_nitro_4u").ID), 404, 10007},
		{"GET", guild + "/roles/" + nobody, 404, 10011},
		{"GET", guild + "/bans/" + nobody, 404, 10026},
		{"GET", "/invites/nothing", 404, 10006},
		{"PUT", guild + "/members/" + string(seedSam) + "/roles/" + nobody, 404, 10011},
	} {
		r.bot(c.method, c.path, nil).refused(c.status, c.code)
	}
}

func TestAGuildThatOneIsNotIn(t *testing.T) {
	r := newRig(t)
	r.as("free_nitro_4u", "GET", "/guilds/"+string(seedGuild), nil).refused(403, 50001)
	r.as("free_nitro_4u", "GET", "/channels/"+string(seedGeneral), nil).refused(403, 50001)
	if got := string(r.as("free_nitro_4u", "GET", "/users/@me/guilds", nil).ok(200).body); got != "[]\n" {
		t.Errorf("its guilds are %s", got)
	}
}
