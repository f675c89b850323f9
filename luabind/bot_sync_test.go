package luabind_test

import (
	"io"
	"strings"
	"testing"

	"cordial/luabind"
	"cordial/runtime"
)

// Commands are compared with Discord's and written only if they differ, scope by scope.
func TestCommandsAreWrittenOnlyIfTheyDiffer(t *testing.T) {
	var out strings.Builder
	h, _ := newHost(t, &out, luabind.Options{})
	run := func(source, want string) {
		t.Helper()
		out.Reset()
		if err := h.RunString(t.Context(), "sync.lua", source+"\ngateway.stop()"); err != nil || out.String() != want {
			t.Errorf("%s\nprinted %q, %v; want %q", source, out.String(), err, want)
		}
	}
	const everywhere, here = "commands for every server:\n  ", "commands for server 1327046393453613076:\n  "
	run(`guild = "1327046393453613076"
weather = {description = "The weather", permissions = "MANAGE_MESSAGES", options = {{name = "city", type = "string", required = true, choices = {"a", "b"}}}}
bot.slash("weather", weather, print)
bot.slash("tickets open", print)
bot.menu("Report", {guild = guild}, print)
print(bot.sync{dry_run = true})
print(bot.sync{dry_run = true})`, strings.Repeat(everywhere+"+ tickets\n  + weather\n"+here+"+ Report (message menu)\n", 2))
	run(`print(bot.sync()) print(bot.sync{dry_run = true})`, everywhere+"+ tickets\n  + weather\n"+here+"+ Report (message menu)\nnothing differs\n")
	version := commandVersions(t, h, &out)
	run(`bot.slash("weather", weather, print) print(bot.sync())`, "nothing differs\n")
	if again := commandVersions(t, h, &out); again != version {
		t.Errorf("the commands were written again: %s, before %s", again, version)
	}
	run(`weather.description = "Rain" weather.options[1].required = false
bot.slash("weather", weather, print)
bot.slash("tickets open", print):off()
print(bot.sync())`, everywhere+"~ weather: description: \"The weather\" → \"Rain\"\n  ~ weather: options[0].required: true → false\n  - tickets\n")
	run(`for _, c in ipairs(bot.cmds) do c:off() end print(#bot.cmds, bot.sync())`, "0\t"+everywhere+"- weather\n"+here+"- Report (message menu)\n")
}

// commandVersions are the versions of the global commands, which every write changes.
func commandVersions(t *testing.T, h *runtime.Host, out *strings.Builder) string {
	t.Helper()
	out.Reset()
	err := h.RunString(t.Context(), "versions.lua", `for _, c in ipairs(dc.api.list_application_commands{application_id = dc:me().id}) do print(c.name, c.version) end`)
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What is declared while the bot is at work reaches Discord by itself.
func TestNewCommandsAreWrittenByThemselves(t *testing.T) {
	s := play(t, `
bot.slash("first", function(ix)
  bot.slash("second", function(ix) ix:reply("pong") end)
  ix:reply("declared")
end)`)
	s.expect(s.use("first", nil), "answered: declared")
	s.expect(func() string {
		of, err := s.world.UseCommand(s.actor("nathan"), general, "second", nil)
		if err != nil {
			return "not there yet"
		}
		return s.outcome(of, nil)()
	}, "answered: pong")
}

func TestCommandsThatDiscordWouldRefuse(t *testing.T) {
	h, _ := newHost(t, io.Discard, luabind.Options{})
	for source, want := range map[string]string{
		`bot.slash("a", print) bot.slash("a b", print)`:                                    `/a has a function, so /a b cannot be its subcommand`,
		`bot.slash("a b", print) bot.slash("a", print)`:                                    `/a has a function, so /a b cannot be its subcommand`,
		`bot.slash("a b", {nsfw = true}, print)`:                                           `nsfw belongs to the whole command: bot.slash("a", {nsfw=…})`,
		`bot.slash("a", {options = {{name = "x"}, {name = "x"}}}, print)`:                  "options[2]",
		`bot.slash("a", {options = {{name = "x", type = "user", min = 1}}}, print)`:        "options[1]: min is for options of type string, integer and number",
		`bot.slash("a", {options = {{name = "x", choices = {{name = "y"}}}}}, print)`:      "options[1].choices[1]: value is required",
		`bot.slash("a", {options = {{name = "x", type = "text"}}}, print)`:                 `options[1].type: expected one of`,
		`bot.slash("a", {options = {{name = "x", channel_types = {"GUILD_TXT"}}}}, print)`: `did you mean "GUILD_TEXT"?`,
		`bot.slash("a", {options = {{name = "x"}, {name = "y", required = true}}}, print)`: "options[2]",
		`bot.slash("a", {description = ("x"):rep(101)}, print)`:                            "description: must be 100 or fewer in length, got 101",
		`bot.menu(("x"):rep(33), print)`:                                                   "name: must be between 1 and 32",
		`bot.button("vote:{id", print)`:                                                    `pattern: pattern "vote:{id": the brace before "id" is not closed`,
		`bot.button(5, print)`:                                                             `expected a custom_id, such as "close" or "vote:{id}", got number 5`,
	} {
		err := h.RunString(t.Context(), "t.lua", source)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", source, err, want)
		}
		if err := h.RunString(t.Context(), "t.lua", `for _, c in ipairs(bot.cmds) do c:off() end`); err != nil {
			t.Error(err)
		}
	}
}
