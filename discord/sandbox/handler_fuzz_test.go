package sandbox

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cordial/discord/rest/catalogue"
)

// fuzzWorld has one of everything, with ids that are short enough to be guessed.
const fuzzWorld = `{
  "users": [{"id": "1", "name": "ada"}, {"id": "2", "name": "bot", "bot": true}, {"id": "3", "name": "grace"}],
  "guilds": [{"id": "10", "name": "guild", "features": ["COMMUNITY", "NEWS"],
    "roles": [{"id": "20", "name": "crew"}],
    "channels": [
      {"id": "30", "name": "rooms", "type": "category"},
      {"id": "31", "name": "lobby", "parent": "rooms", "messages": [
        {"id": "40", "content": "hello", "reactions": [{"emoji": "👋", "users": ["ada"]}], "attachments": [{"id": "50", "filename": "a.txt", "text": "a"}]},
        {"id": "41", "author": "bot", "content": "hi <@1>", "reply_to": "40", "pinned": true},
        {"id": "42", "author": "bot", "poll": {"question": {"text": "?"}, "answers": [{"answer_id": 1, "poll_media": {"text": "yes"}}], "expiry": "2030-01-01T00:00:00Z"}},
        {"id": "46", "author": "bot", "content": "board", "components": [{"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]}]},
      {"id": "32", "name": "news", "type": "announcement", "messages": [{"id": "43", "author": "bot", "content": "news"}]},
      {"id": "33", "name": "talk", "type": "voice"},
      {"id": "34", "name": "forum", "type": "forum", "available_tags": [{"id": "60", "name": "tag"}]},
      {"id": "40", "name": "thread", "type": "thread", "parent": "lobby", "messages": [{"id": "44", "content": "in a thread"}]},
      {"id": "45", "name": "post", "type": "thread", "parent": "forum", "messages": [{"id": "45", "content": "post"}]}],
    "emojis": [{"id": "70", "name": "otter"}], "stickers": [{"id": "71", "name": "sticker", "tags": "x"}],
    "webhooks": [{"id": "80", "name": "hook", "channel": "lobby", "token": "secret"}],
    "invites": [{"code": "code", "channel": "lobby"}], "bans": [],
    "scheduled_events": [{"id": "90", "name": "event", "channel": "talk", "scheduled_start_time": "2030-01-01T00:00:00Z"}]}],
  "commands": [{"id": "97", "name": "weather", "description": "Tells it.",
    "options": [{"type": 3, "name": "city", "description": "x", "autocomplete": true}]}, {"id": "98", "type": 2, "name": "Report", "guild": "guild"}],
  "dms": [{"id": "95", "between": ["ada", "bot"], "messages": [{"id": "96", "author": "bot", "content": "psst"}]}]
}`

// FuzzHandler serves scripts of requests, one on each line: the method, the path, and the content type and the body after tabs.
func FuzzHandler(f *testing.F) {
	for _, id := range Served() {
		op := catalogue.Lookup(id)
		f.Add(op.Method + " " + fuzzPath(op) + "?limit=2&with_counts=1&after=5\tapplication/json\t" +
			`{"name":"x","content":"x","type":0,"messages":["40","41"],"allow":"8","nick":null,"recipient_id":1,"webhook_channel_id":32,"status":2}`)
	}
	f.Add("POST /channels/31/messages\tmultipart/form-data; boundary=b\t--b\\r\\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a\"\\r\\n\\r\\nx\\r\\n--b--\\r\\n\n" +
		"POST /channels/32/messages\tapplication/json\t{\"message_reference\":{\"type\":1,\"message_id\":40,\"channel_id\":31}}\n" +
		"DELETE /channels/31\nGET /channels/32/messages\nGET /guilds/10/messages/search?content=x&has=file")
	f.Add("POST /channels/31/messages\tapplication/json\t{\"flags\":32768,\"components\":[{\"type\":17,\"components\":[{\"type\":10,\"content\":\"x\"}]}]}")
	f.Fuzz(func(t *testing.T, script string) {
		serveScript(t, func(send func(method, path, kind, body string)) {
			for line := range strings.Lines(script) {
				head, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
				kind, body, _ := strings.Cut(rest, "\t")
				method, path, _ := strings.Cut(head, " ")
				send(method, path, kind, strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(body))
			}
		})
	})
}

// serveScript serves requests to the small world, which must survive its file after them.
func serveScript(t rapid.TB, script func(send func(method, path, kind, body string))) {
	w := load(t, fuzzWorld)
	defer w.Close()
	serveWorld(t, w, script)
	first := dump(t, w)
	again := load(t, first)
	defer again.Close()
	if diff := cmp.Diff(first, dump(t, again)); diff != "" {
		t.Errorf("the world does not survive its file (-first +again):\n%s", diff)
	}
}

// serveWorld serves requests without a network. None may panic or fail inside.
func serveWorld(t rapid.TB, w *World, script func(send func(method, path, kind, body string))) {
	unlimited := Limit{1 << 30, time.Second}
	logger := slog.New(slog.DiscardHandler)
	s := &Server{world: w, logger: logger, api: &endpoint{listener: nowhere{}}, gateway: newGateway(w, DefaultGatewayLimits(), logger),
		limiter: newLimiter(Limits{Announce: true, Global: unlimited, Default: unlimited, Rename: unlimited}, w.clock)}
	script(func(method, path, kind, body string) {
		u, err := url.ParseRequestURI("/api/v10" + path)
		if err != nil {
			return // net/http refuses it before the handler
		}
		req := &http.Request{Method: method, URL: u, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), RemoteAddr: "127.0.0.1:1",
			Header: http.Header{"User-Agent": {"fuzz"}, "Authorization": {"Bot " + tokenOf("2")}, "Content-Type": {kind}}}
		rec := httptest.NewRecorder()
		s.serveHTTP(rec, req)
		if rec.Code == http.StatusInternalServerError {
			t.Errorf("%s %s %s: %s", method, path, body, bytes.TrimSpace(rec.Body.Bytes()))
		}
	})
}

// fuzzPath is the path of an operation in the small world.
func fuzzPath(op *catalogue.Operation) string {
	path := op.Path
	for _, p := range op.PathParams {
		path = strings.ReplaceAll(path, "{"+p.Name+"}", fuzzIDs[p.Name][0])
	}
	return path
}

// nowhere is a listener that nobody can reach.
type nowhere struct{ net.Listener }

func (nowhere) Addr() net.Addr { return &net.TCPAddr{} }
