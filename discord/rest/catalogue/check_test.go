package catalogue

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// check checks JSON text against the body of an operation and gives the coerced body and the errors as JSON.
func check(t *testing.T, operation, body string) (checked, errors string) {
	t.Helper()
	var v any
	if err := DecodeBody([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	value, form := Lookup(operation).Body.Type.Check(v)
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	return text(value), text(form)
}

func TestBodyErrors(t *testing.T) {
	for _, c := range []struct {
		name, operation, body string
		want                  string // "path code" of the only error, "" for none
		message               string
	}{
		{"nothing wrong", "create_message", `{"content":"hi"}`, "", ""},
		{"unknown members are ignored", "create_message", `{"content":"hi","colour":"red"}`, "", ""},
		{"null where it is allowed", "create_message", `{"content":null}`, "", ""},
		{"null where it is not", "create_guild_channel", `{"name":null}`, "name BASE_TYPE_REQUIRED", "This field is required"},
		{"a missing member", "create_guild_channel", `{}`, "name BASE_TYPE_REQUIRED", "This field is required"},
		{"a text that is too short", "create_guild_channel", `{"name":""}`, "name BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."},
		{"a text that is too long", "create_message", `{"content":"` + strings.Repeat("🦦", 4001) + `"}`, "content BASE_TYPE_MAX_LENGTH",
			"Must be 4000 or fewer in length."},
		{"a text of the greatest length", "create_message", `{"content":"` + strings.Repeat("🦦", 4000) + `"}`, "", ""},
		{"a number for a text", "create_message", `{"content":7}`, "", ""},
		{"an object for a text", "create_message", `{"content":{"a":1}}`, "content STRING_TYPE_CONVERT", `Could not interpret "{"a":1}" as string.`},
		{"a text for an integer", "create_guild_channel", `{"name":"x","bitrate":"loud"}`, "bitrate NUMBER_TYPE_COERCE", `Value "loud" is not int.`},
		{"an integer as text", "create_guild_channel", `{"name":"x","bitrate":"64000"}`, "", ""},
		{"a fraction for an integer", "create_guild_channel", `{"name":"x","bitrate":64000.5}`, "bitrate NUMBER_TYPE_COERCE", `Value "64000.5" is not int.`},
		{"a number that is too big", "create_guild_channel", `{"name":"x","rate_limit_per_user":21601}`, "rate_limit_per_user NUMBER_TYPE_MAX",
			"int value should be less than or equal to 21600."},
		{"a number that is too small", "create_guild_channel", `{"name":"x","bitrate":7999}`, "bitrate NUMBER_TYPE_MIN",
			"int value should be greater than or equal to 8000."},
		{"a number that is not one of the choices", "create_guild_channel", `{"name":"x","type":99}`, "type BASE_TYPE_CHOICES",
			"Value must be one of {0, 2, 4, 5, 13, 14, 15}."},
		{"something else for a boolean", "create_message", `{"content":"x","tts":"loud"}`, "tts BOOLEAN_TYPE_CONVERT", "Must be either true or false."},
		{"a boolean as text", "create_message", `{"content":"x","tts":"true"}`, "", ""},
		{"an id as a number", "create_dm", `{"recipient_id":80351110224678912}`, "", ""},
		{"what is no id", "create_dm", `{"recipient_id":"nathan"}`, "recipient_id NUMBER_TYPE_COERCE", `Value "nathan" is not snowflake.`},
		{"permissions as text", "create_guild_role", `{"permissions":"9007199254740993"}`, "", ""},
		{"what is no time", "update_guild_member", `{"communication_disabled_until":"soon"}`, "communication_disabled_until DATE_TIME_TYPE_PARSE",
			"Could not parse soon. Should be ISO8601."},
		{"a time without a zone", "update_guild_member", `{"communication_disabled_until":"2026-01-02T03:04:05"}`, "", ""},
		{"what is no list", "bulk_delete_messages", `{"messages":"1"}`, "messages LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"},
		{"a list that is too short", "bulk_delete_messages", `{"messages":["1"]}`, "messages BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length."},
		{"an error inside a list", "bulk_delete_messages", `{"messages":["1","x"]}`, "messages.1 NUMBER_TYPE_COERCE", `Value "x" is not snowflake.`},
		{"the same twice", "bulk_delete_messages", `{"messages":["1",1]}`, "messages.1 SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value"},
		{"an error inside an object in a list", "create_message", `{"embeds":[{},{"fields":[{"name":"x"}]}]}`, "embeds.1.fields.0.value BASE_TYPE_REQUIRED",
			"This field is required"},
		{"what is no object", "create_message", `{"embeds":[7]}`, "embeds.0 MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"},
		{"a whole body that is no object", "create_guild_role", `[]`, " MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"},
		{"what is no link", "create_message", `{"embeds":[{"url":"nowhere"}]}`, "embeds.0.url URL_TYPE_INVALID_URL", "Not a well formed URL."},
		{"a link with a scheme that is not taken", "create_message", `{"embeds":[{"url":"ftp://example.com"}]}`, "embeds.0.url URL_TYPE_INVALID_SCHEME",
			`Scheme "ftp" must be one of ('http', 'https').`},
		{"what is no image", "update_my_user", `{"username":"dbuddy","avatar":"cat.png"}`, "avatar IMAGE_INVALID", "Invalid image data"},
		{"a component of its type", "create_message", `{"components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":"a"}]}]}`, "", ""},
		{"a component's member", "create_message", `{"components":[{"type":1,"components":[{"type":2}]}]}`, "components.0.components.0.style BASE_TYPE_REQUIRED",
			"This field is required"},
		{"a component of no type", "create_message", `{"components":[{"type":77}]}`, "components.0.type UNION_TYPE_CHOICES", ""},
		{"a body with several forms", "update_channel", `{"archived":"perhaps"}`, "archived BOOLEAN_TYPE_CONVERT", ""},
		{"a nonce as a number", "create_message", `{"nonce":12}`, "", ""},
		{"a nonce as text", "create_message", `{"nonce":"abc"}`, "", ""},
		{"an enum of texts", "action_guild_join_request", `{"action":"SHRUG"}`, "action ENUM_TYPE_COERCE", `Value "SHRUG" is not a valid enum value.`},
		{"a table that is no object", "update_lobby_message_external_moderation_metadata", `[]`, " DICT_TYPE_CONVERT", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, errors := check(t, c.operation, c.body)
			if c.want == "" {
				if errors != "{}" {
					t.Errorf("the errors are %s", errors)
				}
				return
			}
			path, code, _ := strings.Cut(c.want, " ")
			got := errorsAt(t, errors, path)
			if len(got) != 1 || got[0].Code != code || c.message != "" && got[0].Message != c.message {
				t.Errorf("at %q are %v, want %s %q; all are %s", path, got, code, c.message, errors)
			}
			if n := strings.Count(errors, `"code"`); n != 1 {
				t.Errorf("there are %d errors: %s", n, errors)
			}
		})
	}
}

// errorsAt reads the errors at a path of the tree.
func errorsAt(t *testing.T, tree, path string) []FormError {
	t.Helper()
	node := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(tree), &node); err != nil {
		t.Fatal(err)
	}
	key, rest, _ := strings.Cut(path, ".")
	if path == "" {
		var list []FormError
		if err := json.Unmarshal(node["_errors"], &list); err != nil {
			t.Fatalf("%v in %s", err, tree)
		}
		return list
	}
	if node[key] == nil {
		t.Fatalf("there is no %q in %s", key, tree)
	}
	return errorsAt(t, string(node[key]), rest)
}

