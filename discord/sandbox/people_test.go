package sandbox

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"cordial/discord"
)

// wantRefusal fails unless an error is one of the person's own client, about what is said.
func wantRefusal(t *testing.T, err error, about string) {
	t.Helper()
	refused, ok := errors.AsType[*PersonError](err)
	if !ok || !strings.Contains(refused.Message, about) {
		t.Errorf("the client says %v, want %q", err, about)
	}
}

// everyOption is a command with one option of every type.
func everyOption() obj {
	option := func(kind int, name string, more obj) obj {
		more["type"], more["name"], more["description"] = kind, name, "x"
		return more
	}
	return slash("all", obj{"options": []obj{
		option(3, "text", obj{"min_length": 2, "max_length": 4}),
		option(4, "whole", obj{"min_value": 1, "max_value": 9}),
		option(10, "number", obj{}),
		option(5, "flag", obj{}),
		option(6, "user", obj{}),
		option(7, "channel", obj{"channel_types": []int{2}}),
		option(8, "role", obj{}),
		option(9, "mentionable", obj{}),
		option(11, "file", obj{}),
		option(3, "choice", obj{"choices": []obj{{"name": "Red", "value": "r"}}}),
	}})
}

func TestOptionValues(t *testing.T) {
	r := newRig(t)
	r.declare(everyOption())
	upload, err := r.w.NewUpload("a.txt", strings.NewReader("alpha"))
	r.must(err)
	for _, test := range []struct {
		name  string
		value any
		sent  string // JSON; "" if it is refused
		about string
	}{
		{"text", "abc", `"abc"`, ""}, {"text", "a", "", "at least 2"}, {"text", "äöüßx", "", "at most 4"}, {"text", 5, "", "expected a text"},
		{"whole", 3, "3", ""}, {"whole", 3.0, "3", ""}, {"whole", 3.5, "", "whole number"}, {"whole", 0, "", "at least 1"}, {"whole", 10, "", "at most 9"}, {"whole", "x", "", "expected a number"},
		{"number", 1.5, "1.5", ""}, {"number", 1e300, "", "expected a number"}, {"flag", false, "false", ""}, {"flag", "yes", "", "true or false"},
		{"user", seedMika, `"` + string(seedMika) + `"`, ""}, {"user", "mika", `"` + string(seedMika) + `"`, ""}, {"user", "nobody", "", "there is no"},
		{"channel", seedTalk, `"` + string(seedTalk) + `"`, ""}, {"channel", seedGeneral, "", "no channel of the types"}, {"channel", "nowhere", "", "there is no channel"},
		{"role", "Friends", `"` + string(seedFriends) + `"`, ""}, {"role", "mika", "", "there is no"},
		{"mentionable", "Friends", `"` + string(seedFriends) + `"`, ""}, {"mentionable", "mika", `"` + string(seedMika) + `"`, ""},
		{"file", "a.txt", "", "expected a file"}, {"choice", "r", `"r"`, ""}, {"choice", "Red", `"r"`, ""}, {"choice", "Blue", "", "is no choice"},
		{"txt", "x", "", `did you mean "text"`},
	} {
		_, err := r.w.UseCommand(r.person("nathan"), seedGeneral, "all", map[string]any{test.name: test.value})
		if test.sent == "" {
			wantRefusal(t, err, test.about)
			continue
		}
		r.must(err)
		equal(t, test.name, r.payload().Get("data.options.0.value").Raw, test.sent)
	}
	_, err = r.w.UseCommand(r.person("nathan"), seedGeneral, "all", map[string]any{"file": upload, "user": seedMika, "channel": seedTalk})
	r.must(err)
	d := r.payload().Get("data")
	file := d.Get("options.2.value").String()
	equal(t, "order", d.Get("options.#.name").Raw, `["user","channel","file"]`)
	equal(t, "file", d.Get("resolved.attachments."+file+".filename").String(), "a.txt")
	_, content := r.get(d.Get("resolved.attachments." + file + ".url").String())
	equal(t, "content", string(content), "alpha")
	equal(t, "user", d.Get("resolved.users."+string(seedMika)+".username").String(), "mika")
	member := d.Get("resolved.members." + string(seedMika))
	equal(t, "member", member.Get("permissions").Exists() && !member.Get("user").Exists() && !member.Get("mute").Exists(), true)
	equal(t, "channel", d.Get("resolved.channels."+string(seedTalk)+".app_permissions").Exists(), true)
}

