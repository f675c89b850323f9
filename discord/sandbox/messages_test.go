package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cordial/discord"
)

func TestCreateMessage(t *testing.T) {
	r := newRig(t)
	sent := r.bot("POST", generalMessages, obj{"content": "  hello  ", "nonce": "n1"}).ok(200)
	equal(t, "content", sent.get("content").String(), "hello")
	equal(t, "nonce", sent.get("nonce").String(), "n1")
	equal(t, "author", sent.id("author.id"), seedBot)
	equal(t, "events", r.happened("MESSAGE_CREATE"), 1)
	again := r.bot("GET", generalMessages+"/"+string(sent.id("id")), nil).ok(200)
	equal(t, "content", again.get("content").String(), "hello")
	equal(t, "nonce later", again.get("nonce").Exists(), false)
	channel := r.bot("GET", "/channels/"+string(seedGeneral), nil).ok(200)
	equal(t, "last_message_id", channel.id("last_message_id"), sent.id("id"))
}

func TestCreateMessageRefusals(t *testing.T) {
	r := newRig(t)
	forum := r.newChannel(obj{"name": "forum", "type": ForumChannel})
	for _, c := range []struct {
		rule, channel string
		status, code  int
		body          any
	}{
		{"empty", string(seedGeneral), 400, 50006, obj{"content": " \n "}},
		{"unknown channel", "123", 404, 10003, obj{"content": "x"}},
		{"category", string(seedText), 400, 50008, obj{"content": "x"}},
		{"forum", string(forum), 400, 40058, obj{"content": "x"}},
		{"unknown sticker", string(seedGeneral), 400, 50081, obj{"sticker_ids": []string{"1"}}},
		{"bad JSON", string(seedGeneral), 400, 50109, `{"content":`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r.bot("POST", "/channels/"+c.channel+"/messages", c.body).refused(c.status, c.code)
		})
	}
}

func TestSendingNeedsPermissions(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "quiet"})
	path := "/channels/" + string(channel) + "/messages"
	for _, c := range []struct {
		denied discord.Permissions
		code   int
		body   obj
	}{
		{discord.PermissionViewChannel, 50001, obj{"content": "x"}},
		{discord.PermissionSendMessages, 50013, obj{"content": "x"}},
		{discord.PermissionEmbedLinks, 50013, obj{"embeds": []obj{{"title": "x"}}}},
		{discord.PermissionSendTTSMessages, 50013, obj{"content": "x", "tts": true}},
		{discord.PermissionSendPolls, 50013, obj{"poll": aPoll()}},
	} {
		t.Run(c.denied.String(), func(t *testing.T) {
			r.deny(channel, c.denied)
			r.as("sam_rivera", "POST", path, c.body).refused(403, c.code)
			r.as("nathan", "POST", path, c.body).ok(200)
		})
	}
}

func TestNonceIsEnforced(t *testing.T) {
	r := newRig(t)
	body := obj{"content": "once", "nonce": 42, "enforce_nonce": true}
	first := r.bot("POST", generalMessages, body).ok(200).id("id")
	equal(t, "second id", r.bot("POST", generalMessages, body).ok(200).id("id"), first)
	r.clock.Advance(nonceLife + time.Second)
	if r.bot("POST", generalMessages, body).ok(200).id("id") == first {
		t.Error("a nonce is still remembered after its life")
	}
}

func TestSlowmode(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "slow", "rate_limit_per_user": 10})
	path := "/channels/" + string(channel) + "/messages"
	for range 2 {
		r.bot("POST", path, obj{"content": "bots may"}).ok(200)
	}
	r.as("sam_rivera", "POST", path, obj{"content": "one"}).ok(200)
	r.clock.Advance(4 * time.Second)
	wait := r.as("sam_rivera", "POST", path, obj{"content": "two"}).refused(429, 20016)
	equal(t, "retry_after", wait.get("retry_after").Float(), 6)
	r.clock.Advance(6 * time.Second)
	r.as("sam_rivera", "POST", path, obj{"content": "two"}).ok(200)
}

