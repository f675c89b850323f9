package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// storm sends n requests over 40 routes at once.
func storm(t testing.TB, c *Client, n int) {
	t.Helper()
	kinds := []struct{ method, path string }{
		{"GET", "/channels/%d"}, {"PUT", "/channels/%d/messages/pins/5"}, {"GET", "/guilds/%d/roles"}, {"PATCH", "/guilds/%d"},
		{"GET", "/guilds/%d/members"}, {"DELETE", "/guilds/%d/bans/5"}, {"GET", "/channels/%d/messages"}, {"GET", "/guilds/%d/emojis"},
	}
	var wg sync.WaitGroup
	for i := range n {
		kind, major := kinds[i%len(kinds)], 1000+i/len(kinds)%5
		wg.Go(func() {
			if _, err := c.Do(t.Context(), &Request{Method: kind.method, Path: fmt.Sprintf(kind.path, major)}); err != nil {
				t.Errorf("%s %s: %v", kind.method, kind.path, err)
			}
		})
	}
	wg.Wait()
}

func jitter() time.Duration { return 5*time.Millisecond + rand.N(60*time.Millisecond) }

func TestStormMeetsNoLimitWhenLimitsAreAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{announce: true, perBucket: 5, window: 5 * time.Second, perSecond: 50, latency: jitter}
		c := newFakeClient(t, Options{}, discord)
		start := time.Now()
		storm(t, c, 2000)
		if len(discord.limited) != 0 {
			t.Errorf("answers 429: %v, want none", discord.limited)
		}
		if len(discord.seen) != 2000 {
			t.Errorf("sent %d requests for 2000", len(discord.seen))
		}
		// 50 requests in each of 40 buckets that let 5 go per 5 s take 45 s at least.
		if took := time.Since(start); took > 70*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestStormRecoversWhenNothingIsAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{perBucket: 5, window: 5 * time.Second, perSecond: 50, latency: jitter}
		c := newFakeClient(t, Options{}, discord)
		start := time.Now()
		storm(t, c, 2000)
		got := 0
		for _, n := range discord.counted {
			got += n
		}
		if got != 2000 {
			t.Errorf("%d of 2000 requests got through", got)
		}
		// One refusal per bucket and window is what it takes to find a limit that is not announced.
		if n := discord.limited[scopeUser]; n > 40*14 {
			t.Errorf("%d answers 429", n)
		}
		if took := time.Since(start); took > 3*time.Minute {
			t.Errorf("took %s", took)
		}
	})
}

func TestLimiterKeepsToLimits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 8).Draw(rt, "limit")
		window := time.Duration(rapid.IntRange(100, 5000).Draw(rt, "window ms")) * time.Millisecond
		slow := time.Duration(rapid.IntRange(0, 900).Draw(rt, "latency ms")) * time.Millisecond
		n := rapid.IntRange(1, 60).Draw(rt, "requests")
		cancelled := rapid.IntRange(0, 3).Draw(rt, "cancel one in")
		seed := rapid.Uint64().Draw(rt, "seed")
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			var mu sync.Mutex
			discord := &fakeDiscord{announce: true, perBucket: limit, window: window, perSecond: 50, latency: func() time.Duration {
				mu.Lock()
				defer mu.Unlock()
				return time.Duration(random.Int64N(int64(slow + 1)))
			}}
			c := newFakeClient(t, Options{}, discord)
			var wg sync.WaitGroup
			for i := range n {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if cancelled > 0 && i%(cancelled+1) == 0 {
					time.AfterFunc(time.Duration(i)*20*time.Millisecond, cancel)
				}
				wg.Go(func() {
					if _, err := c.Do(ctx, &Request{Method: "GET", Path: "/channels/1/messages"}); err != nil && !errors.Is(err, context.Canceled) {
						rt.Errorf("request %d: %v", i, err)
					}
				})
			}
			wg.Wait()
			// A request cancelled in flight may have counted, and nobody has heard how.
			if discord.limited[scopeUser] > discord.lost {
				rt.Errorf("answers 429: %v, with %d answers lost", discord.limited, discord.lost)
			}
			if s := c.Stats(); s.Waiting != 0 {
				rt.Errorf("somebody still waits: %+v", s)
			}
			for _, lane := range c.limits.lanes {
				if lane.flying != 0 || lane.bucket.flying != 0 || lane.queue.Len() != 0 {
					rt.Errorf("%s: %d in flight, %d in the queue", lane.key.route, lane.flying, lane.queue.Len())
				}
			}
		})
	})
}

func TestLimitedRequestKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{perBucket: 2, window: time.Second, latency: func() time.Duration { return 10 * time.Millisecond }}
		c := newFakeClient(t, Options{}, discord)
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() { c.Do(t.Context(), &Request{Method: "GET", Path: fmt.Sprintf("/guilds/1/bans/%d", i)}) })
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		want := []string{"GET /guilds/1/bans/0", "GET /guilds/1/bans/1", "GET /guilds/1/bans/2", "GET /guilds/1/bans/2",
			"GET /guilds/1/bans/3", "GET /guilds/1/bans/4", "GET /guilds/1/bans/4"}
		if !slices.Equal(discord.seen, want) {
			t.Errorf("sent in the order %q", discord.seen)
		}
	})
}

func TestRoutesOfOneBucketShareIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := &fakeWindow{}
		refused := 0
		c := newFakeClient(t, Options{}, roundTrip(func(r *http.Request) *http.Response {
			ok := shared.take(3, time.Second, time.Now())
			h := http.Header{}
			h.Set("X-RateLimit-Bucket", "reactions")
			h.Set("X-RateLimit-Limit", "3")
			h.Set("X-RateLimit-Remaining", fmt.Sprint(max(0, 3-shared.used)))
			h.Set("X-RateLimit-Reset", epoch(shared.end))
			h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", time.Until(shared.end).Seconds()))
			if !ok {
				refused++
				return response(r, http.StatusTooManyRequests, h, `{"retry_after": 1}`)
			}
			return response(r, http.StatusNoContent, h, "")
		}))
		var wg sync.WaitGroup
		for i := range 20 {
			method := []string{"PUT", "DELETE"}[i%2]
			wg.Go(func() { c.Do(t.Context(), &Request{Method: method, Path: "/channels/7/messages/8/reactions/x/@me"}) })
			synctest.Wait()
		}
		wg.Wait()
		if refused > 0 {
			t.Errorf("%d answers 429", refused)
		}
		if b := c.Stats().Buckets; len(b) != 1 || len(b[0].Routes) != 2 || b[0].Hash != "reactions" || b[0].Major != "7" {
			t.Errorf("buckets: %+v", b)
		}
	})
}

func TestSharedLimitHoldsForItsRouteOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := false
		c := newFakeClient(t, Options{InvalidLimit: 1}, roundTrip(func(r *http.Request) *http.Response {
			h := http.Header{}
			h.Set("X-RateLimit-Bucket", "b")
			h.Set("X-RateLimit-Limit", "10")
			h.Set("X-RateLimit-Remaining", "9")
			h.Set("X-RateLimit-Reset-After", "1")
			if r.Method == "POST" && !refused {
				refused = true
				h.Set("X-RateLimit-Scope", "shared")
				return response(r, http.StatusTooManyRequests, h, `{"retry_after": 60.5, "global": false}`)
			}
			return response(r, http.StatusNoContent, h, "")
		}))
		start := time.Now()
		do := func(method string) time.Duration {
			if _, err := c.Do(t.Context(), &Request{Method: method, Path: "/guilds/1/emojis"}); err != nil {
				t.Error(err)
			}
			return time.Since(start)
		}
		done := make(chan time.Duration)
		go func() { done <- do("POST") }()
		synctest.Wait()
		if took := do("GET"); took > time.Second {
			t.Errorf("the other route waited %s", took)
		}
		if took := <-done; took < 60500*time.Millisecond || took > 61*time.Second {
			t.Errorf("the limited route waited %s, want 60.5 s", took)
		}
	})
}

func TestGlobalLimitPausesAllButTokenRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := false
		c := newFakeClient(t, Options{}, roundTrip(func(r *http.Request) *http.Response {
			if !refused {
				refused = true
				h := http.Header{"X-Ratelimit-Scope": {"global"}, "X-Ratelimit-Global": {"true"}, "Retry-After": {"30"}}
				return response(r, http.StatusTooManyRequests, h, `{"retry_after": 30, "global": true}`)
			}
			return response(r, http.StatusNoContent, http.Header{}, "")
		}))
		start := time.Now()
		var wg sync.WaitGroup
		expect := func(path string, from, to time.Duration) {
			wg.Go(func() {
				if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: path}); err != nil {
					t.Error(err)
				}
				if took := time.Since(start); took < from || took > to {
					t.Errorf("%s took %s, want %s to %s", shownPath(path), took, from, to)
				}
			})
			synctest.Wait()
		}
		expect("/channels/1", 30*time.Second, 31*time.Second)
		expect("/guilds/2", 30*time.Second, 31*time.Second)
		expect("/webhooks/3/abc", 0, time.Second)
		wg.Wait()
	})
}

func TestBlockedAddressStopsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		c := newFakeClient(t, Options{MaxWait: time.Minute}, roundTrip(func(r *http.Request) *http.Response {
			if first {
				first = false
				return response(r, http.StatusTooManyRequests, http.Header{"Retry-After": {"3600"}}, "<html>error 1015</html>")
			}
			return response(r, http.StatusNoContent, http.Header{}, "")
		}))
		for _, path := range []string{"/channels/1", "/guilds/2", "/webhooks/3/abc"} {
			_, err := c.Do(t.Context(), &Request{Method: "GET", Path: path})
			limited, ok := errors.AsType[*RateLimitError](err)
			if !ok || limited.RetryAfter < time.Hour-time.Second || limited.MaxWait != time.Minute {
				t.Errorf("%s: %v, want to hear of the hour", path, err)
			}
		}
		if s := c.Stats(); s.Requests != 1 || s.Limited[scopeBlocked] != 1 {
			t.Errorf("stats: %+v", s)
		}
		time.Sleep(time.Hour + time.Second)
		if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/channels/1"}); err != nil {
			t.Errorf("after the hour: %v", err)
		}
	})
}

func TestABlockWithoutATimeIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []time.Duration
		start := time.Now()
		var log syncBuffer
		c := newFakeClient(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, roundTrip(func(r *http.Request) *http.Response {
			asked = append(asked, time.Since(start))
			if len(asked) < 3 {
				return response(r, http.StatusTooManyRequests, http.Header{}, "<html>error 1015</html>")
			}
			return response(r, http.StatusNoContent, http.Header{}, "")
		}))
		if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/channels/1"}); err != nil {
			t.Fatal(err)
		}
		if len(asked) != 3 || asked[1] < blockPause || asked[2] < 2*blockPause {
			t.Errorf("asked after %v", asked)
		}
		if !strings.Contains(log.String(), "blocked this address") {
			t.Errorf("the log says %s", log.String())
		}
	})
}

func TestGlobalLimitSpreadsRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{announce: true, perBucket: 1000, window: time.Second, perSecond: 50, latency: func() time.Duration { return rand.N(40 * time.Millisecond) }}
		c := newFakeClient(t, Options{}, discord)
		var wg sync.WaitGroup
		for i := range 300 {
			wg.Go(func() { c.Do(t.Context(), &Request{Method: "GET", Path: fmt.Sprintf("/guilds/%d", i)}) })
		}
		wg.Wait()
		if len(discord.limited) > 0 {
			t.Errorf("answers 429: %v", discord.limited)
		}
	})
}

func TestBreakerStopsBeforeDiscordBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c := newFakeClient(t, Options{InvalidLimit: 20}, roundTrip(func(r *http.Request) *http.Response {
			sent++
			return response(r, http.StatusForbidden, http.Header{}, `{"code": 50001, "message": "Missing Access"}`)
		}))
		do := func() error {
			_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/channels/1"})
			return err
		}
		for range 20 {
			if err := do(); err == nil || err.Error() != "DiscordError(403): [50001] Missing Access" {
				t.Fatal(err)
			}
			time.Sleep(15 * time.Second)
		}
		stopped, ok := errors.AsType[*BreakerError](do())
		if !ok || sent != 20 || stopped.Invalid != 20 {
			t.Fatalf("after %d requests: %v", sent, stopped)
		}
		time.Sleep(stopped.Retry)
		if _, again := errors.AsType[*BreakerError](do()); again || sent != 21 {
			t.Errorf("the window does not slide: %d sent", sent)
		}
	})
}

func TestFullQueueIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{perBucket: 1000, window: time.Second, latency: func() time.Duration { return time.Second }}
		c := newFakeClient(t, Options{MaxWaiting: 3}, discord)
		var wg sync.WaitGroup
		var full atomic.Int32
		for range 10 {
			wg.Go(func() {
				_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/channels/1"})
				if _, ok := errors.AsType[*QueueFullError](err); ok {
					full.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		if n := full.Load(); n != 6 { // one in flight, three waiting
			t.Errorf("%d requests were refused, want 6", n)
		}
	})
}

func TestWaitingEndsWithMaxWaitAndContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{perBucket: 1000, window: time.Second, latency: func() time.Duration { return time.Minute }}
		c := newFakeClient(t, Options{MaxWait: 10 * time.Second, Timeout: time.Hour}, discord)
		go c.Do(t.Context(), &Request{Method: "GET", Path: "/channels/1"})
		synctest.Wait()
		start := time.Now()
		_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/channels/1"})
		if limited, ok := errors.AsType[*RateLimitError](err); !ok || limited.Method != "GET" || time.Since(start) != 10*time.Second {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		cause := errors.New("the script ended")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(cause) })
		if _, err = c.Do(ctx, &Request{Method: "GET", Path: "/channels/1"}); !errors.Is(err, cause) {
			t.Errorf("got %v, want %v", err, cause)
		}
		if s := c.Stats(); s.Waiting != 0 || s.Waits != 2 || s.Waited != 11*time.Second {
			t.Errorf("stats: %+v", s)
		}
		synctest.Wait()
		time.Sleep(3 * time.Minute)
	})
}

func TestIdleBucketsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{announce: true, perBucket: 5, window: time.Second}
		c := newFakeClient(t, Options{GlobalLimit: 1000}, discord)
		for i := range 3 * firstSweep {
			if _, err := c.Do(t.Context(), &Request{Method: "GET", Path: fmt.Sprintf("/guilds/%d", i)}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n, m := len(c.limits.lanes), len(c.limits.buckets); n > firstSweep+200 || m > firstSweep+200 {
			t.Errorf("keeps %d lanes and %d buckets", n, m)
		}
	})
}

func TestWaitsGrowWhenTheyProveTooShort(t *testing.T) {
	for _, scope := range []string{scopeUser, scopeShared, scopeGlobal} {
		synctest.Test(t, func(t *testing.T) {
			tries := 0
			c := newFakeClient(t, Options{MaxWait: time.Minute}, roundTrip(func(r *http.Request) *http.Response {
				tries++
				return response(r, http.StatusTooManyRequests, http.Header{"X-Ratelimit-Scope": {scope}}, fmt.Sprintf(`{"retry_after": 0, "global": %v}`, scope == scopeGlobal))
			}))
			_, err := c.Do(t.Context(), &Request{Method: "GET", Path: "/channels/1"})
			if _, ok := errors.AsType[*RateLimitError](err); !ok || tries < 8 || tries > 20 {
				t.Errorf("%s: after %d tries: %v", scope, tries, err)
			}
		})
	}
}

func TestPauseCountsRequestsOnTheirWayOnce(t *testing.T) {
	now := time.Unix(1e9, 0)
	var p pause
	for range 100 {
		p.extend(20*time.Millisecond, now)
		now = now.Add(100 * time.Microsecond)
	}
	if left := p.until.Sub(now); p.strikes != 1 || left > 50*time.Millisecond {
		t.Errorf("%d strikes, %s left", p.strikes, left)
	}
}

func TestLongWaitsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		discord := &fakeDiscord{announce: true, perBucket: 5, window: 5 * time.Second, perSecond: 50}
		var log syncBuffer
		c := newFakeClient(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, discord)
		storm(t, c, 400)
		if n := strings.Count(log.String(), "waiting for Discord's rate limits"); n != 1 {
			t.Errorf("told %d times: %s", n, log.String())
		}
	})
}

// syncBuffer is a buffer that several goroutines may use.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
