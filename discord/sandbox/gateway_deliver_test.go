package sandbox

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/tidwall/gjson"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

const generalPath = "/channels/" + string(seedGeneral)

// fitsSchema compares an object of an event with the schema of the same object in answers. Without names what events add.
func fitsSchema(t *testing.T, schema string, object gjson.Result, without ...string) {
	t.Helper()
	var value map[string]any
	if err := catalogue.DecodeBody([]byte(object.Raw), anyInto(&value)); err != nil {
		t.Errorf("%v: %s", err, object.Raw)
		return
	}
	for _, name := range without {
		delete(value, name)
	}
	if err := fits(catalogue.SchemaNamed(schema), value, schema); err != nil {
		t.Errorf("%v\nin %s", err, object.Raw)
	}
}

// anyInto lets a decoder of any value fill a map.
func anyInto(into *map[string]any) *any {
	var value any = into
	return &value
}

func TestEveryWriteTellsWhatDiscordTells(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(everything)
	s.event("GUILD_CREATE")
	channel, role, message, thread := "", "", "", ""
	for _, c := range []struct {
		name string
		do   func()
		want []string
	}{
		{"a message", func() { message = generalPath + "/messages/" + string(r.say("hello")) }, []string{"MESSAGE_CREATE"}},
		{"an edit", func() { r.bot("PATCH", message, obj{"content": "there"}).ok(200) }, []string{"MESSAGE_UPDATE"}},
		{"typing", func() { r.bot("POST", generalPath+"/typing", nil).ok(204) }, []string{"TYPING_START"}},
		{"a reaction", func() { r.bot("PUT", message+"/reactions/%F0%9F%91%8D/@me", nil).ok(204) }, []string{"MESSAGE_REACTION_ADD"}},
		{"a reaction taken back", func() { r.bot("DELETE", message+"/reactions/%F0%9F%91%8D/@me", nil).ok(204) }, []string{"MESSAGE_REACTION_REMOVE"}},
		{"a pin", func() { r.bot("PUT", generalPath+"/messages/pins/"+message[len(message)-19:], nil).ok(204) },
			[]string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "MESSAGE_UPDATE", "CHANNEL_PINS_UPDATE", "MESSAGE_CREATE"}},
		{"a thread", func() {
			thread = "/channels/" + string(r.bot("POST", message+"/threads", obj{"name": "talk"}).ok(201).id("id"))
		},
			[]string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "THREAD_CREATE", "THREAD_MEMBERS_UPDATE", "MESSAGE_UPDATE", "MESSAGE_CREATE"}},
		{"a change of a thread", func() { r.bot("PATCH", thread, obj{"name": "chat"}).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "THREAD_UPDATE"}},
		{"leaving a thread", func() { r.bot("DELETE", thread+"/thread-members/@me", nil).ok(204) }, []string{"THREAD_MEMBERS_UPDATE"}},
		{"joining a thread", func() { r.bot("PUT", thread+"/thread-members/@me", nil).ok(204) }, []string{"THREAD_CREATE", "THREAD_MEMBERS_UPDATE"}},
		{"the end of a thread", func() { r.bot("DELETE", thread, nil).ok(200) }, []string{"THREAD_DELETE", "GUILD_AUDIT_LOG_ENTRY_CREATE"}},
		{"a deletion", func() { r.bot("DELETE", message, nil).ok(204) }, []string{"MESSAGE_DELETE"}},
		{"a channel", func() { channel = "/channels/" + string(r.newChannel(obj{"name": "new"})) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "CHANNEL_CREATE"}},
		{"a change of a channel", func() { r.bot("PATCH", channel, obj{"topic": "all"}).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "CHANNEL_UPDATE"}},
		{"an invite", func() { r.bot("POST", channel+"/invites", obj{}).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "INVITE_CREATE"}},
		{"a webhook", func() { r.bot("POST", channel+"/webhooks", obj{"name": "hook"}).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "WEBHOOKS_UPDATE"}},
		{"the end of a channel", func() { r.bot("DELETE", channel, nil).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "CHANNEL_DELETE"}},
		{"a role", func() {
			role = guildPath + "/roles/" + string(r.bot("POST", guildPath+"/roles", obj{"name": "crew"}).ok(200).id("id"))
		},
			[]string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_ROLE_CREATE"}},
		{"a change of a role", func() { r.bot("PATCH", role, obj{"name": "band"}).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_ROLE_UPDATE"}},
		{"the end of a role", func() { r.bot("DELETE", role, nil).ok(204) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_ROLE_DELETE"}},
		{"a nickname", func() { r.bot("PATCH", guildPath+"/members/"+string(seedMika), obj{"nick": "M"}).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_MEMBER_UPDATE"}},
		{"the guild's name", func() { r.bot("PATCH", guildPath, obj{"name": "house"}).ok(200) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_UPDATE"}},
		{"a person comes", func() {
			u, err := r.w.AddUser("newcomer", "")
			r.must(err)
			r.must(r.w.JoinGuild(Actor{User: u.ID}, seedGuild))
		}, []string{"GUILD_MEMBER_ADD", "MESSAGE_CREATE"}},
		{"a person goes", func() { r.must(r.w.LeaveGuild(Actor{User: r.user("newcomer").ID}, seedGuild)) }, []string{"GUILD_MEMBER_REMOVE"}},
		{"a ban", func() { r.bot("PUT", guildPath+"/bans/"+string(seedSam), obj{}).ok(204) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_MEMBER_REMOVE", "GUILD_BAN_ADD"}},
		{"a pardon", func() { r.bot("DELETE", guildPath+"/bans/"+string(seedSam), nil).ok(204) }, []string{"GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_BAN_REMOVE"}},
		{"a person in voice", func() { r.must(r.w.JoinVoice(Actor{User: seedNathan}, seedTalk)) }, []string{"VOICE_STATE_UPDATE", "VOICE_CHANNEL_START_TIME_UPDATE"}},
		{"what voice is about", func() { r.bot("PUT", "/channels/"+string(seedTalk)+"/voice-status", obj{"status": "chess"}).ok(204) }, []string{"VOICE_CHANNEL_STATUS_UPDATE"}},
		{"a person leaves voice", func() { r.must(r.w.LeaveVoice(Actor{User: seedNathan}, seedGuild)) },
			[]string{"VOICE_STATE_UPDATE", "VOICE_CHANNEL_START_TIME_UPDATE", "VOICE_CHANNEL_STATUS_UPDATE"}},
		{"a presence", func() { r.w.SetPresence(Actor{User: seedNathan}, Presence{Status: "idle"}) }, []string{"PRESENCE_UPDATE"}},
		{"a direct message", func() {
			dm := r.as("nathan", "POST", "/users/@me/channels", obj{"recipient_id": seedBot}).ok(200).id("id")
			r.as("nathan", "POST", "/channels/"+string(dm)+"/messages", obj{"content": "psst"}).ok(200)
		}, []string{"MESSAGE_CREATE"}},
		{"one's own user", func() { r.bot("PATCH", "/users/@me", obj{"username": "Robot"}).ok(200) }, []string{"USER_UPDATE", "GUILD_MEMBER_UPDATE"}},
	} {
		c.do()
		if got := s.sync(); !slices.Equal(got, c.want) {
			t.Errorf("%s: the events are %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEventsHaveTheFormOfAnswers(t *testing.T) {
	r := gatewayRig(t)
	s, ready := r.identify(everything)
	fitsSchema(t, "UserPIIResponse", ready.Get("user"))
	guild := s.event("GUILD_CREATE")
	fitsSchema(t, "GuildResponse", guild, "joined_at", "large", "unavailable", "member_count", "voice_states", "members", "channels", "threads",
		"presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds")
	for _, c := range guild.Get("channels").Array() {
		fitsSchema(t, "GuildChannelResponse", c)
	}
	for _, c := range guild.Get("threads").Array() {
		fitsSchema(t, "ThreadResponse", c)
	}
	for _, m := range guild.Get("members").Array() {
		fitsSchema(t, "GuildMemberResponse", m)
	}
	r.say("to nobody")
	fitsSchema(t, "MessageResponse", s.event("MESSAGE_CREATE"), "guild_id", "member", "channel_type")
	r.as("nathan", "POST", generalPath+"/messages", obj{"content": "<@" + string(seedMika) + ">"}).ok(200)
	m := s.event("MESSAGE_CREATE")
	if !m.Get("mentions.0.member.roles").Exists() || m.Get("mentions.0.id").String() != string(seedMika) || m.Get("channel_type").Int() != 0 {
		t.Errorf("the message is %s", m.Raw)
	}
	r.must(r.w.JoinVoice(Actor{User: seedNathan}, seedTalk))
	fitsSchema(t, "VoiceStateResponse", s.event("VOICE_STATE_UPDATE"))
	r.bot("GET", guildPath+"/voice-states/"+string(seedNathan), nil).ok(200)
}

func TestIntentsChooseTheEvents(t *testing.T) {
	r := gatewayRig(t)
	none, _ := r.identify(0)
	members, _ := r.identify(discord.IntentGuildMembers)
	direct, _ := r.identify(discord.IntentDirectMessages)
	r.say("in the guild")
	dm := r.as("nathan", "POST", "/users/@me/channels", obj{"recipient_id": seedBot}).ok(200).id("id")
	r.as("nathan", "POST", "/channels/"+string(dm)+"/messages", obj{"content": "psst"}).ok(200)
	r.bot("PATCH", guildPath+"/members/"+string(seedMika), obj{"nick": "M"}).ok(200)
	r.bot("PATCH", guildPath+"/members/@me", obj{"nick": "Me"}).ok(200)
	for _, c := range []struct {
		name string
		s    *socket
		want []string
	}{
		{"without intents", none, []string{"GUILD_MEMBER_UPDATE"}}, // of the bot itself
		{"with members", members, []string{"GUILD_MEMBER_UPDATE", "GUILD_MEMBER_UPDATE"}},
		{"with direct messages", direct, []string{"MESSAGE_CREATE", "GUILD_MEMBER_UPDATE"}},
	} {
		if got := c.s.sync(); !slices.Equal(got, c.want) {
			t.Errorf("%s come %q, want %q", c.name, got, c.want)
		}
	}
}

func TestContentIsWithheldWithoutItsIntent(t *testing.T) {
	r := gatewayRig(t)
	without, _ := r.identify(discord.IntentGuildMessages | discord.IntentDirectMessages)
	with, _ := r.identify(discord.IntentGuildMessages | discord.IntentMessageContent)
	dm := r.as("nathan", "POST", "/users/@me/channels", obj{"recipient_id": seedBot}).ok(200).id("id")
	for _, c := range []struct {
		name, by, path, content string
		shown                   bool
	}{
		{"somebody's message", "nathan", generalPath, "secret", false},
		{"a mention of the bot", "nathan", generalPath, "<@" + string(seedBot) + "> hello", true},
		{"a direct message", "nathan", "/channels/" + string(dm), "psst", true},
		{"its own", "DBuddy", generalPath, "mine", true},
	} {
		r.as(c.by, "POST", c.path+"/messages", obj{"content": c.content, "embeds": []obj{{"title": "t"}}}).ok(200)
		m := without.event("MESSAGE_CREATE")
		if shown := m.Get("content").String() == c.content && len(m.Get("embeds").Array()) == 1; shown != c.shown {
			t.Errorf("%s: shown %v, want %v: %s", c.name, shown, c.shown, m.Raw)
		}
		if c.path != generalPath {
			continue
		}
		if m := with.event("MESSAGE_CREATE"); m.Get("content").String() != c.content {
			t.Errorf("%s is hidden from a session with the intent: %s", c.name, m.Raw)
		}
	}
}

func TestContentOfWebhooks(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(discord.IntentGuildMessages | discord.IntentGuildMessageReactions)
	for by, shown := range map[string]bool{"DBuddy": true, "nathan": false} {
		id := r.anonymous("POST", r.newHook(by, seedGeneral)+"?wait=true", obj{"content": "by a webhook"}).ok(200).id("id")
		m := s.event("MESSAGE_CREATE")
		equal(t, "the content is shown, of a webhook by "+by, m.Get("content").String() != "", shown)
		r.bot("PUT", generalMessages+"/"+string(id)+"/reactions/%F0%9F%91%8D/@me", nil).ok(204)
		equal(t, "the author of a webhook's message", s.event("MESSAGE_REACTION_ADD").Get("message_author_id").Exists(), false)
	}
}

func TestShardsShareTheGuilds(t *testing.T) {
	r := gatewayRig(t)
	home := int(seedGuild.Uint() >> 22 % 3)
	var shards [3]*socket
	for i := range shards {
		var ready gjson.Result
		shards[i], ready = r.identify(discord.IntentGuildMessages|discord.IntentDirectMessages, func(d map[string]any) { d["shard"] = []int{i, 3} })
		if got := len(ready.Get("guilds").Array()); (got == 1) != (i == home) {
			t.Errorf("shard %d has %d guilds", i, got)
		}
	}
	r.say("in the guild")
	dm := r.as("nathan", "POST", "/users/@me/channels", obj{"recipient_id": seedBot}).ok(200).id("id")
	r.as("nathan", "POST", "/channels/"+string(dm)+"/messages", obj{"content": "psst"}).ok(200)
	for i, s := range shards {
		heard := map[bool]bool{}
		for _, f := range s.pendingOn(i) {
			heard[f.Get("d.guild_id").Exists()] = true
		}
		if heard[true] != (i == home) || heard[false] != (i == 0) {
			t.Errorf("shard %d hears of the guild %v, of direct messages %v", i, heard[true], heard[false])
		}
	}
}

func TestGatesOfPermissions(t *testing.T) {
	r := gatewayRig(t)
	s := r.connect()
	s.send(discord.OpIdentify, s.identity(everything, func(d map[string]any) { d["token"] = tokenOf(seedUtilBot) }))
	s.event("GUILD_CREATE")
	r.bot("POST", guildPath+"/roles", obj{"name": "x"}).ok(200)
	first := s.read().Get("t").String()
	if first != "GUILD_ROLE_CREATE" {
		t.Errorf("a bot that may not see the audit log gets %s", first)
	}
}

func TestMessagesInChannelsThatTheBotCannotSee(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(discord.IntentGuildMessages | discord.IntentMessageContent)
	r.hideGeneral(true)
	r.as("nathan", "POST", generalPath+"/messages", obj{"content": "behind doors"}).ok(200)
	r.hideGeneral(false)
	r.as("nathan", "POST", generalPath+"/messages", obj{"content": "in the open"}).ok(200)
	if m := s.event("MESSAGE_CREATE"); m.Get("content").String() != "in the open" {
		t.Errorf("the bot gets %s", m.Raw)
	}
}

// hideGeneral takes the channel general away from the bot, or gives it back.
func (r *rig) hideGeneral(hide bool) {
	r.Helper()
	r.powerless()
	if hide {
		r.as("nathan", "PUT", generalPath+"/permissions/"+string(seedBot), obj{"type": 1, "deny": "1024"}).ok(204)
	} else {
		r.as("nathan", "DELETE", generalPath+"/permissions/"+string(seedBot), nil).ok(204)
	}
}

// powerless takes its roles from the bot, without an event.
func (r *rig) powerless() {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	g := r.w.guilds[seedGuild]
	m := *g.members[seedBot]
	m.Roles = nil
	g.members[seedBot] = &m
}

func TestChannelsThatTheBotCannotSeeAreObfuscated(t *testing.T) {
	for _, c := range []struct {
		name   string
		shown  bool // the world's switch
		opt    bool // the capability
		hidden bool
	}{
		{"as it is now", false, false, true},
		{"as it was", true, false, false},
		{"as it was, with the capability", true, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := gatewayRig(t)
			r.w.Configure(func(s *Settings) { s.ShowHiddenChannels = c.shown })
			r.hideGeneral(true)
			s, _ := r.identify(discord.IntentGuilds, func(d map[string]any) {
				if c.opt {
					d["capabilities"] = 1 << 15
				}
			})
			general := s.event("GUILD_CREATE").Get(`channels.#(id=="` + string(seedGeneral) + `")`)
			if hidden := general.Get("name").String() == "___hidden___" && general.Get("flags").Int() == 1<<17; hidden != c.hidden {
				t.Errorf("the channel is %s", general.Raw)
			}
		})
	}
}

func TestVisibilityThatChanges(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(discord.IntentGuilds)
	s.event("GUILD_CREATE")
	thread := r.as("nathan", "POST", generalPath+"/threads", obj{"name": "talk", "type": 11}).ok(201).id("id")
	s.event("THREAD_CREATE")
	r.hideGeneral(true)
	if c := s.event("CHANNEL_UPDATE"); c.Get("name").String() != "___hidden___" || c.Get("id").String() != string(seedGeneral) {
		t.Errorf("a channel that is lost is told as %s", c.Raw)
	}
	if list := r.bot("GET", guildPath+"/channels", nil).ok(200).get(`#(id=="` + string(seedGeneral) + `")`); list.Exists() {
		t.Error("the channel is still listed")
	}
	s.pending()
	r.hideGeneral(false)
	if c := s.event("CHANNEL_UPDATE"); c.Get("name").String() != "general" {
		t.Errorf("a channel that is gained is told as %s", c.Raw)
	}
	sync := s.event("THREAD_LIST_SYNC")
	if sync.Get("channel_ids.0").String() != string(seedGeneral) || sync.Get(`threads.#(id=="`+string(thread)+`")`).Raw == "" {
		t.Errorf("THREAD_LIST_SYNC is %s", sync.Raw)
	}
	// By a role: what everybody may do in the guild.
	r.as("nathan", "PATCH", guildPath+"/roles/"+string(seedGuild), obj{"permissions": "0"}).ok(200)
	s.event("GUILD_ROLE_UPDATE")
	if c := s.event("CHANNEL_UPDATE"); c.Get("flags").Int() != channelObfuscated {
		t.Errorf("a channel that is lost by a role is told as %s", c.Raw)
	}
}

func TestABotThatIsRemovedAndComesBack(t *testing.T) {
	r := gatewayRig(t)
	r.hideGeneral(true)
	s, _ := r.identify(everything)
	s.event("GUILD_CREATE")
	r.as("nathan", "DELETE", guildPath+"/members/"+string(seedBot), nil).ok(204)
	if gone := s.until("GUILD_DELETE"); gone[len(gone)-1].Get("d.unavailable").Exists() {
		t.Errorf("GUILD_DELETE is %s", gone[len(gone)-1].Raw)
	}
	r.as("nathan", "POST", generalPath+"/messages", obj{"content": "alone"}).ok(200)
	roles := func() string {
		return r.as("nathan", "GET", guildPath+"/roles", nil).ok(200).get(`#(tags.bot_id=="` + string(seedBot) + `")#.managed`).Raw
	}
	equal(t, "roles of the bot that is gone", roles(), "[]")
	r.must(r.w.JoinGuild(Actor{User: seedBot}, seedGuild))
	equal(t, "roles of the bot", roles(), "[true]")
	frames := s.pending()
	guild := frames[0].Get("d")
	mine := guild.Get(`roles.#(tags.bot_id=="` + string(seedBot) + `").id`).String()
	if got := guild.Get(`members.#(user.id=="` + string(seedBot) + `").roles.0`).String(); mine == "" || got != mine {
		t.Errorf("the bot comes back with the role %q, not its own %q", got, mine)
	}
	var types []string
	for _, f := range frames {
		types = append(types, f.Get("t").String())
	}
	// No channel is told of again, although the bot sees all of them now and did not see the hidden one when it went.
	want := []string{"GUILD_CREATE", "INTEGRATION_CREATE", "GUILD_INTEGRATIONS_UPDATE", "GUILD_MEMBER_ADD", "MESSAGE_CREATE"}
	if !slices.Equal(types, want) {
		t.Errorf("the bot that comes back gets %q, want %q", types, want)
	}
}

func TestARoleGoesWithItsOverwrites(t *testing.T) {
	r := gatewayRig(t)
	s, _ := r.identify(everything)
	role := r.bot("POST", guildPath+"/roles", obj{"name": "crew"}).ok(200).id("id")
	r.bot("PUT", generalPath+"/permissions/"+string(role), obj{"type": 0, "allow": "2048"}).ok(204)
	s.sync()
	r.bot("DELETE", guildPath+"/roles/"+string(role), nil).ok(204)
	frames := s.pending()
	last := frames[len(frames)-1]
	equal(t, "events", len(frames), 3)
	equal(t, "the last", last.Get("t").String(), "CHANNEL_UPDATE")
	equal(t, "overwrites", last.Get(`d.permission_overwrites.#(id=="`+string(role)+`")`).Exists(), false)
}

// TestEventDataIsJSON makes sure that embedding does not lose what an event adds.
func TestEventDataIsJSON(t *testing.T) {
	text, err := json.Marshal(threadCreated{&Channel{ID: "1", Type: PublicThread, Thread: &ThreadMetadata{}}, nil, true})
	if err != nil || !gjson.GetBytes(text, "newly_created").Bool() || gjson.GetBytes(text, "id").String() != "1" {
		t.Errorf("a new thread is %s, %v", text, err)
	}
}