func TestListMessages(t *testing.T) {
	r := newRig(t)
	path := r.emptyChannel()
	var ids []discord.Snowflake
	for i := range 5 {
		ids = append(ids, r.bot("POST", path, obj{"content": fmt.Sprint(i)}).ok(200).id("id"))
	}
	for _, c := range []struct{ query, want string }{
		{"", "4 3 2 1 0"},
		{"?limit=2", "4 3"},
		{"?before=" + string(ids[3]), "2 1 0"},
		{"?before=" + string(ids[3]) + "&limit=2", "2 1"},
		{"?after=" + string(ids[1]) + "&limit=2", "3 2"},
		{"?after=" + string(ids[4]), ""},
		{"?around=" + string(ids[2]) + "&limit=3", "3 2 1"},
		{"?around=" + string(ids[0]) + "&limit=3", "2 1 0"},
	} {
		t.Run(c.query, func(t *testing.T) { equal(t, "list", r.bot("GET", path+c.query, nil).ok(200).contents(), c.want) })
	}
	r.bot("GET", path+"?limit=101", nil).invalid("limit", "NUMBER_TYPE_MAX")
	r.bot("GET", path+"?limit=0", nil).invalid("limit", "NUMBER_TYPE_MIN")
	r.bot("GET", path+"?before=1&after=2", nil).invalid("", "BASE_TYPE_CHOICES")
}

func TestHistoryNeedsPermission(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "past"})
	path := "/channels/" + string(channel) + "/messages"
	id := r.bot("POST", path, obj{"content": "old"}).ok(200).id("id")
	r.deny(channel, discord.PermissionReadMessageHistory)
	equal(t, "list", r.as("sam_rivera", "GET", path, nil).ok(200).contents(), "")
	r.as("sam_rivera", "GET", path+"/"+string(id), nil).refused(403, 50013)
	r.as("sam_rivera", "POST", path, obj{"content": "re", "message_reference": obj{"message_id": id}}).refused(403, 160002)
	r.as("sam_rivera", "POST", generalMessages, obj{"message_reference": obj{"type": 1, "message_id": id, "channel_id": channel}}).refused(403, 160009)
}

func TestReplies(t *testing.T) {
	r := newRig(t)
	asked := r.as("sam_rivera", "POST", generalMessages, obj{"content": "question"}).ok(200).id("id")
	reply := r.bot("POST", generalMessages, obj{"content": "answer", "message_reference": obj{"message_id": asked}}).ok(200)
	equal(t, "type", reply.get("type").Int(), int64(ReplyMessage))
	equal(t, "referenced", reply.get("referenced_message.content").String(), "question")
	equal(t, "mentioned", reply.get("mentions.0.username").String(), "sam_rivera")
	quiet := r.bot("POST", generalMessages, obj{"content": "a", "message_reference": obj{"message_id": asked}, "allowed_mentions": obj{"parse": []string{}}}).ok(200)
	equal(t, "mentions", len(quiet.get("mentions").Array()), 0)

	r.bot("DELETE", generalMessages+"/"+string(asked), nil).ok(204)
	later := r.bot("GET", generalMessages+"/"+string(reply.id("id")), nil).ok(200)
	if ref := later.get("referenced_message"); !ref.Exists() || ref.Raw != "null" {
		t.Errorf("the reply to a deleted message refers to %s, want null", ref.Raw)
	}
	gone := obj{"message_id": asked}
	r.bot("POST", generalMessages, obj{"content": "a", "message_reference": gone}).invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
	gone["fail_if_not_exists"] = false
	plain := r.bot("POST", generalMessages, obj{"content": "a", "message_reference": gone}).ok(200)
	equal(t, "type", plain.get("type").Int(), int64(DefaultMessage))
}

