package sandbox

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cordial/discord/rest/catalogue"
)

// TestRandomRequests sends requests of the right shape, with values that are right, wrong or odd, one after the other to a small world.
func TestRandomRequests(t *testing.T) {
	served := Served()
	rapid.Check(t, func(t *rapid.T) {
		serveScript(t, func(send func(method, path, kind, body string)) {
			for range rapid.IntRange(1, 12).Draw(t, "requests") {
				op := catalogue.Lookup(rapid.SampledFrom(served).Draw(t, "operation"))
				g := generator{t}
				path := g.path(op)
				if query := g.query(op); query != "" {
					path += "?" + query
				}
				body := ""
				if op.Body != nil {
					text, err := json.Marshal(g.value(op.Body.Type, 0))
					if err != nil {
						t.Fatal(err)
					}
					body = string(text)
				}
				t.Logf("%s %s %s", op.Method, path, body)
				send(op.Method, path, "application/json", body)
			}
		})
	})
}

// generator draws values for the types of the catalogue.
type generator struct{ *rapid.T }

// fuzzIDs are the ids in fuzzWorld by the parameters that name them.
var fuzzIDs = map[string][]string{
	"guild_id": {"10"}, "channel_id": {"31", "32", "33", "34", "40", "45", "95", "30"}, "message_id": {"40", "41", "42", "43", "44", "45", "96"},
	"user_id": {"1", "2", "3"}, "role_id": {"20", "10", "21"}, "overwrite_id": {"20", "1"}, "emoji_id": {"70"}, "emoji_name": {"👋", "otter:70"}, "sticker_id": {"71"},
	"webhook_id": {"80"}, "webhook_token": {"secret"}, "code": {"code"}, "guild_scheduled_event_id": {"90"}, "application_id": {"2"}, "command_id": {"97", "98"}, "interaction_id": {"99"}, "interaction_token": {"secret"}, "answer_id": {"1"},
	"pack_id": {"1"}, "recipient_id": {"1"}, "webhook_channel_id": {"31"}, "parent_id": {"30"}, "thread_id": {"40"},
}

var anyID = slices.Concat(fuzzIDs["guild_id"], fuzzIDs["channel_id"], fuzzIDs["message_id"], fuzzIDs["user_id"], fuzzIDs["role_id"],
	[]string{"50", "60", "70", "71", "80", "90", "0", "1", "18446744073709551615"})

func (g generator) path(op *catalogue.Operation) string {
	path := op.Path
	for _, p := range op.PathParams {
		value := g.named(p.Name)
		path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
	}
	return path
}

// named is mostly an id that a parameter of this name can have.
func (g generator) named(name string) string {
	if fitting := fuzzIDs[name]; fitting != nil && g.often() {
		return rapid.SampledFrom(fitting).Draw(g.T, name)
	}
	return rapid.SampledFrom(anyID).Draw(g.T, name)
}

func (g generator) often() bool { return rapid.IntRange(0, 9).Draw(g.T, "often") > 0 }

func (g generator) query(op *catalogue.Operation) string {
	query := url.Values{}
	for _, f := range op.Query {
		if !f.Required && g.often() {
			continue
		}
		if text, ok := g.value(f.Type, 0).(string); ok {
			query.Set(f.Name, text)
		} else {
			query.Set(f.Name, rapid.SampledFrom([]string{"1", "2", "25", "true", "x"}).Draw(g.T, f.Name))
		}
	}
	return query.Encode()
}

var oddValues = []any{nil, "", "x", -1, 1e300, true, []any{}, map[string]any{}, []any{nil}}

var someValues = map[catalogue.Base][]any{
	catalogue.String:  {"x", "general", "<@1> @everyone <@&20>", "attachment://a.txt", "\x00", " ", "👋", "SGVsbG8=", strings.Repeat("long ", 300)},
	catalogue.Integer: {0, 1, 2, 3, 10, 60, 1440, 64000, 1 << 15, "8", "9007199254740993"}, catalogue.Number: {0, 1, 2.5},
	catalogue.Boolean: {true, false, "true"}, catalogue.Timestamp: {"2026-11-22T12:30:00Z", "2027-01-01", "2020-01-01T00:00:00+02:00"},
	catalogue.URI:     {"https://example.com/x.png", "attachment://a.txt"},
	catalogue.DataURI: {"data:image/png;base64,eA==", "data:image/gif;base64,R0lGODlh", "data:text/plain;base64,eA=="}, catalogue.File: {"a.png"},
}

// maxDepth is where the drawn bodies end.
const maxDepth = 6

func (g generator) value(t *catalogue.Type, depth int) any {
	if rapid.IntRange(0, 99).Draw(g.T, "odd") == 0 {
		return rapid.SampledFrom(oddValues).Draw(g.T, "odd")
	}
	enum := t.Enum
	if r := t.Resolve(); r != t {
		if enum == nil {
			enum = r.Enum
		}
		t = r
	}
	switch {
	case len(enum) > 0:
		return rapid.SampledFrom(enum).Draw(g.T, "enum")
	case t.Base == catalogue.Snowflake:
		return rapid.SampledFrom(anyID).Draw(g.T, "id")
	case depth >= maxDepth:
		return nil
	case t.Base == catalogue.Object:
		return g.object(t, depth)
	case t.Base == catalogue.Array:
		list := make([]any, rapid.IntRange(0, 3).Draw(g.T, "length"))
		for i := range list {
			list[i] = g.value(t.Elem, depth+1)
		}
		return list
	case t.Base == catalogue.Map:
		return map[string]any{"key": g.value(t.Elem, depth+1)}
	case t.Base == catalogue.Union:
		return g.value(rapid.SampledFrom(t.Alts).Draw(g.T, "form"), depth+1)
	case someValues[t.Base] != nil:
		return rapid.SampledFrom(someValues[t.Base]).Draw(g.T, "value")
	}
	return nil
}

func (g generator) object(t *catalogue.Type, depth int) any {
	object := map[string]any{}
	for _, f := range t.Fields {
		switch {
		case !f.Required && rapid.IntRange(0, 3).Draw(g.T, f.Name) > 0:
		case fuzzIDs[f.Name] != nil:
			object[f.Name] = g.named(f.Name)
		default:
			object[f.Name] = g.value(f.Type, depth+1)
		}
	}
	return object
}
