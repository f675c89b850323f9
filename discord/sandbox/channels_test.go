package sandbox

import (
	"fmt"
	"testing"
)

func TestCreateChannels(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name string
		body map[string]any
		want map[string]string // path -> JSON of the value
	}{
		{"a text channel by default", map[string]any{"name": "News And  Such"}, map[string]string{"type": "0", "name": `"news-and-such"`, "topic": "null"}},
		{"a voice channel", map[string]any{"name": "Big Hall", "type": 2, "user_limit": 5}, map[string]string{"name": `"Big Hall"`, "bitrate": "64000", "user_limit": "5"}},
		{"a category", map[string]any{"name": "Rooms", "type": 4}, map[string]string{"name": `"Rooms"`, "topic": ""}},
		{"a forum", map[string]any{"name": "asks", "type": 15, "available_tags": []any{map[string]any{"name": "how"}}, "default_sort_order": 1},
			map[string]string{"available_tags.0.name": `"how"`, "default_sort_order": "1", "default_forum_layout": "0"}},
		{"in a category it has the category's overwrites", map[string]any{"name": "x", "parent_id": seedText}, map[string]string{"parent_id": `"` + string(seedText) + `"`}},
		{"with overwrites", map[string]any{"name": "x", "permission_overwrites": []any{map[string]any{"id": seedFriends, "deny": "1024"}}},
			map[string]string{"permission_overwrites.0.deny": `"1024"`, "permission_overwrites.0.type": "0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := r.bot("POST", guildPath+"/channels", c.body).ok(201)
			for path, want := range c.want {
				if got := a.get(path).Raw; got != want {
					t.Errorf("%s is %s, want %s", path, got, want)
				}
			}
			r.bot("GET", "/channels/"+string(a.id("id")), nil).ok(200)
		})
	}
	if r.happened("CHANNEL_CREATE") != 6 {
		t.Errorf("CHANNEL_CREATE happened %d times", r.happened("CHANNEL_CREATE"))
	}
}

func TestChannelErrors(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name       string
		body       map[string]any
		path, code string
	}{
		{"a parent that is no category", map[string]any{"name": "x", "parent_id": seedGeneral}, "parent_id", "CHANNEL_PARENT_INVALID_TYPE"},
		{"a parent that is not there", map[string]any{"name": "x", "parent_id": "1"}, "parent_id", "CHANNEL_PARENT_INVALID"},
		{"a category in a category", map[string]any{"name": "x", "type": 4, "parent_id": seedText}, "parent_id", "CHANNEL_PARENT_INVALID_TYPE"},
		{"a name of spaces", map[string]any{"name": "   "}, "name", "BASE_TYPE_REQUIRED"},
		{"a topic of 1025 characters", map[string]any{"name": "x", "topic": fmt.Sprintf("%01025d", 0)}, "topic", "BASE_TYPE_MAX_LENGTH"},
		{"a voice channel for 100", map[string]any{"name": "x", "type": 2, "user_limit": 100}, "user_limit", "NUMBER_TYPE_MAX"},
	} {
		r.bot("POST", guildPath+"/channels", c.body).invalid(c.path, c.code)
	}
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x", "type": 15, "topic": fmt.Sprintf("%04096d", 0)}).ok(201)
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x", "type": 2, "bitrate": 128000}).refused(400, 30052)
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x", "type": 5}).refused(400, 50024)
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x", "type": 13}).refused(400, 50024)
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x", "type": 15,
		"available_tags": []any{map[string]any{"name": "a"}, map[string]any{"name": "a"}}}).refused(400, 40061)
	r.bot("PATCH", "/channels/"+string(seedGeneral), map[string]any{"type": 2}).refused(400, 50024)
	r.bot("PATCH", "/channels/"+string(seedGeneral), map[string]any{"name": ""}).invalid("name", "BASE_TYPE_BAD_LENGTH")
}