func TestSubcommands(t *testing.T) {
	r := newRig(t)
	sub := func(kind int, name string, options ...obj) obj {
		return obj{"type": kind, "name": name, "description": "x", "options": options}
	}
	r.declare(slash("tickets", obj{"options": []obj{sub(1, "close", obj{"type": 3, "name": "why", "description": "x", "required": true}), sub(2, "staff", sub(1, "add"))}}))
	nathan := r.person("nathan")
	_, err := r.w.UseCommand(nathan, seedGeneral, "/tickets close", map[string]any{"why": "done"})
	r.must(err)
	equal(t, "options", r.payload().Get("data.options").Raw, `[{"name":"close","type":1,"options":[{"name":"why","type":3,"value":"done"}]}]`)
	in, err := r.w.UseCommand(nathan, seedGeneral, "tickets staff add", nil)
	r.must(err)
	equal(t, "options", r.payload().Get("data.options").Raw, `[{"name":"staff","type":2,"options":[{"name":"add","type":1}]}]`)
	r.callback(in, obj{"type": 4, "data": obj{"content": "x"}}).ok(204)
	equal(t, "name", r.outcome(in).Message.Interaction.Name, "tickets staff add")
	for name, about := range map[string]string{"tickets": "name a subcommand", "tickets clse": `did you mean "close"`, "tickets close now": "no subcommand", "tickets close": "required",
		"": "name the command", "ticket": `did you mean "tickets"`} {
		_, err := r.w.UseCommand(nathan, seedGeneral, name, nil)
		wantRefusal(t, err, about)
	}
}

func TestWhoMayUseACommand(t *testing.T) {
	r := newRig(t)
	r.declare(slash("open"), slash("mods", obj{"default_member_permissions": "8192"}), slash("admins", obj{"default_member_permissions": "0"}),
		slash("dms", obj{"contexts": []int{1}}), slash("adults", obj{"nsfw": true}))
	quiet := r.newChannel(obj{"name": "quiet"})
	r.deny(quiet, discord.PermissionUseApplicationCommands)
	adults := r.newChannel(obj{"name": "adults", "nsfw": true})
	for _, test := range []struct {
		who, command string
		channel      discord.Snowflake
		about        string // "" when it is allowed
	}{
		{"sam_rivera", "open", seedGeneral, ""}, {"sam_rivera", "open", quiet, "may not use commands"}, {"nathan", "open", quiet, ""},
		{"sam_rivera", "mods", seedGeneral, "MANAGE_MESSAGES"}, {"jeremyhoward", "admins", seedGeneral, "administrators"}, {"nathan", "admins", seedGeneral, ""},
		{"nathan", "dms", seedGeneral, "not offered in guilds"}, {"nathan", "adults", seedGeneral, "age-restricted"}, {"nathan", "adults", adults, ""},
		{"nathan", "open", seedIdeas, "nobody can write"},
	} {
		_, err := r.w.UseCommand(r.person(test.who), test.channel, test.command, nil)
		if test.about == "" {
			r.must(err)
		} else {
			wantRefusal(t, err, test.about)
		}
	}
	r.bot("PATCH", "/guilds/"+string(seedGuild)+"/members/"+string(seedSam), obj{"communication_disabled_until": "2026-11-23T00:00:00Z"}).ok(200)
	_, err := r.w.UseCommand(r.person("sam_rivera"), seedGeneral, "open", nil)
	wantRefusal(t, err, "may not use commands")
	if _, err := r.w.UseCommand(r.person("sam_rivera"), seedPrivate, "open", nil); err == nil {
		t.Error("a command is used in a channel that nobody sees")
	}
	r.bot("POST", guildCommands, slash("open", obj{"description": "The guild's own."})).ok(201)
	r.use("nathan", "open", nil)
	equal(t, "the guild's own comes first", r.payload().Get("data.guild_id").String(), string(seedGuild))
}

func TestContextMenus(t *testing.T) {
	r := newRig(t)
	r.w.ConfigureApplication(func(a *Application) { a.MessageContent = false })
	r.declare(obj{"type": 3, "name": "Quote"}, obj{"type": 2, "name": "Wave"})
	m, err := r.w.CreateMessage(r.person("mika"), seedGeneral, MessageParams{Content: "words"})
	r.must(err)
	in, err := r.w.UseMenu(r.person("nathan"), seedGeneral, "Quote", m.ID)
	r.must(err)
	equal(t, "content in spite of the intent", r.payload().Get("data.resolved.messages."+string(m.ID)+".content").String(), "words")
	equal(t, "target", r.payload().Get("data.target_id").String(), string(m.ID))
	r.callback(in, obj{"type": 4, "data": obj{"content": "x"}}).ok(204)
	o := r.outcome(in)
	equal(t, "type", o.Message.Type, ContextMenuMessage)
	equal(t, "its target", o.Message.Metadata.TargetMessageID, m.ID)
	_, err = r.w.UseMenu(r.person("nathan"), seedGeneral, "Wave", seedMika)
	r.must(err)
	equal(t, "member", r.payload().Get("data.resolved.members."+string(seedMika)+".roles").Exists(), true)
	_, err = r.w.UseMenu(r.person("nathan"), seedGeneral, "Wave", "1")
	wantRefusal(t, err, "no user and no message")
	_, err = r.w.UseMenu(r.person("nathan"), seedGeneral, "Wave", m.ID)
	wantRefusal(t, err, "no command")
}

