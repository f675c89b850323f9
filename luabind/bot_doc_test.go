package luabind_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The examples of docs/bots.md make one bot, which does what the page says.
func TestTheExamplesOfBotsWork(t *testing.T) {
	page, err := os.ReadFile("../docs/bots.md")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, example := range regexp.MustCompile("(?s)```lua\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		script.WriteString(example[1])
	}
	s := play(t, script.String())
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
