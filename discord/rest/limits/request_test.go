package limits_test

import (
	"encoding/json"
	"strings"
	"testing"

	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
)

// finding is the first finding about a request, "" if there is none.
func finding(t testing.TB, op string, body obj, files []string) string {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var sent any
	if err := catalogue.DecodeBody(text, &sent); err != nil {
		t.Fatal(err)
	}
	f := limits.First(limits.CheckRequest(catalogue.Lookup(op), sent, files), sent)
	if f == nil {
		return ""
	}
	return f.Place(0) + ": " + f.Message
}

func long(n int) string { return strings.Repeat("ä", n) }

func button(id string, more ...obj) obj {
	return merge(obj{"type": 2, "style": 1, "label": "b", "custom_id": id}, more)
}

func choose(id string, more ...obj) obj {
	return merge(obj{"type": 3, "custom_id": id, "options": []obj{{"label": "a", "value": "a"}, {"label": "b", "value": "b"}}}, more)
}

func merge(o obj, more []obj) obj {
	for _, m := range more {
		for k, v := range m {
			if o[k] = v; v == nil {
				delete(o, k)
			}
		}
	}
	return o
}

func row(children ...obj) obj { return obj{"type": 1, "components": children} }

func text(content string) obj { return obj{"type": 10, "content": content} }

func label(component obj) obj { return obj{"type": 18, "label": "l", "component": component} }

func rows(components ...obj) obj { return obj{"components": components} }

func v2(components ...obj) obj { return obj{"components": components, "flags": 1 << 15} }