func TestMenusAreChecked(t *testing.T) {
	r := newRig(t)
	row := func(c obj) obj { return obj{"type": 1, "components": []obj{c}} }
	board := r.bot("POST", generalMessages, obj{"content": "board", "components": []obj{
		row(obj{"type": 3, "custom_id": "colors", "min_values": 1, "max_values": 2, "options": []obj{{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}, {"label": "Green", "value": "g"}}}),
		row(obj{"type": 5, "custom_id": "who"}), row(obj{"type": 8, "custom_id": "where", "channel_types": []int{2}}), row(obj{"type": 7, "custom_id": "anybody"}),
		{"type": 1, "components": []obj{{"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": true}, {"type": 2, "style": 5, "label": "Link", "url": "https://example.com"}}},
	}}).ok(200).id("id")
	nathan := r.person("nathan")
	for _, test := range []struct {
		menu   string
		values []string
		sent   string
		about  string
	}{
		{"colors", []string{"r", "Blue"}, `["r","b"]`, ""}, {"colors", nil, "", "at least 1"}, {"colors", []string{"r", "b", "g"}, "", "at most 2"},
		{"colors", []string{"r", "Red"}, "", "twice"}, {"colors", []string{"Rad"}, "", `did you mean`}, {"who", []string{"mika"}, `["` + string(seedMika) + `"]`, ""},
		{"who", []string{"Friends"}, "", "there is no"}, {"anybody", []string{"Friends"}, `["` + string(seedFriends) + `"]`, ""},
		{"where", []string{string(seedTalk)}, `["` + string(seedTalk) + `"]`, ""}, {"where", []string{"general"}, "", "types"},
		{"color", nil, "", `did you mean "colors"`}, {"Off", nil, "", "disabled"}, {"Link", nil, "", "somewhere else"},
	} {
		_, err := r.w.Select(nathan, seedGeneral, board, test.menu, test.values)
		if test.sent == "" {
			wantRefusal(t, err, test.about)
			continue
		}
		r.must(err)
		equal(t, test.menu, r.payload().Get("data.values").Raw, test.sent)
	}
	_, err := r.w.Click(nathan, seedGeneral, board, "colors")
	wantRefusal(t, err, "choose from it")
	theirs, err := r.w.CreateMessage(Actor{User: seedSearchBuddy}, seedGeneral, MessageParams{Content: "x"})
	r.must(err)
	_, err = r.w.Click(nathan, seedGeneral, theirs.ID, "x")
	wantRefusal(t, err, "not from the bot")
}

