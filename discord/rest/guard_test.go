package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/discord/rest/catalogue"
	"cordial/discord/sandbox"
)

// arrivals notes the requests that leave a client, "METHOD /path" below the API.
type arrivals struct {
	http.RoundTripper
	mu   sync.Mutex
	seen []string
}

func (a *arrivals) RoundTrip(r *http.Request) (*http.Response, error) {
	_, path, _ := strings.Cut(r.URL.EscapedPath(), "/v10")
	a.mu.Lock()
	a.seen = append(a.seen, r.Method+" "+path)
	a.mu.Unlock()
	return a.RoundTripper.RoundTrip(r)
}

// take gives what has arrived since the last time.
func (a *arrivals) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	seen := a.seen
	a.seen = nil
	return seen
}

// guardedBy makes a client with a guard on a server that answers with the handler, and on the sandbox without one.
func guardedBy(t *testing.T, g *rest.Guard, handler http.HandlerFunc) (*rest.Client, *arrivals) {
	t.Helper()
	o := rest.Options{Token: "MTMyNzA0NzA0NjM5MzQ1MzYx.GkXzQw.abcdefghijklmnopqrstuvwxyz-_0123456789", Guard: g, Retries: -1, GlobalLimit: 1e6, InvalidLimit: 1e6}
	if handler == nil {
		world := sandbox.DefaultWorld(clockwork.NewRealClock())
		server, err := sandbox.Start(sandbox.Options{World: world, Limits: &unlimited})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := errors.Join(server.Close(), world.Close()); err != nil {
				t.Error(err)
			}
		})
		o.Token, o.BaseURL = server.BotToken(), server.APIURL()
	} else {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		o.BaseURL = server.URL + "/api/v10"
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	seen := &arrivals{RoundTripper: transport}
	o.HTTP = &http.Client{Transport: seen}
	c, err := rest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, seen
}

// anyRequest is a request for an operation, with an id for every parameter.
func anyRequest(op catalogue.Operation, id discord.Snowflake) *rest.Request {
	path := op.Path
	for _, p := range op.PathParams {
		path = strings.Replace(path, "{"+p.Name+"}", string(id), 1)
	}
	req := &rest.Request{Method: op.Method, Path: path}
	if op.Body != nil {
		req.Body = json.RawMessage(`{}`)
	}
	return req
}

// No operation of the catalogue but a read gets to Discord when only reads may, however it is called.
func TestReadOnlySendsReadsOnly(t *testing.T) {
	c, seen := guardedBy(t, &rest.Guard{ReadOnly: true}, nil)
	for i, op := range catalogue.Operations() {
		id := func(n int) discord.Snowflake { return discord.Snowflake(strconv.Itoa(1000 + 2*i + n)) } // a webhook that is gone is not asked for twice
		disguised := anyRequest(op, id(1))
		disguised.Operation, disguised.Path = catalogue.Lookup("get_channel"), disguised.Path+"?with=query"
		for _, req := range []*rest.Request{anyRequest(op, id(0)), disguised} {
			_, err := c.Do(t.Context(), req)
			refused, ok := errors.AsType[*rest.ReadOnlyError](err)
			switch arrived := seen.take(); {
			case op.Method == http.MethodGet:
				if len(arrived) != 1 || ok {
					t.Errorf("%s: %q arrived, error %v", op.ID, arrived, err)
				}
			case len(arrived) > 0 || !ok:
				t.Errorf("%s: %q arrived, error %v", op.ID, arrived, err)
			case refused.Operation != op.ID || !strings.Contains(err.Error(), op.ID) || !strings.Contains(err.Error(), "--read-only"):
				t.Errorf("%s: error %v", op.ID, err)
			}
		}
	}
	for _, method := range []string{"get", "POST", "PROPFIND", "PATCH"} {
		if _, err := c.Do(t.Context(), &rest.Request{Method: method, Path: "/something/new"}); err == nil || len(seen.take()) > 0 {
			t.Errorf("%s of a new operation: %v", method, err)
		}
	}
}

func TestReadOnlyHidesWebhookTokens(t *testing.T) {
	c, _ := guardedBy(t, &rest.Guard{ReadOnly: true}, nil)
	_, err := c.Call(t.Context(), "execute_webhook", rest.Args{"webhook_id": "1", "webhook_token": "hush-hush", "content": "x"})
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("%v", err)
	}
}

// In the world of these tests there are three guilds: ours, another one, and direct messages without one. An id ends with the digit of
// its guild.
const ourGuild, otherGuild = "1001", "1002"

