package catalogue

import (
	"errors"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		method, path string
		want         string
		params       string // "name=value name=value"
	}{
		{"GET", "/users/@me", "get_my_user", ""},
		{"GET", "/users/%40me", "get_my_user", ""},
		{"GET", "/users/80351110224678912", "get_user", "user_id=80351110224678912"},
		{"GET", "/channels/1/messages/2", "get_message", "channel_id=1 message_id=2"},
		{"GET", "/channels/1/messages/pins", "list_pins", "channel_id=1"},
		{"PUT", "/channels/1/messages/pins/2", "create_pin", "channel_id=1 message_id=2"},
		{"PUT", "/channels/1/pins/2", "deprecated_create_pin", "channel_id=1 message_id=2"},
		{"PUT", "/channels/1/messages/2/reactions/%F0%9F%A6%A6/@me", "add_my_message_reaction", "channel_id=1 message_id=2 emoji_name=🦦"},
		{"DELETE", "/channels/1/messages/2/reactions/otter:7/9", "delete_user_message_reaction", "emoji_name=otter:7 user_id=9"},
		{"PATCH", "/guilds/1/members/@me", "update_my_guild_member", "guild_id=1"},
		{"GET", "/guilds/1/members/@me", "get_guild_member", "user_id=@me"}, // no such literal for this method
		{"GET", "/guilds/1/members/search", "search_guild_members", "guild_id=1"},
		{"POST", "/webhooks/1/tok", "execute_webhook", "webhook_id=1 webhook_token=tok"},
		{"PATCH", "/webhooks/1/tok/messages/@original", "update_original_webhook_message", "webhook_token=tok"},
		{"GET", "/gateway", "get_gateway", ""},
		{"GET", "/gateway/", "get_gateway", ""},
	} {
		op, params, err := Match(c.method, c.path)
		if err != nil || op.ID != c.want {
			t.Errorf("%s %s: %v, %v; want %s", c.method, c.path, op, err, c.want)
			continue
		}
		for pair := range strings.FieldsSeq(c.params) {
			name, value, _ := strings.Cut(pair, "=")
			if params[name] != value {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.path, name, params[name], value)
			}
		}
	}
}

func TestEveryOperationMatchesItself(t *testing.T) {
	for _, want := range Operations() {
		op, params, err := Match(want.Method, strings.NewReplacer("{", "", "}", "").Replace(want.Path))
		if err != nil || op.ID != want.ID {
			t.Errorf("%s: %v, %v", want.ID, op, err)
			continue
		}
		for _, p := range want.PathParams {
			if params[p.Name] != p.Name {
				t.Errorf("%s: %s is %q", want.ID, p.Name, params[p.Name])
			}
		}
	}
}

func TestMatchNothing(t *testing.T) {
	for _, c := range []struct {
		method, path string
		want         error
	}{
		{"GET", "/nothing", ErrNoPath},
		{"GET", "", ErrNoPath},
		{"GET", "/channels//messages", ErrNoPath},
		{"GET", "//users/@me", ErrNoPath},
		{"GET", "/users/@me//", ErrNoPath},
		{"GET", "/channels/1/messages/2/3/4/5", ErrNoPath},
		{"GET", "/users/%zz", ErrNoPath},
		{"PUT", "/gateway", ErrNoMethod},
		{"POST", "/users/1", ErrNoMethod},
	} {
		if _, _, err := Match(c.method, c.path); !errors.Is(err, c.want) {
			t.Errorf("%s %s: %v, want %v", c.method, c.path, err, c.want)
		}
	}
}
