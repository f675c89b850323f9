package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// person is somebody who uses the bot's commands.
func (r *rig) person(name string) Actor { return Actor{User: r.user(name).ID} }

// declare sets the global commands.
func (r *rig) declare(commands ...obj) {
	r.Helper()
	r.bot("PUT", globalCommands, commands).ok(200)
}

// use has somebody use a command in general.
func (r *rig) use(who, name string, options map[string]any) *Interaction {
	r.Helper()
	in, err := r.w.UseCommand(r.person(who), seedGeneral, name, options)
	r.must(err)
	return in
}

// callback answers an interaction.
func (r *rig) callback(in *Interaction, body any) *answer {
	r.Helper()
	return r.anonymous("POST", fmt.Sprintf("/interactions/%s/%s/callback", in.ID, in.Token), body)
}

// tokenPath is the path of the webhook that follow-ups go by.
func tokenPath(in *Interaction) string {
	return fmt.Sprintf("/webhooks/%s/%s", in.ApplicationID, in.Token)
}

// outcome is what has become of an interaction by now.
func (r *rig) outcome(in *Interaction) Outcome {
	o, _ := r.w.outcome(in)
	return o
}

// payload is the last INTERACTION_CREATE in JSON.
func (r *rig) payload() gjson.Result {
	r.Helper()
	for i := len(r.events) - 1; i >= 0; i-- {
		if e := r.events[i]; e.Type == "INTERACTION_CREATE" {
			equal(r.T, "who is told", e.Only, seedBot)
			text, err := json.Marshal(e.Data)
			r.must(err)
			return gjson.ParseBytes(text)
		}
	}
	r.Fatal("there was no interaction")
	return gjson.Result{}
}

// answering gives an interaction of nathan with the command /ping.
func answering(t *testing.T) (*rig, *Interaction) {
	r := newRig(t)
	r.declare(slash("ping"))
	return r, r.use("nathan", "ping", nil)
}

func TestCommandIsAnswered(t *testing.T) {
	r, in := answering(t)
	d := r.payload()
	for path, want := range map[string]string{"type": "2", "data.name": "ping", "data.type": "1", "guild_id": string(seedGuild), "channel_id": string(seedGeneral),
		"channel.name": "general", "member.user.id": string(seedNathan), "user": "", "version": "1", "locale": "en-US", "guild_locale": "en-US", "context": "0",
		"authorizing_integration_owners.0": string(seedGuild), "guild.id": string(seedGuild), "entitlements.#": "0", "attachment_size_limit": fmt.Sprint(10 << 20)} {
		equal(t, path, d.Get(path).String(), want)
	}
	equal(t, "app_permissions", d.Get("app_permissions").String(), d.Get("member.permissions").String()) // the owner's and an administrator's
	r.callback(in, obj{"type": 4, "data": obj{"content": "pong @everyone <@" + string(seedNathan) + ">"}}).ok(204)
	o := r.outcome(in)
	equal(t, "status", o.Status, Answered)
	m := r.bot("GET", generalMessages+"/"+string(o.Message.ID), nil).ok(200)
	for path, want := range map[string]string{"type": "20", "author.id": string(seedBot), "webhook_id": string(seedBot), "application_id": string(seedBot),
		"interaction.name": "ping", "interaction_metadata.id": string(in.ID), "interaction_metadata.user.id": string(seedNathan), "mention_everyone": "false",
		"mentions.0.id": string(seedNathan), "interaction_metadata.authorizing_integration_owners.0": string(seedGuild)} {
		equal(t, path, m.get(path).String(), want)
	}
	r.callback(in, obj{"type": 4, "data": obj{"content": "again"}}).refused(400, 40060)
}

func TestCallbackTellsWhatItHasMade(t *testing.T) {
	r, in := answering(t)
	path := fmt.Sprintf("/interactions/%s/%s/callback?with_response=true", in.ID, in.Token)
	a := r.anonymous("POST", path, obj{"type": 4, "data": obj{"content": "pong", "flags": 64}}).ok(200)
	equal(t, "interaction", a.id("interaction.id"), in.ID)
	equal(t, "ephemeral", a.get("interaction.response_message_ephemeral").Bool(), true)
	equal(t, "loading", a.get("interaction.response_message_loading").Raw, "false")
	equal(t, "message", a.id("resource.message.id"), a.id("interaction.response_message_id"))
}

