package sandbox

import (
	"testing"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

func TestGuild(t *testing.T) {
	r := newRig(t)
	a := r.bot("GET", guildPath, nil).ok(200)
	if a.get("name").String() != "natedog's server" || a.id("owner_id") != seedNathan {
		t.Errorf("the guild is %s", a.body)
	}
	if a.get("approximate_member_count").Exists() {
		t.Error("the counts are told without being asked for")
	}
	if n := r.bot("GET", guildPath+"?with_counts=true", nil).ok(200).get("approximate_member_count").Int(); n != 9 {
		t.Errorf("there are %d members", n)
	}
}

func TestModifyGuild(t *testing.T) {
	r := newRig(t)
	a := r.bot("PATCH", guildPath, map[string]any{"name": "otters only", "description": "x", "afk_channel_id": seedTalk, "system_channel_id": nil}).ok(200)
	if a.get("name").String() != "otters only" || a.id("afk_channel_id") != seedTalk || a.get("system_channel_id").Value() != nil {
		t.Errorf("the guild is %s", a.body)
	}
	if r.happened("GUILD_UPDATE") != 1 {
		t.Error("there was no GUILD_UPDATE")
	}
	r.bot("PATCH", guildPath, map[string]any{"afk_channel_id": seedGeneral}).invalid("afk_channel_id", "CHANNEL_INVALID")
	r.bot("PATCH", guildPath, map[string]any{"name": "x"}).invalid("name", "BASE_TYPE_BAD_LENGTH")
	r.bot("PATCH", guildPath, map[string]any{"icon": "data:text/plain;base64,eA=="}).invalid("icon", "IMAGE_INVALID")
	if got := r.bot("GET", guildPath, nil).ok(200).get("name").String(); got != "otters only" {
		t.Errorf("a refused change has happened: %s", got)
	}
}

// manyGuilds is a world whose bot is in n guilds.
func manyGuilds(n int) *World {
	w := newWorld(clockwork.NewFakeClockAt(startTime))
	owner := w.addUser(&User{ID: "10", Username: "owner"})
	bot := w.addUser(&User{ID: "11", Username: "bot", Bot: true})
	w.app = &Application{ID: "11", Name: "bot", Owner: "10"}
	for range n {
		g := w.addGuild(&Guild{ID: w.newID(), Name: "guild", OwnerID: "10"})
		w.addMember(g, owner, startTime)
		w.addMember(g, bot, startTime)
	}
	return w
}

func TestMyGuildsPageById(t *testing.T) {
	r := newRig(t, func(o *Options) { o.World = manyGuilds(5) })
	all := r.bot("GET", "/users/@me/guilds", nil).ok(200).get("#.id").Array()
	if len(all) != 5 {
		t.Fatalf("there are %d guilds", len(all))
	}
	for _, c := range []struct {
		query string
		want  []int
	}{
		{"limit=2", []int{0, 1}},
		{"limit=2&after=" + all[1].String(), []int{2, 3}},
		{"limit=2&before=" + all[3].String(), []int{1, 2}},
		{"after=" + all[4].String(), nil},
	} {
		got := r.bot("GET", "/users/@me/guilds?"+c.query, nil).ok(200).get("#.id").Array()
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.query, got)
			continue
		}
		for i, want := range c.want {
			if got[i].String() != all[want].String() {
				t.Errorf("%s: guild %d is %s, want %s", c.query, i, got[i], all[want])
			}
		}
	}
}

func TestLeavingAGuild(t *testing.T) {
	r := newRig(t)
	r.bot("DELETE", "/users/@me"+guildPath, nil).ok(204)
	r.bot("GET", guildPath, nil).refused(403, 50001)
	r.as("nathan", "DELETE", "/users/@me"+guildPath, nil).refused(400, 50055)
	if r.happened("GUILD_MEMBER_REMOVE") != 1 {
		t.Error("there was no GUILD_MEMBER_REMOVE")
	}
}

func TestSmallGuildRoutes(t *testing.T) {
	r := newRig(t)
	r.bot("GET", guildPath+"/preview", nil).ok(200)
	r.bot("GET", guildPath+"/vanity-url", nil).ok(200)
	r.bot("GET", guildPath+"/regions", nil).ok(200)
	r.bot("GET", "/voice/regions", nil).ok(200)
	if n := len(r.bot("GET", guildPath+"/integrations", nil).ok(200).get("#.id").Array()); n != 4 {
		t.Errorf("there are %d integrations, want one for each bot", n)
	}
	r.as("free_nitro_4u", "GET", guildPath+"/preview", nil).refused(404, 10004)
	r.w.Configure(func(*Settings) { r.w.guilds[seedGuild].Guild = discoverable(r.w.guilds[seedGuild].Guild) })
	r.as("free_nitro_4u", "GET", guildPath+"/preview", nil).ok(200)
}

func discoverable(g *Guild) *Guild {
	next := *g
	next.Features = []string{"DISCOVERABLE"}
	return &next
}

