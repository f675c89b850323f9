package sandbox

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cordial/discord"
)

const guildSearch = "/guilds/" + string(seedGuild) + "/messages/search"

// searchRig has a channel with one message for every kind of filter.
func searchRig(t *testing.T) (r *rig, channel discord.Snowflake, ids map[string]discord.Snowflake) {
	r = newRig(t)
	channel = r.newChannel(obj{"name": "findme"})
	path := channelPath(channel) + "/messages"
	ids = map[string]discord.Snowflake{}
	add := func(name string, a *answer) {
		r.clock.Advance(time.Second)
		ids[name] = a.ok(200).id("id")
	}
	add("plain", r.as("sam_rivera", "POST", path, obj{"content": "The quick brown fox jumps"}))
	add("link", r.bot("POST", path, obj{"content": "quick: https://Example.com/fox?x=1"}))
	add("file", r.upload("POST", path, obj{"content": "notes"}, textFile(0, "Notes.MD", "x")))
	drawn, err := drawPicture("p")
	r.must(err)
	add("image", r.upload("POST", path, obj{"content": "look"}, file{"files[0]", "p.png", "image/png", drawn}))
	add("embed", r.bot("POST", path, obj{"embeds": []obj{{"title": "e"}}}))
	add("poll", r.bot("POST", path, obj{"poll": aPoll()}))
	add("reply", r.bot("POST", path, obj{"content": "re", "message_reference": obj{"message_id": ids["plain"]}}))
	add("mention", r.bot("POST", path, obj{"content": "<@" + string(seedPriya) + "> @everyone"}))
	add("forward", r.bot("POST", path, obj{"message_reference": obj{"type": 1, "message_id": ids["plain"], "channel_id": channel}}))
	hook := r.bot("POST", channelPath(channel)+"/webhooks", obj{"name": "hook"}).ok(200)
	add("webhook", r.bot("POST", fmt.Sprintf("/webhooks/%s/%s?wait=true", hook.id("id"), hook.get("token")), obj{"content": "from afar"}))
	r.bot("PUT", path+"/pins/"+string(ids["plain"]), nil).ok(204)
	return r, channel, ids
}

func TestSearchFilters(t *testing.T) {
	r, channel, ids := searchRig(t)
	for _, c := range []struct {
		query url.Values
		want  []string
	}{
		{url.Values{"content": {"quick"}}, []string{"link", "plain"}},
		{url.Values{"content": {"QUICK fox"}}, []string{"plain"}},
		{url.Values{"content": {"quick fox"}, "slop": {"0"}}, nil},
		{url.Values{"content": {"jump"}}, []string{"plain"}},
		{url.Values{"author_id": {string(seedSam)}}, []string{"plain"}},
		{url.Values{"author_id": {string(seedSam), "1"}}, []string{"plain"}},
		{url.Values{"author_type": {"user"}}, []string{"plain"}},
		{url.Values{"author_type": {"webhook"}}, []string{"webhook"}},
		{url.Values{"author_type": {"-bot"}}, []string{"webhook", "plain"}},
		{url.Values{"mentions": {string(seedPriya)}}, []string{"mention"}},
		{url.Values{"mention_everyone": {"true"}}, []string{"mention"}},
		{url.Values{"replied_to_user_id": {string(seedSam)}}, []string{"reply"}},
		{url.Values{"replied_to_message_id": {string(ids["plain"])}}, []string{"reply"}},
		{url.Values{"has": {"link"}}, []string{"link"}},
		{url.Values{"has": {"file"}}, []string{"image", "file"}},
		{url.Values{"has": {"file", "-image"}}, []string{"file"}},
		{url.Values{"has": {"image", "poll"}}, []string{"poll", "image"}},
		{url.Values{"has": {"embed"}}, []string{"embed"}},
		{url.Values{"has": {"snapshot"}}, []string{"forward"}},
		{url.Values{"has": {"sticker"}}, nil},
		{url.Values{"link_hostname": {"example.com"}}, []string{"link"}},
		{url.Values{"attachment_filename": {"Notes.MD"}}, []string{"file"}},
		{url.Values{"attachment_extension": {"md"}}, []string{"file"}},
		{url.Values{"pinned": {"true"}}, []string{"plain"}},
		{url.Values{"min_id": {string(ids["forward"])}}, []string{"webhook"}},
		{url.Values{"max_id": {string(ids["link"])}}, []string{"plain"}},
		{url.Values{"max_id": {string(ids["file"])}, "sort_order": {"asc"}}, []string{"plain", "link"}},
		{url.Values{"limit": {"2"}, "offset": {"1"}}, []string{"forward", "mention"}},
		{url.Values{"content": {"quick"}, "sort_by": {"relevance"}}, []string{"link", "plain"}},
	} {
		t.Run(c.query.Encode(), func(t *testing.T) {
			c.query.Set("channel_id", string(channel))
			answer := r.bot("GET", guildSearch+"?"+c.query.Encode(), nil).ok(200)
			var got []discord.Snowflake
			for _, hit := range answer.get("messages.#.0.id").Array() {
				got = append(got, discord.Snowflake(hit.String()))
			}
			var want []discord.Snowflake
			for _, name := range c.want {
				want = append(want, ids[name])
			}
			equal(t, "found", fmt.Sprint(got), fmt.Sprint(want))
		})
	}
}

