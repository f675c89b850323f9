package rest

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// object makes an object for arguments.
func object(t testing.TB, kind discord.Kind, text string) *discord.Object {
	t.Helper()
	o, err := discord.NewObject(kind, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestCallBuildsRequests(t *testing.T) {
	member := object(t, discord.KindMember, `{"user": {"id": "7"}, "nick": "n"}`)
	for name, tt := range map[string]struct {
		op   string
		args Args
		want string // method, path and query, then the body
	}{
		"path and query":            {"list_messages", Args{"channel_id": "1", "limit": 5.0, "before": discord.Snowflake("9"), "after": nil}, "GET /channels/1/messages?before=9&limit=5 "},
		"an object for an id":       {"get_channel", Args{"channel_id": object(t, discord.KindChannel, `{"id": "3"}`)}, "GET /channels/3 "},
		"a member for a user":       {"get_guild_member", Args{"guild_id": "1", "user_id": member}, "GET /guilds/1/members/7 "},
		"an emoji is escaped":       {"add_my_message_reaction", Args{"channel_id": "1", "message_id": "2", "emoji_name": "👍/x"}, "PUT /channels/1/messages/2/reactions/%F0%9F%91%8D%2Fx/@me "},
		"lists repeat the key":      {"guild_search", Args{"guild_id": "1", "has": []string{"file", "-link"}, "author_id": []any{"2", member}, "pinned": true}, "GET /guilds/1/messages/search?author_id=2&author_id=7&has=file&has=-link&pinned=true "},
		"but for some":              {"preview_prune_guild", Args{"guild_id": "1", "include_roles": []any{"2", "3"}}, "GET /guilds/1/prune?include_roles=2%2C3 "},
		"body fields":               {"update_channel", Args{"channel_id": "1", "name": "x", "nsfw": false, "parent_id": Null, "topic": nil}, `PATCH /channels/1 {"name":"x","nsfw":false,"parent_id":null}`},
		"ids inside of the body":    {"create_guild_channel", Args{"guild_id": "1", "name": "x", "permission_overwrites": []any{map[string]any{"id": member, "type": 1, "allow": "8589934592"}}}, `POST /guilds/1/channels {"name":"x","permission_overwrites":[{"allow":"8589934592","id":"7","type":1}]}`},
		"permissions as text":       {"create_guild_role", Args{"guild_id": "1", "permissions": "4503599627370496"}, `POST /guilds/1/roles {"permissions":"4503599627370496"}`},
		"an empty body":             {"create_channel_invite", Args{"channel_id": "1"}, `POST /channels/1/invites {}`},
		"a list as body":            {"bulk_update_guild_roles", Args{"guild_id": "1", "body": []any{map[string]any{"id": "5", "position": 2}}}, `PATCH /guilds/1/roles [{"id":"5","position":2}]`},
		"a nested object as it was": {"create_message", Args{"channel_id": "1", "nonce": "n", "embeds": []any{object(t, discord.KindObject, `{"title":"t"}`)}}, `POST /channels/1/messages {"embeds":[{"title":"t"}],"nonce":"n"}`},
		"no body where none is due": {"leave_guild", Args{"guild_id": "1"}, "DELETE /users/@me/guilds/1 "},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Method + " " + strings.TrimPrefix(r.RequestURI, "/api/v10") + " " + readAll(t, r.Body); got != tt.want {
					t.Errorf("got  %s\nwant %s", got, tt.want)
				}
				w.WriteHeader(http.StatusNoContent)
			})
			if v, err := c.Call(t.Context(), tt.op, tt.args); err != nil || v != true {
				t.Errorf("got %v, %v", v, err)
			}
		})
	}
}