func TestForward(t *testing.T) {
	r := newRig(t)
	id := r.say("worth repeating")
	forward := obj{"message_reference": obj{"type": 1, "message_id": id, "channel_id": seedGeneral}}
	path := r.emptyChannel()
	sent := r.bot("POST", path, forward).ok(200)
	equal(t, "content", sent.get("content").String(), "")
	equal(t, "snapshot", sent.get("message_snapshots.0.message.content").String(), "worth repeating")
	if sent.get("message_snapshots.0.message.author").Exists() {
		t.Error("a snapshot has an author")
	}
	again := r.bot("POST", path, obj{"message_reference": obj{"type": 1, "message_id": sent.id("id"), "channel_id": sent.id("channel_id")}}).ok(200)
	equal(t, "snapshot of a snapshot", again.get("message_snapshots.0.message.content").String(), "worth repeating")

	forward["content"] = "and more"
	r.bot("POST", path, forward).invalid("content", "BASE_TYPE_BAD_TYPE")
	r.bot("POST", path, obj{"message_reference": obj{"type": 1, "message_id": id}}).invalid("message_reference.channel_id", "BASE_TYPE_REQUIRED")
	r.bot("POST", path, obj{"message_reference": obj{"type": 1, "message_id": "1", "channel_id": seedGeneral}}).invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
	poll := r.bot("POST", path, obj{"poll": aPoll()}).ok(200)
	r.bot("POST", path, obj{"message_reference": obj{"type": 1, "message_id": poll.id("id"), "channel_id": poll.id("channel_id")}}).refused(400, 50068)
}

func TestMessageContentIntent(t *testing.T) {
	r := newRig(t)
	r.w.ConfigureApplication(func(a *Application) { a.MessageContent = false })
	path := r.emptyChannel()
	r.bot("POST", path, obj{"content": "mine"}).ok(200)
	r.as("nathan", "POST", path, obj{"content": "<@" + string(seedBot) + "> for you"}).ok(200)
	hidden := r.as("nathan", "POST", path, obj{"content": "hidden", "embeds": []obj{{"title": "t"}}}).ok(200)
	list := r.bot("GET", path, nil).ok(200)
	equal(t, "hidden content", list.get("0.content").String()+list.get("0.embeds").Raw, "[]")
	equal(t, "mention", list.get("1.content").String(), "<@"+string(seedBot)+"> for you")
	equal(t, "own", list.get("2.content").String(), "mine")
	equal(t, "a person's view", r.as("nathan", "GET", path+"?limit=1", nil).ok(200).contents(), "hidden")
	r.bot("POST", path, obj{"message_reference": obj{"type": 1, "message_id": hidden.id("id"), "channel_id": hidden.id("channel_id")}}).refused(400, 160014)
}

func TestMentions(t *testing.T) {
	r := newRig(t)
	role := r.bot("POST", "/guilds/"+string(seedGuild)+"/roles", obj{"name": "team"}).ok(200).id("id")
	content := fmt.Sprintf("<@%s> <@!%s> <@&%s> @everyone `<@%s>`", seedSam, seedSam, role, seedNathan)
	for _, c := range []struct {
		rule     string
		allowed  any
		users    int
		roles    int
		everyone bool
	}{
		{"all by default", nil, 1, 1, true},
		{"nobody", obj{"parse": []string{}}, 0, 0, false},
		{"users only", obj{"parse": []string{"users"}}, 1, 0, false},
		{"single user", obj{"users": []discord.Snowflake{seedSam}}, 1, 0, false},
		{"another user", obj{"users": []discord.Snowflake{seedNathan}}, 0, 0, false},
		{"single role", obj{"roles": []discord.Snowflake{role}}, 0, 1, false},
		{"everyone", obj{"parse": []string{"everyone"}}, 0, 0, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := r.bot("POST", generalMessages, obj{"content": content, "allowed_mentions": c.allowed}).ok(200)
			equal(t, "users", len(m.get("mentions").Array()), c.users)
			equal(t, "roles", len(m.get("mention_roles").Array()), c.roles)
			equal(t, "everyone", m.get("mention_everyone").Bool(), c.everyone)
		})
	}
	both := obj{"parse": []string{"users"}, "users": []discord.Snowflake{seedSam}}
	r.bot("POST", generalMessages, obj{"content": content, "allowed_mentions": both}).invalid("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")

	channel := r.newChannel(obj{"name": "calm"})
	r.deny(channel, discord.PermissionMentionEveryone)
	m := r.as("sam_rivera", "POST", "/channels/"+string(channel)+"/messages", obj{"content": content}).ok(200)
	equal(t, "roles without the permission", len(m.get("mention_roles").Array()), 0)
	equal(t, "everyone without the permission", m.get("mention_everyone").Bool(), false)
}