func TestSearchAnswers(t *testing.T) {
	r, channel, _ := searchRig(t)
	all := r.bot("GET", guildSearch+"?limit=3&channel_id="+string(channel), nil).ok(200)
	equal(t, "total", all.get("total_results").Int(), 10)
	equal(t, "page", all.get("messages.#").Int(), 3)
	equal(t, "hit", all.get("messages.0.0.hit").Bool(), true)
	r.bot("GET", guildSearch+"?limit=26", nil).invalid("limit", "NUMBER_TYPE_MAX")
	r.bot("GET", guildSearch+"?offset=9976", nil).invalid("offset", "NUMBER_TYPE_MAX")
	r.bot("GET", guildSearch+"?channel_id=1", nil).refused(404, 10003)

	r.w.Configure(func(s *Settings) { s.SearchDelay = 2 })
	for range 2 {
		waiting := r.bot("GET", guildSearch+"?content=x", nil).ok(202)
		equal(t, "code", waiting.get("code").Int(), 110000)
	}
	r.bot("GET", guildSearch+"?content=x", nil).ok(200)
	r.w.ConfigureApplication(func(a *Application) { a.MessageContent = false })
	r.bot("GET", guildSearch+"?content=x", nil).refused(403, 50001)
}

func TestSearchShowsOnlyWhatCanBeRead(t *testing.T) {
	r := newRig(t)
	nsfw := r.newChannel(obj{"name": "late", "nsfw": true})
	hidden := r.newChannel(obj{"name": "staff"})
	for _, c := range []discord.Snowflake{nsfw, hidden} {
		r.bot("POST", channelPath(c)+"/messages", obj{"content": "zebra"}).ok(200)
	}
	thread := r.bot("POST", channelPath(hidden)+"/threads", obj{"name": "t", "type": 11}).ok(201).id("id")
	r.bot("POST", channelPath(thread)+"/messages", obj{"content": "zebra"}).ok(200)
	count := func(name, more string) int64 {
		return r.as(name, "GET", guildSearch+"?content=zebra"+more, nil).ok(200).get("total_results").Int()
	}
	equal(t, "without NSFW", count("sam_rivera", ""), 2)
	equal(t, "with NSFW", count("sam_rivera", "&include_nsfw=true"), 3)
	inThreads := r.bot("GET", guildSearch+"?content=zebra&channel_id="+string(hidden), nil).ok(200)
	equal(t, "a channel with its threads", inThreads.get("total_results").Int(), 2)
	equal(t, "the thread", inThreads.id("threads.0.id"), thread)
	r.deny(hidden, discord.PermissionReadMessageHistory)
	equal(t, "without history", count("sam_rivera", ""), 0)
	r.deny(hidden, discord.PermissionViewChannel)
	r.as("sam_rivera", "GET", guildSearch+"?channel_id="+string(hidden), nil).refused(403, 50001)
}

// TestPhrasesMatchTheirOwnText: whatever is written can be found by its own words, with any words in front and behind.
func TestPhrasesMatchTheirOwnText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if !newPhrase(text, 0).matches("before " + text + " after") {
			t.Fatalf("%q is not found in itself", text)
		}
	})
}

func TestPhraseSlop(t *testing.T) {
	const text = "one two three four five"
	for _, c := range []struct {
		content string
		slop    int
		want    bool
	}{
		{"one two", 0, true}, {"one three", 0, false}, {"one three", 1, true}, {"one five", 3, true}, {"one five", 2, false},
		{"two one", 100, false}, {"one three five", 1, true}, {"", 0, true}, {"!?", 0, true}, {"six", 100, false},
	} {
		equal(t, fmt.Sprintf("%q with slop %d", c.content, c.slop), newPhrase(c.content, c.slop).matches(text), c.want)
	}
}
