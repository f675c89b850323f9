package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDoSendsARequest(t *testing.T) {
	c := serve(t, Options{UserAgent: UserAgent{Name: "me", Version: "1.2"}}, func(w http.ResponseWriter, r *http.Request) {
		got := []string{r.Method, r.RequestURI, readAll(t, r.Body), r.Header.Get("Authorization"), r.Header.Get("User-Agent"),
			r.Header.Get("Content-Type"), r.Header.Get("X-Audit-Log-Reason")}
		want := []string{"PATCH", "/api/v10/guilds/1?a=b%26c&d=1&d=2", `{"name":"x","z":[1,null]}`, "Bot " + testToken, "DiscordBot (me, 1.2)",
			"application/json", "weil%20%C3%BC"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		reply(w, 200, `{"id": "1"}`)
	})
	resp, err := c.Do(t.Context(), &Request{
		Method: "PATCH", Path: "/guilds/1",
		Query: url.Values{"d": {"1", "2"}, "a": {"b&c"}},
		Body:  map[string]any{"z": []any{1, Null}, "name": "x"}, Reason: "weil ü",
	})
	if err != nil || resp.Status != 200 || string(resp.Body) != `{"id": "1"}` {
		t.Errorf("got %+v, %v", resp, err)
	}
}

func TestPathsStayBelowTheAddress(t *testing.T) {
	c := serve(t, Options{}, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, path := range []string{"", "guilds/1", "//evil.example/x", "@evil.example/", "https://evil.example/", ".evil.example/"} {
		if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: path}); err == nil {
			t.Errorf("path %q was taken", path)
		}
	}
}

func TestErrorsCarryWhatDiscordSays(t *testing.T) {
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		reply(w, 400, `{"code": 50035, "message": "Invalid Form Body", "errors": {
			"embeds": {"0": {"_errors": [{"code": "A", "message": "bad embed"}], "fields": {"12": {"name": {"_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]}}}}},
			"content": {"_errors": [{"code": "L", "message": "too long"}, {"code": "M", "message": "too odd"}]},
			"_errors": [{"code": "W", "message": "all wrong"}]}}`)
	})
	_, err := c.Do(t.Context(), &Request{Method: "POST", Path: "/webhooks/123/secret-token/messages", Body: map[string]any{}})
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatal(err)
	}
	want := &Error{Status: 400, Code: 50035, Message: "Invalid Form Body", Method: "POST", Path: "/webhooks/123/***/messages", Errors: []FieldError{
		{"embeds[0]", "A", "bad embed"}, {"embeds[0].fields[12].name", "BASE_TYPE_REQUIRED", "This field is required"},
		{"content", "L", "too long"}, {"content", "M", "too odd"}, {"", "W", "all wrong"},
	}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
	if e.Error() != "DiscordError(400): [50035] Invalid Form Body" {
		t.Error(e.Error())
	}
	detail := strings.Join([]string{e.Error(), "  in POST /webhooks/123/***/messages", "  embeds[0]: bad embed", "  embeds[0].fields[12].name: This field is required",
		"  content: too long", "  content: too odd", "  all wrong"}, "\n")
	if diff := cmp.Diff(detail, e.Detail()); diff != "" {
		t.Error(diff)
	}
	e.Hint = "try again"
	if diff := cmp.Diff(detail+"\n  hint: try again", e.Detail()); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsOfAnyBody(t *testing.T) {
	for name, tt := range map[string]struct {
		body, want string
	}{
		"html":        {"<html>Bad Gateway</html>", "DiscordError(418): [0] I'm a teapot"},
		"empty":       {"", "DiscordError(418): [0] I'm a teapot"},
		"a list":      {"[1]", "DiscordError(418): [0] I'm a teapot"},
		"odd members": {`{"code": "x", "message": 3, "errors": "no"}`, "DiscordError(418): [0] 3"},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusTeapot, tt.body) })
			if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/gateway"}); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestHintsNameThePermission(t *testing.T) {
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		reply(w, 403, `{"code": 50013, "message": "Missing Permissions"}`)
	})
	_, err := c.Do(t.Context(), &Request{Method: "PUT", Path: "/guilds/1/bans/2"})
	if e, ok := errors.AsType[*Error](err); !ok || !strings.Contains(e.Hint, "BAN_MEMBERS") {
		t.Errorf("hint of %v", err)
	}
}

// received keeps the bodies that a server has received.
type received struct {
	mu     sync.Mutex
	bodies []string
}

// add keeps a body and gives the number of those before it.
func (r *received) add(body string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies = append(r.bodies, body)
	return len(r.bodies) - 1
}

func (r *received) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies)
}

// failing answers with the statuses in turn, 0 for a cut connection, and then with 200.
func failing(t *testing.T, got *received, statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i := got.add(readAll(t, r.Body))
		switch {
		case i >= len(statuses):
			reply(w, 200, `{}`)
		case statuses[i] == 0:
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
		case statuses[i] == 429:
			w.Header().Set("X-RateLimit-Scope", "user")
			reply(w, 429, `{"retry_after": 0.01, "message": "You are being rate limited."}`)
		default:
			w.WriteHeader(statuses[i])
		}
	}
}

