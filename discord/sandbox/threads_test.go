package sandbox

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"cordial/discord"
)

func channelPath(id discord.Snowflake) string { return "/channels/" + string(id) }

func TestThreadFromMessage(t *testing.T) {
	r := newRig(t)
	id := r.say("let us talk")
	path := generalMessages + "/" + string(id)
	thread := r.bot("POST", path+"/threads", obj{"name": "talk"}).ok(201)
	equal(t, "id", thread.id("id"), id)
	equal(t, "type", thread.get("type").Int(), int64(PublicThread))
	equal(t, "auto archive", thread.get("thread_metadata.auto_archive_duration").Int(), defaultArchive)
	equal(t, "member", thread.id("member.user_id"), seedBot)
	r.bot("POST", path+"/threads", obj{"name": "again"}).refused(400, 160004)
	message := r.bot("GET", path, nil).ok(200)
	equal(t, "thread of the message", message.get("thread.name").String(), "talk")
	equal(t, "flag", message.get("flags").Int(), int64(MessageHasThread))

	sent := r.as("sam_rivera", "POST", channelPath(id)+"/messages", obj{"content": "hi"}).ok(200)
	equal(t, "position", sent.get("position").Int(), 0)
	thread = r.bot("GET", channelPath(id), nil).ok(200)
	equal(t, "messages", thread.get("message_count").Int(), 1)
	equal(t, "members", thread.get("member_count").Int(), 2)
	equal(t, "starter", r.bot("GET", channelPath(id)+"/messages", nil).ok(200).get("1.type").Int(), int64(ThreadStarterMessage))

	kept := r.bot("PATCH", channelPath(id), obj{"name": nil, "archived": nil, "locked": nil, "auto_archive_duration": nil}).ok(200)
	equal(t, "a name of null", kept.get("name").String(), "talk")
	equal(t, "a duration of null", kept.get("thread_metadata.auto_archive_duration").Int(), defaultArchive)
	r.bot("PATCH", channelPath(id), obj{"name": ""}).invalid("name", "BASE_TYPE_BAD_LENGTH")
	r.bot("DELETE", channelPath(id), nil).ok(200)
	r.bot("GET", channelPath(id), nil).refused(404, 10003)
	equal(t, "flag after deletion", r.bot("GET", path, nil).ok(200).get("flags").Int(), 0)
}

func TestThreadWithoutMessage(t *testing.T) {
	r := newRig(t)
	private := r.bot("POST", channelPath(seedGeneral)+"/threads", obj{"name": "secret", "invitable": false}).ok(201)
	equal(t, "default type", private.get("type").Int(), int64(PrivateThread))
	equal(t, "invitable", private.get("thread_metadata.invitable").Raw, "false")
	r.as("sam_rivera", "GET", channelPath(private.id("id")), nil).refused(403, 50001)
	r.bot("PUT", channelPath(private.id("id"))+"/thread-members/"+string(seedSam), nil).ok(204)
	r.as("sam_rivera", "GET", channelPath(private.id("id")), nil).ok(200)
	r.as("sam_rivera", "PUT", channelPath(private.id("id"))+"/thread-members/"+string(seedPriya), nil).refused(403, 50013)

	r.bot("POST", channelPath(seedGeneral)+"/threads", obj{"name": "open", "type": 11}).ok(201)
	equal(t, "system message", r.bot("GET", generalMessages+"?limit=1", nil).ok(200).get("0.type").Int(), int64(ThreadCreatedMessage))
	r.bot("POST", channelPath(seedGeneral)+"/threads", obj{"name": "news", "type": 10}).invalid("type", "BASE_TYPE_CHOICES")
	r.bot("POST", channelPath(seedTalk)+"/threads", obj{"name": "x", "type": 11}).refused(400, 50024)
	r.bot("POST", channelPath(seedGeneral)+"/threads", obj{"type": 11}).invalid("name", "BASE_TYPE_REQUIRED")
	channel := r.newChannel(obj{"name": "calm"})
	r.deny(channel, discord.PermissionCreatePrivateThreads|discord.PermissionCreatePublicThreads)
	for _, kind := range []int{11, 12} {
		r.as("sam_rivera", "POST", channelPath(channel)+"/threads", obj{"name": "x", "type": kind}).refused(403, 50013)
	}
}