func TestMessages(t *testing.T) {
	embed := func(e obj) obj { return obj{"embeds": []obj{e}} }
	for name, tt := range map[string]struct {
		body obj
		want string
	}{
		"content":                 {obj{"content": long(2001)}, "content: must be 2000 or fewer in length, got 2001"},
		"content that fits":       {obj{"content": long(2000)}, ""},
		"eleven embeds":           {obj{"embeds": many(11, func(int) obj { return obj{"title": "t"} })}, "embeds: must be 10 or fewer in length, got 11"},
		"title":                   {embed(obj{"title": long(257)}), "embeds[0].title: must be 256 or fewer in length, got 257"},
		"description":             {embed(obj{"description": long(4097)}), "embeds[0].description: must be 4096 or fewer in length, got 4097"},
		"footer":                  {embed(obj{"footer": obj{"text": long(2049)}}), "embeds[0].footer.text: must be 2048 or fewer in length, got 2049"},
		"author":                  {embed(obj{"author": obj{"name": long(257)}}), "embeds[0].author.name: must be 256 or fewer in length, got 257"},
		"26 fields":               {embed(obj{"fields": many(26, func(int) obj { return obj{"name": "n", "value": "v"} })}), "embeds[0].fields: must be 25 or fewer in length, got 26"},
		"indices by their number": {embed(obj{"fields": many(11, func(i int) obj { return obj{"name": "n", "value": long(1025 * (i % 8 / 2 % 2))} })}), "embeds[0].fields[2].value: must be 1024 or fewer in length, got 1025"},
		"field value":             {embed(obj{"fields": []obj{{"name": "n", "value": long(1025)}}}), "embeds[0].fields[0].value: must be 1024 or fewer in length, got 1025"},
		"blank field name":        {embed(obj{"fields": []obj{{"name": " ", "value": "v"}}}), "embeds[0].fields[0].name: this field is required"},
		"all embeds together":     {obj{"embeds": []obj{{"description": long(4000)}, {"description": long(2001)}}}, "embeds: embed size exceeds maximum size of 6000"},
		"odd link":                {embed(obj{"title": "t", "image": obj{"url": "ftp://example.com/x"}}), `embeds[0].image.url: scheme "ftp" must be one of ('http', 'https')`},
		"both ways of mentions":   {obj{"allowed_mentions": obj{"parse": []string{"users"}, "users": []string{"1"}}}, `allowed_mentions: parse:["users"] and users: [ids...] are mutually exclusive`},
		"mentions of two kinds":   {obj{"allowed_mentions": obj{"parse": []string{"users"}, "roles": []string{"1"}}}, ""},
		"a poll without question": {obj{"poll": obj{"question": obj{}, "answers": []obj{{"poll_media": obj{"text": "a"}}}}}, "poll.question.text: this field is required"},
		"a long answer":           {obj{"poll": obj{"question": obj{"text": "?"}, "answers": []obj{{"poll_media": obj{"text": long(56)}}}}}, "poll.answers[0].poll_media.text: must be 55 or fewer in length, got 56"},
		"eleven answers":          {obj{"poll": obj{"question": obj{"text": "?"}, "answers": many(11, func(int) obj { return obj{"poll_media": obj{"text": "a"}} })}}, "poll.answers: must be between 1 and 10 in length, got 11"},
		"four stickers":           {obj{"sticker_ids": []string{"1", "2", "3", "4"}}, "sticker_ids: must be 3 or fewer in length, got 4"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := finding(t, "create_message", tt.body, nil); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestComponents(t *testing.T) {
	media := func(link string) obj { return obj{"type": 12, "items": []obj{{"media": obj{"url": link}}}} }
	buttons := func(n int) []obj { return many(n, func(i int) obj { return button(string(rune('a' + i))) }) }
	for name, tt := range map[string]struct {
		body obj
		want string
	}{
		"five rows":           {rows(row(buttons(5)...), row(button("1")), row(button("2")), row(button("3")), row(choose("4"))), ""},
		"six rows":            {rows(row(button("1")), row(button("2")), row(button("3")), row(button("4")), row(button("5")), row(button("6"))), "components: must be between 1 and 5 in length, got 6"},
		"six buttons":         {rows(row(buttons(6)...)), "components[0].components: must be between 1 and 5 in length, got 6"},
		"two selects":         {rows(row(choose("1"), choose("2"))), "components[0].components: the specified component exceeds the maximum width"},
		"a bare text":         {rows(text("x")), "components[0].type: TEXT_DISPLAY cannot stand here"},
		"label of 81":         {rows(row(button("1", obj{"label": long(81)}))), "components[0].components[0].label: must be 80 or fewer in length, got 81"},
		"custom_id of 101":    {rows(row(button(long(101)))), "components[0].components[0].custom_id: must be between 1 and 100 in length, got 101"},
		"same custom_id":      {rows(row(button("1")), row(choose("1"))), "components[1].components[0].custom_id: component custom id cannot be duplicated"},
		"no custom_id":        {rows(row(button("1", obj{"custom_id": nil}))), "components[0].components[0].custom_id: this field is required"},
		"no label":            {rows(row(button("1", obj{"label": nil}))), "components[0].components[0].label: this field is required"},
		"a link to nowhere":   {rows(row(obj{"type": 2, "style": 5, "label": "b"})), "components[0].components[0].url: this field is required"},
		"a link that acts":    {rows(row(button("1", obj{"style": 5, "url": "https://example.com"}))), "components[0].components[0]: a button of this style takes a url, and no custom_id"},
		"a SKU with a label":  {rows(row(obj{"type": 2, "style": 6, "sku_id": "1", "label": "b"})), "components[0].components[0]: a button of this style takes a sku_id, and no label or emoji"},
		"26 options":          {rows(row(choose("1", obj{"options": many(26, func(i int) obj { return obj{"label": "l", "value": string(rune('a' + i))} })}))), "components[0].components[0].options: must be between 1 and 25 in length, got 26"},
		"too much to choose":  {rows(row(choose("1", obj{"max_values": 3}))), "components[0].components[0].max_values: int value should be less than or equal to 2"},
		"min above max":       {rows(row(choose("1", obj{"min_values": 2}))), "components[0].components[0].min_values: int value should be less than or equal to 1"},
		"an option twice":     {rows(row(choose("1", obj{"options": []obj{{"label": "a", "value": "a"}, {"label": "b", "value": "a"}}}))), "components[0].components[0].options[1].value: the specified option value is already used"},
		"defaults out of max": {rows(row(obj{"type": 5, "custom_id": "1", "default_values": []obj{{"id": "1", "type": "user"}, {"id": "2", "type": "user"}}})), "components[0].components[0].default_values: must be between 1 and 1 in length, got 2"},

		"V2":                      {v2(text("x"), row(button("1"))), ""},
		"V2 with content":         {merge(v2(text("x")), []obj{{"content": "x"}}), "content: the 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"},
		"V2 with empty content":   {merge(v2(text("x")), []obj{{"content": "", "embeds": []obj{}}}), ""},
		"V2 with embeds":          {merge(v2(text("x")), []obj{{"embeds": []obj{{"title": "t"}}}}), "embeds: the 'embeds' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"},
		"41 with those inside":    {v2(many(11, func(int) obj { return container(text("1"), text("2"), text("3")) })...), "components: the total number of components in the message is more than 40"},
		"text of 4001 in all":     {v2(text(long(2001)), container(text(long(2000)))), "components: displayable text size exceeds maximum size of 4000"},
		"four texts in a section": {v2(obj{"type": 9, "components": many(4, func(int) obj { return text("x") }), "accessory": button("1")}), "components[0].components: must be between 1 and 3 in length, got 4"},
		"eleven pictures":         {v2(obj{"type": 12, "items": many(11, func(int) obj { return obj{"media": obj{"url": "https://example.com"}} })}), "components[0].items: must be between 1 and 10 in length, got 11"},
		"a file from elsewhere":   {v2(obj{"type": 13, "file": obj{"url": "https://example.com/x"}}), "components[0].file.url: scheme must be one of ('attachment',)"},
		"a file that is there":    {v2(media("attachment://a.png"), obj{"type": 13, "file": obj{"url": "attachment://a.png"}}), ""},
		"a file that is not":      {v2(media("attachment://b.png")), "components[0].items[0].media.url: the referenced attachment was not found"},

		"a type of tomorrow":            {v2(obj{"type": 99, "shiny": true}), ""},
		"a known type in a wrong place": {v2(container(container(text("x")))), "components[0].components[0].type: CONTAINER cannot stand here"},
		"one in a row":                  {rows(row(obj{"type": 98}, button("1"))), ""},
		"a style of tomorrow":           {rows(row(button("1", obj{"style": 77}))), ""},
		"what is beside it is checked":  {v2(obj{"type": 99}, text(long(4001))), "components[1].content: must be between 1 and 4000 in length, got 4001"},
		"a mention of tomorrow":         {obj{"allowed_mentions": obj{"parse": []string{"bots"}}}, ""},
		"numbers as text are numbers":   {rows(row(choose("1", obj{"max_values": "2"}))), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := finding(t, "create_message", tt.body, []string{"a.png"}); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func container(components ...obj) obj { return obj{"type": 17, "components": components} }

// What an edited message has already is not known: neither its version nor its files.
func TestEditsAreCheckedForWhatIsSureOnly(t *testing.T) {
	six := rows(many(6, func(i int) obj { return row(button(string(rune('a' + i)))) })...)
	kept := rows(obj{"type": 13, "file": obj{"url": "attachment://kept.txt"}})
	for _, op := range []string{"update_message", "update_webhook_message", "update_original_webhook_message"} {
		for _, body := range []obj{six, kept, {"content": nil, "embeds": nil}} {
			if got := finding(t, op, body, []string{}); got != "" {
				t.Errorf("%s %v: %s", op, body, got)
			}
		}
		if got := finding(t, op, rows(row(button("1"), button("1"))), nil); !strings.Contains(got, "duplicated") {
			t.Errorf("%s: got %q", op, got)
		}
	}
}

func TestRequestsThatCarryAMessageElsewhere(t *testing.T) {
	post := func(message obj) obj { return obj{"name": "x", "message": message} }
	answer := func(kind int, data obj) obj { return obj{"type": kind, "data": data} }
	tooLong := obj{"content": long(2001)}
	for _, tt := range []struct {
		op   string
		body obj
		want string
	}{
		{"create_thread", post(tooLong), "message.content: must be 2000 or fewer in length, got 2001"},
		{"create_thread", obj{"name": "x", "type": 11}, ""},
		{"execute_webhook", tooLong, "content: must be 2000 or fewer in length, got 2001"},
		{"create_lobby_message", tooLong, "content: must be 2000 or fewer in length, got 2001"},
		{"create_interaction_response", answer(4, tooLong), "data.content: must be 2000 or fewer in length, got 2001"},
		{"create_interaction_response", answer(7, tooLong), "data.content: must be 2000 or fewer in length, got 2001"},
		{"create_interaction_response", answer(4, rows(text("x"))), "data.components[0].type: TEXT_DISPLAY cannot stand here"},
		{"create_interaction_response", answer(7, rows(text("x"))), ""},
		{"create_interaction_response", answer(9, obj{"custom_id": "m", "title": long(46), "components": []obj{text("x")}}), "data.title: must be between 1 and 45 in length, got 46"},
		{"create_interaction_response", obj{"type": 5}, ""},
		{"create_interaction_response", answer(99, tooLong), ""},
	} {
		if got := finding(t, tt.op, tt.body, nil); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.op, got, tt.want)
		}
	}
}

func TestModals(t *testing.T) {
	input := func(more ...obj) obj { return merge(obj{"type": 4, "custom_id": "i", "style": 1}, more) }
	options := []obj{{"label": "a", "value": "a"}, {"label": "b", "value": "b"}}
	for name, tt := range map[string]struct {
		components []obj
		want       string
	}{
		"one of each kind": {[]obj{text("x"), label(input()), label(choose("s", obj{"required": false, "min_values": 0})), label(obj{"type": 19, "custom_id": "f"}),
			label(obj{"type": 22, "custom_id": "g", "options": options, "max_values": 2})}, ""},
		"nothing":             {[]obj{}, "components: must be between 1 and 40 in length, got 0"},
		"six":                 {many(6, func(int) obj { return text("x") }), "components: must be between 1 and 5 in length, got 6"},
		"a label of 46":       {[]obj{merge(label(input()), []obj{{"label": long(46)}})}, "components[0].label: must be between 1 and 45 in length, got 46"},
		"a description":       {[]obj{merge(label(input()), []obj{{"description": long(101)}})}, "components[0].description: must be between 1 and 100 in length, got 101"},
		"same custom_id":      {[]obj{label(input()), label(obj{"type": 23, "custom_id": "i"})}, "components[1].component.custom_id: component custom id cannot be duplicated"},
		"min above max":       {[]obj{label(input(obj{"min_length": 5, "max_length": 4}))}, "components[0].component.min_length: int value should be less than or equal to 4"},
		"placeholder":         {[]obj{label(input(obj{"placeholder": long(101)}))}, "components[0].component.placeholder: must be 100 or fewer in length, got 101"},
		"none of required":    {[]obj{label(choose("s", obj{"min_values": 0}))}, "components[0].component.min_values: int value should be greater than or equal to 1"},
		"disabled":            {[]obj{label(choose("s", obj{"disabled": true}))}, "components[0].component.disabled: value must be one of {False}"},
		"one radio button":    {[]obj{label(obj{"type": 21, "custom_id": "r", "options": options[:1]})}, "components[0].component.options: must be between 2 and 10 in length, got 1"},
		"a radio value twice": {[]obj{label(obj{"type": 21, "custom_id": "r", "options": []obj{options[0], options[0]}})}, "components[0].component.options[1].value: the specified option value is already used"},
		"more than boxes":     {[]obj{label(obj{"type": 22, "custom_id": "g", "options": options, "max_values": 3})}, "components[0].component.max_values: int value should be less than or equal to 2"},
		"a group of all":      {[]obj{label(obj{"type": 22, "custom_id": "g", "options": options, "min_values": 2})}, ""},
		"eleven files":        {[]obj{label(obj{"type": 19, "custom_id": "f", "max_values": 11})}, "components[0].component.max_values: int value should be less than or equal to 10"},
		"a row":               {[]obj{row(input(obj{"label": "l"}))}, ""},
		"a row, no label":     {[]obj{row(input())}, "components[0].components[0].label: this field is required"},
		"two in a row":        {[]obj{row(input(obj{"label": "l"}), input(obj{"label": "l", "custom_id": "j"}))}, "components[0].components: the specified component exceeds the maximum width"},
		"a type of tomorrow":  {[]obj{label(obj{"type": 99}), {"type": 98}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			body := obj{"type": 9, "data": obj{"custom_id": "m", "title": "t", "components": tt.components}}
			got := strings.TrimPrefix(finding(t, "create_interaction_response", body, nil), "data.")
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// Every operation whose body has embeds or components, itself or in a part, is checked.
func TestAllOperationsWithMessagesAreKnown(t *testing.T) {
	for _, op := range catalogue.Operations() {
		carries := false
		for _, f := range op.BodyFields() {
			carries = carries || f.Name == "embeds" || f.Name == "components"
			for _, inner := range f.Type.AllFields() {
				carries = carries || f.Type.Resolve().Base != catalogue.Array && inner.Name == "embeds"
			}
		}
		if carries && !limits.Carries(&op) {
			t.Errorf("%s carries a message and is not checked", op.ID)
		}
	}
}

// FuzzCheckRequest checks any JSON as any request. What the checks say must have a place in the body.
func FuzzCheckRequest(f *testing.F) {
	for _, body := range []obj{v2(container(text("x")), row(button("1"), choose("2"))), {"embeds": []obj{{"fields": []obj{{"name": "n"}}}}},
		{"type": 9, "data": obj{"components": []obj{label(choose("1"))}}}, {"message": obj{"poll": obj{"answers": []obj{{}}}}}} {
		text, err := json.Marshal(body)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		var body any
		if catalogue.DecodeBody([]byte(text), &body) != nil {
			return
		}
		for _, op := range catalogue.Operations() {
			if !limits.Carries(&op) {
				continue
			}
			form := limits.CheckRequest(&op, body, []string{})
			if found := limits.First(form, body); (found == nil) != form.Empty() {
				t.Errorf("%s: %d errors, but the first is %v", op.ID, form.Count(), found)
			}
		}
		if o, ok := body.(map[string]any); ok {
			limits.CheckMessage(o, limits.Sent{})
			limits.CheckModal(o)
			limits.CheckComponent(o)
			limits.CheckEmbed(o)
			limits.CheckPoll(o)
		}
	})
}
