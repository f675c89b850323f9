package sandbox

import (
	"fmt"
	"testing"
)

func TestCreateRole(t *testing.T) {
	r := newRig(t)
	plain := r.bot("POST", guildPath+"/roles", map[string]any{}).ok(200)
	if plain.get("name").String() != "new role" || plain.get("position").Int() != 1 || plain.get("color").Int() != 0 {
		t.Errorf("the role is %s", plain.body)
	}
	a := r.bot("POST", guildPath+"/roles", map[string]any{"name": "deep", "permissions": "8192", "color": 255, "hoist": true, "mentionable": true}).ok(200)
	if a.get("permissions").String() != "8192" || a.get("colors.primary_color").Int() != 255 || !a.get("hoist").Bool() {
		t.Errorf("the role is %s", a.body)
	}
	if r.happened("GUILD_ROLE_CREATE") != 2 {
		t.Error("the gateway was not told")
	}
	r.bot("POST", guildPath+"/roles", map[string]any{"unicode_emoji": "🦦"}).refused(400, 50101)
	r.bot("POST", guildPath+"/roles", map[string]any{"colors": map[string]any{"primary_color": 1, "secondary_color": 2}}).refused(400, 50101)
	r.bot("POST", guildPath+"/roles", map[string]any{"name": fmt.Sprintf("%0101d", 0)}).invalid("name", "BASE_TYPE_BAD_LENGTH")
}

func TestEveryoneKeepsItsNameAndPlace(t *testing.T) {
	r := newRig(t)
	a := r.bot("PATCH", guildPath+"/roles/"+string(seedGuild), map[string]any{"name": "nobody", "hoist": true, "permissions": "1024"}).ok(200)
	if a.get("name").String() != "@everyone" || a.get("hoist").Bool() || a.get("permissions").String() != "1024" {
		t.Errorf("the role is %s", a.body)
	}
	moved := r.bot("PATCH", guildPath+"/roles", []any{map[string]any{"id": seedFriends, "position": 0}}).ok(200)
	if got := moved.get("0.name").String(); got != "@everyone" {
		t.Errorf("the lowest role is %s", got)
	}
}

func TestRoleLimit(t *testing.T) {
	r := newRig(t)
	r.w.mu.Lock()
	g := r.w.guilds[seedGuild]
	for len(g.roles) < maxRoles-1 {
		r.w.addRole(g, &Role{ID: r.w.newID(), Name: "x", Position: 1})
	}
	r.w.mu.Unlock()
	r.bot("POST", guildPath+"/roles", map[string]any{}).ok(200)
	r.bot("POST", guildPath+"/roles", map[string]any{}).refused(400, 30005)
}

func TestRolesAreListedByPosition(t *testing.T) {
	r := newRig(t)
	a := r.bot("GET", guildPath+"/roles", nil).ok(200)
	if got := a.get("#.name").String(); got != `["@everyone","Friends","Moderators","SearchBuddy","Dizcord Util Bot","Search Agent","DBuddy"]` {
		t.Errorf("the roles are %s", got)
	}
	counts := r.bot("GET", guildPath+"/roles/member-counts", nil).ok(200)
	if counts.get(string(seedModerators)).Int() != 2 || counts.get(string(seedGuild)).Exists() {
		t.Errorf("the counts are %s", counts.body)
	}
}

func TestMoveRoles(t *testing.T) {
	r := newRig(t)
	a := r.bot("PATCH", guildPath+"/roles", []any{map[string]any{"id": seedFriends, "position": 2}, map[string]any{"id": seedModerators, "position": 1}}).ok(200)
	if got := a.get("#.name").Array(); got[1].String() != "Moderators" || got[2].String() != "Friends" {
		t.Errorf("the roles are %s", a.body)
	}
	r.bot("PATCH", guildPath+"/roles", []any{map[string]any{"id": seedGuild, "position": 1}}).refused(403, 50013)
	r.bot("PATCH", guildPath+"/roles", []any{map[string]any{"id": "1", "position": 1}}).refused(404, 10011)
}

func TestDeletingARoleTakesItFromMembersAndOverwrites(t *testing.T) {
	r := newRig(t)
	general := "/channels/" + string(seedGeneral)
	r.bot("PUT", general+"/permissions/"+string(seedFriends), map[string]any{"type": 0, "deny": "2048"}).ok(204)
	r.bot("DELETE", guildPath+"/roles/"+string(seedFriends), nil).ok(204)
	if got := r.bot("GET", guildPath+"/members/"+string(seedPriya), nil).ok(200).get("roles").Raw; got != "[]" {
		t.Errorf("priya's roles are %s", got)
	}
	if got := r.bot("GET", general, nil).ok(200).get("permission_overwrites").Raw; got != "[]" {
		t.Errorf("the overwrites are %s", got)
	}
	r.as("nathan", "DELETE", guildPath+"/roles/"+string(seedGuild), nil).refused(400, 50028)
	r.as("nathan", "DELETE", guildPath+"/roles/"+string(botRole(seedBot)), nil).refused(400, 50028)
}