func TestArchivedAndLockedThreads(t *testing.T) {
	r := newRig(t)
	id := r.as("sam_rivera", "POST", channelPath(seedGeneral)+"/threads", obj{"name": "t", "type": 11}).ok(201).id("id")
	sent := r.bot("POST", channelPath(id)+"/messages", obj{"content": "x"}).ok(200).id("id")
	change := func(name string, body obj) *answer { return r.as(name, "PATCH", channelPath(id), body) }
	change("priya", obj{"archived": true}).refused(403, 50013)
	change("sam_rivera", obj{"locked": true}).refused(403, 50013)
	change("sam_rivera", obj{"archived": true}).ok(200)
	change("sam_rivera", obj{"name": "new"}).refused(400, 50083)
	r.bot("PATCH", channelPath(id)+"/messages/"+string(sent), obj{"content": "y"}).refused(400, 50083)
	r.bot("PUT", channelPath(id)+"/messages/"+string(sent)+"/reactions/"+url.PathEscape("👍")+"/@me", nil).refused(400, 50083)
	r.bot("PUT", channelPath(id)+"/messages/pins/"+string(sent), nil).refused(400, 50083)
	r.bot("PUT", channelPath(id)+"/thread-members/@me", nil).refused(400, 50083)
	change("priya", obj{"archived": false}).ok(200)
	change("sam_rivera", obj{"archived": true}).ok(200)
	r.as("priya", "POST", channelPath(id)+"/messages", obj{"content": "wake up"}).ok(200)
	equal(t, "archived", r.bot("GET", channelPath(id), nil).ok(200).get("thread_metadata.archived").Bool(), false)
	change("jeremyhoward", obj{"archived": true, "locked": true}).ok(200)
	change("sam_rivera", obj{"archived": false}).refused(403, 160005)
	r.as("priya", "POST", channelPath(id)+"/messages", obj{"content": "locked"}).refused(400, 160005)
	r.as("jeremyhoward", "POST", channelPath(id)+"/messages", obj{"content": "moderators may"}).ok(200)
}

func TestThreadMembers(t *testing.T) {
	r := newRig(t)
	id := r.bot("POST", channelPath(seedGeneral)+"/threads", obj{"name": "t", "type": 11}).ok(201).id("id")
	members := channelPath(id) + "/thread-members"
	r.as("sam_rivera", "PUT", members+"/@me", nil).ok(204)
	r.as("sam_rivera", "PUT", members+"/"+string(seedPriya), nil).ok(204)
	equal(t, "members", r.bot("GET", members, nil).ok(200).get("#").Int(), 3)
	page := r.bot("GET", members+"?with_member=true&limit=1&after="+string(seedBot), nil).ok(200)
	equal(t, "page", page.get("#.member.user.username").Raw, `["priya"]`)
	equal(t, "one", r.bot("GET", members+"/"+string(seedSam), nil).ok(200).id("user_id"), seedSam)
	r.as("priya", "DELETE", members+"/"+string(seedSam), nil).refused(403, 50013)
	r.bot("DELETE", members+"/"+string(seedSam), nil).ok(204)
	r.bot("GET", members+"/"+string(seedSam), nil).refused(404, 10007)
	r.as("priya", "DELETE", members+"/@me", nil).ok(204)
	r.bot("PUT", members+"/1", nil).refused(404, 10007)
	r.bot("PUT", channelPath(seedGeneral)+"/thread-members/@me", nil).refused(400, 50024)
	r.w.ConfigureApplication(func(a *Application) { a.GuildMembers = false })
	r.bot("GET", members, nil).refused(403, 50001)
}

func TestThreadLists(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "busy"})
	var ids []discord.Snowflake
	for i := range 4 {
		kind := PublicThread
		if i == 3 {
			kind = PrivateThread
		}
		r.clock.Advance(time.Minute)
		id := r.bot("POST", channelPath(channel)+"/threads", obj{"name": fmt.Sprint(i), "type": kind}).ok(201).id("id")
		ids = append(ids, id)
	}
	active := r.bot("GET", "/guilds/"+string(seedGuild)+"/threads/active", nil).ok(200)
	equal(t, "newest active", active.id("threads.0.id"), ids[3])
	equal(t, "seen by others", r.as("sam_rivera", "GET", "/guilds/"+string(seedGuild)+"/threads/active", nil).ok(200).id("threads.0.id"), ids[2])
	for _, id := range ids {
		r.clock.Advance(time.Minute)
		r.bot("PATCH", channelPath(id), obj{"archived": true}).ok(200)
	}
	archived := channelPath(channel) + "/threads/archived"
	page := r.bot("GET", archived+"/public?limit=2", nil).ok(200)
	equal(t, "first page", page.get("threads.#.name").Raw, `["2","1"]`)
	equal(t, "has_more", page.get("has_more").Bool(), true)
	before := url.QueryEscape(page.get("threads.1.thread_metadata.archive_timestamp").String())
	page = r.bot("GET", archived+"/public?limit=2&before="+before, nil).ok(200)
	equal(t, "second page", page.get("threads.#.name").Raw, `["0"]`)
	equal(t, "private", r.bot("GET", archived+"/private", nil).ok(200).get("threads.#.name").Raw, `["3"]`)
	r.as("sam_rivera", "GET", archived+"/private", nil).refused(403, 50013)
	mine := channelPath(channel) + "/users/@me/threads/archived/private"
	equal(t, "own private", r.bot("GET", mine, nil).ok(200).get("threads.#.name").Raw, `["3"]`)
	equal(t, "own private of others", r.as("sam_rivera", "GET", mine, nil).ok(200).get("threads.#").Int(), 0)
	equal(t, "before an id", r.bot("GET", mine+"?before="+string(ids[3]), nil).ok(200).get("threads.#").Int(), 0)
	r.bot("GET", archived+"/public?limit=1", nil).refused(400, 50035)
}

