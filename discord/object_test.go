package discord

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

const messageJSON = `{"id":"1494383525539872970","type":0,"channel_id":"1327046393453613079","guild_id":"1327046393453613076",
"content":"Ask <@346450717025894400> or <@!1361823507679543306>","timestamp":"2026-04-16T10:00:00.000000+00:00","edited_timestamp":null,
"author":{"id":"1361823507679543306","username":"DBuddy","global_name":null},"pinned":false,"tts":false,
"mentions":[{"id":"346450717025894400","username":"natedog","global_name":"Nate","member":{"nick":"nathan"}},{"id":"1361823507679543306","username":"DBuddy","global_name":null}],
"attachments":[{"id":"1","filename":"README.md","size":28163,"content_type":"text/markdown; charset=utf-8"}],"big":9223372036854775807,"a.b":1,"new_field":{"x":[1,[2]]}}`

func parse(t testing.TB, kind Kind, text string) *Object {
	t.Helper()
	o, err := NewObject(kind, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestFieldsKeepTheirKind(t *testing.T) {
	m := parse(t, KindMessage, messageJSON)
	for name, want := range map[string]Kind{"author": KindUser, "new_field": KindObject} {
		if got := m.Object(name).Kind(); got != want {
			t.Errorf("%s is a %s, want %s", name, got, want)
		}
	}
	if got := m.Objects("attachments")[0].Kind(); got != KindAttachment {
		t.Errorf("attachments hold a %s", got)
	}
	if got := m.Objects("mentions")[0].Object("member").Kind(); got != KindMember {
		t.Errorf("a mention's member is a %s", got)
	}
	thread := parse(t, KindChannel, `{"id":"1","type":11,"name":"x","owner":{"id":"2"}}`)
	if thread.Kind() != KindThread || !thread.Kind().IsChannel() {
		t.Errorf("a channel of type 11 is a %s", thread.Kind())
	}
}

func TestFieldValues(t *testing.T) {
	m := parse(t, KindMessage, messageJSON)
	for name, want := range map[string]any{
		"type": 0.0, "pinned": false, "edited_timestamp": nil, "no_such_field": nil, "a.b": 1.0, "big": "9223372036854775807",
	} {
		if got := m.Get(name); got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	if _, ok := m.Lookup("edited_timestamp"); !ok {
		t.Error("null counts as missing")
	}
	if _, ok := m.Lookup("no_such_field"); ok {
		t.Error("a missing field counts as there")
	}
	if first := m.Object("author"); first != m.Object("author") {
		t.Error("a nested object is another one each time")
	}
}

func TestAssignmentOverrides(t *testing.T) {
	m := parse(t, KindUser, `{"id":"1","username":"a","bot":true}`)
	m.Set("username", `say "hi"`)
	m.Set("mine", 7)
	m.Set("bot", nil)
	if got := m.Str("username"); got != `say "hi"` {
		t.Errorf("username = %q", got)
	}
	if diff := cmp.Diff([]string{"id", "username", "bot", "mine"}, m.Keys()); diff != "" {
		t.Error(diff)
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"1","username":"say \"hi\"","bot":null,"mine":7}`; string(data) != want {
		t.Errorf("got %s, want %s", data, want)
	}
}

func TestNewObjectRefusesWhatIsNotAnObject(t *testing.T) {
	for _, text := range []string{"", "[]", "null", `"x"`, `{"a":`, `{"a":1}x`} {
		if _, err := NewObject(KindUser, []byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

// The expected texts are those of the document that cordial grew from.
func TestObjectsPrint(t *testing.T) {
	for _, test := range []struct {
		kind       Kind
		text, want string
	}{
		{KindGuild, `{"id":"1327046393453613076","name":"natedog's server"}`, `Guild(id=1327046393453613076, name="natedog's server")`},
		{KindGuild, `{"id":"1","name":"plain"}`, `Guild(id=1, name="plain")`},
		{KindGuild, `{"id":"1","name":"a \"b\""}`, `Guild(id=1, name='a "b"')`},
		{KindChannel, `{"id":"1327046393453613079","name":"general","type":0}`, `Channel(id=1327046393453613079, name='general', type=0)`},
		{KindChannel, `{"id":"7","type":1,"recipients":[{"id":"1","username":"nathan"}]}`, `Channel(id=7, recipients='nathan', type=1)`},
		{KindThread, `{"id":"7","type":11,"name":"t"}`, `Thread(id=7, name='t', type=11)`},
		{KindMessage, `{"id":"1494383523946303661","content":"I'm replying to myself 🤓","author":{"username":"DBuddy"}}`, `Message(id=1494383523946303661, author='DBuddy', content="I'm replying to myself 🤓")`},
		{KindMessage, `{"id":"1494383536193536111","content":"Test our event listener! Otters are awesome 🦦","author":{"username":"DBuddy"}}`, `Message(id=1494383536193536111, author='DBuddy', content='Test our event listener! Otter…')`},
		{KindMessage, `{"id":"1","content":"two\nlines\u001b[31m","author":{"username":"a"}}`, `Message(id=1, author='a', content='two\nlines\x1b[31m')`},
		{KindAttachment, `{"filename":"README.md","size":28163,"content_type":"text/markdown; charset=utf-8"}`, `Attachment(filename='README.md', size=28163, type=text/markdown; charset=utf-8)`},
		{KindUser, `{"id":"1","username":"nathan"}`, `User(id=1, username='nathan')`},
		{KindMember, `{"user":{"id":"5","username":"u","global_name":"G"},"nick":null,"joined_at":"2025-01-09T15:01:21.000000+00:00"}`, `Member(id=5, name='G', joined=2025-01-09)`},
		{"Application", `{"id":"5","name":"app"}`, `Application(id=5, name='app')`},
		{"Gateway", `{"url":"wss://x","shards":1,"limit":{},"a":1,"b":2}`, `Gateway(url='wss://x', shards=1, a=1, …)`},
		{KindObject, `{}`, `Object()`},
	} {
		if got := parse(t, test.kind, test.text).String(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestContentNamesPeople(t *testing.T) {
	m := parse(t, KindMessage, messageJSON)
	if got, want := Content(m), "Ask @nathan or @DBuddy"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTables(t *testing.T) {
	l, err := Value(KindMember, []byte(`[{"user":{"id":"1","username":"a|b"},"joined_at":"2025-01-09T00:00:00Z","roles":["1","2"]},
		{"user":{"id":"22","username":"x","global_name":"日本<b>\n語"},"joined_at":"2025-04-15T00:00:00Z","roles":[]}]`))
	if err != nil {
		t.Fatal(err)
	}
	table := NewTable(KindMember, l.(*List).Objects())
	want := "| ID | Name | Joined | Roles |\n|---|---|---|---|\n| 1 | a\\|b | 2025-01-09 | 2 |\n| 22 | 日本<b> 語 | 2025-04-15 | 0 |"
	if diff := cmp.Diff(want, table.Markdown()); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(table.HTML(), "<td>日本&lt;b&gt;\n語</td>") {
		t.Errorf("unescaped: %s", table.HTML())
	}
	for line := range strings.Lines(table.Text(30)) {
		if w := ansi.StringWidth(strings.TrimSuffix(line, "\n")); w > 30 {
			t.Errorf("a line is %d wide on a terminal of 30: %s", w, line)
		}
	}
	widths := map[int]bool{}
	for line := range strings.Lines(table.Text(0)) {
		widths[ansi.StringWidth(strings.TrimSuffix(line, "\n"))] = true
	}
	if len(widths) != 1 {
		t.Errorf("lines differ in width:\n%s", table.Text(0))
	}
}

func TestTableOfUnknownKind(t *testing.T) {
	l, err := Value("VoiceRegion", []byte(`[{"id":"eu","name":"EU","x":{},"optimal":true}]`))
	if err != nil {
		t.Fatal(err)
	}
	got := NewTable("VoiceRegion", l.(*List).Objects())
	if diff := cmp.Diff(Table{Columns: []string{"id", "name", "optimal"}, Rows: [][]string{{"eu", "EU", "true"}}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAuditLogNamesItsActions(t *testing.T) {
	l, err := Value("AuditLogEntry", []byte(`[{"id":"1","user_id":"2","action_type":20,"target_id":"3","reason":"spam"},{"id":"4","action_type":9999}]`))
	if err != nil {
		t.Fatal(err)
	}
	rows := NewTable("AuditLogEntry", l.(*List).Objects()).Rows
	if diff := cmp.Diff([][]string{{"1", "2", "MEMBER_KICK", "3", "spam"}, {"4", "", "9999", "", ""}}, rows); diff != "" {
		t.Error(diff)
	}
}

func FuzzObject(f *testing.F) {
	f.Add([]byte(messageJSON), "content")
	f.Add([]byte(`{"":1,"a":{"b":[]},"a":2}`), "")
	f.Add([]byte("{\"\\u0000\":\"\\ud800\"}"), "a.b|@this")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		o, err := NewObject(KindMessage, text)
		if err != nil {
			return
		}
		_ = o.String()
		keys := o.Keys()
		if _, ok := o.Lookup(name); ok != slices.Contains(keys, name) && !strings.ContainsRune(name, '�') {
			t.Errorf("Lookup(%q) = %v, keys are %q", name, ok, keys)
		}
		o.Set(name, "assigned")
		data, err := json.Marshal(o)
		if err != nil || !json.Valid(data) {
			t.Fatalf("%s: %v", data, err)
		}
	})
}

func BenchmarkFirstRead(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		o := newObject(KindMessage, messageJSON)
		if o.Str("content") == "" {
			b.Fatal("no content")
		}
	}
}

func BenchmarkRepeatedRead(b *testing.B) {
	o := parse(b, KindMessage, messageJSON)
	b.ReportAllocs()
	for b.Loop() {
		if o.Str("content") == "" {
			b.Fatal("no content")
		}
	}
}