func world(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v10/"), "/")
	guild := map[byte]string{'1': ourGuild, '2': otherGuild}[parts[min(1, len(parts)-1)][len(parts[min(1, len(parts)-1)])-1]]
	answer := map[string]any{"id": parts[len(parts)-1], "name": "general"}
	if guild != "" && parts[0] == "invites" {
		answer["guild"] = map[string]any{"id": guild}
	} else if guild != "" {
		answer["guild_id"] = guild
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// Whatever operation names something of another guild, only the question where that is gets out. What names nothing may read.
func TestOtherGuildsAreNotTouched(t *testing.T) {
	for _, op := range catalogue.Operations() {
		c, seen := guardedBy(t, &rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, world)
		_, err := c.Do(t.Context(), anyRequest(op, otherGuild))
		_, refused := errors.AsType[*rest.GuildError](err)
		located := strings.Contains(op.Path, "{guild_id}") || strings.Contains(op.Path, "{channel_id}") || strings.HasPrefix(op.Path, "/webhooks/") ||
			strings.HasPrefix(op.Path, "/invites/") || strings.HasPrefix(op.Path, "/interactions/")
		if want := located || op.Method != http.MethodGet; refused != want {
			t.Errorf("%s: refused %v (%v), want %v", op.ID, refused, err, want)
		}
		for _, arrived := range seen.take() {
			if !strings.HasPrefix(arrived, "GET ") || located && strings.Count(arrived, "/") > 3 {
				t.Errorf("%s: %s arrived", op.ID, arrived)
			}
		}
	}
}

func TestGuilds(t *testing.T) {
	message := rest.Args{"content": "hello"}
	add := func(args rest.Args, more ...any) rest.Args {
		all := rest.Args{}
		for name, v := range args {
			all[name] = v
		}
		for i := 0; i < len(more); i += 2 {
			all[more[i].(string)] = more[i+1]
		}
		return all
	}
	tests := []struct {
		operation string
		args      rest.Args
		direct    bool
		reason    string // "" is let through
	}{
		{"create_message", add(message, "channel_id", "51"), false, ""},
		{"create_message", add(message, "channel_id", "52"), false, "the channel is in guild 1002"},
		{"create_message", add(message, "channel_id", "50"), false, "add dm to let direct messages through"},
		{"create_message", add(message, "channel_id", "50"), true, ""},
		{"list_messages", rest.Args{"channel_id": "50"}, false, "the channel is in no guild"},
		{"create_dm", rest.Args{"recipient_id": "7"}, false, "direct messages are in no guild"},
		{"create_dm", rest.Args{"recipient_id": "7"}, true, ""},
		{"create_message", add(message, "channel_id", "51", "message_reference", map[string]any{"message_id": "1", "channel_id": "52"}), false, "the channel is in guild 1002"},
		{"follow_channel", rest.Args{"channel_id": "51", "webhook_channel_id": "52"}, false, "the channel is in guild 1002"},
		{"guild_search", rest.Args{"guild_id": ourGuild, "channel_id": []any{"51", "52"}}, false, "the channel is in guild 1002"},
		{"guild_search", rest.Args{"guild_id": ourGuild, "channel_id": []any{"51"}}, false, ""},
		{"create_stage_instance", rest.Args{"channel_id": "52", "topic": "x"}, false, "the channel is in guild 1002"},
		{"execute_webhook", add(message, "webhook_id", "61", "webhook_token", "t"), false, ""},
		{"execute_webhook", add(message, "webhook_id", "62", "webhook_token", "t"), false, "the webhook is in guild 1002"},
		{"delete_webhook", rest.Args{"webhook_id": "62"}, false, "the webhook is in guild 1002"},
		{"invite_resolve", rest.Args{"code": "a2"}, false, "the invite is in guild 1002"},
		{"invite_revoke", rest.Args{"code": "a1"}, false, ""},
		{"create_interaction_response", rest.Args{"interaction_id": "9", "interaction_token": "theirs", "type": 6}, false, "did not come in"},
		{"create_interaction_response", rest.Args{"interaction_id": "9", "interaction_token": "ours", "type": 6}, false, ""},
		{"execute_webhook", add(message, "webhook_id", "62", "webhook_token", "ours"), false, ""}, // the application's id
		{"leave_guild", rest.Args{"guild_id": otherGuild}, true, "it is about guild 1002"},
		{"create_application_command", rest.Args{"application_id": "1", "name": "x"}, true, "shows everywhere"},
		{"get_my_user", nil, false, ""},
	}
	for _, test := range tests {
		g := &rest.Guard{Guilds: []discord.Snowflake{ourGuild}, Direct: test.direct}
		c, seen := guardedBy(t, g, world)
		g.Admits("INTERACTION_CREATE", json.RawMessage(`{"token":"ours","guild_id":"1001"}`))
		g.Admits("INTERACTION_CREATE", json.RawMessage(`{"token":"theirs","guild_id":"1002"}`))
		_, err := c.Call(t.Context(), test.operation, test.args)
		_, refused := errors.AsType[*rest.GuildError](err)
		if test.reason == "" && err != nil || test.reason != "" && (!refused || !strings.Contains(err.Error(), test.reason)) {
			t.Errorf("%s %v: error %v, want %q; arrived %q", test.operation, test.args, err, test.reason, seen.take())
		}
	}
}

// Ways to write a path that a server might take for another one, and what is not in the catalogue, have no known guild.
func TestCrookedPathsAreRefused(t *testing.T) {
	c, seen := guardedBy(t, &rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, world)
	for _, path := range []string{
		"/guilds/1001/../1002", "/guilds/%2e%2e", "/guilds/1001%2F..%2F1002", "/channels/51/../52/messages", "/channels//52", "/guilds/1002#", "/something/new", "/guilds/01002",
		"/guilds/1001?guild_id=1002", "/guilds/1001?channel_ids=52", `/guilds/1001%5C..%5C1002`, "/guilds/1001/%2e", "/channels/@me", "/guilds/1001?a=%zz",
	} {
		if _, err := c.Do(t.Context(), &rest.Request{Method: http.MethodGet, Path: path}); err == nil {
			t.Errorf("%s is let through", path)
		}
	}
	if diff := cmp.Diff([]string{"GET /channels/52"}, seen.take()); diff != "" {
		t.Errorf("arrived (-want +got):\n%s", diff)
	}
}

func TestChannelIsLookedUpOnce(t *testing.T) {
	c, seen := guardedBy(t, &rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, world)
	for range 3 {
		if _, err := c.List(t.Context(), "list_messages", rest.Args{"channel_id": "51"}); err == nil {
			t.Fatal("the answer is no list")
		}
	}
	want := []string{"GET /channels/51", "GET /channels/51/messages", "GET /channels/51/messages", "GET /channels/51/messages"}
	if diff := cmp.Diff(want, seen.take()); diff != "" {
		t.Errorf("arrived (-want +got):\n%s", diff)
	}
}

// No operation that the table or its method says is destructive is sent in a dry run; the others are. Every answer can be read.
func TestDryRunHoldsBackWhatDestroys(t *testing.T) {
	var told []string
	c, seen := guardedBy(t, &rest.Guard{Held: func(line string) { told = append(told, line) }}, world)
	for _, op := range catalogue.Operations() {
		told = nil
		_, err := c.Send(t.Context(), anyRequest(op, ourGuild))
		if err != nil {
			t.Errorf("%s: %v", op.ID, err)
		}
		written := 0
		for _, arrived := range seen.take() {
			if !strings.HasPrefix(arrived, "GET ") {
				written++
			}
		}
		switch held := len(told) > 0; {
		case held && (written > 0 || len(told) != 1 || !strings.HasPrefix(told[0], "would "+op.ID) || !strings.Contains(told[0], op.Method+" /")):
			t.Errorf("%s: told %q, %d writes arrived", op.ID, told, written)
		case held && op.Method == http.MethodGet, !held && op.Method == http.MethodDelete:
			t.Errorf("%s: held %v", op.ID, held)
		case !held && op.Method != http.MethodGet && written != 1:
			t.Errorf("%s: %d writes arrived", op.ID, written)
		}
	}
}

func TestDryRunTells(t *testing.T) {
	tests := []struct {
		operation string
		args      rest.Args
		line      string
		answer    string // as JSON
	}{
		{"delete_message", rest.Args{"channel_id": "51", "message_id": "7"}, "would delete_message in #general: DELETE /channels/51/messages/7", "true"},
		{"bulk_delete_messages", rest.Args{"channel_id": "51", "messages": []any{"7", "8"}}, `would bulk_delete_messages in #general: POST /channels/51/messages/bulk-delete {"messages":["7","8"]}`, "true"},
		{"ban_user_from_guild", rest.Args{"guild_id": ourGuild, "user_id": "7"}, "would ban_user_from_guild: PUT /guilds/1001/bans/7", `true`},
		{"prune_guild", rest.Args{"guild_id": ourGuild, "days": 7}, `would prune_guild: POST /guilds/1001/prune {"days":7}`, `{"pruned":null}`},
		{"delete_channel", rest.Args{"channel_id": "51"}, "would delete_channel in #general: DELETE /channels/51", `{"guild_id":"1001","id":"51","name":"general"}`},
		{"delete_webhook_by_token", rest.Args{"webhook_id": "61", "webhook_token": "hush"}, "would delete_webhook_by_token: DELETE /webhooks/61/***", "true"},
	}
	for _, test := range tests {
		line := ""
		c, _ := guardedBy(t, &rest.Guard{Held: func(s string) { line = s }}, world)
		v, err := c.Call(t.Context(), test.operation, test.args)
		if err != nil {
			t.Errorf("%s: %v", test.operation, err)
			continue
		}
		answer, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if string(answer) != test.answer || line != test.line && line != test.line+" {}" {
			t.Errorf("%s:\n %s\n %s\nwant\n %s\n %s", test.operation, line, answer, test.line, test.answer)
		}
	}
	var told []string
	c, _ := guardedBy(t, &rest.Guard{Held: func(s string) { told = append(told, s) }}, world)
	if _, err := c.Do(context.Background(), &rest.Request{Method: "POST", Path: "/channels/51/messages/new-way-to-delete", Body: "\x1b[2J"}); err != nil || len(told) != 1 {
		t.Errorf("told %q, error %v", told, err)
	} else if strings.Contains(told[0], "\x1b") {
		t.Errorf("told %q", told)
	}
}

func TestFrames(t *testing.T) {
	member := map[string]any{"guild_id": ourGuild}
	tests := []struct {
		guard *rest.Guard
		op    discord.Opcode
		data  any
		ok    bool
	}{
		{&rest.Guard{ReadOnly: true}, discord.OpPresenceUpdate, nil, false},
		{&rest.Guard{ReadOnly: true}, discord.OpVoiceStateUpdate, member, false},
		{&rest.Guard{ReadOnly: true}, discord.Opcode(77), member, false},
		{&rest.Guard{ReadOnly: true}, discord.OpRequestGuildMembers, member, true},
		{&rest.Guard{ReadOnly: true}, discord.OpIdentify, nil, true},
		{&rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, discord.OpRequestGuildMembers, member, true},
		{&rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, discord.OpRequestGuildMembers, map[string]any{"guild_id": []any{ourGuild, otherGuild}}, false},
		{&rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, discord.OpRequestSoundboardSounds, map[string]any{"guild_ids": []any{otherGuild}}, false},
		{&rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, discord.OpVoiceStateUpdate, map[string]any{"guild_id": otherGuild}, false},
		{&rest.Guard{Guilds: []discord.Snowflake{ourGuild}}, discord.OpPresenceUpdate, map[string]any{"status": "idle"}, false},
		{&rest.Guard{}, discord.OpPresenceUpdate, nil, true},
	}
	for _, test := range tests {
		if err := test.guard.CheckFrame(test.op, test.data); (err == nil) != test.ok {
			t.Errorf("%+v: %s %v: %v", test.guard.Guilds, test.op, test.data, err)
		}
	}
}

func TestEvents(t *testing.T) {
	g := &rest.Guard{Guilds: []discord.Snowflake{ourGuild}}
	direct := &rest.Guard{Guilds: []discord.Snowflake{ourGuild}, Direct: true}
	for _, test := range []struct {
		event, data   string
		plain, direct bool
	}{
		{"MESSAGE_CREATE", `{"id":"1","guild_id":"1001"}`, true, true},
		{"MESSAGE_CREATE", `{"id":"1001","guild_id":"1002"}`, false, false},
		{"MESSAGE_CREATE", `{"id":"1"}`, false, true},
		{"GUILD_CREATE", `{"id":"1001"}`, true, true},
		{"GUILD_DELETE", `{"id":"1002"}`, false, false},
		{"READY", `{}`, true, true},
		{"", `null`, true, true},
	} {
		if got, got2 := g.Admits(test.event, json.RawMessage(test.data)), direct.Admits(test.event, json.RawMessage(test.data)); got != test.plain || got2 != test.direct {
			t.Errorf("%s %s: %v, with direct messages %v", test.event, test.data, got, got2)
		}
	}
}
