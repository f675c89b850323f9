package luabind_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"cordial/luabind"
	"cordial/runtime/term"
)

func runLua(t *testing.T, options luabind.Options, source string) string {
	t.Helper()
	var out bytes.Buffer
	h, _ := newHost(t, &out, options)
	if err := h.RunString(context.Background(), "test.lua", source); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDeletingAsksFirst(t *testing.T) {
	var asked []string
	options := luabind.Options{Confirm: func(question string) bool {
		asked = append(asked, question)
		return false
	}}
	got := runLua(t, options, `
		local ch = dc:channel("1327046393453613079")
		print(pcall(ch.search_and_delete_all, ch, "Houston"))
		print(#ch:search("Houston"), ch:search_and_delete_all("nothing like this"))`)
	want := "false\ttest.lua:3: not confirmed, nothing was deleted\n1\t0\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(asked) != 1 || asked[0] != `Delete 1 message found with "Houston" in #general?` {
		t.Errorf("asked %q", asked)
	}
}

func TestListsAreDrawnOnATerminal(t *testing.T) {
	got := runLua(t, luabind.Options{Columns: func() int { return 100 }}, `print(dc:guilds())`)
	want := `╭─────────────────────┬──────────────────╮
│ ID                  │ Name             │
├─────────────────────┼──────────────────┤
│ 1327046393453613076 │ natedog's server │
╰─────────────────────┴──────────────────╯
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestLongCallsShowTheirProgress(t *testing.T) {
	var bar bytes.Buffer
	got := runLua(t, luabind.Options{Screen: term.NewScreen(term.Options{Progress: &bar})}, `
		local g = dc:guilds()[1]
		print(#g:search_all{limit = 60, delay = 0, show = true}, #g:search_all{limit = 30, delay = 0})`)
	if got != "60\t30\n" || !strings.Contains(bar.String(), "searching") || !strings.Contains(bar.String(), "/60") {
		t.Errorf("got %q with the bar %q", got, bar.String())
	}
}

func TestHelpKnowsTheTypesOfOptions(t *testing.T) {
	for name, want := range map[string]string{
		"RichEmbed": "title", "Poll": "question", "Component": "custom_id", "MessageAllowedMentions": "replied_user", "send": "Webhook:send",
	} {
		if got := runLua(t, luabind.Options{}, `help("`+name+`")`); !strings.Contains(got, want) {
			t.Errorf("the help on %s lacks %s:\n%s", name, want, got)
		}
	}
}

func TestListsCompleteTheirMethods(t *testing.T) {
	h, _ := newHost(t, &bytes.Buffer{}, luabind.Options{})
	values, err := h.Eval(context.Background(), "test", "dc:guilds()")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range h.Registry().Members(values[0]) {
		names = append(names, string(m.Kind)+" "+m.Name)
	}
	if got := strings.Join(names, ", "); got != "method html, method json" {
		t.Errorf("got %s", got)
	}
}
