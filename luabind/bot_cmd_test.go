package luabind_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/sandbox"
	"cordial/luabind"
)

// botID is the bot of the sandbox.
const botID = discord.Snowflake("1361823507679543306")

// say writes a message as somebody and gives what the bot answers to it.
func (s *stage) say(name, text string) outcome {
	s.Helper()
	return s.sayIn(general, name, text)
}

func (s *stage) sayIn(channel discord.Snowflake, name, text string) outcome {
	s.Helper()
	actor := s.actor(name)
	said, err := s.world.CreateMessage(actor, channel, sandbox.MessageParams{Content: text})
	if err != nil {
		s.Fatal(err)
	}
	return func() string {
		messages, err := s.world.Messages(actor, channel, sandbox.Page{After: said.ID, Limit: 100})
		if err != nil {
			return err.Error()
		}
		var answers []string
		for _, m := range messages {
			if m.Reference == nil || m.Reference.MessageID != said.ID {
				continue
			}
			answers = append([]string{m.Content}, answers...)
		}
		return strings.Join(answers, " | ")
	}
}

func TestPrefixCommands(t *testing.T) {
	clock := clockwork.NewFakeClockAt(time.Now())
	s := playBy(t, clock, `
function bot.cmd.echo(msg, args) msg:reply("You said: [" .. args .. "]") end
bot.cmd("roll", {description = "Rolls a die", cooldown = 5, aliases = {"die", "dice"}}, function(msg) msg:reply("4") end)
bot.cmd("purge", {description = "Deletes", permissions = {"MANAGE_MESSAGES", "BAN_MEMBERS"}}, function(msg) msg:reply("purged") end)
function bot.cmd.add(msg, name) bot.cmd[name] = function(m) m:reply(name .. "!") end msg:reply("added") end
function bot.cmd.remove(msg, name) bot.cmd[name] = nil msg:reply("removed") end
function bot.cmd.prefix(msg, args) bot.prefix = {args, "!"} msg:reply("done") end
function bot.cmd.self(msg) msg:reply("!echo endless") end
`)
	s.expect(s.say("nathan", "!echo hello  world "), "You said: [hello  world]")
	s.expect(s.say("nathan", "!echo"), "You said: []")
	s.expect(s.say("nathan", "!Echo @everyone"), "You said: [@everyone]")
	s.expect(s.say("nathan", "!echo\ntwo\nlines"), "You said: [two\nlines]")
	s.expect(s.say("nathan", "<@"+string(botID)+"> echo hi"), "You said: [hi]")
	s.expect(s.say("nathan", "!roll"), "4")
	s.expect(s.say("nathan", "!dice"), "Please wait 5 seconds before you use !roll again.")
	clock.Advance(5 * time.Second)
	s.expect(s.say("nathan", "!die"), "4")
	s.expect(s.say("nathan", "!add late"), "added")
	s.expect(s.say("nathan", "!late"), "late!")
	s.expect(s.say("nathan", "!remove late"), "removed")
	s.expect(s.say("nathan", "!prefix ?"), "done")
	s.expect(s.say("nathan", "?echo a"), "You said: [a]")
	s.expect(s.say("nathan", "!self"), "!echo endless")
	silent := s.say("nathan", "!late and !unknown and nothing")
	s.expect(s.say("nathan", "!help"), "**Commands**\n`?add`\n`?echo`\n`?prefix`\n`?purge` – Deletes\n`?remove`\n`?roll` – Rolls a die\n`?self`")
	s.expect(s.say("nathan", "!help roll"), "`?roll` – Rolls a die\nAlso: `?die`, `?dice`\nOnce every 5 seconds.")
	s.expect(s.say("nathan", "!help purge"), "`?purge` – Deletes\nNeeds the permissions Ban Members and Manage Messages.")
	s.expect(s.say("nathan", "!help rol"), "There is no such command. Did you mean `?roll`?")
	s.expect(silent, "")
}

func TestPermissionsAreChecked(t *testing.T) {
	s := play(t, `
bot.cmd("purge", {permissions = {"MANAGE_MESSAGES", "BAN_MEMBERS"}}, function(msg) msg:reply("purged") end)
bot.cmd("ping", function(msg) msg:reply("pong") end)
`)
	s.expect(s.say("nathan", "!purge"), "purged")
	s.expect(s.say("priya", "!purge"), "You need the permissions Ban Members and Manage Messages to use !purge.")
	s.expect(s.say("priya", "!help"), "**Commands**\n`!ping`")
	dm, err := s.world.OpenDM(s.actor("priya"), botID)
	if err != nil {
		t.Fatal(err)
	}
	s.expect(s.sayIn(dm.ID, "priya", "!purge"), "!purge works in a server only.")
	s.expect(s.sayIn(dm.ID, "priya", "!ping"), "pong")
}

