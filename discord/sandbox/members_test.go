package sandbox

import (
	"testing"
	"time"
)

func TestMembersPageById(t *testing.T) {
	r := newRig(t)
	var names []string
	after := "0"
	for {
		page := r.bot("GET", guildPath+"/members?limit=4&after="+after, nil).ok(200).get("@this").Array()
		for _, m := range page {
			names = append(names, m.Get("user.username").String())
			after = m.Get("user.id").String()
		}
		if len(page) < 4 {
			break
		}
	}
	if len(names) != 9 || names[0] != "nathan" || names[5] != "jeremyhoward" {
		t.Errorf("the members are %v", names)
	}
	if n := len(r.bot("GET", guildPath+"/members", nil).ok(200).get("@this").Array()); n != 1 {
		t.Errorf("without a limit there are %d members, want 1", n)
	}
}

func TestMembersNeedTheIntent(t *testing.T) {
	r := newRig(t)
	r.w.ConfigureApplication(func(a *Application) { a.GuildMembers = false })
	r.bot("GET", guildPath+"/members", nil).refused(403, 50001)
	r.bot("GET", guildPath+"/members/search?query=na", nil).ok(200)
	r.as("nathan", "GET", guildPath+"/members", nil).ok(200)
}

func TestSearchMembers(t *testing.T) {
	r := newRig(t)
	for query, want := range map[string]string{
		"JER":        `["jeremyhoward"]`,
		"sam":        `["sam_rivera"]`,
		"priya%20":   `["priya"]`, // the nickname
		"search":     `["SearchBuddy","Search Agent"]`,
		"otter-less": `[]`,
	} {
		if got := r.bot("GET", guildPath+"/members/search?limit=10&query="+query, nil).ok(200).get("#.user.username").String(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got := r.bot("GET", guildPath+"/members/search?query=search", nil).ok(200).get("#").Int(); got != 1 {
		t.Errorf("without a limit there are %d", got)
	}
}

func TestModifyMember(t *testing.T) {
	r := newRig(t)
	path := guildPath + "/members/" + string(seedPriya)
	r.bot("PATCH", path, map[string]any{"nick": " Pri ", "roles": []any{seedModerators, seedModerators}}).invalid("roles.1", "SET_TYPE_ALREADY_CONTAINS_VALUE")
	a := r.bot("PATCH", path, map[string]any{"nick": " Pri ", "roles": []any{seedModerators}, "flags": 7}).ok(200)
	if a.get("nick").String() != "Pri" || a.get("roles").Raw != `["`+string(seedModerators)+`"]` || a.get("flags").Int() != memberBypassesVerification {
		t.Errorf("the member is %s", a.body)
	}
	log := r.bot("GET", guildPath+"/audit-logs", nil).ok(200)
	if got := log.get("audit_log_entries.#.action_type").String(); got != "[25,24]" {
		t.Errorf("the log has %s", got)
	}
	if got := log.get("audit_log_entries.0.changes.#.key").String(); got != `["$add","$remove"]` {
		t.Errorf("the changes are %s", got)
	}
	if got := r.bot("PATCH", path, map[string]any{"nick": nil}).ok(200).get("nick"); got.Value() != nil {
		t.Errorf("the nickname is %s", got)
	}
	if r.happened("GUILD_MEMBER_UPDATE") != 2 {
		t.Errorf("GUILD_MEMBER_UPDATE happened %d times", r.happened("GUILD_MEMBER_UPDATE"))
	}
	r.bot("PATCH", path, map[string]any{"roles": []any{"1"}}).refused(404, 10011)
	r.bot("PATCH", path, map[string]any{"nick": "0123456789012345678901234567890123"}).invalid("nick", "BASE_TYPE_MAX_LENGTH")
}

func TestTimeouts(t *testing.T) {
	r := newRig(t)
	path := guildPath + "/members/" + string(seedPriya)
	until := func(d time.Duration) map[string]any {
		return map[string]any{"communication_disabled_until": startTime.Add(d).Format(time.RFC3339)}
	}
	r.bot("PATCH", path, until(29*24*time.Hour)).invalid("communication_disabled_until", "INVALID_COMMUNICATION_DISABLED_TIMESTAMP")
	if got := r.bot("PATCH", path, until(time.Hour)).ok(200).get("communication_disabled_until").String(); got != "2026-11-22T13:00:00.000000+00:00" {
		t.Errorf("the timeout ends %s", got)
	}
	if got := r.bot("PATCH", path, map[string]any{"communication_disabled_until": nil}).ok(200).get("communication_disabled_until"); got.Value() != nil {
		t.Errorf("the timeout ends %s", got)
	}
}

func TestModifyMe(t *testing.T) {
	r := newRig(t)
	a := r.bot("PATCH", guildPath+"/members/@me", map[string]any{"nick": "Buddy", "avatar": "data:image/png;base64,eA=="}).ok(200)
	if a.get("nick").String() != "Buddy" || a.get("avatar").String() == "" || a.get("permissions").String() == "" {
		t.Errorf("the member is %s", a.body)
	}
}

func TestGivingAndTakingRoles(t *testing.T) {
	r := newRig(t)
	path := guildPath + "/members/" + string(seedSam) + "/roles/" + string(seedFriends)
	for range 2 { // the second time changes nothing
		r.bot("PUT", path, nil).ok(204)
	}
	if got := r.bot("GET", guildPath+"/members/"+string(seedSam), nil).ok(200).get("roles.#").Int(); got != 1 {
		t.Errorf("sam has %d roles", got)
	}
	for range 2 {
		r.bot("DELETE", path, nil).ok(204)
	}
	if r.happened("GUILD_MEMBER_UPDATE") != 2 {
		t.Errorf("GUILD_MEMBER_UPDATE happened %d times", r.happened("GUILD_MEMBER_UPDATE"))
	}
}

func TestBans(t *testing.T) {
	r := newRig(t)
	path := guildPath + "/bans/" + string(seedSam)
	req := r.request("PUT", path, map[string]any{"delete_message_seconds": 3600}, "Bot "+r.srv.BotToken())
	req.Header.Set("X-Audit-Log-Reason", "too%20loud")
	r.send(req).ok(204)
	if got := r.bot("GET", path, nil).ok(200).get("reason").String(); got != "too loud" {
		t.Errorf("the reason is %q", got)
	}
	r.bot("GET", guildPath+"/members/"+string(seedSam), nil).refused(404, 10007)
	if r.happened("GUILD_BAN_ADD") != 1 || r.happened("GUILD_MEMBER_REMOVE") != 1 {
		t.Error("the gateway was not told")
	}
	r.bot("PUT", path, nil).ok(204)
	r.bot("PUT", guildPath+"/bans/1", nil).refused(404, 10013)
	r.bot("PUT", path, map[string]any{"delete_message_seconds": 604801}).invalid("delete_message_seconds", "NUMBER_TYPE_MAX")
	r.bot("DELETE", path, nil).ok(204)
	r.bot("DELETE", path, nil).refused(404, 10026)
}

func TestABanDeletesMessages(t *testing.T) {
	r := newRig(t)
	m := r.as("sam_rivera", "POST", "/channels/"+string(seedGeneral)+"/messages", map[string]any{"content": "loud"}).ok(200).id("id")
	r.clock.Advance(time.Minute)
	r.bot("PUT", guildPath+"/bans/"+string(seedSam), map[string]any{"delete_message_seconds": 3600}).ok(204)
	r.bot("GET", "/channels/"+string(seedGeneral)+"/messages/"+string(m), nil).refused(404, 10008)
}

func TestBanLists(t *testing.T) {
	r := newRig(t)
	spammer := string(r.user("free_nitro_4u").ID)
	a := r.bot("POST", guildPath+"/bulk-ban", map[string]any{"user_ids": []any{seedPriya, seedSam, seedNathan, spammer, "1"}}).ok(200)
	if a.get("banned_users.#").Int() != 2 || a.get("failed_users.#").Int() != 3 {
		t.Errorf("the result is %s", a.body)
	}
	r.bot("POST", guildPath+"/bulk-ban", map[string]any{"user_ids": []any{seedNathan}}).refused(400, 500000)
	for query, want := range map[string]string{
		"":                             `["priya","sam_rivera","free_nitro_4u"]`,
		"?limit=1":                     `["priya"]`,
		"?after=" + string(seedPriya):  `["sam_rivera","free_nitro_4u"]`,
		"?limit=1&before=" + spammer:   `["sam_rivera"]`,
		"?before=" + string(seedPriya): `[]`,
	} {
		if got := r.bot("GET", guildPath+"/bans"+query, nil).ok(200).get("#.user.username").String(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestPrune(t *testing.T) {
	r := newRig(t)
	r.as("sam_rivera", "POST", "/channels/"+string(seedGeneral)+"/messages", map[string]any{"content": "still here"}).ok(200)
	r.bot("DELETE", guildPath+"/members/"+string(seedPriya)+"/roles/"+string(seedFriends), nil).ok(204)
	count := func(query string) int64 {
		return r.bot("GET", guildPath+"/prune"+query, nil).ok(200).get("pruned").Int()
	}
	if got := count(""); got != 1 {
		t.Errorf("%d would go, want priya alone", got)
	}
	if got := count("?include_roles=" + string(seedModerators) + "," + string(seedFriends)); got != 3 {
		t.Errorf("with the roles %d would go", got)
	}
	if got := r.bot("POST", guildPath+"/prune", map[string]any{"days": 30, "include_roles": []any{seedModerators}}).ok(200).get("pruned").Int(); got != 2 {
		t.Errorf("%d went", got)
	}
	if got := r.bot("POST", guildPath+"/prune", map[string]any{"compute_prune_count": false}).ok(200).get("pruned"); got.Value() != nil {
		t.Errorf("the count is %s", got)
	}
	r.bot("GET", guildPath+"/members/"+string(seedPriya), nil).refused(404, 10007)
}

func TestInvites(t *testing.T) {
	r := newRig(t)
	path := "/channels/" + string(seedGeneral) + "/invites"
	a := r.bot("POST", path, map[string]any{"max_age": 60, "max_uses": 3}).ok(200)
	code := a.get("code").String()
	if a.get("max_uses").Int() != 3 || a.get("expires_at").String() != "2026-11-22T12:01:00.000000+00:00" || a.id("inviter.id") != seedBot {
		t.Errorf("the invite is %s", a.body)
	}
	if again := r.bot("POST", path, map[string]any{"max_age": 60, "max_uses": 3}).ok(200).get("code").String(); again != code {
		t.Errorf("the same invite has another code: %s", again)
	}
	if other := r.bot("POST", path, map[string]any{"max_age": 60, "max_uses": 3, "unique": true}).ok(200).get("code").String(); other == code {
		t.Error("a unique invite has the same code")
	}
	if got := r.bot("GET", guildPath+"/invites", nil).ok(200).get("#").Int(); got != 3 {
		t.Errorf("the guild has %d invites", got)
	}
	seen := r.send(r.request("GET", "/invites/"+code+"?with_counts=true", nil, "")).ok(200)
	if seen.get("guild.name").String() != "natedog's server" || seen.get("approximate_member_count").Int() != 9 || seen.get("uses").Exists() {
		t.Errorf("without a token the invite is %s", seen.body)
	}
	r.clock.Advance(2 * time.Minute)
	r.bot("GET", "/invites/"+code, nil).refused(404, 10006)
	if got := r.bot("GET", path, nil).ok(200).get("#.code").String(); got != `["otters"]` {
		t.Errorf("the channel's invites are %s", got)
	}
	r.bot("DELETE", "/invites/otters", nil).ok(200)
	r.bot("DELETE", "/invites/otters", nil).refused(404, 10006)
	r.bot("POST", "/channels/"+string(seedText)+"/invites", map[string]any{}).refused(400, 50024)
	r.bot("POST", path, nil).refused(400, 50109)
	if r.happened("INVITE_CREATE") != 2 || r.happened("INVITE_DELETE") != 1 {
		t.Error("the gateway was not told")
	}
}