func TestEditMessage(t *testing.T) {
	r := newRig(t)
	id := r.say("before")
	path := generalMessages + "/" + string(id)
	edited := r.bot("PATCH", path, obj{"content": "after", "embeds": []obj{{"title": "t"}}}).ok(200)
	equal(t, "content", edited.get("content").String(), "after")
	if edited.get("edited_timestamp").Raw == "null" {
		t.Error("an edited message has no edited_timestamp")
	}
	kept := r.bot("PATCH", path, obj{"content": nil}).ok(200)
	equal(t, "content", kept.get("content").String(), "")
	equal(t, "embeds", kept.get("embeds.0.title").String(), "t")
	r.bot("PATCH", path, obj{"embeds": []obj{}}).refused(400, 50006)

	r.as("sam_rivera", "PATCH", path, obj{"content": "mine now"}).refused(403, 50005)
	r.as("sam_rivera", "PATCH", path, obj{"flags": 4}).refused(403, 50005)
	r.as("nathan", "PATCH", path, obj{"content": "mine now"}).refused(403, 50005)
	flagged := r.as("nathan", "PATCH", path, obj{"flags": MessageSuppressEmbeds}).ok(200)
	equal(t, "flags", flagged.get("flags").Int(), int64(MessageSuppressEmbeds))
	equal(t, "embeds", len(flagged.get("embeds").Array()), 0)
	equal(t, "flags", r.as("nathan", "PATCH", path, obj{"flags": 0}).ok(200).get("flags").Int(), 0)
	r.bot("PATCH", generalMessages+"/1", obj{"content": "x"}).refused(404, 10008)
}

func TestDeleteMessage(t *testing.T) {
	r := newRig(t)
	id := r.say("gone soon")
	path := generalMessages + "/" + string(id)
	r.as("sam_rivera", "DELETE", path, nil).refused(403, 50013)
	r.bot("DELETE", path, nil).ok(204)
	r.bot("DELETE", path, nil).refused(404, 10008)
	r.bot("GET", path, nil).refused(404, 10008)
	theirs := r.as("sam_rivera", "POST", generalMessages, obj{"content": "x"}).ok(200).id("id")
	r.bot("DELETE", generalMessages+"/"+string(theirs), nil).ok(204)
	log := r.bot("GET", fmt.Sprintf("/guilds/%s/audit-logs?action_type=%d", seedGuild, auditMessageDelete), nil).ok(200)
	equal(t, "audited", log.id("audit_log_entries.0.target_id"), seedSam)
	equal(t, "events", r.happened("MESSAGE_DELETE"), 2)
}

