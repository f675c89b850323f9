package sandbox

import (
	"fmt"
	"testing"
	"time"

	"cordial/discord"
)

const (
	globalCommands = "/applications/" + string(seedBot) + "/commands"
	guildCommands  = "/applications/" + string(seedBot) + "/guilds/" + string(seedGuild) + "/commands"
)

// slash is the body of a plain chat-input command, with more fields.
func slash(name string, more ...obj) obj {
	c := obj{"name": name, "description": "A command."}
	for _, m := range more {
		for field, value := range m {
			c[field] = value
		}
	}
	return c
}

func TestCommandLifecycle(t *testing.T) {
	for _, path := range []string{globalCommands, guildCommands} {
		r := newRig(t)
		made := r.bot("POST", path, slash("weather", obj{"name_localizations": obj{"de": "wetter"}, "nsfw": true, "default_member_permissions": "8"})).ok(201)
		equal(t, "type", made.get("type").Int(), 1)
		equal(t, "permissions", made.get("default_member_permissions").String(), "8")
		equal(t, "nsfw", made.get("nsfw").Bool(), true)
		one := path + "/" + string(made.id("id"))
		equal(t, "the same again", string(r.bot("POST", path, slash("weather", obj{"name_localizations": obj{"de": "wetter"}, "nsfw": true,
			"default_member_permissions": "8"})).ok(200).body), string(made.body))
		again := r.bot("POST", path, slash("weather", obj{"description": "Tells it."})).ok(200)
		equal(t, "id of the same name", again.id("id"), made.id("id"))
		equal(t, "its version changes", again.id("version") != made.id("version"), true)
		equal(t, "permissions are gone", again.get("default_member_permissions").Raw, "null")
		equal(t, "a user command of the same name", r.bot("POST", path, obj{"type": 2, "name": "weather"}).ok(201).id("id") != made.id("id"), true)

		edited := r.bot("PATCH", one, obj{"name": "forecast", "name_localizations": obj{"de": "wetter"}}).ok(200)
		equal(t, "new name", edited.get("name").String(), "forecast")
		equal(t, "old description", edited.get("description").String(), "Tells it.")
		equal(t, "list", r.bot("GET", path, nil).ok(200).get("#").Int(), 2)
		equal(t, "translations", r.bot("GET", path, nil).ok(200).get("0.name_localizations").Exists(), false)
		equal(t, "translations when asked for", r.bot("GET", path+"?with_localizations=true", nil).ok(200).get("0.name_localizations.de").String(), "wetter")
		equal(t, "one", r.bot("GET", one, nil).ok(200).id("id"), made.id("id"))
		r.bot("DELETE", one, nil).ok(204)
		r.bot("GET", one, nil).refused(404, 10063)
	}
}

func TestCommandScopesAreApart(t *testing.T) {
	r := newRig(t)
	global := r.bot("POST", globalCommands, slash("ping", obj{"contexts": []int{0}})).ok(201)
	guild := r.bot("POST", guildCommands, slash("ping", obj{"contexts": []int{0, 1}, "integration_types": []int{0, 1}})).ok(201)
	equal(t, "in DMs", global.get("dm_permission").Raw, "false")
	equal(t, "guild", guild.id("guild_id"), seedGuild)
	equal(t, "contexts of a guild's command", guild.get("contexts").Exists(), false)
	r.bot("GET", guildCommands+"/"+string(global.id("id")), nil).refused(404, 10063)
	r.bot("GET", globalCommands+"/"+string(guild.id("id")), nil).refused(404, 10063)
	equal(t, "contexts from dm_permission", r.bot("POST", globalCommands, slash("a", obj{"dm_permission": false})).ok(201).get("contexts").Raw, "[0]")
	equal(t, "contexts", r.bot("POST", globalCommands, slash("b")).ok(201).get("contexts").Raw, "null")
	id := string(global.id("id"))
	equal(t, "contexts follow", r.bot("PATCH", globalCommands+"/"+id, obj{"dm_permission": true}).ok(200).get("contexts").Raw, "null")
	equal(t, "dm_permission follows", r.bot("PATCH", globalCommands+"/"+id, obj{"contexts": []int{2}}).ok(200).get("dm_permission").Raw, "false")
}

func TestBulkOverwrite(t *testing.T) {
	r := newRig(t)
	first := r.bot("PUT", globalCommands, []obj{slash("a"), slash("b"), {"type": 3, "name": "a"}}).ok(200)
	equal(t, "count", first.get("#").Int(), 3)
	equal(t, "nothing has changed", string(r.bot("PUT", globalCommands, []obj{slash("a"), slash("b"), {"type": 3, "name": "a"}}).ok(200).body), string(first.body))
	next := r.bot("PUT", globalCommands, []obj{slash("b", obj{"description": "New."}), slash("c", obj{"id": first.id("0.id")}), slash("a")}).ok(200)
	equal(t, "id of a changed one", next.id("0.id"), first.id("1.id"))
	equal(t, "id of a renamed one", next.id("1.id"), first.id("0.id"))
	equal(t, "the name is free for another", next.id("2.id") != first.id("0.id"), true)
	equal(t, "the rest is gone", r.bot("GET", globalCommands, nil).ok(200).get("#").Int(), 3)
	r.bot("PUT", globalCommands, []obj{slash("x"), slash("x")}).invalid("1", "APPLICATION_COMMANDS_DUPLICATE_NAME")
	r.bot("PUT", globalCommands, []obj{slash("x"), slash("Y")}).invalid("1.name", "APPLICATION_COMMAND_INVALID_NAME")
	r.bot("PUT", globalCommands, []obj{}).ok(200)
	equal(t, "none left", r.bot("GET", globalCommands, nil).ok(200).get("#").Int(), 0)
}