func TestCheckTurnsValuesIntoTheirTypes(t *testing.T) {
	for _, c := range []struct{ operation, body, want string }{
		{"create_dm", `{"recipient_id":80351110224678912,"more":1}`, `{"recipient_id":"80351110224678912"}`},
		{"create_guild_role", `{"permissions":"8","hoist":"1","color":5.0}`, `{"color":5,"hoist":true,"permissions":8}`},
		{"create_message", `{"content":5,"nonce":7}`, `{"content":"5","nonce":7}`},
		{"update_guild_member", `{"communication_disabled_until":"2026-01-02T03:04:05+02:00"}`, `{"communication_disabled_until":"2026-01-02T01:04:05Z"}`},
		{"bulk_delete_messages", `{"messages":[1,"2"]}`, `{"messages":["1","2"]}`},
	} {
		if got, errors := check(t, c.operation, c.body); got != c.want || errors != "{}" {
			t.Errorf("%s %s: %s with errors %s, want %s", c.operation, c.body, got, errors, c.want)
		}
	}
}

func TestQueryErrors(t *testing.T) {
	for _, c := range []struct{ operation, query, want string }{
		{"list_messages", "limit=50", "{}"},
		{"list_messages", "limit=50&colour=red", "{}"},
		{"list_messages", "limit=0", `{"limit":{"_errors":[{"code":"NUMBER_TYPE_MIN","message":"int value should be greater than or equal to 1."}]}}`},
		{"list_messages", "before=x", `{"before":{"_errors":[{"code":"NUMBER_TYPE_COERCE","message":"Value \"x\" is not snowflake."}]}}`},
		{"search_guild_members", "", `{"query":{"_errors":[{"code":"BASE_TYPE_REQUIRED","message":"This field is required"}]}}`},
		{"get_guild", "with_counts=True", "{}"},
		{"guild_search", "has=link&has=-image&channel_id=1&channel_id=2", "{}"},
		{"guild_search", "has=luck", `{"has":{"0":{"_errors":[{"code":"ENUM_TYPE_COERCE","message":"Value \"luck\" is not a valid enum value."}]}}}`},
		{"guild_search", "channel_id=1&channel_id=1", `{"channel_id":{"1":{"_errors":[{"code":"SET_TYPE_ALREADY_CONTAINS_VALUE","message":"The set already contains this value"}]}}}`},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(Lookup(c.operation).CheckQuery(query))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("%s?%s (-want +got):\n%s", c.operation, c.query, diff)
		}
	}
}