func TestWhenItIsTooLate(t *testing.T) {
	r, in := answering(t)
	r.clock.Advance(answerTime)
	r.callback(in, obj{"type": 4, "data": obj{"content": "late"}}).refused(404, 10062)
	equal(t, "outcome", r.outcome(in).Error, "The application did not respond")

	in = r.use("nathan", "ping", nil)
	r.callback(in, obj{"type": 5}).ok(204)
	r.clock.Advance(TokenLife - time.Second)
	r.anonymous("PATCH", tokenPath(in)+"/messages/@original", obj{"content": "in time"}).ok(200)
	r.clock.Advance(time.Second)
	r.anonymous("PATCH", tokenPath(in)+"/messages/@original", obj{"content": "late"}).refused(401, 50027)
	r.anonymous("POST", tokenPath(in), obj{"content": "late"}).refused(401, 50027)
	r.callback(in, obj{"type": 4, "data": obj{"content": "late"}}).refused(404, 10062)
}

func TestTokensAreForOneInteraction(t *testing.T) {
	r, in := answering(t)
	other := r.use("mika", "ping", nil)
	r.anonymous("POST", fmt.Sprintf("/interactions/%s/%s/callback", in.ID, other.Token), obj{"type": 5}).refused(404, 10062)
	r.anonymous("POST", fmt.Sprintf("/interactions/%s/wrong/callback", in.ID), obj{"type": 5}).refused(404, 10062)
	r.anonymous("POST", tokenPath(in), obj{"content": "too early"}).refused(404, 10015)
	r.anonymous("GET", fmt.Sprintf("/webhooks/%s/wrong/messages/@original", seedBot), nil).refused(401, 50027)
	r.callback(in, obj{"type": 5}).ok(204)
	r.callback(other, obj{"type": 5}).ok(204)
	mine := r.anonymous("GET", tokenPath(in)+"/messages/@original", nil).ok(200)
	r.anonymous("GET", tokenPath(other)+"/messages/"+string(mine.id("id")), nil).refused(404, 10008)
	hook := r.newHook("DBuddy", seedGeneral)
	r.anonymous("GET", hook+"/messages/@original", nil).refused(404, 10008)
}

func TestCallbackTypesByInteraction(t *testing.T) {
	bodies := map[CallbackType]obj{1: {"type": 1}, 4: {"type": 4, "data": obj{"content": "x"}}, 5: {"type": 5}, 6: {"type": 6}, 7: {"type": 7, "data": obj{"content": "x"}},
		8: {"type": 8, "data": obj{"choices": []obj{}}}, 9: {"type": 9, "data": obj{"custom_id": "m", "title": "M",
			"components": []obj{{"type": 18, "label": "Name", "component": obj{"type": 4, "custom_id": "name", "style": 1}}}}}, 12: {"type": 12}}
	r := newRig(t)
	r.declare(slash("ping", obj{"options": []obj{{"type": 3, "name": "text", "description": "x", "autocomplete": true}}}))
	board := r.bot("POST", generalMessages, obj{"content": "board", "components": []obj{{"type": 1, "components": []obj{{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}}}}}).ok(200).id("id")
	nathan := r.person("nathan")
	click := func() *Interaction {
		in, err := r.w.Click(nathan, seedGeneral, board, "go")
		r.must(err)
		return in
	}
	submit := func(in *Interaction) *Interaction {
		r.callback(in, bodies[9]).ok(204)
		next, err := r.w.SubmitModal(nathan, in, map[string]any{"name": "x"})
		r.must(err)
		return next
	}
	for name, test := range map[string]struct {
		make    func() *Interaction
		allowed []CallbackType
	}{
		"command": {func() *Interaction { return r.use("nathan", "ping", nil) }, []CallbackType{4, 5, 9}},
		"autocomplete": {func() *Interaction {
			in, err := r.w.Autocomplete(nathan, seedGeneral, "ping", "text", "a", nil)
			r.must(err)
			return in
		}, []CallbackType{8}},
		"component":            {click, []CallbackType{4, 5, 6, 7, 9}},
		"modal of a command":   {func() *Interaction { return submit(r.use("nathan", "ping", nil)) }, []CallbackType{4, 5}},
		"modal of a component": {func() *Interaction { return submit(click()) }, []CallbackType{4, 5, 6, 7}},
	} {
		for typ, body := range bodies {
			a := r.callback(test.make(), body)
			allowed := false
			for _, t := range test.allowed {
				allowed = allowed || t == typ
			}
			switch {
			case allowed && a.status != 204:
				t.Errorf("%s: type %d is answered with %d %s", name, typ, a.status, a.body)
			case !allowed:
				a.invalid("type", "BASE_TYPE_CHOICES")
			}
		}
	}
}