func TestUsersAndDMs(t *testing.T) {
	r := newRig(t)
	if a := r.bot("GET", "/users/"+string(seedJeremy), nil).ok(200); a.get("global_name").String() != "Jeremy Howard" {
		t.Errorf("jeremy is %s", a.body)
	}
	me := r.bot("PATCH", "/users/@me", map[string]any{"username": "DBuddy  2", "avatar": "data:image/png;base64,eA=="}).ok(200)
	if me.get("username").String() != "DBuddy 2" || me.get("avatar").String() == "" {
		t.Errorf("the bot is %s", me.body)
	}
	r.bot("PATCH", "/users/@me", map[string]any{"username": "discord"}).invalid("username", "USERNAME_INVALID_CONTAINS")
	member := r.bot("GET", guildPath+"/members/"+string(seedBot), nil).ok(200)
	if member.get("user.username").String() != "DBuddy 2" {
		t.Errorf("the member has the old name: %s", member.body)
	}
	dm := r.bot("POST", "/users/@me/channels", map[string]any{"recipient_id": seedNathan}).ok(200)
	again := r.bot("POST", "/users/@me/channels", map[string]any{"recipient_id": seedNathan}).ok(200)
	if dm.id("id") != again.id("id") {
		t.Error("there are two DMs with one person")
	}
	theirs := r.as("nathan", "GET", "/channels/"+string(dm.id("id")), nil).ok(200)
	if dm.id("recipients.0.id") != seedNathan || theirs.id("recipients.0.id") != seedBot {
		t.Errorf("the recipients are %s and %s", dm.body, theirs.body)
	}
	r.as("priya", "GET", "/channels/"+string(dm.id("id")), nil).refused(403, 50001)
	r.bot("POST", "/users/@me/channels", map[string]any{"recipient_id": "1"}).refused(400, 50033)
	r.bot("POST", "/users/@me/channels", map[string]any{"recipient_id": seedBot}).refused(400, 50033)
	r.bot("POST", "/users/@me/channels", map[string]any{}).invalid("recipient_id", "BASE_TYPE_REQUIRED")
	r.bot("PATCH", "/channels/"+string(dm.id("id")), map[string]any{"name": "x"}).refused(403, 50003)
	r.bot("DELETE", "/channels/"+string(dm.id("id")), nil).ok(200)
}

func TestMyApplication(t *testing.T) {
	r := newRig(t)
	a := r.bot("GET", "/applications/@me", nil).ok(200)
	if a.id("id") != seedBot || a.get("flags").Int() != applicationMessageContent|applicationGuildMembers {
		t.Errorf("the application is %s", a.body)
	}
	r.as("nathan", "GET", "/applications/@me", nil).refused(403, 20002)
	other := r.as("SearchBuddy", "GET", "/applications/@me", nil).ok(200)
	equal(t, "name", other.get("name").String(), "SearchBuddy")
	equal(t, "id", other.id("id"), other.id("bot.id"))
}

func TestAuditLog(t *testing.T) {
	r := newRig(t)
	role := r.bot("POST", guildPath+"/roles", map[string]any{"name": "one"}).ok(200).id("id")
	r.bot("PATCH", guildPath+"/roles/"+string(role), map[string]any{"name": "two", "hoist": true}).ok(200)
	r.as("nathan", "DELETE", guildPath+"/roles/"+string(role), nil).ok(204)
	log := func(query string) *answer { return r.bot("GET", guildPath+"/audit-logs"+query, nil).ok(200) }
	all := log("")
	if got := all.get("audit_log_entries.#.action_type").String(); got != "[32,31,30]" {
		t.Fatalf("the actions are %s", got)
	}
	update := all.get("audit_log_entries.1")
	name := update.Get(`changes.#(key=="name")`)
	if update.Get("target_id").String() != string(role) || name.Get("old_value").String() != "one" || name.Get("new_value").String() != "two" {
		t.Errorf("the update is %s", update.Raw)
	}
	if got := all.get("users.#.username").String(); got != `["nathan","DBuddy"]` {
		t.Errorf("the users are %s", got)
	}
	first := all.get("audit_log_entries.2.id").String()
	for query, want := range map[string]string{
		"?limit=1":                         "[32]",
		"?action_type=31":                  "[31]",
		"?user_id=" + string(seedNathan):   "[32]",
		"?after=" + first:                  "[31,32]",
		"?before=" + first:                 "[]",
		"?target_id=" + string(seedJeremy): "[]",
	} {
		if got := log(query).get("audit_log_entries.#.action_type").String(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if r.happened("GUILD_AUDIT_LOG_ENTRY_CREATE") != 3 {
		t.Error("the gateway was not told of every entry")
	}
}

func TestTheAuditLogIsBounded(t *testing.T) {
	w := manyGuilds(1)
	defer w.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.guilds {
		for range maxAuditEntries + 10 {
			w.audit(g, Actor{User: "10"}, auditGuildUpdate, g.ID, nil, nil)
		}
		if len(g.audit) != maxAuditEntries {
			t.Errorf("there are %d entries", len(g.audit))
		}
	}
}

func TestIdsAreNewAndAscending(t *testing.T) {
	w := newWorld(clockwork.NewFakeClockAt(startTime))
	w.ids.used(discord.SnowflakeAt(startTime.AddDate(1, 0, 0))) // as if a message came from the future
	last := w.newID()
	for range 10_000 {
		next := w.newID()
		if next.Compare(last) <= 0 {
			t.Fatalf("%s comes after %s", next, last)
		}
		last = next
	}
}