func TestRetriesSendBodyAndFilesAgain(t *testing.T) {
	opened := 0
	file := FileBytes("a.txt", []byte("the file"))
	open := file.Open
	file.Open = func() (io.ReadCloser, error) { opened++; return open() }
	var got received
	c := serve(t, Options{}, failing(t, &got, 429, 503, 0))
	_, err := c.Do(t.Context(), &Request{Method: "PATCH", Path: "/channels/1/messages/2", Body: map[string]any{"content": "hi"}, Files: []File{file}})
	if err != nil {
		t.Fatal(err)
	}
	bodies := got.all()
	if len(bodies) != 4 || opened != 4 {
		t.Fatalf("%d tries, file opened %d times", len(bodies), opened)
	}
	for i, body := range bodies {
		if body != bodies[0] || !strings.Contains(body, "the file") || !strings.Contains(body, `"content":"hi"`) {
			t.Errorf("try %d sent %q", i, body)
		}
	}
	if s := c.Stats(); s.Requests != 4 || s.Retries != 3 || s.Limited["user"] != 1 {
		t.Errorf("stats: %+v", s)
	}
}

func TestWhatIsRepeated(t *testing.T) {
	for _, tt := range []struct {
		req    Request
		status int // 0 is a cut connection
		want   int // tries
	}{
		{Request{Method: "GET", Path: "/gateway"}, 500, 2},
		{Request{Method: "GET", Path: "/gateway"}, 501, 1},
		{Request{Method: "DELETE", Path: "/channels/1"}, 502, 2},
		{Request{Method: "PUT", Path: "/channels/1/pins/2"}, 504, 2},
		{Request{Method: "PATCH", Path: "/channels/1"}, 503, 2},
		{Request{Method: "POST", Path: "/channels/1/messages"}, 503, 1},
		{Request{Method: "POST", Path: "/channels/1/messages"}, 0, 1},
		{Request{Method: "POST", Path: "/channels/1/messages"}, 429, 2},
		{Request{Method: "POST", Path: "/channels/1/messages", Repeatable: true}, 503, 2},
		{Request{Method: "POST", Path: "/channels/1/messages", Repeatable: true}, 0, 2},
	} {
		t.Run(fmt.Sprintf("%s %d repeatable %v", tt.req.Method, tt.status, tt.req.Repeatable), func(t *testing.T) {
			t.Parallel()
			var got received
			c := serve(t, Options{}, failing(t, &got, tt.status))
			req := tt.req
			req.Body = map[string]any{} // without one, net/http repeats what it holds to be idempotent by itself
			_, err := c.Do(t.Context(), &req)
			if tries := len(got.all()); tries != tt.want || (err == nil) != (tt.want == 2) {
				t.Errorf("%d tries, want %d; error %v", tries, tt.want, err)
			}
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := newFakeClient(t, Options{}, roundTrip(func(r *http.Request) *http.Response {
			tries++
			return response(r, 502, http.Header{}, "")
		}))
		start := time.Now()
		_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/gateway"})
		if e, ok := errors.AsType[*Error](err); !ok || e.Status != 502 || tries != 5 {
			t.Errorf("after %d tries: %v", tries, err)
		}
		if took := time.Since(start); took < 3750*time.Millisecond || took > 7500*time.Millisecond {
			t.Errorf("took %s", took)
		}
	})
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c, err := New(Options{Token: testToken, BaseURL: server.URL, Retries: -1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Do(t.Context(), &Request{Method: "POST", Path: "/webhooks/1/secret-token"})
	if _, ok := errors.AsType[*NetworkError](err); !ok || strings.Contains(err.Error(), "secret-token") || !strings.Contains(err.Error(), "/webhooks/1/***") {
		t.Errorf("got %v", err)
	}
}

func TestRefusedTokenIsNotSentAgain(t *testing.T) {
	var sent atomic.Int32
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		reply(w, 401, `{"code": 0, "message": "401: Unauthorized"}`)
	})
	for range 3 {
		_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/users/@me"})
		if e, ok := errors.AsType[*AuthError](err); !ok || e.Missing || !strings.Contains(err.Error(), "DISCORD_BOT_TOKEN") || strings.Contains(err.Error(), testToken) {
			t.Errorf("got %v", err)
		}
	}
	if sent.Load() != 1 {
		t.Errorf("sent %d times", sent.Load())
	}
}

func TestMissingToken(t *testing.T) {
	c := serve(t, Options{Token: " "}, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("sent an Authorization")
		}
		reply(w, 200, `{}`)
	})
	_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/users/@me"})
	if e, ok := errors.AsType[*AuthError](err); !ok || !e.Missing {
		t.Errorf("got %v", err)
	}
	_, err = c.Do(t.Context(), &Request{Method: "GET", Path: "/users/@me", UseUser: true})
	if e, ok := errors.AsType[*AuthError](err); !ok || e.Variable != "DISCORD_USER_TOKEN" {
		t.Errorf("got %v", err)
	}
	for _, path := range []string{"/gateway", "/webhooks/1/token"} {
		if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: path}); err != nil {
			t.Errorf("%s needs no token: %v", path, err)
		}
	}
}

