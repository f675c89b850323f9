package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseMentions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"<@1> <@!2> <@1>", "{[1 2] [] [] false}"},
		{"<@&3><#4>", "{[] [3] [4] false}"},
		{"@everyone", "{[] [] [] true}"},
		{"hello@here", "{[] [] [] true}"},
		{"`<@1>` <@2>", "{[2] [] [] false}"},
		{"``a ` <@1>`` <@2>", "{[2] [] [] false}"},
		{"```\n@everyone <@1>\n```", "{[] [] [] false}"},
		{"` <@1>", "{[1] [] [] false}"},
		{"<@0> <@> <@x> <@99999999999999999999>", "{[] [] [] false}"},
	} {
		equal(t, fmt.Sprintf("mentions of %q", c.text), fmt.Sprint(parseMentions(c.text)), c.want)
	}
}

func FuzzMentions(f *testing.F) {
	f.Add("<@1> `<@2>` ```<@&3>``` @everyone")
	f.Add("``<@1>`")
	f.Fuzz(func(t *testing.T, text string) {
		m := parseMentions(text)
		for _, id := range m.users {
			if !strings.Contains(text, string(id)+">") {
				t.Errorf("%q mentions %s", text, id)
			}
		}
		fenced := parseMentions("``````\n" + strings.ReplaceAll(text, "`", "") + "\n``````")
		if len(fenced.users)+len(fenced.roles)+len(fenced.channels) > 0 || fenced.everyone {
			t.Errorf("%q mentions somebody in a code block", text)
		}
	})
}
