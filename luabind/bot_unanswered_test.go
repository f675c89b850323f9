package luabind_test

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/interaction"
	"cordial/discord/sandbox"
	"cordial/luabind"
)

// operator is standard error, kept.
type operator struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *operator) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *operator) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// Somebody who uses what the bot no longer knows is told so, each time, and the operator once.
func TestWhatIsNotDeclared(t *testing.T) {
	s := playBy(t, clockwork.NewFakeClockAt(time.Now()), `
bot.slash("old", function(ix)
  ix:reply{content = "Old", components = {ui.button("Old", "old:1"), ui.select{id = "colour", options = {"red"}}, ui.button("Form", "form")}}
end)
bot.button("form", function(ix) ix:modal(ui.modal{id = "forgotten", title = "t", ui.input{id = "i", label = "l"}}) end)
local gone = bot.slash("gone", {options = {{name = "what", autocomplete = function() return {"a"} end}}}, function(ix) ix:reply("here") end)
bot.slash("drop", function(ix) gone:off() ix:reply("dropped") end)
`)
	nathan := s.actor("nathan")
	old := s.message(s.use("old", nil), "answered: Old")
	for range 2 {
		s.expect(s.outcome(s.world.Click(nathan, general, old, "old:1")), "answered: This does not work any more.*")
	}
	s.expect(s.outcome(s.world.Select(nathan, general, old, "colour", []string{"red"})), "answered: This does not work any more.*")
	form, err := s.world.Click(nathan, general, old, "form")
	s.expect(s.outcome(form, err), "modal")
	s.expect(s.outcome(s.world.SubmitModal(nathan, form, map[string]any{"i": "x"})), "answered: This does not work any more.*")
	s.expect(s.use("drop", nil), "answered: dropped")
	s.expect(s.use("gone", nil), "answered: This does not work any more.*")
	s.expect(s.outcome(s.world.Autocomplete(nathan, general, "gone", "what", "x", nil)), "completed")
	for _, what := range []string{"custom_id old:1", "custom_id colour", "custom_id forgotten", "gone"} {
		if n := strings.Count(s.talk.String(), "bot: somebody used "+what+", for which nothing is declared\n"); n != 1 {
			t.Errorf("%s was told of %d times:\n%s", what, n, s.talk)
		}
	}
}

// A script that listens to interactions itself has the answers to itself.
func TestInteractionsOfAScriptsOwn(t *testing.T) {
	s := play(t, `
bot.slash("old", function(ix) ix:reply{content = "Old", components = {ui.button("Old", "old:1")}} end)
gateway.on("INTERACTION_CREATE", function(ix) if ix.custom_id == "old:1" then sleep(0.01) ix:reply("by hand") end end)
`)
	old := s.message(s.use("old", nil), "answered: Old")
	s.expect(s.outcome(s.world.Click(s.actor("nathan"), general, old, "old:1")), "answered: by hand")
}

// A command whose function has nothing to say leaves the person waiting, which the operator is told once.
func TestCommandsWithoutAnAnswer(t *testing.T) {
	s := play(t, `
bot.slash("quiet", function(ix) print("quiet") end)
bot.slash("later", function(ix) ix:defer() spawn(function() ix:reply("now") end) end)
`)
	for range 2 {
		s.use("quiet", nil)
		s.line("quiet")
	}
	s.expect(s.use("later", nil), "answered: now")
	s.expect(func() string {
		return fmt.Sprint(strings.Count(s.talk.String(), "bot: /quiet ended without an answer"))
	}, "1")
	if strings.Contains(s.talk.String(), "/later") {
		t.Errorf("told: %s", s.talk)
	}
}

// The same holds for one that was deferred because its function took long.
func TestSlowCommandsWithoutAnAnswer(t *testing.T) {
	clock := clockwork.NewFakeClockAt(time.Now())
	s := playBy(t, clock, `
bot.slash("slow", function(ix) spawn(print, "asleep") sleep(3) print("over") end)
bot.slash("answers", function(ix) spawn(print, "asleep") sleep(3) ix:reply("now") end)
`)
	slow, answers := s.use("slow", nil), s.use("answers", nil)
	s.line("asleep")
	s.line("asleep")
	clock.Advance(interaction.DeferAfter)
	s.expect(slow, "deferred: ")
	s.expect(answers, "deferred: ")
	clock.Advance(2 * time.Second)
	s.line("over")
	s.expect(answers, "answered: now")
	s.expect(func() string {
		return fmt.Sprint(strings.Count(s.talk.String(), "ended without an answer"), strings.Contains(s.talk.String(), "/slow ended without"))
	}, "1 true")
}

// A command that can do nothing is left out, and the operator is told.
func TestCommandsThatDoNothing(t *testing.T) {
	s := play(t, `bot.slash("nothing") bot.slash("head") bot.slash("head tail", function(ix) ix:reply("tail") end)`)
	s.expect(s.use("head tail", nil), "answered: tail")
	s.expect(func() string {
		return fmt.Sprint(strings.Contains(s.talk.String(), "/nothing has neither a function nor subcommands"), strings.Contains(s.talk.String(), "/head has"))
	}, "true false")
}

