package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	"github.com/tidwall/gjson"
)

// The tables of the document.
func TestTheDocumentsTables(t *testing.T) {
	r := newRig(t)
	guild := "/guilds/" + string(seedGuild)
	column := func(a *answer, paths ...string) []string {
		var rows []string
		for _, item := range gjson.ParseBytes(a.body).Array() {
			var row []string
			for _, p := range paths {
				row = append(row, item.Get(p).String())
			}
			rows = append(rows, strings.Join(row, "|"))
		}
		return rows
	}
	channels := column(r.bot("GET", guild+"/channels", nil).ok(200), "id", "name", "type")
	members := column(r.bot("GET", guild+"/members?limit=5", nil).ok(200), "user.id", "user.username", "joined_at", "roles.#")
	for i, m := range members {
		cells := strings.Split(m, "|")
		cells[2] = cells[2][:10]
		members[i] = strings.Join(cells, "|")
	}
	messages := column(r.bot("GET", "/channels/"+string(seedGeneral)+"/messages?limit=5", nil).ok(200), "id", "author.username", "content")
	for _, c := range []struct {
		name      string
		got, want []string
	}{
		{"channels", channels[:5], []string{"1327046393453613077|Text Channels|4", "1327046393453613078|Voice Channels|4",
			"1327046393453613079|general|0", "1327046393453613080|General|2", "1327954661960978512|private|0"}},
		{"members", members, []string{"346450717025894400|nathan|2025-01-09|0", "1327047896436178954|SearchBuddy|2025-01-09|1",
			"1361823507679543306|DBuddy|2025-04-15|1", "1448038710229733398|Dizcord Util Bot|2025-12-09|1",
			"1467222191182712986|Search Agent|2026-01-31|1"}},
		{"messages", messages, []string{"1494381604842504372|DBuddy|Did we re-identify?", "1494381547586064515|DBuddy|Houston, do we have a problem?",
			"1494381474240270511|DBuddy|Test our event listener! Otters are awesome 🦦", "1494381464177999893|DBuddy|Here is a file!",
			"1494381457928618014|DBuddy|I'm replying to myself 🤓"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestTheDocumentsFile(t *testing.T) {
	r := newRig(t)
	m := r.bot("GET", "/channels/"+string(seedGeneral)+"/messages/1494381464177999893", nil).ok(200)
	file := m.get("attachments.0")
	if file.Get("filename").String() != "README.md" || file.Get("size").Int() != 28163 ||
		file.Get("content_type").String() != "text/markdown; charset=utf-8" {
		t.Fatalf("the attachment is %s", file.Raw)
	}
	req := r.request("GET", "", nil, "")
	req.URL, _ = req.URL.Parse(file.Get("url").String())
	content := r.send(req).ok(200).body
	if len(content) != 28163 || !strings.HasPrefix(string(content), "# cordslite 🍺\n") {
		t.Errorf("the file has %d bytes and begins with %.20q", len(content), content)
	}
}

func TestTheNewestMessagesAreTheDocuments(t *testing.T) {
	w := DefaultWorld(clockwork.NewFakeClockAt(startTime))
	first := w.channels[seedGeneral].messages[len(w.channels[seedGeneral].messages)-6].ID
	total := 0
	for _, c := range w.channels {
		total += len(c.messages)
		for _, m := range c.messages {
			if c.ID != seedGeneral && m.ID.Compare(first) >= 0 {
				t.Errorf("message %s in %s is newer than the document's", m.ID, c.Name)
			}
		}
	}
	if total < 700 {
		t.Errorf("there are only %d messages", total)
	}
}

func TestTheDefaultWorldIsTheSameEveryTime(t *testing.T) {
	contents := func() []string {
		w := DefaultWorld(clockwork.NewFakeClockAt(startTime))
		var list []string
		for _, c := range sortedByID(w.channels) {
			for _, m := range c.messages {
				list = append(list, string(m.ID)+" "+m.Author.Username+": "+m.Content)
			}
		}
		return list
	}
	if diff := cmp.Diff(contents(), contents()); diff != "" {
		t.Error(diff)
	}
}

func TestFindingJeremy(t *testing.T) {
	r := newRig(t)
	a := r.bot("GET", "/guilds/"+string(seedGuild)+"/members/search?query=jeremyhoward", nil).ok(200)
	if a.id("0.user.id") != seedJeremy || seedJeremy.Compare(seedSearchAgent) < 0 {
		t.Errorf("found %s", a.body)
	}
}