// What goes wrong in a handler is kept and told of, and the bot goes on.
func TestErrorsOfHandlers(t *testing.T) {
	s := play(t, `
function bot.cmd.fail(msg) error("oh no") end
function bot.cmd.refused(msg) dc:guild("5") end
function bot.cmd.count(msg)
  local e, r = bot.errors[#bot.errors - 1], bot.errors[#bot.errors]
  msg:reply(("%d %s %s %s | %s %s %s"):format(#bot.errors, e.command, e.message, e.context.content, r.command, r.error.code, r.traceback:match("bot.lua:%d+")))
end
function bot.cmd.many(msg) for i = 1, 150 do spawn(error, "number " .. i) end sleep(0) msg:reply(#bot.errors .. " " .. bot.errors[100].error) end
function bot.cmd.forget(msg) bot.errors = {} msg:reply(tostring(bot.errors)) end
bot.slash("fail", function(ix) error({code = 5}) end)
bot.on_error(function(ctx, err, entry)
  if entry.command == "command fail" then ctx:reply("sorry: " .. err) end
  if entry.command == "/fail" then ctx:reply("code " .. err.code) end
end)
bot.on_error(function(ctx, err, entry) if entry.command == "command refused" then error("in on_error") end end)
`)
	s.expect(s.say("nathan", "!fail now"), "sorry: bot.lua:2: oh no")
	refused := s.say("nathan", "!refused")
	s.expect(s.use("fail", nil), "answered: code 5")
	s.expect(refused, "")
	s.expect(s.say("nathan", "!many"), "100 number 150")
	s.expect(s.say("nathan", "!forget"), "{}")
}

func TestPrefixesAndNamesAreChecked(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	for source, want := range map[string]string{
		`bot.prefix = ""`: "a prefix needs at least one character",
		`bot.prefix = {}`: "expected one prefix or more",
		`bot.slash("x", {options = {name = "a"}}, print)`:                 "options: expected a list of option, got a table with the field name",
		`bot.slash("x", {options = {{name = "a", choices = {}}}}, print)`: "options[1].choices: expected one choice or more",
		`bot.prefix = 5`:                             "",
		`bot.prefix = {"!", " "}`:                    "a prefix needs at least one character",
		`bot.prefix = true`:                          "expected string or list of string",
		`bot.cmd["two words"] = print`:               "which is one word",
		`bot.cmd.x = 5`:                              "expected a function, or nil to remove the command, got number 5",
		`bot.cmd("x", {cooldwn = 5}, print)`:         "did you mean 'cooldown'?",
		`bot.cmd("x", {permissions = "BAN"}, print)`: "unknown permission",
		`bot.errors = {1}`:                           "which forgets them",
		`bot.slash("a b c d", print)`:                "expected one to three words",
		`bot.slash("Weather", print)`:                `bot.slash: name: "Weather": lower-case letters, digits, - and _, up to 32; did you mean "weather"?`,
		`bot.slash("my poll", {options = {{name = "The City!"}}}, print)`:                          `bot.slash: options[1].name: "The City!": lower-case letters, digits, - and _, up to 32; did you mean "the-city"?`,
		`bot.slash("x", {options = {{name = "who", type = "user", autocomplete = print}}}, print)`: `bot.slash: "x": options[1]: autocomplete is for options of type string, integer and number`,
		`bot.slash("x", {options = {{name = "a"}, {name = "a"}}}, print)`:                          `bot.slash: "x": options[2]: option name a already exists`,
		`bot.slash("x y", {nsfw = true}, print)`:                                                   `bot.slash: "x y": nsfw belongs to the whole command`,
		`bot.slash("x", print) bot.slash("x y", print)`:                                            `bot.slash: "x y": /x has a function, so /x y cannot be its subcommand`,
		`bot.menu("", print)`: `bot.menu: "": name`,
		`bot.cmd("a", {aliases = {"b"}}, print) bot.cmd("c", {aliases = {"b"}}, print)`:                                          `"b" belongs to the command "a" already`,
		`bot.cmd("a", {aliases = {"b"}}, print) bot.cmd.b = print`:                                                               `"b" belongs to the command "a" already`,
		`bot.cmd("d", {aliases = {"e"}}, print) bot.cmd("d", {aliases = {"e", "f"}}, print) bot.cmd.d = print bot.cmd.e = print`: "",
		`bot.slash("x", {options = {{nme = "a"}}}, print)`:                                                                       "options[1]: unknown field 'nme', did you mean 'name'?",
	} {
		err := h.RunString(t.Context(), "t.lua", source)
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", source, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", source, err, want)
		}
	}
}