func TestCommandRefusals(t *testing.T) {
	r := newRig(t)
	a := r.bot("POST", guildCommands, slash("a")).ok(201)
	b := r.bot("POST", guildCommands, slash("b")).ok(201)
	one := guildCommands + "/" + string(a.id("id"))
	r.bot("PATCH", one, obj{"name": "b"}).refused(400, 40041)
	r.bot("PATCH", one, obj{"name": "B"}).invalid("name", "APPLICATION_COMMAND_INVALID_NAME")
	r.bot("PATCH", one, obj{"description": ""}).invalid("description", "BASE_TYPE_REQUIRED")
	who := slash("who", obj{"options": []obj{{"type": 6, "name": "who", "description": "d", "autocomplete": true}}})
	r.bot("POST", guildCommands, who).invalid("options.0.autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID")
	r.bot("PUT", guildCommands, []obj{who}).invalid("0.options.0.autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID")
	r.bot("PATCH", one, who).invalid("options.0.autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID")
	r.bot("POST", guildCommands, slash("C")).invalid("name", "APPLICATION_COMMAND_INVALID_NAME")
	r.bot("POST", guildCommands, obj{"type": 4, "name": "launch", "handler": 1}).refused(400, 30032)
	r.as("nathan", "GET", guildCommands, nil).refused(403, 50001)
	r.bot("GET", "/applications/1/commands", nil).refused(404, 10002)
	r.bot("GET", "/applications/"+string(seedBot)+"/guilds/1/commands", nil).refused(404, 10004)
	r.bot("DELETE", guildCommands+"/1", nil).refused(404, 10063)
	equal(t, "rules", r.bot("GET", guildCommands+"/permissions", nil).ok(200).get("#").Int(), 0)
	r.bot("GET", guildCommands+"/"+string(b.id("id"))+"/permissions", nil).refused(404, 10066)
	r.bot("PUT", one+"/permissions", obj{"permissions": []obj{}}).refused(403, 20001)
	r.bot("GET", guildCommands+"/1/permissions", nil).refused(404, 10063)
	global := r.bot("POST", globalCommands, slash("everywhere")).ok(201)
	r.bot("GET", guildCommands+"/"+string(global.id("id"))+"/permissions", nil).refused(404, 10066)
}

func TestHowManyCommandsThereMayBe(t *testing.T) {
	r := newRig(t)
	var all []obj
	for i := range 100 {
		all = append(all, slash(fmt.Sprint("c", i)))
	}
	for i := range 15 {
		all = append(all, obj{"type": 2, "name": fmt.Sprint("User ", i)}, obj{"type": 3, "name": fmt.Sprint("Message ", i)})
	}
	r.bot("PUT", globalCommands, all).ok(200)
	r.bot("POST", globalCommands, slash("more")).refused(400, 30032)
	r.bot("POST", globalCommands, obj{"type": 2, "name": "More"}).refused(400, 30032)
	r.bot("POST", globalCommands, obj{"type": 4, "name": "launch", "handler": 1}).ok(201)
	r.bot("POST", globalCommands, obj{"type": 4, "name": "again", "handler": 1}).refused(400, 30032)
	r.bot("POST", globalCommands, slash("c7", obj{"description": "Changes are free."})).ok(200)
	equal(t, "still there", r.bot("GET", globalCommands, nil).ok(200).get("#").Int(), 131)
}

func TestNewCommandsPerDay(t *testing.T) {
	r := newRig(t)
	for i := range commandCreates.Count {
		r.bot("PUT", guildCommands, []obj{slash(fmt.Sprint("c", i))}).ok(200)
	}
	r.bot("POST", guildCommands, slash("more")).refused(400, 30034)
	r.bot("POST", guildCommands, slash(fmt.Sprint("c", commandCreates.Count-1), obj{"description": "Changes are free."})).ok(200)
	r.bot("POST", globalCommands, slash("elsewhere")).ok(201)
	r.clock.Advance(24 * time.Hour)
	r.bot("POST", guildCommands, slash("more")).ok(201)
}

func TestWorldFilesKeepCommands(t *testing.T) {
	w := load(t, `{"users": [{"name": "ada"}, {"name": "bot", "bot": true}], "guilds": [{"name": "guild"}],
		"commands": [{"name": "weather", "description": "Tells it.", "options": [{"type": 4, "name": "days", "description": "x", "choices": [{"name": "one", "value": 1}]}]},
			{"type": 2, "name": "Report", "guild": "guild", "default_member_permissions": "8"}]}`)
	defer w.Close()
	equal(t, "commands", len(w.commands), 2)
	again := load(t, dump(t, w))
	defer again.Close()
	equal(t, "again", dump(t, again), dump(t, w))
	var guild discord.Snowflake
	for id := range w.guilds {
		guild = id
	}
	list, err := w.Commands(Actor{User: w.app.ID}, CommandScope{w.app.ID, guild}, false)
	if err != nil || len(list) != 1 || list[0].Name != "Report" || *list[0].DefaultMemberPermissions != discord.PermissionAdministrator {
		t.Errorf("the guild has %v, %v", list, err)
	}
}