func TestModalsAreChecked(t *testing.T) {
	label := func(name string, c obj) obj { return obj{"type": 18, "label": name, "component": c} }
	options := []obj{{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}}
	r := newRig(t)
	r.declare(slash("ask"))
	nathan := r.person("nathan")
	first := obj{"type": 9, "data": obj{"custom_id": "m", "title": "M", "components": []obj{
		label("Name", obj{"type": 4, "custom_id": "name", "style": 1, "min_length": 2, "max_length": 4}),
		label("Note", obj{"type": 4, "custom_id": "note", "style": 2, "required": false, "value": "as it was"}),
		label("Color", obj{"type": 3, "custom_id": "color", "options": options, "required": false}),
		label("Who", obj{"type": 5, "custom_id": "who", "required": false}),
		{"type": 1, "components": []obj{{"type": 4, "custom_id": "old", "label": "Old", "style": 1, "required": false}}}}}}
	second := obj{"type": 9, "data": obj{"custom_id": "m", "title": "M", "components": []obj{
		label("One", obj{"type": 21, "custom_id": "one", "options": options}), label("Many", obj{"type": 22, "custom_id": "many", "options": options}),
		label("Flag", obj{"type": 23, "custom_id": "flag", "default": true}), label("Files", obj{"type": 19, "custom_id": "files", "max_values": 2, "required": false}),
		{"type": 10, "content": "text"}}}}
	upload, err := r.w.NewUpload("a.txt", strings.NewReader("alpha"))
	r.must(err)
	for _, test := range []struct {
		modal  obj
		values map[string]any
		path   string // of what is sent
		sent   string
		about  string
	}{
		{first, map[string]any{"name": "abc"}, "components.0", `{"component":{"custom_id":"name","id":2,"type":4,"value":"abc"},"id":1,"type":18}`, ""},
		{first, map[string]any{"Name": "abc"}, "components.1.component.value", `"as it was"`, ""},
		{first, map[string]any{"name": "abc", "color": "Blue", "old": "x"}, "components.4.components.0.value", `"x"`, ""},
		{first, map[string]any{"name": "abc", "color": "Blue"}, "components.2.component.values", `["b"]`, ""},
		{first, map[string]any{"name": "abc", "who": "mika"}, "resolved.users." + string(seedMika) + ".username", `"mika"`, ""},
		{first, nil, "", "", "required"}, {first, map[string]any{"name": "a"}, "", "", "at least 2"}, {first, map[string]any{"name": "abcde"}, "", "", "at most 4"},
		{first, map[string]any{"name": "abc", "nme": ""}, "", "", `did you mean "name"`}, {first, map[string]any{"name": "abc", "color": "Pink"}, "", "", "no option"},
		{second, map[string]any{"one": "r", "many": []string{"r", "b"}}, "components.1.component.values", `["r","b"]`, ""},
		{second, map[string]any{"one": "r", "many": "r"}, "components.2.component.value", `true`, ""},
		{second, map[string]any{"one": "Blue", "many": "r", "flag": false}, "components.0.component.value", `"b"`, ""},
		{second, map[string]any{"one": "r", "many": "r", "files": []Upload{upload}}, "components.3.component.values.#", "1", ""},
		{second, map[string]any{"many": "r"}, "", "", "required"}, {second, map[string]any{"one": "r"}, "", "", "at least 1"},
		{second, map[string]any{"one": "r", "many": "r", "flag": "on"}, "", "", "true or false"}, {second, map[string]any{"one": "r", "many": "r", "files": "x"}, "", "", "files"},
	} {
		in := r.use("nathan", "ask", nil)
		r.callback(in, test.modal).ok(204)
		equal(t, "status", r.outcome(in).Status, Modal)
		_, err := r.w.SubmitModal(nathan, in, test.values)
		if test.about != "" {
			wantRefusal(t, err, test.about)
			continue
		}
		r.must(err)
		equal(t, test.path, r.payload().Get("data."+test.path).Raw, test.sent)
		_, err = r.w.SubmitModal(nathan, in, test.values)
		wantRefusal(t, err, "no modal open")
	}
	in := r.use("nathan", "ask", nil)
	r.callback(in, first).ok(204)
	_, err = r.w.SubmitModal(r.person("mika"), in, map[string]any{"name": "abc"})
	wantRefusal(t, err, "no modal open")
}

func TestPeopleAreFoundByName(t *testing.T) {
	r := newRig(t)
	_, err := r.w.PersonNamed("DBuddy")
	wantRefusal(t, err, "no person named")
	_, err = r.w.AddUser("mika", "")
	wantRefusal(t, err, "already")
	u, err := r.w.PersonNamed("Jeremy Howard")
	r.must(err)
	equal(t, "by global name", u.Username, "jeremyhoward")
	_, err = r.w.ChannelFor(r.person("sam_rivera"), string(seedPrivate))
	wantRefusal(t, err, "sees no channel")
}

func FuzzOptionValues(f *testing.F) {
	for _, name := range []string{"text", "whole", "number", "user", "channel", "role", "mentionable", "choice", "x"} {
		f.Add(name, "abc", 1.5)
	}
	f.Add("text", "\xff", 0.0)
	f.Fuzz(func(t *testing.T, name, text string, number float64) {
		w := load(t, `{"users": [{"id": "1", "name": "ada"}, {"id": "2", "name": "bot", "bot": true}], "guilds": [{"name": "guild", "channels": [{"id": "31", "name": "lobby"}]}],
			"commands": [{"name": "all", "description": "x", "options": [{"type": 3, "name": "text", "description": "x"}, {"type": 4, "name": "whole", "description": "x"},
			{"type": 10, "name": "number", "description": "x"}, {"type": 6, "name": "user", "description": "x"}, {"type": 7, "name": "channel", "description": "x"},
			{"type": 8, "name": "role", "description": "x"}, {"type": 9, "name": "mentionable", "description": "x"}]}]}`)
		defer w.Close()
		w.Listen(func(e Event) {
			if _, err := json.Marshal(e.Data); err != nil {
				t.Errorf("%q = %q cannot be sent: %v", name, text, err)
			}
		})
		for _, value := range []any{text, number, []string{text}, nil} {
			_, err := w.UseCommand(Actor{User: "1"}, "31", "all", map[string]any{name: value})
			if _, ok := errors.AsType[*PersonError](err); err != nil && !ok {
				t.Errorf("%q = %v is refused with %v", name, value, err)
			}
		}
	})
}