func TestBulkDelete(t *testing.T) {
	r := newRig(t)
	path := r.emptyChannel()
	var ids []discord.Snowflake
	for i := range 4 {
		ids = append(ids, r.bot("POST", path, obj{"content": fmt.Sprint(i)}).ok(200).id("id"))
	}
	bulk := func(ids ...discord.Snowflake) *answer {
		return r.bot("POST", path+"/bulk-delete", obj{"messages": ids})
	}
	unknown := discord.SnowflakeAt(startTime.Add(-time.Hour))
	old := discord.SnowflakeAt(startTime.Add(-maxBulkAge - time.Second))

	bulk(ids[0]).invalid("messages", "BASE_TYPE_BAD_LENGTH")
	bulk(ids[0], ids[0]).invalid("messages.1", "SET_TYPE_ALREADY_CONTAINS_VALUE")
	bulk(make([]discord.Snowflake, 101)...).refused(400, 50035)
	bulk(ids[0], old).refused(400, 50034)
	equal(t, "left after refusals", r.bot("GET", path, nil).ok(200).contents(), "3 2 1 0")
	bulk(ids[0], ids[2], unknown).ok(204)
	equal(t, "left", r.bot("GET", path, nil).ok(200).contents(), "3 1")
	bulk(ids[0], unknown).ok(204)
	equal(t, "events", r.happened("MESSAGE_DELETE_BULK"), 1)
	r.as("sam_rivera", "POST", path+"/bulk-delete", obj{"messages": ids}).refused(403, 50013)
	r.clock.Advance(maxBulkAge + time.Hour)
	bulk(ids[1], ids[3]).refused(400, 50034)
}

func TestTyping(t *testing.T) {
	r := newRig(t)
	r.bot("POST", "/channels/"+string(seedGeneral)+"/typing", nil).ok(204)
	equal(t, "events", r.happened("TYPING_START"), 1)
	r.bot("POST", "/channels/"+string(seedText)+"/typing", nil).refused(400, 50008)
}

func TestDirectMessages(t *testing.T) {
	r := newRig(t)
	dm := r.bot("POST", "/users/@me/channels", obj{"recipient_id": seedSam}).ok(200).id("id")
	path := "/channels/" + string(dm) + "/messages"
	sent := r.bot("POST", path, obj{"content": "psst @everyone"}).ok(200)
	equal(t, "everyone", sent.get("mention_everyone").Bool(), false)
	equal(t, "list", r.as("sam_rivera", "GET", path, nil).ok(200).contents(), "psst @everyone")
	r.as("nathan", "GET", path, nil).refused(403, 50001)
	r.as("sam_rivera", "DELETE", path+"/"+string(sent.id("id")), nil).refused(403, 50003)
	r.bot("POST", path+"/bulk-delete", obj{"messages": []string{"1", "2"}}).refused(403, 50013)
	r.bot("DELETE", "/guilds/"+string(seedGuild)+"/members/"+string(seedSam), nil).ok(204)
	r.bot("POST", path, obj{"content": "still there?"}).refused(403, 50278)
}

func TestManyMessagesPageFast(t *testing.T) {
	r := newRig(t)
	r.w.mu.Lock()
	c := r.w.channels[seedPrivate]
	first := len(c.messages)
	for i := range 100_000 {
		m := &Message{ID: r.w.newID(), ChannelID: c.ID, Author: r.w.users[seedSam]}
		m.Content, m.Timestamp = fmt.Sprintf("message %d about %s", i, strings.Repeat("otters ", i%7)), r.w.now()
		c.messages = append(c.messages, m)
	}
	r.w.mu.Unlock()
	path := "/channels/" + string(seedPrivate) + "/messages?limit=100"
	before, n := "", 0
	for range 20 {
		page := r.bot("GET", path+before, nil).ok(200).get("@this").Array()
		n += len(page)
		before = "&before=" + page[len(page)-1].Get("id").String()
	}
	equal(t, "listed", n, 2000)
	found := r.bot("GET", fmt.Sprintf("/guilds/%s/messages/search?content=about+otters&channel_id=%s", seedGuild, seedPrivate), nil).ok(200)
	if total := found.get("total_results").Int(); total < 80_000 || total > int64(100_000+first) {
		t.Errorf("a search finds %d of 100000 messages", total)
	}
}