func TestCallbackContentIsChecked(t *testing.T) {
	r := newRig(t)
	r.declare(slash("ping"))
	for _, test := range []struct {
		data obj
		path string
		code string
	}{
		{obj{"content": strings.Repeat("x", 2001)}, "data.content", "BASE_TYPE_MAX_LENGTH"},
		{obj{"embeds": []obj{{"title": strings.Repeat("x", 257)}}}, "data.embeds.0.title", "BASE_TYPE_MAX_LENGTH"},
		{obj{"components": []obj{{"type": 2, "style": 1, "label": "x", "custom_id": "x"}}}, "data.components.0.type", "UNION_TYPE_CHOICES"},
		{obj{"content": "x", "flags": 1 << 15, "components": []obj{{"type": 10, "content": "x"}}}, "data.content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
	} {
		r.callback(r.use("nathan", "ping", nil), obj{"type": 4, "data": test.data}).invalid(test.path, test.code)
	}
	in := r.use("nathan", "ping", nil)
	r.callback(in, obj{"type": 4, "data": obj{}}).refused(400, 50006)
	r.callback(in, obj{"type": 9, "data": obj{"custom_id": "m", "title": "M", "components": []obj{}}}).refused(400, 50035)
	r.callback(in, obj{"type": 9, "data": obj{"custom_id": "m", "title": strings.Repeat("x", 46), "components": []obj{{"type": 10, "content": "x"}}}}).
		invalid("data.title", "BASE_TYPE_BAD_LENGTH")
	r.callback(in, obj{"type": 4, "data": obj{"content": "a refused answer is none"}}).ok(204)
}

func TestDeferredAnswer(t *testing.T) {
	for name, finish := range map[string]func(r *rig, in *Interaction) *answer{
		"edit": func(r *rig, in *Interaction) *answer {
			return r.anonymous("PATCH", tokenPath(in)+"/messages/@original", obj{"content": "done", "flags": 64})
		},
		"follow-up": func(r *rig, in *Interaction) *answer {
			return r.anonymous("POST", tokenPath(in), obj{"content": "done", "flags": 64})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, in := answering(t)
			r.callback(in, obj{"type": 5, "data": obj{"flags": 4}}).ok(204)
			equal(t, "status", r.outcome(in).Status, Deferred)
			loading := r.anonymous("GET", tokenPath(in)+"/messages/@original", nil).ok(200)
			equal(t, "flags while loading", loading.get("flags").Int(), MessageLoading)
			done := finish(r, in).ok(200)
			equal(t, "id", done.id("id"), loading.id("id"))
			equal(t, "flags", done.get("flags").Int(), 0)
			equal(t, "edited", done.get("edited_timestamp").Raw, "null")
			equal(t, "type", done.get("type").Int(), 20)
			equal(t, "status", r.outcome(in).Status, Answered)
			equal(t, "for everybody", r.bot("GET", generalMessages+"?limit=1", nil).ok(200).contents(), "done")
			again := r.anonymous("PATCH", tokenPath(in)+"/messages/@original", obj{"content": "better"}).ok(200)
			equal(t, "edited again", again.get("edited_timestamp").Raw != "null", true)
			follow := r.anonymous("POST", tokenPath(in), obj{"content": "more"}).ok(200)
			equal(t, "follow-up", follow.get("type").Int(), 19)
			equal(t, "its original", follow.id("interaction_metadata.original_response_message_id"), loading.id("id"))
			r.anonymous("DELETE", tokenPath(in)+"/messages/"+string(follow.id("id")), nil).ok(204)
			r.anonymous("DELETE", tokenPath(in)+"/messages/@original", nil).ok(204)
			r.anonymous("GET", tokenPath(in)+"/messages/@original", nil).refused(404, 10008)
		})
	}
}

