package luabind_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/luabind"
	"cordial/runtime"
)

// stage is a bot at work, and somebody who uses it.
type stage struct {
	*testing.T
	world *sandbox.World
	lines chan string // what the script prints
	talk  *operator   // what goes to standard error
}

// play starts a script, and returns when the bot is ready and Discord has its commands. Before that the script prints these lines.
func play(t *testing.T, script string, lines ...string) *stage {
	t.Helper()
	return playBy(t, clockwork.NewRealClock(), script, lines...)
}

// playBy is play with a clock that Discord and the bot go by.
func playBy(t *testing.T, clock clockwork.Clock, script string, lines ...string) *stage {
	t.Helper()
	s := &stage{T: t, lines: make(chan string, 100), talk: &operator{}, world: sandbox.DefaultWorld(clock)}
	server, err := sandbox.Start(sandbox.Options{World: s.world, Limits: &unlimited})
	if err != nil {
		t.Fatal(err)
	}
	transport := newTransport()
	client := newClient(t, rest.Options{Token: server.BotToken(), BaseURL: server.APIURL(), HTTP: transport, Clock: clock})
	h := runtime.New(runtime.Options{Stdout: lineWriter(s.lines), Stderr: io.MultiWriter(s.talk, testWriter{t}), Clock: clock})
	if err := luabind.Install(h, client, luabind.Options{Sandbox: server, Token: server.BotToken()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		for _, err := range []error{h.Close(), server.Close(), s.world.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	s.start(h, script, lines...)
	return s
}

// start runs the script until the end of the test.
func (s *stage) start(h *runtime.Host, script string, lines ...string) {
	t := s.T
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- h.RunString(ctx, "bot.lua", script+"\nbot.start() bot.sync() print('ready')")
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && !errors.Is(err, runtime.ErrInterrupted) {
			t.Errorf("the script ended with %s", runtime.Explain(err))
		}
	})
	for _, want := range append(lines, "ready") {
		select {
		case line := <-s.lines:
			if line != want {
				t.Errorf("the script printed %q before it was ready, want %q", line, want)
			}
		case err := <-done:
			done <- nil
			t.Fatalf("the script ended: %s", runtime.Explain(err))
		}
	}
}

// lineWriter sends what is written line by line.
type lineWriter chan string

func (w lineWriter) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		w <- strings.TrimSuffix(string(line), "\n")
	}
	return len(p), nil
}

// line waits for a line that the script prints.
func (s *stage) line(want string) {
	s.Helper()
	select {
	case got := <-s.lines:
		if got != want {
			s.Fatalf("the script printed %q, want %q", got, want)
		}
	case <-time.After(patience):
		s.Fatalf("the script did not print %q", want)
	}
}

// actor is somebody of the sandbox by name.
func (s *stage) actor(name string) sandbox.Actor {
	s.Helper()
	u, err := s.world.PersonNamed(name)
	if err != nil {
		s.Fatal(err)
	}
	return sandbox.Actor{User: u.ID}
}

// outcome shows what has become of an interaction so far, as the person sees it: "answered: the text", with an asterisk when nobody
// else sees it.
type outcome func() string

func (s *stage) outcome(of *sandbox.Interaction, err error) outcome {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	return func() string {
		o, err := s.world.Outcome(s.Context(), of)
		if err != nil {
			return err.Error()
		}
		text := string(o.Status)
		messages := o.FollowUps
		if o.Message != nil {
			messages = append([]*sandbox.Message{o.Message}, messages...)
		}
		for _, m := range messages {
			text += ": " + m.Content
			if m.Flags&sandbox.MessageEphemeral != 0 {
				text += "*"
			}
		}
		for _, c := range o.Choices {
			text += ": " + c.Name
		}
		return text + o.Error
	}
}

func (s *stage) use(command string, options map[string]any) outcome {
	s.Helper()
	return s.outcome(s.world.UseCommand(s.actor("nathan"), general, command, options))
}

// message waits for an outcome that is a message to everybody, and gives its id.
func (s *stage) message(got outcome, want string) discord.Snowflake {
	s.Helper()
	s.expect(got, want)
	messages, err := s.world.Messages(s.actor("nathan"), general, sandbox.Page{Limit: 1})
	if err != nil || len(messages) == 0 {
		s.Fatalf("no message: %v", err)
	}
	return messages[0].ID
}

// patience is how long a test waits for what should happen at once, on a machine that has other things to do.
const patience = 30 * time.Second

// expect waits until the outcome is as wanted.
func (s *stage) expect(got outcome, want string) {
	s.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		now := got()
		if now == want {
			return
		}
		if time.Now().After(deadline) {
			s.Fatalf("got %q, want %q", now, want)
		}
	}
}