// FuzzCheck makes sure that any JSON can be checked against any body, and that what has passed passes again unchanged.
func FuzzCheck(f *testing.F) {
	var bodies []*Type
	for _, op := range Operations() {
		if op.Body != nil {
			bodies = append(bodies, op.Body.Type)
		}
	}
	f.Add(0, `{"name":"x","permissions":"8"}`)
	f.Add(20, `{"components":[{"type":1,"components":[{"type":2,"style":1}]}]}`)
	f.Add(40, `[{"id":1},{"id":"2","position":null}]`)
	f.Fuzz(func(t *testing.T, i int, text string) {
		var body any
		if DecodeBody([]byte(text), &body) != nil {
			return
		}
		typ := bodies[uint(i)%uint(len(bodies))]
		checked, form := typ.Check(body)
		if !form.Empty() {
			return
		}
		again, form := typ.Check(checked)
		if !form.Empty() || !cmp.Equal(checked, again) {
			t.Errorf("%s passes as %v, but then: %v", text, checked, form)
		}
	})
}

// A field that has another type in every form of a body takes what any of the forms takes.
func TestFieldsOfSeveralForms(t *testing.T) {
	for _, f := range Lookup("create_interaction_response").BodyFields() {
		if f.Name != "data" {
			continue
		}
		for _, text := range []string{`{"content":"x"}`, `{"choices":[{"name":"x","value":"y"}]}`, `{"custom_id":"x","title":"y","components":[{"type":10,"content":"z"}]}`} {
			var value any
			if err := DecodeBody([]byte(text), &value); err != nil {
				t.Fatal(err)
			}
			if _, form := f.Type.Check(value); !form.Empty() {
				t.Errorf("%s does not fit %s: %d errors", text, f.Type, form.Count())
			}
		}
		return
	}
	t.Error("the body has no data")
}