// An ephemeral message is in no history. Only the person and the application see it, and its events come as those of a DM.
func TestEphemeralMessages(t *testing.T) {
	r, in := answering(t)
	before := r.bot("GET", generalMessages+"?limit=1", nil).ok(200).contents()
	r.callback(in, obj{"type": 5, "data": obj{"flags": 64}}).ok(204)
	m := r.anonymous("PATCH", tokenPath(in)+"/messages/@original", obj{"content": "psst", "components": []obj{{"type": 1, "components": []obj{
		{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}}}}}).ok(200)
	equal(t, "flags", m.get("flags").Int(), MessageEphemeral)
	equal(t, "in the channel", r.bot("GET", generalMessages+"?limit=1", nil).ok(200).contents(), before)
	r.bot("GET", generalMessages+"/"+string(m.id("id")), nil).refused(404, 10008)
	if _, err := r.w.View(r.person("mika"), seedGeneral, m.id("id")); !errors.Is(err, errUnknownMessage) {
		t.Errorf("mika gets %v", err)
	}
	seen, err := r.w.View(r.person("nathan"), seedGeneral, m.id("id"))
	r.must(err)
	equal(t, "content", seen.Content, "psst")
	click, err := r.w.Click(r.person("nathan"), seedGeneral, m.id("id"), "Go")
	r.must(err)
	r.callback(click, obj{"type": 7, "data": obj{"content": "clicked", "components": []obj{}}}).ok(204)
	equal(t, "updated", r.outcome(click).Message.Content, "clicked")
	equal(t, "status", r.outcome(click).Status, Updated)
	r.anonymous("DELETE", tokenPath(in)+"/messages/@original", nil).ok(204)
	seenEvents := 0
	for _, e := range r.events {
		if strings.HasPrefix(e.Type, "MESSAGE_") && e.Only == seedBot {
			seenEvents++
			text, err := json.Marshal(e.Data)
			r.must(err)
			if d := gjson.ParseBytes(text); e.Guild != "" || d.Get("guild_id").Exists() || d.Get("member").Exists() {
				t.Errorf("%s tells of the guild: %s", e.Type, text)
			}
		}
	}
	equal(t, "events", seenEvents, 4) // loading, answered, clicked, deleted
}

func TestAnswersToComponents(t *testing.T) {
	r := newRig(t)
	board := r.bot("POST", generalMessages, obj{"content": "board", "components": []obj{{"type": 1, "components": []obj{
		{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}}}}}).ok(200).id("id")
	click := func() *Interaction {
		in, err := r.w.Click(r.person("mika"), seedGeneral, board, "go")
		r.must(err)
		return in
	}
	in := click()
	d := r.payload()
	equal(t, "custom_id", d.Get("data.custom_id").String(), "go")
	equal(t, "component_type", d.Get("data.component_type").Int(), 2)
	equal(t, "component id", d.Get("data.id").Int(), 2)
	equal(t, "message", d.Get("message.content").String(), "board")
	r.callback(in, obj{"type": 4, "data": obj{"content": "hi"}}).ok(204)
	equal(t, "type", r.outcome(in).Message.Type, ReplyMessage)
	equal(t, "reply to", r.outcome(in).Message.Metadata.InteractedID, board)

	in = click()
	r.callback(in, obj{"type": 6}).ok(204)
	equal(t, "status", r.outcome(in).Status, Deferred)
	r.anonymous("PATCH", tokenPath(in)+"/messages/@original", obj{"content": "new board"}).ok(200)
	equal(t, "status", r.outcome(in).Status, Updated)
	equal(t, "content", r.bot("GET", generalMessages+"/"+string(board), nil).ok(200).get("content").String(), "new board")
	follow := r.anonymous("POST", tokenPath(in), obj{"content": "only you", "flags": 64}).ok(200)
	equal(t, "follow-up", r.outcome(in).FollowUps[0].ID, follow.id("id"))
}