// Of many choices the first are offered, and numbers are choices too.
func TestManyChoices(t *testing.T) {
	s := play(t, `
bot.slash("pick", {options = {{name = "number", type = "integer", autocomplete = function()
  local list = {}
  for i = 1, 60 do list[i] = i end
  return list
end}, {name = "none", autocomplete = function() end}, {name = "wrong", autocomplete = function() return 5 end}}}, function(ix, o) ix:reply(o.number) end)
`)
	nathan := s.actor("nathan")
	want := "completed"
	for i := range 25 {
		want += fmt.Sprintf(": %d", i+1)
	}
	s.expect(s.outcome(s.world.Autocomplete(nathan, general, "pick", "number", "1", nil)), want)
	s.expect(s.outcome(s.world.Autocomplete(nathan, general, "pick", "none", "1", nil)), "completed")
	if _, err := s.world.Autocomplete(nathan, general, "pick", "wrong", "1", nil); err != nil {
		t.Fatal(err)
	}
	s.expect(func() string {
		return fmt.Sprint(strings.Contains(s.talk.String(), "the autocompletion of wrong: expected a list of choices, got number 5"))
	}, "true")
}

// What comes too late, or in the wrong order, says so, and a forgotten answer is not taken for the first.
func TestAnswersOutOfOrder(t *testing.T) {
	clock := clockwork.NewFakeClockAt(time.Now())
	s := playBy(t, clock, `
local function try(name, ...)
  local ok, err = pcall(...)
  print(ok and name or tostring(err):match("%w+: .*", #"bot.lua:1: "))
end
local kept
bot.slash("order", function(ix)
  try("update", ix.update, ix, "x")
  try("edit", ix.edit, ix, "x")
  ix:defer()
  try("defer", ix.defer, ix)
  try("modal", ix.modal, ix, ui.modal{id = "m", title = "t", ui.input{id = "i", label = "l"}})
  ix:reply("one") ix:reply("two")
  try("defer", ix.defer, ix)
  kept = ix
end)
bot.slash("fails", function(ix) ix:defer() error("oh no") end)
bot.slash("late", function(ix)
  ix:reply("so")
  spawn(print, "asleep") -- runs once this one waits
  sleep("20m")
  try("reply", kept.reply, kept, "three")
end)
`)
	s.expect(s.use("order", nil), "answered: one: two")
	for _, want := range []string{
		"update: the interaction is not answered yet: there is no component's message to change; reply in its place",
		"edit: the interaction is not answered yet: there is no answer yet; reply first",
		"defer",
		"modal: the interaction is deferred: a modal must be the first answer, within two seconds; show it before anything that waits",
		"defer: the interaction is answered: only an interaction without an answer can be deferred",
	} {
		s.line(want)
	}
	s.expect(s.use("fails", nil), "answered: Something went wrong.*")
	s.expect(s.use("late", nil), "answered: so")
	s.line("asleep")
	clock.Advance(20 * time.Minute) // the gateway may break over that: nothing below needs it
	s.line("reply: the interaction came 20m0s ago, and Discord takes answers for 15m0s; send a message to the channel in its place")
}

// What somebody may do in a thread follows from the channel that it is in.
func TestPermissionsInThreads(t *testing.T) {
	s := play(t, `bot.cmd("purge", {permissions = "MANAGE_MESSAGES"}, function(msg) msg:reply("purged") end)`)
	thread, err := s.world.StartThread(s.actor("nathan"), general, sandbox.NewThread{Name: "thread", Type: sandbox.PublicThread})
	if err != nil {
		t.Fatal(err)
	}
	s.expect(s.sayIn(thread.ID, "nathan", "!purge"), "purged")
	s.expect(s.sayIn(thread.ID, "priya", "!purge"), "You need the permission Manage Messages to use !purge.")
}

// A prefix is a text and no pattern, and people are not taken for it.
func TestPrefixesAreTexts(t *testing.T) {
	s := play(t, `
bot.prefix = {".*", "^(%a+)$", "[!]"}
function bot.cmd.ping(msg) msg:reply("pong") end
`)
	for text, want := range map[string]string{
		".*ping": "pong", "^(%a+)$ping": "pong", "[!]ping": "pong", "!ping": "", "xxping": "",
		"<@1> ping": "", "<@" + string(botID) + "1> ping": "", "<@" + string(botID) + ">ping": "pong",
	} {
		got := s.say("nathan", text)
		if want != "" {
			s.expect(got, want)
			continue
		}
		s.expect(s.say("nathan", ".*ping"), "pong") // by then the bot has heard the one before
		if got() != "" {
			t.Errorf("%q is answered with %q", text, got())
		}
	}
}

// In the shell, what this script does not declare is not deleted by itself.
func TestTheShellDeletesNothingByItself(t *testing.T) {
	server := newServer(t)
	first := newHostOn(t, server, io.Discard, testWriter{t}, luabind.Options{})
	if err := first.RunString(t.Context(), "bot.lua", `bot.slash("atwork", print) bot.sync()`); err != nil {
		t.Fatal(err)
	}
	s := &stage{T: t, world: server.World(), talk: &operator{}, lines: make(chan string, 10)}
	shell := newHostOn(t, server, lineWriter(s.lines), io.MultiWriter(s.talk, testWriter{t}), luabind.Options{Interactive: true})
	s.start(shell, `
local function names()
  local list = {}
  for i, c in ipairs(dc.api.list_application_commands{application_id = dc:me().id}) do list[i] = c.name end
  return table.concat(list, " ")
end
function bot.cmd.names(msg) msg:reply(names()) end
function bot.cmd.sync(msg) bot.sync() msg:reply(names()) end
bot.slash("tried", print)
bot.start()
print("ready") do return end`)
	const refusal = "bot: this would delete commands that are not declared here, so it waits for bot.sync():\ncommands for every server:\n  + tried\n  - atwork"
	s.expect(func() string { return fmt.Sprint(strings.Contains(s.talk.String(), refusal)) }, "true")
	s.expect(s.say("nathan", "!names"), "atwork")
	s.expect(s.say("nathan", "!sync"), "tried")
}
