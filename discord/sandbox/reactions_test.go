package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"cordial/discord"
)

func TestReactions(t *testing.T) {
	r := newRig(t)
	path := generalMessages + "/" + string(r.say("react to me")) + "/reactions"
	thumb := path + "/" + url.PathEscape("👍")
	r.bot("PUT", thumb+"/@me", nil).ok(204)
	r.bot("PUT", thumb+"/@me", nil).ok(204)
	r.as("sam_rivera", "PUT", thumb+"/@me", nil).ok(204)
	equal(t, "events", r.happened("MESSAGE_REACTION_ADD"), 2)
	reactions := r.bot("GET", strings.TrimSuffix(path, "/reactions"), nil).ok(200).get("reactions.0")
	equal(t, "count", reactions.Get("count").Int(), 2)
	equal(t, "me", reactions.Get("me").Bool(), true)
	equal(t, "who", r.bot("GET", thumb, nil).ok(200).get("#.username").Raw, `["DBuddy","sam_rivera"]`)
	equal(t, "page", r.bot("GET", thumb+"?limit=1&after="+string(seedBot), nil).ok(200).get("#.username").Raw, `["sam_rivera"]`)
	equal(t, "bursts", r.bot("GET", thumb+"?type=1", nil).ok(200).get("#").Int(), 0)

	r.as("sam_rivera", "DELETE", thumb+"/"+string(seedBot), nil).refused(403, 50013)
	r.bot("DELETE", thumb+"/"+string(seedSam), nil).ok(204)
	r.bot("DELETE", thumb+"/@me", nil).ok(204)
	r.bot("DELETE", thumb+"/@me", nil).refused(404, 10014)
	equal(t, "removals", r.happened("MESSAGE_REACTION_REMOVE"), 2)

	r.bot("PUT", thumb+"/@me", nil).ok(204)
	r.bot("PUT", path+"/"+url.PathEscape("🦦")+"/@me", nil).ok(204)
	r.as("sam_rivera", "DELETE", thumb, nil).refused(403, 50013)
	r.bot("DELETE", thumb, nil).ok(204)
	r.bot("DELETE", path, nil).ok(204)
	equal(t, "left", r.bot("GET", strings.TrimSuffix(path, "/reactions"), nil).ok(200).get("reactions").Exists(), false)
	for _, emoji := range []string{"thumbsup", "otter:123", "nope:" + string(seedGuild), url.PathEscape("あ"), "%20"} {
		r.bot("PUT", path+"/"+emoji+"/@me", nil).refused(404, 10014)
	}
}

func TestReactionRules(t *testing.T) {
	r := newRig(t)
	channel := r.newChannel(obj{"name": "shy"})
	messages := "/channels/" + string(channel) + "/messages"
	path := messages + "/" + string(r.bot("POST", messages, obj{"content": "x"}).ok(200).id("id")) + "/reactions/"
	for i := range maxReactions {
		r.bot("PUT", path+url.PathEscape(string(rune(0x1f600+i)))+"/@me", nil).ok(204)
	}
	r.bot("PUT", path+url.PathEscape("🦦")+"/@me", nil).refused(400, 30010)
	r.bot("DELETE", path+url.PathEscape(string(rune(0x1f600))), nil).ok(204)
	r.deny(channel, discord.PermissionAddReactions)
	r.as("sam_rivera", "PUT", path+url.PathEscape("🦦")+"/@me", nil).refused(403, 50013)
	r.as("sam_rivera", "PUT", path+url.PathEscape(string(rune(0x1f601)))+"/@me", nil).ok(204)
	r.deny(channel, discord.PermissionReadMessageHistory)
	r.as("sam_rivera", "PUT", path+url.PathEscape(string(rune(0x1f602)))+"/@me", nil).refused(403, 50013)
}

func TestUnicodeEmojis(t *testing.T) {
	for emoji, want := range map[string]bool{
		"👍": true, "👍🏽": true, "❤️": true, "1️⃣": true, "🏴󠁧󠁢󠁥󠁮󠁧󠁿": true, "👨‍👩‍👧‍👦": true, "🇩🇪": true, "©️": true, "ℹ️": true,
		"": false, "a": false, "1": false, "👍x": false, "é": false, "\xff": false, strings.Repeat("👍", 20): false,
	} {
		equal(t, fmt.Sprintf("isUnicodeEmoji(%q)", emoji), isUnicodeEmoji(emoji), want)
	}
}

func TestPins(t *testing.T) {
	r := newRig(t)
	path := r.emptyChannel()
	channel := strings.TrimSuffix(path, "/messages")
	first, second := r.bot("POST", path, obj{"content": "1"}).id("id"), r.bot("POST", path, obj{"content": "2"}).id("id")
	r.bot("PUT", path+"/pins/"+string(second), nil).ok(204)
	r.clock.Advance(1e9)
	r.bot("PUT", channel+"/pins/"+string(first), nil).ok(204)
	r.bot("PUT", channel+"/pins/"+string(first), nil).ok(204)
	pins := r.bot("GET", path+"/pins?limit=1", nil).ok(200)
	equal(t, "newest pin", pins.id("items.0.message.id"), first)
	equal(t, "has_more", pins.get("has_more").Bool(), true)
	pins = r.bot("GET", path+"/pins?before="+url.QueryEscape(pins.get("items.0.pinned_at").String()), nil).ok(200)
	equal(t, "older pin", pins.get("items.#.message.content").Raw, `["2"]`)
	equal(t, "has_more", pins.get("has_more").Bool(), false)
	equal(t, "old list", r.bot("GET", channel+"/pins", nil).ok(200).contents(), "1 2")
	system := r.bot("GET", path+"?limit=1", nil).ok(200)
	equal(t, "system message", system.get("0.type").Int(), int64(PinnedMessage))
	equal(t, "its reference", system.id("0.message_reference.message_id"), first)
	r.bot("PUT", path+"/pins/"+string(system.id("0.id")), nil).refused(403, 50021)

	r.as("jeremyhoward", "DELETE", path+"/pins/"+string(first), nil).ok(204)
	r.as("sam_rivera", "PUT", path+"/pins/"+string(first), nil).refused(403, 50013)
	r.bot("DELETE", path+"/pins/1", nil).refused(404, 10008)
	equal(t, "events", r.happened("CHANNEL_PINS_UPDATE"), 3)
}

func TestPinLimit(t *testing.T) {
	r := newRig(t)
	path := r.emptyChannel()
	r.w.mu.Lock()
	c := r.w.channels[discord.Snowflake(strings.Split(path, "/")[2])]
	for range maxPins {
		m := &Message{ID: r.w.newID(), ChannelID: c.ID, Author: r.w.users[seedBot], Pinned: true, PinnedAt: r.w.now()}
		m.Content, m.Timestamp = "pinned", r.w.now()
		c.messages = append(c.messages, m)
	}
	r.w.mu.Unlock()
	one := r.bot("POST", path, obj{"content": "one too many"}).ok(200).id("id")
	r.bot("PUT", path+"/pins/"+string(one), nil).refused(400, 30003)
}
