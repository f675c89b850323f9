package sandbox

import (
	"fmt"
	"strings"
	"testing"

	"cordial/discord"
)

// newHook adds a webhook of a person, or of the bot, and gives its path with the token.
func (r *rig) newHook(by string, channel discord.Snowflake) string {
	r.Helper()
	hook := r.as(by, "POST", channelPath(channel)+"/webhooks", obj{"name": "hook"}).ok(200)
	return fmt.Sprintf("/webhooks/%s/%s", hook.id("id"), hook.get("token"))
}

// anonymous sends a request without a token.
func (r *rig) anonymous(method, path string, body any) *answer {
	r.Helper()
	return r.send(r.request(method, path, body, ""))
}

func TestWebhookLifecycle(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "hooks"})
	path := r.newHook("DBuddy", channel)
	bare := path[:strings.LastIndex(path, "/")]
	hook := r.bot("GET", bare, nil).ok(200)
	equal(t, "url", hook.get("url").String(), r.srv.APIURL()+path)
	equal(t, "maker", hook.id("user.id"), seedBot)
	equal(t, "application", hook.id("application_id"), seedBot)
	equal(t, "maker with the token", r.anonymous("GET", path, nil).ok(200).get("user").Exists(), false)
	equal(t, "in the channel", r.bot("GET", channelPath(channel)+"/webhooks", nil).ok(200).get("#").Int(), 1)
	equal(t, "new name", r.anonymous("PATCH", path, obj{"name": "renamed"}).ok(200).get("name").String(), "renamed")
	moved := r.bot("PATCH", bare, obj{"channel_id": seedGeneral, "avatar": "data:image/png;base64,aGk="}).ok(200)
	equal(t, "new channel", moved.id("channel_id"), seedGeneral)
	if moved.get("avatar").Raw == "null" {
		t.Error("the webhook has no avatar")
	}
	r.bot("PATCH", bare, obj{"avatar": "data:text/plain;base64,aGk="}).invalid("avatar", "IMAGE_INVALID")
	r.bot("PATCH", bare, obj{"avatar": "data:image/webp;base64,aGk="}).invalid("avatar", "IMAGE_INVALID")
	r.bot("PATCH", bare, obj{"channel_id": seedText}).refused(400, 50024)

	r.as("sam_rivera", "GET", bare, nil).refused(403, 50013)
	r.as("sam_rivera", "GET", "/guilds/"+string(seedGuild)+"/webhooks", nil).refused(403, 50013)
	r.anonymous("GET", bare, nil).refused(401, 0)
	r.anonymous("GET", bare+"/wrong", nil).refused(401, 50027)
	r.anonymous("DELETE", path, nil).ok(204)
	r.anonymous("POST", path, obj{"content": "x"}).refused(404, 10015)
	for action, want := range map[int]int64{auditWebhookCreate: 1, auditWebhookUpdate: 2, auditWebhookDelete: 1} {
		log := r.bot("GET", fmt.Sprintf("/guilds/%s/audit-logs?action_type=%d", seedGuild, action), nil).ok(200)
		equal(t, fmt.Sprint("entries of action ", action), log.get("audit_log_entries.#").Int(), want)
	}
}

func TestWebhookLimits(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "hooks"})
	path := channelPath(channel) + "/webhooks"
	for _, name := range []string{"Clyde the otter", "not discord"} {
		r.bot("POST", path, obj{"name": name}).invalid("name", "USERNAME_INVALID_CONTAINS")
	}
	r.bot("POST", path, obj{"name": strings.Repeat("x", 81)}).invalid("name", "BASE_TYPE_BAD_LENGTH")
	r.bot("POST", channelPath(seedText)+"/webhooks", obj{"name": "x"}).refused(400, 50024)
	for range maxChannelWebhooks {
		r.bot("POST", path, obj{"name": "x"}).ok(200)
	}
	r.bot("POST", path, obj{"name": "x"}).refused(400, 30007)
	r.w.mu.Lock()
	for range maxGuildWebhooks {
		id := r.w.newID()
		r.w.webhooks[id] = &Webhook{ID: id, GuildID: seedGuild}
	}
	r.w.mu.Unlock()
	r.bot("POST", channelPath(seedGeneral)+"/webhooks", obj{"name": "x"}).refused(400, 30058)
}