func TestSlashCommands(t *testing.T) {
	s := play(t, `
bot.slash("weather", {description = "The weather", options = {
  {name = "city", description = "Where", required = true, autocomplete = function(ix, text) return {text .. "burg", {name = "Otterville", value = "o"}} end},
  {name = "days", type = "integer", min = 1, max = 7}, {name = "who", type = "user"}, {name = "where", type = "channel"},
  {name = "unit", choices = {"celsius", "kelvin"}}}},
  function(ix, o) ix:reply(("%s %s %s %s %s"):format(o.city, o.days, o.who and o.who.name, ix.options.where and ix.options.where.name, o.unit)) end)
bot.slash("secret", {ephemeral = true}, function(ix) ix:reply("psst") end)
bot.slash("whisper", function(ix) ix:reply("psst", {ephemeral = true}) ix:follow_up("aloud") end)
bot.slash("hidden", function(ix) ix:defer{ephemeral = true} ix:reply("found") ix:edit("found it") end)
bot.slash("broken", function() error("oh no") end)
bot.slash("tickets", {description = "Tickets"})
bot.slash("tickets open", function(ix) ix:reply(ix.command .. " by " .. ix.user.username) end)
bot.slash("tickets admin close", {options = {{name = "id", type = "integer", required = true}}, cooldown = 60}, function(ix, o) ix:reply("closed " .. o.id) end)
bot.menu("Report", function(ix, msg) ix:reply("reported " .. #msg.content, {ephemeral = true}) end)
bot.menu("Greet", {type = "user"}, function(ix, who) ix:reply("Hello " .. who.mention) end)
`)
	s.expect(s.use("weather", map[string]any{"city": "Bath"}), "answered: Bath nil nil nil nil")
	s.expect(s.use("weather", map[string]any{"city": "Bath", "days": 3.0, "who": "nathan", "where": "general", "unit": "kelvin"}), "answered: Bath 3 nathan general kelvin")
	s.expect(s.use("secret", nil), "answered: psst*")
	s.expect(s.use("whisper", nil), "answered: psst*: aloud")
	s.expect(s.use("hidden", nil), "answered: found it*")
	s.expect(s.use("broken", nil), "answered: Something went wrong.*")
	s.expect(s.use("tickets open", nil), "answered: tickets open by nathan")
	s.expect(s.use("tickets admin close", map[string]any{"id": 4.0}), "answered: closed 4")
	s.expect(s.use("tickets admin close", map[string]any{"id": 4.0}), "answered: Please wait 60 seconds before you use /tickets admin close again.*")

	nathan := s.actor("nathan")
	s.expect(s.outcome(s.world.Autocomplete(nathan, general, "weather", "city", "Otter", nil)), "completed: Otterburg: Otterville")
	s.expect(s.outcome(s.world.UseMenu(nathan, general, "Greet", nathan.User)), "answered: Hello <@"+string(nathan.User)+">")
}

// What takes long is deferred, in the way that the command says, before Discord gives up; the answer then takes the deferral's place.
func TestSlowAnswersAreDeferred(t *testing.T) {
	clock := clockwork.NewFakeClockAt(time.Now())
	s := playBy(t, clock, `
local function slow(name, options, answer)
  bot.slash(name, options, function(ix) print("thinking") sleep(4) answer(ix) end)
end
slow("slow", {}, function(ix) ix:reply("at last") end)
slow("secret", {ephemeral = true}, function(ix) ix:reply("psst") end)
slow("turn", {}, function(ix) ix:reply("psst", {ephemeral = true}) end)
slow("form", {}, function(ix)
  ix:modal(ui.modal{id = "c", title = "t", ui.input{id = "i", label = "l"}})
end)
`)
	for _, tt := range []struct{ name, deferred, answered string }{
		{"slow", "deferred: ", "answered: at last"},
		{"secret", "deferred: *", "answered: psst*"},
		{"turn", "deferred: ", "answered: psst*"},
		{"form", "deferred: ", "answered: Something went wrong.*"},
	} {
		got := s.use(tt.name, nil)
		s.line("thinking")
		clock.Advance(2 * time.Second)
		s.expect(got, tt.deferred)
		left := 4 * time.Second // the handler's sleep; with much more the client gives slow answers up
		s.expect(func() string {
			if left > 0 {
				clock.Advance(time.Second)
				left -= time.Second
			}
			return got()
		}, tt.answered)
	}
}

