package sandbox

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

func TestFaultsAnswerInsteadOfTheWorld(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  Fault
		status int
		body   string
	}{
		{"an HTML page", Fault{Status: 502, Body: "<html>Bad Gateway</html>"}, 502, "<html>Bad Gateway</html>"},
		{"an empty answer", Fault{Status: 503}, 503, ""},
		{"a user's 429", Fault{Scope: "user", Retry: 1500 * time.Millisecond}, 429,
			`{"message":"You are being rate limited.","retry_after":1.5,"global":false}` + "\n"},
		{"a global 429", Fault{Scope: "global", Retry: time.Second}, 429, `{"message":"You are being rate limited.","retry_after":1,"global":true}` + "\n"},
		{"a shared 429", Fault{Scope: "shared", Retry: time.Second}, 429, `{"message":"The resource is being rate limited.","retry_after":1,"global":false}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.srv.Fault(c.fault)
			if a := r.bot("GET", "/users/@me", nil); a.status != c.status || string(a.body) != c.body || a.header.Get("X-RateLimit-Scope") != c.fault.Scope {
				t.Errorf("%d %q with %v", a.status, a.body, a.header)
			}
			r.bot("GET", "/users/@me", nil).ok(200)
		})
	}
}

func TestFaultsHitWhatTheyAreMeantFor(t *testing.T) {
	r := newRig(t)
	r.srv.Fault(Fault{Operation: "get_guild", Times: 2, Status: 500})
	r.srv.Fault(Fault{Method: "POST", Status: 504})
	r.bot("GET", "/users/@me", nil).ok(200)
	r.bot("GET", guildPath, nil).ok(500)
	r.bot("POST", guildPath+"/roles", map[string]any{}).ok(504)
	r.bot("GET", guildPath, nil).ok(500)
	r.bot("GET", guildPath, nil).ok(200)
	r.srv.Fault(Fault{Status: 500})
	r.srv.ClearFaults()
	r.bot("GET", guildPath, nil).ok(200)
}

func TestASlowAnswerWaitsForTheClock(t *testing.T) {
	r := newRig(t)
	r.srv.Fault(Fault{Delay: time.Minute})
	done := make(chan int, 1)
	go func() { done <- r.bot("GET", "/users/@me", nil).status }()
	r.awaitTimers(1)
	select {
	case <-done:
		t.Fatal("the answer came at once")
	default:
	}
	r.clock.Advance(time.Minute)
	if status := <-done; status != 200 {
		t.Errorf("the status is %d", status)
	}
}

func TestASlowAnswerEndsWithItsRequest(t *testing.T) {
	r := newRig(t)
	r.srv.Fault(Fault{Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	req := r.request("GET", "/users/@me", nil, "Bot "+r.srv.BotToken()).WithContext(ctx)
	go func() {
		res, err := r.client.Do(req)
		if err == nil {
			res.Body.Close()
		}
		failed <- err
	}()
	r.awaitTimers(1)
	cancel()
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
}

func TestACutConnection(t *testing.T) {
	r := newRig(t)
	r.srv.Fault(Fault{Cut: true})
	res, err := r.client.Do(r.request("GET", guildPath, nil, "Bot "+r.srv.BotToken()))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil || len(body) == 0 || int64(len(body)) >= res.ContentLength || res.StatusCode != http.StatusOK {
		t.Errorf("%d: %d of %d bytes, %v", res.StatusCode, len(body), res.ContentLength, err)
	}
	r.bot("GET", guildPath, nil).ok(200)
}

func TestACutAnswerWithoutABody(t *testing.T) {
	r := newRig(t)
	r.srv.Fault(Fault{Cut: true})
	path := guildPath + "/members/" + string(seedSam) + "/roles/" + string(seedFriends)
	res, err := r.client.Do(r.request("PUT", path, nil, "Bot "+r.srv.BotToken()))
	if err == nil {
		res.Body.Close()
		t.Errorf("there is an answer: %s", res.Status)
	}
	if n := r.bot("GET", guildPath+"/members/"+string(seedSam), nil).ok(200).get("roles.#").Int(); n != 1 {
		t.Error("the request was not served")
	}
}

func TestCloseEndsSlowRequests(t *testing.T) {
	r := newRig(t)
	r.srv.Fault(Fault{Delay: time.Hour})
	failed := make(chan error, 1)
	req := r.request("GET", "/users/@me", nil, "Bot "+r.srv.BotToken()).WithContext(context.Background())
	go func() {
		res, err := r.client.Do(req)
		if err == nil {
			res.Body.Close()
		}
		failed <- err
	}()
	r.awaitTimers(1)
	if err := r.srv.Close(); err != nil {
		t.Error(err)
	}
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
}
