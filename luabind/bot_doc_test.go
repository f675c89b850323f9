package luabind_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"cordial/luabind"
)

// botExamples are the examples of docs/bots.md: those that make one bot, and the one that tries a bot.
func botExamples(t *testing.T) (one, trying string) {
	page, err := os.ReadFile("../docs/bots.md")
	if err != nil {
		t.Fatal(err)
	}
	var scripts [2]strings.Builder
	for i, part := range strings.SplitN(string(page), "## Trying a bot\n", 2) {
		for _, example := range regexp.MustCompile("(?s)```lua\n(.*?)```").FindAllStringSubmatch(part, -1) {
			scripts[i].WriteString(example[1])
		}
	}
	return scripts[0].String(), scripts[1].String()
}

func TestTheExampleOfTryingABotWorks(t *testing.T) {
	_, source := botExamples(t)
	h, _ := newHost(t, testWriter{t}, luabind.Options{})
	if err := h.RunString(t.Context(), "docs/bots.md", source+"print('tried')"); err != nil {
		t.Error(err)
	}
}

// The other examples make one bot, which does what the page says.
func TestTheExamplesOfBotsWork(t *testing.T) {
	source, _ := botExamples(t)
	s := play(t, source)
	nathan := s.actor("nathan")
	s.expect(s.say("nathan", "!echo hello"), "You said: hello")
	s.expect(s.say("nathan", "!help purge"), "`!purge` – Deletes the last messages\nAlso: `!clear`\nNeeds the permission Manage Messages.\nOnce every 5 seconds.")
	s.expect(s.use("weather", map[string]any{"city": "Bath", "days": 3.0}), "answered: Bath, 3 days")
	s.expect(s.outcome(s.world.Autocomplete(nathan, general, "weather", "city", "Bath", nil)), "completed: Bath North: Bath South")
	s.expect(s.use("tickets close", map[string]any{"who": "nathan"}), "answered: Closed the ticket of nathan*")
	poll := s.message(s.use("poll", nil), "answered: Tea?")
	why, err := s.world.Click(nathan, general, poll, "why:tea")
	s.expect(s.outcome(why, err), "modal")
	s.expect(s.outcome(s.world.SubmitModal(nathan, why, map[string]any{"text": "It is warm"})), "answered: tea: It is warm*")
	s.expect(s.outcome(s.world.Click(nathan, general, poll, "vote:yes")), "updated: Most say yes")
	s.expect(s.outcome(s.world.UseMenu(nathan, general, "Report", poll)), "answered: Thank you.*")
}