func TestExecuteWebhook(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "hooks"})
	path := r.newHook("nathan", channel)
	r.anonymous("POST", path, obj{"content": "no answer"}).ok(204)
	sent := r.anonymous("POST", path+"?wait=true", obj{"content": "hi <@&" + string(seedModerators) + "> <@" + string(seedSam) + "> @everyone",
		"username": "Otter", "avatar_url": "https://example.com/o.png"}).ok(200)
	equal(t, "author", sent.get("author.username").String(), "Otter")
	equal(t, "webhook_id", sent.id("webhook_id"), sent.id("author.id"))
	equal(t, "users", sent.get("mentions.#").Int(), 1)
	equal(t, "roles", sent.get("mention_roles.#").Int(), 0)
	equal(t, "everyone", sent.get("mention_everyone").Bool(), false)

	thread := r.bot("POST", channelPath(channel)+"/threads", obj{"name": "t", "type": 11}).ok(201).id("id")
	inThread := r.anonymous("POST", path+"?wait=true&thread_id="+string(thread), obj{"content": "x"}).ok(200)
	equal(t, "channel", inThread.id("channel_id"), thread)
	r.anonymous("POST", path+"?thread_id="+string(seedGeneral), obj{"content": "x"}).refused(400, 10003)
	r.anonymous("POST", path, obj{}).refused(400, 50006)
	r.anonymous("POST", path, obj{"content": "x", "username": "discord"}).invalid("name", "USERNAME_INVALID_CONTAINS")
	r.anonymous("POST", path, obj{"content": "x", "thread_name": "t"}).refused(400, 220003)

	link := []obj{row(obj{"type": 2, "style": 5, "label": "b", "url": "https://example.com"})}
	plain := r.anonymous("POST", path+"?wait=true", obj{"content": "x", "components": link}).ok(200)
	equal(t, "components that were not asked for", plain.get("components.#").Int(), 0)
	r.anonymous("POST", path+"?wait=true&with_components=true", obj{"content": "x", "components": []obj{row(button("1"))}}).
		invalid("components.0.components.0", "COMPONENT_TYPE_INVALID")
	with := r.anonymous("POST", path+"?wait=true&with_components=true", obj{"content": "x", "components": link}).ok(200)
	equal(t, "link button", with.get("components.#").Int(), 1)
	app := r.newHook("DBuddy", channel)
	r.anonymous("POST", app+"?wait=true", obj{"content": "x", "components": []obj{row(button("1"))}}).ok(200)
}

func TestWebhookMessages(t *testing.T) {
	r := newRig(t)
	path := r.newHook("nathan", seedGeneral)
	id := r.anonymous("POST", path+"?wait=true", obj{"content": "one"}).ok(200).id("id")
	message := path + "/messages/" + string(id)
	equal(t, "content", r.anonymous("GET", message, nil).ok(200).get("content").String(), "one")
	equal(t, "edited", r.anonymous("PATCH", message, obj{"content": "two"}).ok(200).get("content").String(), "two")
	r.anonymous("GET", path+"/messages/"+string(r.say("not mine")), nil).refused(404, 10008)
	r.bot("PATCH", generalMessages+"/"+string(id), obj{"content": "mine?"}).refused(403, 50005)
	r.anonymous("DELETE", message, nil).ok(204)
	r.anonymous("GET", message, nil).refused(404, 10008)
}

func TestWebhooksInForums(t *testing.T) {
	r := newRig(t)
	forum := r.newChannel(obj{"name": "posts", "type": ForumChannel})
	path := r.newHook("nathan", forum)
	r.anonymous("POST", path, obj{"content": "x"}).refused(400, 220001)
	post := r.anonymous("POST", path+"?wait=true", obj{"content": "x", "thread_name": "a post"}).ok(200)
	equal(t, "name", r.bot("GET", channelPath(post.id("channel_id")), nil).ok(200).get("name").String(), "a post")
	r.anonymous("POST", path+"?thread_id="+string(post.id("channel_id")), obj{"content": "y"}).ok(204)
	r.anonymous("POST", path+"?thread_id="+string(post.id("channel_id")), obj{"content": "y", "thread_name": "z"}).refused(400, 220002)
}

func TestFollowAndCrosspost(t *testing.T) {
	r := newRig(t)
	r.w.mu.Lock()
	news := r.w.addChannel(r.w.guilds[seedGuild], &Channel{ID: r.w.newID(), Type: AnnouncementChannel, Name: "news"})
	r.w.mu.Unlock()
	target := r.newChannel(obj{"name": "echo"})
	followed := r.bot("POST", channelPath(news.ID)+"/followers", obj{"webhook_channel_id": target}).ok(200)
	equal(t, "source", r.bot("GET", "/webhooks/"+string(followed.id("webhook_id")), nil).ok(200).id("source_channel.id"), news.ID)
	r.bot("POST", channelPath(seedGeneral)+"/followers", obj{"webhook_channel_id": target}).refused(400, 50024)

	id := r.bot("POST", channelPath(news.ID)+"/messages", obj{"content": "hear ye"}).ok(200).id("id")
	crosspost := channelPath(news.ID) + "/messages/" + string(id) + "/crosspost"
	r.as("sam_rivera", "POST", crosspost, nil).refused(403, 50013)
	equal(t, "flags", r.bot("POST", crosspost, nil).ok(200).get("flags").Int(), int64(MessageCrossposted))
	r.bot("POST", crosspost, nil).refused(400, 40033)
	r.bot("POST", generalMessages+"/"+string(r.say("x"))+"/crosspost", nil).refused(400, 50024)
	echo := r.bot("GET", channelPath(target)+"/messages?limit=1", nil).ok(200)
	equal(t, "echo", echo.contents(), "hear ye")
	equal(t, "its source", echo.id("0.message_reference.message_id"), id)
}
