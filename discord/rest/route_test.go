package rest

import (
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

func TestRouteOf(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	message := func(age time.Duration) string { return string(discord.SnowflakeAt(now.Add(-age))) }
	for _, tt := range []struct {
		method, path string
		want         route
		shown        string // "" for the path itself
	}{
		{"GET", "/users/@me", route{key: "GET /users/@me"}, ""},
		{"GET", "/channels/1/messages/2", route{key: "GET /channels/{}/messages/{}", major: "1"}, ""},
		{"PUT", "/channels/1/messages/2/reactions/%F0%9F/@me", route{key: "PUT /channels/{}/messages/{}/reactions/{}/@me", major: "1"}, ""},
		{"GET", "/guilds/1/members/2?x=3", route{key: "GET /guilds/{}/members/{}", major: "1"}, "/guilds/1/members/2"},
		{"GET", "/users/@me/guilds/1/member", route{key: "GET /users/@me/guilds/{}/member", major: "1"}, ""},
		{"GET", "/invites/abc", route{key: "GET /invites/{}"}, ""},
		{"GET", "/webhooks/1", route{key: "GET /webhooks/{}", major: "1"}, ""},
		{"POST", "/webhooks/1/tok", route{key: "POST /webhooks/{}/{}", major: "1/tok", tokened: true, inTurn: true}, "/webhooks/1/***"},
		{"POST", "/channels/1/messages", route{key: "POST /channels/{}/messages", major: "1", inTurn: true}, ""},
		{"PATCH", "/webhooks/1/tok/messages/@original", route{key: "PATCH /webhooks/{}/{}/messages/@original", major: "1/tok", tokened: true}, "/webhooks/1/***/messages/@original"},
		{"PATCH", "/webhooks/1/22/messages/3", route{key: "PATCH /webhooks/{}/{}/messages/{}", major: "1/22", tokened: true}, "/webhooks/1/***/messages/3"},
		{"POST", "/interactions/1/tok/callback", route{key: "POST /interactions/{}/{}/callback", major: "1/tok", tokened: true}, "/interactions/1/***/callback"},
		{"DELETE", "/channels/1/messages/" + message(time.Second), route{key: deleteMessageKey + " fresh", major: "1"}, ""},
		{"DELETE", "/channels/1/messages/" + message(time.Hour), route{key: deleteMessageKey, major: "1"}, ""},
		{"DELETE", "/channels/1/messages/" + message(15*24*time.Hour), route{key: deleteMessageKey + " old", major: "1"}, ""},
	} {
		if got := routeOf(tt.method, tt.path, now); got != tt.want {
			t.Errorf("%s %s: got %+v, want %+v", tt.method, tt.path, got, tt.want)
		}
		if tt.shown == "" {
			tt.shown = tt.path
		}
		if got := shownPath(tt.path); got != tt.shown {
			t.Errorf("%s is shown as %s", tt.path, got)
		}
	}
}

// The rules for paths must agree with the catalogue on which operations share a limit.
func TestRoutesAgreeWithTheCatalogue(t *testing.T) {
	keys := map[string]string{}
	for _, op := range catalogue.Operations() {
		args := Args{}
		for i, p := range op.PathParams {
			args[p.Name] = string(rune('1' + i))
			if p.Type.Base == catalogue.String {
				args[p.Name] = "some-" + p.Name
			}
		}
		req, err := newRequest(&op, args)
		if err != nil {
			t.Fatal(err)
		}
		r := routeOf(req.Method, req.Path, time.Time{})
		if other, taken := keys[r.key]; taken {
			t.Errorf("%s and %s have one key: %s", op.ID, other, r.key)
		}
		keys[r.key] = op.ID
		var want string
		switch op.Major {
		case "webhook_id+webhook_token":
			want = "1/some-webhook_token"
		case "":
		default:
			want = args[op.Major].(string)
		}
		if r.major != want && op.Major != "" {
			t.Errorf("%s: major parameter %q, want %q", op.ID, r.major, want)
		}
	}
}
