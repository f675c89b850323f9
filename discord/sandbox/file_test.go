package sandbox

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	"github.com/tidwall/gjson"
	"pgregory.net/rapid"

	"cordial/discord/rest/catalogue"
)

// load reads a world file for a rig.
func load(t rapid.TB, text string) *World {
	t.Helper()
	w, err := LoadWorld(strings.NewReader(text), clockwork.NewFakeClockAt(startTime))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func dump(t rapid.TB, w *World) string {
	t.Helper()
	var b bytes.Buffer
	if err := w.Dump(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAWorldComesBackFromItsFile(t *testing.T) {
	r := newRig(t)
	general := "/channels/" + string(seedGeneral)
	r.bot("POST", general+"/messages", map[string]any{"content": "a poll", "poll": map[string]any{"question": map[string]any{"text": "Tea?"},
		"answers": []any{map[string]any{"poll_media": map[string]any{"text": "yes"}}, map[string]any{"poll_media": map[string]any{"text": "no"}}}}}).ok(200)
	r.bot("POST", general+"/messages", map[string]any{"message_reference": map[string]any{"type": 1, "channel_id": seedGeneral,
		"message_id": "1494381464177999893"}}).ok(200)
	r.bot("POST", "/guilds/"+string(seedGuild)+"/emojis", map[string]any{"name": "dot",
		"image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}).ok(201)
	r.bot("PATCH", "/guilds/"+string(seedGuild)+"/members/"+string(seedSam), map[string]any{"nick": "Sammy"}).ok(200)
	r.bot("POST", "/users/@me/channels", map[string]any{"recipient_id": seedNathan}).ok(200)
	first := dump(t, r.w)
	again := load(t, first)
	defer again.Close()
	if diff := cmp.Diff(first, dump(t, again)); diff != "" {
		t.Errorf("the world has changed (-first +again):\n%s", diff)
	}
	other := newRig(t, func(o *Options) { o.World = again })
	for _, path := range []string{general + "/messages?limit=100", general + "/messages/pins", "/guilds/" + string(seedGuild),
		"/guilds/" + string(seedGuild) + "/threads/active", "/guilds/" + string(seedGuild) + "/members?limit=100",
		"/guilds/" + string(seedGuild) + "/audit-logs", "/guilds/" + string(seedGuild) + "/channels", "/applications/@me", eventsPath + "?with_user_count=1"} {
		want, got := r.bot("GET", path, nil).ok(200).body, other.bot("GET", path, nil).ok(200).body
		if diff := cmp.Diff(withoutLinks(want), withoutLinks(got)); diff != "" {
			t.Errorf("GET %s (-first +again):\n%s", path, diff)
		}
	}
}

// withoutLinks drops the links to files from an answer: they name the server.
func withoutLinks(body []byte) any {
	var drop func(v gjson.Result) any
	drop = func(v gjson.Result) any {
		switch {
		case v.IsArray():
			list := []any{}
			for _, item := range v.Array() {
				list = append(list, drop(item))
			}
			return list
		case v.IsObject():
			members := map[string]any{}
			for key, item := range v.Map() {
				if !strings.HasSuffix(key, "url") {
					members[key] = drop(item)
				}
			}
			return members
		}
		return v.Value()
	}
	return drop(gjson.ParseBytes(body))
}

const shortWorld = `{
  "users": [{"name": "ada"}, {"name": "helper", "bot": true}, {"name": "grace"}],
  "guilds": [{
    "name": "A small guild",
    "roles": [{"name": "crew", "permissions": ["KICK_MEMBERS", "VIEW_CHANNEL"]}],
    "members": ["ada", "helper", {"user": "grace", "roles": ["crew"], "nick": "Amazing Grace"}],
    "channels": [
      {"name": "rooms", "type": "category"},
      {"name": "lobby", "parent": "rooms", "messages": [
        {"content": "hello"},
        {"author": "grace", "content": "hi ada", "mentions": ["ada"], "reactions": [{"emoji": "👋", "users": ["ada", "helper"]}],
         "attachments": [{"filename": "list.csv", "text": "a,b\n1,2\n"}]}
      ]},
      {"name": "secret", "permission_overwrites": [{"role": "@everyone", "deny": ["VIEW_CHANNEL"]}, {"member": "grace", "allow": ["VIEW_CHANNEL"]}]},
      {"name": "a question", "type": "thread", "parent": "lobby", "messages": [{"author": "grace", "content": "why?"}]},
      {"name": "talk", "type": "voice"}
    ],
    "scheduled_events": [{"name": "A chat", "channel": "talk", "scheduled_start_time": "2030-01-01T18:00:00Z", "users": ["grace"]}]
  }]
}`

func TestAShortWorldIsEnough(t *testing.T) {
	r := newRig(t, func(o *Options) { o.World = load(t, shortWorld) })
	guild := r.srv.Info().GuildID
	a := r.bot("GET", "/guilds/"+string(guild)+"/channels", nil).ok(200)
	if got := a.get("#.name").String(); got != `["rooms","lobby","secret","talk"]` {
		t.Errorf("the channels are %s", got)
	}
	lobby := a.id(`#(name=="lobby").id`)
	messages := r.as("ada", "GET", "/channels/"+string(lobby)+"/messages", nil).ok(200)
	if got := messages.get("#.author.username").String(); got != `["grace","ada"]` {
		t.Errorf("the authors are %s", got)
	}
	if got := messages.get("0.reactions.0"); got.Get("count").Int() != 2 || !got.Get("me").Bool() {
		t.Errorf("the reaction is %s", got)
	}
	secret := a.id(`#(name=="secret").id`)
	r.as("grace", "GET", "/channels/"+string(secret), nil).ok(200)
	threads := r.bot("GET", "/guilds/"+string(guild)+"/threads/active", nil).ok(200)
	if threads.get("threads.0.name").String() != "a question" || threads.get("threads.0.message_count").Int() != 1 {
		t.Errorf("the threads are %s", threads.body)
	}
	event := r.bot("GET", "/guilds/"+string(guild)+"/scheduled-events?with_user_count=true", nil).ok(200)
	if event.get("0.entity_type").Int() != int64(VoiceEvent) || event.get("0.user_count").Int() != 1 {
		t.Errorf("the events are %s", event.body)
	}
	member := r.bot("GET", "/guilds/"+string(guild)+"/members/"+string(r.user("grace").ID), nil).ok(200)
	if member.get("nick").String() != "Amazing Grace" || len(member.get("roles").Array()) != 1 {
		t.Errorf("the member is %s", member.body)
	}
}

func TestAShortWorldIsTheSameEveryTime(t *testing.T) {
	one, two := load(t, shortWorld), load(t, shortWorld)
	defer one.Close()
	defer two.Close()
	if diff := cmp.Diff(dump(t, one), dump(t, two)); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsInWorldFilesSayWhere(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"not JSON", "{\n\n\"users\": ]", "line 3"},
		{"an unknown key", `{"users":[{"name":"a","nme":1}]}`, `users[0].nme: unknown key, did you mean "name"?`},
		{"an unknown key deep inside", `{"users":[],"guilds":[{"name":"g","channels":[{"name":"c","messages":[{},{"contend":"x"}]}]}]}`,
			`guilds[0].channels[0].messages[1].contend: unknown key, did you mean "content"?`},
		{"a wrong type", `{"users":[{"name":5}]}`, "line 1: users.name is a number, but a text in quotes belongs there"},
		{"an unknown author", `{"users":[],"guilds":[{"name":"g","channels":[{"name":"c","messages":[{"author":"x"}]}]}]}`,
			`guilds[0].channels[0].messages[0].author: there is no user "x"`},
		{"an unknown role", `{"users":[{"name":"a"}],"guilds":[{"name":"g","members":[{"user":"a","roles":["r"]}]}]}`,
			`guilds[0].members[0]: there is no role "r"`},
		{"an unknown parent", `{"users":[],"guilds":[{"name":"g","channels":[{"name":"c","parent":"p"}]}]}`,
			`guilds[0].channels[0].parent: there is no channel "p"`},
		{"an unknown permission", `{"users":[],"guilds":[{"name":"g","roles":[{"name":"r","permissions":["FLY"]}]}]}`, `there is no permission "FLY"`},
		{"a wrong id", `{"users":[{"name":"a","id":"7x"}]}`, `users[0].id: "7x" is not an id`},
		{"the same id twice", `{"users":[{"name":"a","id":"7"},{"name":"b","id":"7"}]}`, "users[1]: another one has this id"},
		{"an event at no place", `{"users":[],"guilds":[{"name":"g","scheduled_events":[{"name":"e","scheduled_start_time":"2030-01-01T00:00:00Z"}]}]}`,
			"guilds[0].scheduled_events[0]: the event is not complete"},
		{"a user without a name", `{"users":[{}]}`, "users[0]: a user needs a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := LoadWorld(strings.NewReader(c.text), clockwork.NewFakeClock())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %q in it", err, c.want)
			}
		})
	}
}

func FuzzLoadWorld(f *testing.F) {
	f.Add(shortWorld)
	f.Add(fuzzWorld)
	f.Add(`{"users":[{"name":"a","id":"1"}],"dms":[{"between":["a","a"]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		w, err := LoadWorld(strings.NewReader(text), clockwork.NewFakeClockAt(startTime))
		if err != nil {
			return
		}
		defer w.Close()
		serveWorld(t, w, func(send func(method, path, kind, body string)) {
			for _, id := range Served() {
				if op := catalogue.Lookup(id); op.Method == "GET" {
					send("GET", fuzzPath(op)+"?limit=2&query=a&has=file&replied_to_user_id=1", "", "")
				}
			}
		})
		first := dump(t, w)
		again := load(t, first)
		defer again.Close()
		if diff := cmp.Diff(first, dump(t, again)); diff != "" {
			t.Error(diff)
		}
	})
}