func TestForumPosts(t *testing.T) {
	r := newRig(t)
	forum := r.newChannel(obj{"name": "ideas2", "type": ForumChannel, "available_tags": []obj{{"name": "open"}, {"name": "done", "moderated": true}}})
	tags := r.bot("GET", channelPath(forum), nil).ok(200).get("available_tags.#.id").Array()
	post := func(name string, body obj) *answer {
		r.Helper()
		req := r.request("POST", channelPath(forum)+"/threads", body, tokenOf(r.user(name).ID))
		return r.send(req)
	}
	message := obj{"content": "an idea"}
	made := post("sam_rivera", obj{"name": "one", "message": message, "applied_tags": []string{tags[0].String()}}).ok(201)
	equal(t, "message id", made.id("message.id"), made.id("id"))
	equal(t, "channel of the message", made.id("message.channel_id"), made.id("id"))
	equal(t, "count without the first message", made.get("message_count").Int(), 0)
	equal(t, "messages", r.bot("GET", channelPath(made.id("id"))+"/messages", nil).ok(200).contents(), "an idea")

	post("sam_rivera", obj{"name": "none"}).invalid("message", "BASE_TYPE_REQUIRED")
	post("sam_rivera", obj{"name": "empty", "message": obj{}}).refused(400, 50006)
	post("sam_rivera", obj{"name": "x", "message": message, "applied_tags": []string{"1"}}).refused(404, 10087)
	post("sam_rivera", obj{"name": "x", "message": message, "applied_tags": []string{tags[1].String()}}).refused(403, 50013)
	r.bot("PATCH", channelPath(forum), obj{"flags": ChannelRequireTag}).ok(200)
	post("sam_rivera", obj{"name": "x", "message": message}).refused(400, 40067)

	other := post("nathan", obj{"name": "two things", "message": message, "applied_tags": []string{tags[1].String()}}).ok(201).id("id")
	r.bot("PATCH", channelPath(other), obj{"flags": ChannelPinned}).ok(200)
	r.bot("PATCH", channelPath(made.id("id")), obj{"flags": ChannelPinned}).refused(400, 30047)

	search := channelPath(forum) + "/threads/search"
	equal(t, "by name", r.bot("GET", search+"?name=two", nil).ok(200).get("threads.#.name").Raw, `["two things"]`)
	found := r.bot("GET", search+"?limit=1&sort_order=asc", nil).ok(200)
	equal(t, "first", found.id("threads.0.id"), made.id("id"))
	equal(t, "first message", found.get("first_messages.0.content").String(), "an idea")
	equal(t, "more", found.get("has_more").Bool(), true)
	equal(t, "total", found.get("total_results").Int(), 2)
	equal(t, "by tag", r.bot("GET", search+"?tag="+tags[0].String(), nil).ok(200).get("threads.#.name").Raw, `["one"]`)
}

func TestActiveThreadLimit(t *testing.T) {
	r := newRig(t)
	r.w.mu.Lock()
	g := r.w.guilds[seedGuild]
	for i := activeThreads(g); i < maxActiveThreads; i++ {
		r.w.addChannel(g, &Channel{ID: r.w.newID(), Type: PublicThread, ParentID: seedGeneral, Thread: &ThreadMetadata{}})
	}
	r.w.mu.Unlock()
	r.bot("POST", channelPath(seedGeneral)+"/threads", obj{"name": "x", "type": 11}).refused(400, 160006)
}