func TestAutocompleteChoices(t *testing.T) {
	r := newRig(t)
	r.declare(slash("find", obj{"options": []obj{{"type": 3, "name": "text", "description": "x", "autocomplete": true}, {"type": 4, "name": "number", "description": "x", "autocomplete": true},
		{"type": 3, "name": "plain", "description": "x"}}}))
	ask := func(option, text string) *Interaction {
		in, err := r.w.Autocomplete(r.person("nathan"), seedGeneral, "find", option, text, map[string]any{"plain": "abc"})
		r.must(err)
		return in
	}
	in := ask("text", "par")
	equal(t, "type", r.payload().Get("type").Int(), 4)
	equal(t, "options", r.payload().Get("data.options").Raw, `[{"name":"plain","type":3,"value":"abc"},{"name":"text","type":3,"value":"par","focused":true}]`)
	r.callback(in, obj{"type": 8, "data": obj{"choices": []obj{{"name": "Five", "value": "5"}, {"name": "Paris", "value": "paris"}}}}).ok(204)
	o := r.outcome(in)
	equal(t, "status", o.Status, Completed)
	equal(t, "value", string(o.Choices[0].Value), `"5"`)
	r.anonymous("POST", tokenPath(in), obj{"content": "no messages"}).refused(404, 10015)
	many := make([]obj, 26)
	for i := range many {
		many[i] = obj{"name": fmt.Sprint(i), "value": fmt.Sprint(i)}
	}
	r.callback(ask("text", ""), obj{"type": 8, "data": obj{"choices": many}}).invalid("data.choices", "BASE_TYPE_MAX_LENGTH")
	r.callback(ask("text", ""), obj{"type": 8, "data": obj{"choices": []obj{{"name": "x", "value": strings.Repeat("x", 101)}}}}).invalid("data.choices.0.value", "BASE_TYPE_MAX_LENGTH")
	r.callback(ask("number", "1"), obj{"type": 8, "data": obj{"choices": []obj{{"name": "x", "value": "one"}}}}).invalid("data.choices.0.value", "NUMBER_TYPE_COERCE")
	if _, err := r.w.Autocomplete(r.person("nathan"), seedGeneral, "find", "plain", "", nil); err == nil {
		t.Error("an option without autocomplete is completed")
	}
}

func TestAnswersWithFiles(t *testing.T) {
	r, in := answering(t)
	req := r.multipart("POST", fmt.Sprintf("/interactions/%s/%s/callback", in.ID, in.Token),
		obj{"type": 4, "data": obj{"content": "a file", "flags": 64, "attachments": []obj{{"id": 0, "description": "text"}}}}, textFile(0, "a.txt", "alpha"))
	req.Header.Del("Authorization")
	r.send(req).ok(204)
	a := r.outcome(in).Message.Attachments[0]
	equal(t, "description", a.Description, "text")
	_, body := r.get(a.URL)
	equal(t, "content", string(body), "alpha")
	r.anonymous("DELETE", tokenPath(in)+"/messages/@original", nil).ok(204)
	res, _ := r.get(a.URL)
	equal(t, "status when it is gone", res.StatusCode, 404)
}