func TestCallRefusesBadArguments(t *testing.T) {
	c := serve(t, Options{}, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, tt := range []struct {
		op   string
		args Args
		want string
	}{
		{"create_mesage", nil, "create_mesage: no operation of Discord's has this name, did you mean 'create_message'?"},
		{"create_message", Args{"channel_id": "1", "file": []File{}}, "create_message: unknown option 'file', did you mean 'files'?"},
		{"get_channel", Args{"channel_id": "1", "xyzzy": 1}, "get_channel: unknown option 'xyzzy'; it takes channel_id, use_user"},
		{"get_channel", Args{"channel_id": "1", "reason": "x"}, "get_channel: unknown option 'reason'; it takes channel_id, use_user"},
		{"get_channel", nil, "get_channel: channel_id: is missing"},
		{"get_channel", Args{"channel_id": 1327046393453613000.0}, `get_channel: channel_id: an id must be a string, because numbers lose its last digits: write "1327046393453613056" with quotes`},
		{"get_channel", Args{"channel_id": "general"}, `get_channel: channel_id: "general" is not an id: an id is a decimal number of up to 20 digits, in quotes`},
		{"get_channel", Args{"channel_id": object(t, discord.KindObject, `{}`)}, "get_channel: channel_id: this Object has no id"},
		{"get_channel", Args{"channel_id": true}, "get_channel: channel_id: expected an id, got true"},
		{"get_channel", Args{"channel_id": "1", "use_user": "yes"}, `get_channel: use_user: expected true or false, got "yes"`},
		{"create_message", Args{"channel_id": "1", "content": 5.0}, "create_message: content: expected a string, got the number 5"},
		{"create_message", Args{"channel_id": "1", "tts": "yes"}, `create_message: tts: expected true or false, got "yes"`},
		{"create_message", Args{"channel_id": "1", "embeds": map[string]any{"title": "t"}}, "create_message: embeds: expected a list, got a table"},
		{"create_message", Args{"channel_id": "1", "embeds": []any{"t"}}, `create_message: embeds[0]: expected a table, got "t"`},
		{"create_message", Args{"channel_id": "1", "embeds": []any{map[string]any{"title": []any{}}}}, "create_message: embeds[0].title: expected a string, got a list"},
		{"create_message", Args{"channel_id": "1", "allowed_mentions": map[string]any{"users": []any{5.0}}}, `create_message: allowed_mentions.users[0]: an id must be a string, because numbers lose its last digits: write "5" with quotes`},
		{"create_message", Args{"channel_id": "1", "files": "a.txt"}, `create_message: files: expected a list of files, got "a.txt"`},
		{"list_messages", Args{"channel_id": "1", "limit": "many"}, `list_messages: limit: expected a whole number, got "many"`},
		{"list_messages", Args{"channel_id": "1", "limit": 1.5}, "list_messages: limit: expected a whole number, got the number 1.5"},
		{"create_guild_role", Args{"guild_id": "1", "permissions": float64(1 << 60)}, `create_guild_role: permissions: numbers this large lose their last digits: write "1152921504606846976" with quotes`},
		{"invite_resolve", Args{"code": ".."}, "invite_resolve: code: must be more than dots"},
		{"create_guild_sticker", Args{"guild_id": "1", "file": "x.png"}, `create_guild_sticker: file: expected a file, got "x.png"`},
		{"delete_message", Args{"channel_id": "1", "message_id": "2", "reason": 5}, "delete_message: reason: expected a string, got the number 5"},
	} {
		_, err := c.Call(t.Context(), tt.op, tt.args)
		if _, ok := errors.AsType[*ArgumentError](err); !ok || err.Error() != tt.want {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

func TestCallReadsAnswers(t *testing.T) {
	answers := map[string]string{
		"/channels/1":             `{"id": "1", "type": 0}`,
		"/channels/2":             `{"id": "2", "type": 11}`,
		"/guilds/1/channels":      `[{"id": "1", "type": 4}]`,
		"/guilds/1/members":       `[{"user": {"id": "7"}}]`,
		"/guilds/1/webhooks":      `[{"id": "8", "user": {"id": "7"}}]`,
		"/guilds/1/widget.png":    "\x89PNG",
		"/webhooks/1/token/slack": "ok",
		"/guilds/1/roles":         "not JSON",
	}
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, answers[strings.TrimPrefix(r.URL.Path, "/api/v10")])
	})
	for _, tt := range []struct {
		op   string
		args Args
		kind discord.Kind
		list bool
	}{
		{"get_channel", Args{"channel_id": "1"}, discord.KindChannel, false},
		{"get_channel", Args{"channel_id": "2"}, discord.KindThread, false},
		{"list_guild_channels", Args{"guild_id": "1"}, discord.KindChannel, true},
		{"list_guild_members", Args{"guild_id": "1"}, discord.KindMember, true},
		{"get_guild_webhooks", Args{"guild_id": "1"}, discord.KindWebhook, true},
	} {
		v, err := c.Call(t.Context(), tt.op, tt.args)
		switch v := v.(type) {
		case *discord.Object:
			if v.Kind() != tt.kind || tt.list {
				t.Errorf("%s: a %s", tt.op, v.Kind())
			}
		case *discord.List:
			if len(v.Objects()) != 1 || v.Objects()[0].Kind() != tt.kind || !tt.list {
				t.Errorf("%s: %+v", tt.op, v)
			}
		default:
			t.Errorf("%s: %v, %v", tt.op, v, err)
		}
	}
	if v, err := c.Call(t.Context(), "get_guild_widget_png", Args{"guild_id": "1"}); v != "\x89PNG" {
		t.Errorf("got %q, %v", v, err)
	}
	if v, err := c.Call(t.Context(), "execute_slack_compatible_webhook", Args{"webhook_id": "1", "webhook_token": "token"}); v != "ok" {
		t.Errorf("got %q, %v", v, err)
	}
	if v, err := c.Call(t.Context(), "list_guild_roles", Args{"guild_id": "1"}); err == nil || !strings.Contains(err.Error(), "list_guild_roles") {
		t.Errorf("got %q, %v", v, err)
	}
	if _, err := c.Object(t.Context(), "list_guild_members", Args{"guild_id": "1"}); err == nil {
		t.Error("a list was taken for an object")
	}
	if _, err := c.List(t.Context(), "get_channel", Args{"channel_id": "1"}); err == nil {
		t.Error("an object was taken for a list")
	}
}

func TestEveryOperationHasAKindAndNames(t *testing.T) {
	for _, op := range catalogue.Operations() {
		for _, r := range op.Responses {
			if r.Type != nil && kindOf(r.Type) == "" {
				t.Errorf("%s: no kind for %s", op.ID, r.Type)
			}
		}
		if names := Names(&op); len(names) == 0 {
			t.Errorf("%s takes nothing", op.ID)
		}
	}
}

func TestMessagesAreSafeToRepeat(t *testing.T) {
	var got received
	c := serve(t, Options{}, failing(t, &got, 502, 0))
	if _, err := c.Call(t.Context(), "create_message", Args{"channel_id": "1", "content": "hi"}); err != nil {
		t.Fatal(err)
	}
	nonce := regexp.MustCompile(`^{"content":"hi","enforce_nonce":true,"nonce":"[a-z0-9]{25}"}$`)
	bodies := got.all()
	if len(bodies) != 3 || !nonce.MatchString(bodies[0]) || bodies[1] != bodies[0] || bodies[2] != bodies[0] {
		t.Errorf("sent %q", bodies)
	}
	var once received
	c = serve(t, Options{}, failing(t, &once, 502))
	if _, err := c.Call(t.Context(), "create_message", Args{"channel_id": "1", "nonce": "mine"}); err == nil || len(once.all()) != 1 {
		t.Errorf("with a nonce that is not enforced: sent %q, %v", once.all(), err)
	}
}

// form reads a multipart body: its values by field, and its files as "name type: content".
func form(t *testing.T, contentType, body string) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	r := multipart.NewReader(strings.NewReader(body), params["boundary"])
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		text := readAll(t, p)
		if p.FileName() != "" {
			text = p.FileName() + " " + p.Header.Get("Content-Type") + ": " + text
		}
		got[p.FormName()] = text
	}
}