// Options may have the names that Discord gives them, and the types its numbers.
func TestOptionsByDiscordsOwnNames(t *testing.T) {
	s := play(t, `
bot.slash("book", {options = {
  {name = "title", type = 3, min_length = 2, max_length = 10, name_localizations = {de = "titel"}},
  {name = "pages", type = "INTEGER", min_value = 1, max_value = 9},
  {name = "shelf", type = "channel", channel_types = {"GUILD_TEXT", 2}}}},
  function(ix, o) ix:reply(o.title .. " " .. o.pages) end)
for _, option in ipairs{
  {name = "a", type = "integer", min_length = 1}, {name = "a", min_value = 1}, {name = "a", min = 1, min_length = 1},
  {name = "a", type = "user", max = 1}, {name = "a", type = 2}, {name = "a", channel_types = {"GUILD_TEX"}},
} do
  local ok, err = pcall(bot.slash, "wrong", {options = {option}}, function() end)
  print(tostring(err):match("did you mean.*") or tostring(err):match("options%[1%]%S* (.*)$"))
end
`, "min_length is not for options of type integer", "min_value is not for options of type string", "min and min_length say the same: give one of them",
		"max is for options of type string, integer and number",
		`expected one of "string", "integer", "boolean", "user", "channel", "role", "mentionable", "number", "attachment", got number 2`,
		`did you mean "GUILD_TEXT"?`)
	s.expect(s.use("book", map[string]any{"title": "Emma", "pages": 7.0}), "answered: Emma 7")
	for _, options := range []map[string]any{{"title": "E"}, {"pages": 10.0}, {"shelf": string(general) + "1"}} {
		if _, err := s.world.UseCommand(s.actor("nathan"), general, "book", options); err == nil {
			t.Errorf("%v was taken", options)
		}
	}
}

// A script finds out who the bot is, and what the person and the bot may do where something happens.
func TestWhoAndWhatIsAllowed(t *testing.T) {
	s := play(t, `
print(bot.user)
bot.slash("who", {contexts = {"guild", "bot_dm"}}, function(ix)
  ix:reply(("%s %s %s"):format(bot.user.id, ix.permissions and ix.permissions:has("SEND_MESSAGES"), ix.app_permissions:has("SEND_MESSAGES")))
end)
`, "nil")
	s.expect(s.use("who", nil), "answered: "+string(botID)+" true true")
	dm, err := s.world.OpenDM(s.actor("nathan"), botID)
	if err != nil {
		t.Fatal(err)
	}
	s.expect(s.outcome(s.world.UseCommand(s.actor("nathan"), dm.ID, "who", nil)), "answered: "+string(botID)+" nil true")
}

func TestComponentsAndForms(t *testing.T) {
	s := play(t, `
bot.slash("vote", function(ix)
  ix:reply{content = "Vote!", components = {ui.button("Yes", "vote:yes"), ui.button("No", "vote:no"), ui.button("Why", "why:7"), ui.button("Quiet", "quiet"), ui.button("Ask", "ask:3"), ui.select{id = "colour", options = {"red", "blue"}}, ui.user_select{id = "people"}}}
end)
bot.button("vote:{choice}", function(ix, choice) ix:update("Voted " .. choice) end)
bot.button("vote:no", function(ix) ix:reply("No way", {ephemeral = true}) end)
bot.button("why:{id}", function(ix, id) ix:defer() ix:reply("Because " .. id) end)
bot.button("quiet", function(ix) print(ix.custom_id, ix.message.content, ix:channel().name, ix:guild().name) end)
bot.button("ask:{id}", function(ix, id) ix:modal(ui.modal{id = "form:" .. id, title = "Ask", ui.input{id = "reason", label = "Why?"}}) end)
bot.modal("form:{id}", function(ix, id) ix:reply(id .. ": " .. ix.fields.reason) end)
bot.select("colour", {cooldown = 60}, function(ix) ix:reply("You chose " .. table.concat(ix.values, ", ")) end)
bot.select("people", {permissions = {"BAN_MEMBERS"}}, function(ix) ix:reply("You chose " .. ix.values[1].name) end)
`)
	nathan := s.actor("nathan")
	vote := s.message(s.use("vote", nil), "answered: Vote!")
	click := func(id string) outcome { return s.outcome(s.world.Click(nathan, general, vote, id)) }
	s.expect(click("vote:no"), "answered: No way*")
	s.expect(click("why:7"), "deferred: Vote!: Because 7")
	s.expect(click("quiet"), "deferred: Vote!")
	s.line("quiet\tVote!\tgeneral\tnatedog's server")
	asked, err := s.world.Click(nathan, general, vote, "ask:3")
	s.expect(s.outcome(asked, err), "modal")
	s.expect(s.outcome(s.world.SubmitModal(nathan, asked, map[string]any{"reason": "curious"})), "answered: 3: curious")
	choose := func(id string, values ...string) outcome {
		return s.outcome(s.world.Select(nathan, general, vote, id, values))
	}
	s.expect(choose("colour", "blue"), "answered: You chose blue")
	s.expect(choose("colour", "red"), "answered: Please wait 60 seconds before you use this again.*")
	s.expect(choose("people", string(nathan.User)), "answered: You chose nathan")
	s.expect(click("vote:yes"), "updated: Voted yes")
}