func TestUserTokenWarnsOnce(t *testing.T) {
	var log bytes.Buffer
	c := serve(t, Options{UserToken: "user-token", Logger: slog.New(slog.NewTextHandler(&log, nil))}, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "user-token" {
			t.Errorf("Authorization %q", got)
		}
		reply(w, 200, `{}`)
	})
	for range 2 {
		if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/users/@me", UseUser: true}); err != nil {
			t.Error(err)
		}
	}
	if n := strings.Count(log.String(), "forbids"); n != 1 {
		t.Errorf("warned %d times: %s", n, log.String())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Errorf("followed, with %v", r.Header) }))
	defer other.Close()
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/users/@me"})
	if e, ok := errors.AsType[*Error](err); !ok || e.Status != http.StatusFound {
		t.Errorf("got %v", err)
	}
}

func TestDeletedWebhookIsNotCalledAgain(t *testing.T) {
	var sent atomic.Int32
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		if r.Header.Get("Authorization") != "" {
			t.Error("the bot's token went to a webhook")
		}
		reply(w, 404, `{"code": 10015, "message": "Unknown Webhook"}`)
	})
	for range 3 {
		_, err := c.Do(t.Context(), &Request{Method: "POST", Path: "/webhooks/1/secret-token", Body: map[string]any{}})
		if e, ok := errors.AsType[*Error](err); !ok || e.Code != codeUnknownWebhook || strings.Contains(e.Detail(), "secret-token") {
			t.Errorf("got %v", err)
		}
	}
	if sent.Load() != 1 {
		t.Errorf("sent %d times", sent.Load())
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	proxied := make(chan string, 1)
	proxy := httptest.Server{Listener: proxyListener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxied <- r.URL.String()
		reply(w, 200, `{}`)
	})}}
	proxy.Start()
	defer proxy.Close()
	c, err := New(Options{Token: testToken, BaseURL: "http://discord.test/api/v10"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.api.CloseIdleConnections()
	if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/gateway"}); err != nil {
		t.Fatal(err)
	}
	if got := <-proxied; got != "http://discord.test/api/v10/gateway" {
		t.Errorf("the proxy was asked for %s", got)
	}
}

func TestTimeoutIsAboutProgress(t *testing.T) {
	slow := make(chan struct{})
	c := serve(t, Options{Timeout: time.Second, Retries: -1}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v10/users/@me" {
			<-slow
			return
		}
		for range 8 { // longer than the timeout altogether
			io.WriteString(w, "1 ")
			w.(http.Flusher).Flush()
			time.Sleep(150 * time.Millisecond)
		}
	})
	_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/users/@me"})
	if _, ok := errors.AsType[*NetworkError](err); !ok || !strings.Contains(err.Error(), "nothing sent or received for 1s") {
		t.Errorf("got %v", err)
	}
	close(slow)
	if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/gateway"}); err != nil {
		t.Errorf("slow but steady: %v", err)
	}
}

func TestCancelEndsARequestAtOnce(t *testing.T) {
	arrived, release := make(chan bool), make(chan bool)
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		arrived <- true
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := c.Do(ctx, &Request{Method: "GET", Path: "/users/@me"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTokensAreInNoErrorAndNoLog(t *testing.T) {
	const webhook = "webhook-token-webhook-token"
	var log bytes.Buffer
	statuses := []int{200, 400, 401, 403, 404, 500, 0}
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, status := range statuses {
		c := serve(t, Options{UserToken: "user-token-user-token", Logger: logger, Retries: -1}, failing(t, &received{}, slices.Repeat([]int{status}, 9)...))
		for _, req := range []*Request{
			{Method: "GET", Path: "/users/@me"},
			{Method: "GET", Path: "/users/@me", UseUser: true},
			{Method: "POST", Path: "/webhooks/1/" + webhook, Body: map[string]any{}},
			{Method: "POST", Path: "/interactions/1/" + webhook + "/callback", Body: map[string]any{}},
			{Method: "GET", Path: "/webhooks/1/" + webhook + "/\x7f"},
		} {
			_, err := c.Do(t.Context(), req)
			text := fmt.Sprintf("%v %+v %#v", err, err, err)
			if e, ok := errors.AsType[*Error](err); ok {
				text += e.Detail()
			}
			for _, s := range c.Stats().Buckets {
				text += fmt.Sprintf("%+v", s)
			}
			log.WriteString(text)
		}
	}
	for _, token := range []string{testToken, "user-token-user-token", webhook} {
		if strings.Contains(log.String(), token) {
			t.Errorf("found %s", token)
		}
	}
}