func TestUploads(t *testing.T) {
	secret := FileBytes("dir/secret \"x\".txt", []byte("one"))
	secret.Spoiler, secret.Description = true, "alt"
	unknown := FileBytes("b", []byte("two"))
	unknown.Size, unknown.ContentType = -1, "audio/x\r\nEvil: yes"
	files := []File{secret, unknown}
	const fileOne, fileTwo = "secret %22x%22.txt text/plain; charset=utf-8: one", "b audio/xEvil: yes: two"
	for name, tt := range map[string]struct {
		op   string
		args Args
		want map[string]string
	}{
		"a message": {"create_message", Args{"channel_id": "1", "nonce": "n", "content": "hi", "files": files}, map[string]string{
			"payload_json": `{"attachments":[{"description":"alt","filename":"secret \"x\".txt","id":"0","is_spoiler":true},{"filename":"b","id":"1"}],"content":"hi","nonce":"n"}`,
			"files[0]":     fileOne, "files[1]": fileTwo,
		}},
		"an edit that keeps one": {"update_message", Args{"channel_id": "1", "message_id": "2", "files": files, "attachments": []any{map[string]any{"id": "99"}, map[string]any{"id": "1", "title": "t"}}}, map[string]string{
			"payload_json": `{"attachments":[{"id":"99"},{"filename":"b","id":"1","title":"t"},{"description":"alt","filename":"secret \"x\".txt","id":"0","is_spoiler":true}]}`,
			"files[0]":     fileOne, "files[1]": fileTwo,
		}},
		"an interaction": {"create_interaction_response", Args{"interaction_id": "1", "interaction_token": "t", "type": 4, "data": map[string]any{"content": "hi"}, "files": files[1:]}, map[string]string{
			"payload_json": `{"data":{"attachments":[{"filename":"b","id":"0"}],"content":"hi"},"type":4}`,
			"files[0]":     fileTwo,
		}},
		"a post in a forum": {"create_thread", Args{"channel_id": "1", "name": "x", "message": map[string]any{"content": "hi"}, "files": files[1:]}, map[string]string{
			"payload_json": `{"message":{"attachments":[{"filename":"b","id":"0"}],"content":"hi"},"name":"x"}`,
			"files[0]":     fileTwo,
		}},
		"a sticker": {"create_guild_sticker", Args{"guild_id": "1", "name": "wave", "tags": "hi", "file": FileBytes("w.png", []byte("png"))}, map[string]string{
			"name": "wave", "tags": "hi", "file": "w.png image/png: png",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if diff := cmp.Diff(tt.want, form(t, r.Header.Get("Content-Type"), readAll(t, r.Body))); diff != "" {
					t.Error(diff)
				}
				known := tt.op == "create_guild_sticker"
				if (r.ContentLength >= 0) != known {
					t.Errorf("Content-Length %d", r.ContentLength)
				}
				w.WriteHeader(http.StatusNoContent)
			})
			if _, err := c.Call(t.Context(), tt.op, tt.args); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFilesNeedAnObjectAsBody(t *testing.T) {
	c := serve(t, Options{}, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, body := range []any{[]int{1}, json.RawMessage(`"x"`), map[string]any{"attachments": "x"}, func() {}} {
		_, err := c.Do(t.Context(), &Request{Method: "POST", Path: "/webhooks/1/token", Body: body, Files: []File{FileBytes("a", nil)}})
		if err == nil || strings.Contains(err.Error(), "/token") {
			t.Errorf("body %T: %v", body, err)
		}
	}
}