func TestChannelLimits(t *testing.T) {
	r := newRig(t)
	r.w.mu.Lock()
	g := r.w.guilds[seedGuild]
	for range maxInCategory {
		r.w.addChannel(g, &Channel{ID: r.w.newID(), Name: "x", ParentID: seedVoice})
	}
	for len(g.channels) < maxChannels-1 {
		r.w.addChannel(g, &Channel{ID: r.w.newID(), Name: "x"})
	}
	r.w.mu.Unlock()
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x", "parent_id": seedVoice}).invalid("parent_id", "CHANNEL_PARENT_MAX_CHANNELS")
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x"}).ok(201)
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "x"}).refused(400, 30013)
}

func TestModifyChannel(t *testing.T) {
	r := newRig(t)
	a := r.bot("PATCH", "/channels/"+string(seedGeneral), map[string]any{"topic": "talk", "rate_limit_per_user": 5, "parent_id": nil}).ok(200)
	if a.get("topic").String() != "talk" || a.get("rate_limit_per_user").Int() != 5 || a.get("parent_id").Value() != nil {
		t.Errorf("the channel is %s", a.body)
	}
	if got := r.bot("PATCH", "/channels/"+string(seedGeneral), map[string]any{"nsfw": true}).ok(200).get("topic").String(); got != "talk" {
		t.Errorf("what was not said has changed: the topic is %q", got)
	}
	if r.happened("CHANNEL_UPDATE") != 2 {
		t.Errorf("CHANNEL_UPDATE happened %d times", r.happened("CHANNEL_UPDATE"))
	}
}

func TestForumTagsKeepTheirIds(t *testing.T) {
	r := newRig(t)
	tag := r.bot("GET", "/channels/"+string(seedIdeas), nil).ok(200).id("available_tags.0.id")
	a := r.bot("PATCH", "/channels/"+string(seedIdeas), map[string]any{"flags": ChannelRequireTag | 1,
		"available_tags": []any{map[string]any{"id": tag, "name": "robot"}, map[string]any{"name": "new"}}}).ok(200)
	if a.id("available_tags.0.id") != tag || a.get("available_tags.0.name").String() != "robot" || a.id("available_tags.1.id") == "" {
		t.Errorf("the tags are %s", a.get("available_tags").Raw)
	}
	if a.get("flags").Int() != ChannelRequireTag {
		t.Errorf("the flags are %s", a.get("flags").Raw)
	}
}

func TestDeletingACategoryOrphansItsChannels(t *testing.T) {
	r := newRig(t)
	r.bot("DELETE", "/channels/"+string(seedText), nil).ok(200)
	r.bot("GET", "/channels/"+string(seedText), nil).refused(404, 10003)
	if a := r.bot("GET", "/channels/"+string(seedGeneral), nil).ok(200); a.get("parent_id").Value() != nil {
		t.Errorf("general is still in the category: %s", a.body)
	}
	if r.happened("CHANNEL_UPDATE") != 4 || r.happened("CHANNEL_DELETE") != 1 {
		t.Errorf("there were %d updates and %d deletions", r.happened("CHANNEL_UPDATE"), r.happened("CHANNEL_DELETE"))
	}
}

func TestDeletingAChannelTakesWhatIsInIt(t *testing.T) {
	r := newRig(t)
	threads := r.bot("GET", guildPath+"/threads/active", nil).ok(200)
	thread := threads.id(`threads.#(name=="search tricks").id`)
	r.bot("DELETE", "/channels/"+string(seedGeneral), nil).ok(200)
	r.bot("GET", "/channels/"+string(thread), nil).refused(404, 10003)
	r.bot("GET", "/invites/otters", nil).refused(404, 10006)
	if a := r.bot("GET", guildPath, nil).ok(200); a.get("system_channel_id").Value() != nil {
		t.Errorf("the system channel is still %s", a.get("system_channel_id"))
	}
}