func TestOutcomeWaits(t *testing.T) {
	r, in := answering(t)
	got := make(chan Outcome)
	go func() {
		o, err := r.w.Outcome(r.Context(), in)
		if err != nil {
			t.Error(err)
		}
		got <- o
	}()
	r.awaitTimers(1)
	r.callback(in, obj{"type": 5}).ok(204)
	equal(t, "status", (<-got).Status, Deferred)
	go func() {
		o, err := r.w.Settled(r.Context(), in, time.Minute)
		if err != nil {
			t.Error(err)
		}
		got <- o
	}()
	r.awaitTimers(1)
	r.anonymous("PATCH", tokenPath(in)+"/messages/@original", obj{"content": "done"}).ok(200)
	equal(t, "content", (<-got).Message.Content, "done")

	in = r.use("nathan", "ping", nil)
	go func() {
		o, err := r.w.Outcome(r.Context(), in)
		if err != nil {
			t.Error(err)
		}
		got <- o
	}()
	r.awaitTimers(1)
	r.clock.Advance(answerTime)
	equal(t, "status", (<-got).Status, Failed)
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	if _, err := r.w.Outcome(ctx, r.use("nathan", "ping", nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled wait ends with %v", err)
	}
}

func TestInteractionsInDMs(t *testing.T) {
	r := newRig(t)
	r.declare(slash("ping"), slash("guilds", obj{"contexts": []int{0}}))
	dm := r.bot("POST", "/users/@me/channels", obj{"recipient_id": seedMika}).ok(200).id("id")
	in, err := r.w.UseCommand(r.person("mika"), dm, "ping", nil)
	r.must(err)
	d := r.payload()
	equal(t, "user", d.Get("user.id").String(), string(seedMika))
	equal(t, "member", d.Get("member").Exists(), false)
	equal(t, "guild", d.Get("guild_id").Exists(), false)
	equal(t, "context", d.Get("context").Int(), 1)
	equal(t, "owner", d.Get("authorizing_integration_owners.0").String(), "0")
	r.callback(in, obj{"type": 4, "data": obj{"content": "pong"}}).ok(204)
	if _, err := r.w.UseCommand(r.person("mika"), dm, "guilds", nil); err == nil {
		t.Error("a command for guilds is offered in a DM")
	}
}

func TestWorldFilesKeepAnswers(t *testing.T) {
	r, in := answering(t)
	r.callback(in, obj{"type": 4, "data": obj{"content": "pong"}}).ok(204)
	first := dump(t, r.w)
	again := load(t, first)
	defer again.Close()
	equal(t, "again", dump(t, again), first)
	m, err := again.GetMessage(Actor{User: seedBot}, seedGeneral, r.outcome(in).Message.ID)
	r.must(err)
	equal(t, "what it answers", m.Interaction.Name+string(m.Metadata.ID), "ping"+string(in.ID))
}

// The world forgets what nobody can answer any more, and the oldest of too many.
func TestInteractionsAreForgotten(t *testing.T) {
	r := newRig(t)
	r.declare(slash("ping"))
	first := r.use("nathan", "ping", nil)
	r.w.mu.Lock()
	for i := range maxInteractions - 1 {
		other := *r.w.interactions[first.Token]
		other.Interaction = &Interaction{Token: fmt.Sprint("other ", i)}
		r.w.keepInteraction(&other)
	}
	r.w.mu.Unlock()
	equal(t, "remembered", len(r.w.interactions), maxInteractions)
	r.use("nathan", "ping", nil)
	equal(t, "remembered at the most", len(r.w.interactions), maxInteractions)
	r.callback(first, obj{"type": 5}).refused(404, 10062)
	r.clock.Advance(TokenLife)
	r.use("nathan", "ping", nil)
	equal(t, "remembered later", len(r.w.interactions), 1)
}

func FuzzCallback(f *testing.F) {
	f.Add(`{"type":4,"data":{"content":"x","flags":64,"components":[{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"x"}]}]}}`, uint8(0))
	f.Add(`{"type":9,"data":{"custom_id":"x","title":"x","components":[{"type":18,"label":"x","component":{"type":4,"custom_id":"x","style":1}}]}}`, uint8(0))
	f.Add(`{"type":8,"data":{"choices":[{"name":"x","value":"x"}]}}`, uint8(1))
	f.Add(`{"type":7,"data":{"content":"x"}}`, uint8(2))
	f.Add(`{"type":6}`, uint8(2))
	f.Fuzz(func(t *testing.T, body string, kind uint8) {
		w := load(t, fuzzWorld)
		defer w.Close()
		ada := Actor{User: "1"}
		var in *Interaction
		var err error
		switch kind % 3 {
		case 0:
			in, err = w.UseCommand(ada, "31", "weather", nil)
		case 1:
			in, err = w.Autocomplete(ada, "31", "weather", "city", "x", nil)
		case 2:
			in, err = w.Click(ada, "31", "46", "go")
		}
		if err != nil {
			t.Fatal(err)
		}
		serveWorld(t, w, func(send func(method, path, kind, body string)) {
			send("POST", fmt.Sprintf("/interactions/%s/%s/callback?with_response=1", in.ID, in.Token), "application/json", body)
			send("POST", tokenPath(in), "application/json", body)
			send("PATCH", tokenPath(in)+"/messages/@original", "application/json", body)
		})
		_, err = w.SubmitModal(ada, in, map[string]any{"x": "y"})
		if _, ok := errors.AsType[*PersonError](err); err != nil && !ok {
			t.Errorf("a modal is refused with %v", err)
		}
	})
}