func TestCommunityChannelsStay(t *testing.T) {
	r := newRig(t)
	r.w.mu.Lock()
	next := *r.w.guilds[seedGuild].Guild
	next.Features, next.RulesChannelID = []string{"COMMUNITY"}, seedGeneral
	r.w.guilds[seedGuild].Guild = &next
	r.w.mu.Unlock()
	r.bot("DELETE", "/channels/"+string(seedGeneral), nil).refused(400, 50074)
	r.bot("POST", guildPath+"/channels", map[string]any{"name": "news", "type": 5}).ok(201)
	r.bot("PATCH", guildPath, map[string]any{"rules_channel_id": nil}).invalid("rules_channel_id", "BASE_TYPE_REQUIRED")
}

func TestMovingChannels(t *testing.T) {
	r := newRig(t)
	move := func(moves ...map[string]any) *answer { return r.bot("PATCH", guildPath+"/channels", moves) }
	move(map[string]any{"id": seedGeneral, "position": 3}, map[string]any{"id": seedOffTopic, "position": 0}).ok(204)
	if got := r.bot("GET", "/channels/"+string(seedGeneral), nil).ok(200).get("position").Int(); got != 3 {
		t.Errorf("general is at %d", got)
	}
	move(map[string]any{"id": seedGeneral, "parent_id": nil}, map[string]any{"id": seedOffTopic, "parent_id": nil}).refused(400, 40009)
	move(map[string]any{"id": "1", "position": 1}).refused(404, 10003)
	move(map[string]any{"id": seedText, "parent_id": seedText}).invalid("parent_id", "CHANNEL_PARENT_INVALID_TYPE")
	r.bot("PUT", "/channels/"+string(seedVoice)+"/permissions/"+string(seedFriends), map[string]any{"type": 0, "deny": "2048"}).ok(204)
	move(map[string]any{"id": seedGeneral, "parent_id": seedVoice, "lock_permissions": true}).ok(204)
	a := r.bot("GET", "/channels/"+string(seedGeneral), nil).ok(200)
	if a.id("parent_id") != seedVoice || a.get("permission_overwrites.0.deny").String() != "2048" {
		t.Errorf("general is %s", a.body)
	}
}

func TestOverwrites(t *testing.T) {
	r := newRig(t)
	path := "/channels/" + string(seedGeneral) + "/permissions/"
	r.bot("PUT", path+string(seedFriends), map[string]any{"type": 0, "allow": "8192", "deny": "2048"}).ok(204)
	r.bot("PUT", path+string(seedFriends), map[string]any{"type": 0, "allow": nil, "deny": 1024}).ok(204)
	a := r.bot("GET", "/channels/"+string(seedGeneral), nil).ok(200)
	if got := a.get("permission_overwrites").Raw; got != `[{"id":"`+string(seedFriends)+`","type":0,"allow":"0","deny":"1024"}]` {
		t.Errorf("the overwrites are %s", got)
	}
	r.bot("PUT", path+"1", map[string]any{"type": 0}).refused(404, 10009)
	r.bot("PUT", path+"1", map[string]any{"type": 1}).refused(404, 10009)
	r.bot("DELETE", path+string(seedFriends), nil).ok(204)
	log := r.bot("GET", guildPath+"/audit-logs", nil).ok(200)
	if got := log.get("audit_log_entries.#.action_type").String(); got != "[15,14,13]" {
		t.Errorf("the log has %s", got)
	}
	if got := log.get("audit_log_entries.0.options.role_name").String(); got != "Friends" {
		t.Errorf("the role is called %q", got)
	}
}

func TestTheWorldsMethodsWorkWithoutHTTP(t *testing.T) {
	r := newRig(t)
	c, err := r.w.CreateChannel(Actor{User: seedNathan, Reason: "by hand"}, seedGuild, ChannelParams{Name: Given("made in Go")})
	if err != nil || c.Name != "made-in-go" {
		t.Fatalf("%v, %v", c, err)
	}
	_, err = r.w.CreateChannel(Actor{User: seedPriya}, seedGuild, ChannelParams{Name: Given("x")})
	if err != errMissingPermissions {
		t.Errorf("the error is %v", err)
	}
	if u, ok := r.w.UserNamed("Jeremy Howard"); !ok || u.ID != seedJeremy {
		t.Errorf("jeremy is %v", u)
	}
}
