package rest

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"
)

// proxyListener is where the environment's proxy is. It is there from the beginning because net/http reads the environment once.
var proxyListener net.Listener

func TestMain(m *testing.M) {
	var err error
	if proxyListener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	os.Setenv("HTTP_PROXY", "http://"+proxyListener.Addr().String())
	goleak.VerifyTestMain(m)
}

// quickClock shortens the waits between tries.
type quickClock struct{ clockwork.Clock }

func (c quickClock) NewTimer(d time.Duration) clockwork.Timer { return c.Clock.NewTimer(d / 100) }

// testToken has the form of a bot's token and belongs to nobody.
const testToken = "MTMyNzA0NzA0NjM5MzQ1MzYx.GkXzQw.abcdefghijklmnopqrstuvwxyz-_0123456789"

// serve starts a server and a client of it. The options' token, address and HTTP client are filled in.
func serve(t testing.TB, o Options, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	if o.Token == "" {
		o.Token = testToken
	}
	o.BaseURL = server.URL + "/api/v10"
	o.HTTP = server.Client()
	o.Clock = quickClock{clockwork.NewRealClock()}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// reply answers with a status and JSON.
func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

func readAll(t testing.TB, r io.Reader) string {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

// fakeDiscord enforces rate limits as Discord does, in fixed windows, for tests that run on the time of a synctest bubble.
type fakeDiscord struct {
	announce  bool // send X-RateLimit headers
	perBucket int
	window    time.Duration
	perSecond int // global
	latency   func() time.Duration
	respond   func(*http.Request) (status int, body string) // nil: 204

	mu      sync.Mutex
	buckets map[string]*fakeWindow
	global  fakeWindow
	seen    []string       // "METHOD /path" in order of arrival
	counted map[string]int // requests let through, per bucket
	limited map[string]int // answers 429 by scope
	lost    int            // answers that nobody waited for
}

type fakeWindow struct {
	end  time.Time
	used int
}

// take uses one of the window's places.
func (w *fakeWindow) take(limit int, length time.Duration, now time.Time) bool {
	if !now.Before(w.end) {
		*w = fakeWindow{end: now.Add(length)}
	}
	w.used++
	return w.used <= limit
}

func (f *fakeDiscord) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	if err := f.travel(r); err != nil {
		return nil, err
	}
	resp := f.answer(r)
	if err := f.travel(r); err != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.lost++
		return nil, err
	}
	return resp, nil
}

func (f *fakeDiscord) travel(r *http.Request) error {
	if f.latency == nil {
		return nil
	}
	select {
	case <-time.After(f.latency()):
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	}
}

func (f *fakeDiscord) answer(r *http.Request) *http.Response {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/api/v10")
	route := routeOf(r.Method, path, now)
	f.seen = append(f.seen, r.Method+" "+path)
	if f.buckets == nil {
		f.buckets, f.counted, f.limited = map[string]*fakeWindow{}, map[string]int{}, map[string]int{}
	}
	if f.perSecond > 0 && !route.tokened && !f.global.take(f.perSecond, time.Second, now) {
		return f.limit(r, http.Header{}, scopeGlobal, f.global.end.Sub(now))
	}
	key := route.key + " " + route.major
	bucket := f.buckets[key]
	if bucket == nil {
		bucket = &fakeWindow{}
		f.buckets[key] = bucket
	}
	ok := bucket.take(f.perBucket, f.window, now)
	header := http.Header{}
	if f.announce {
		header.Set("X-RateLimit-Bucket", "hash of "+route.key)
		header.Set("X-RateLimit-Limit", strconv.Itoa(f.perBucket))
		header.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, f.perBucket-bucket.used)))
		header.Set("X-RateLimit-Reset", epoch(bucket.end))
		header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(bucket.end.Sub(now).Seconds(), 'f', 3, 64))
	}
	if !ok {
		return f.limit(r, header, scopeUser, bucket.end.Sub(now))
	}
	f.counted[key]++
	status, body := http.StatusNoContent, ""
	if f.respond != nil {
		status, body = f.respond(r)
	}
	return response(r, status, header, body)
}

func (f *fakeDiscord) limit(r *http.Request, header http.Header, scope string, after time.Duration) *http.Response {
	f.limited[scope]++
	header.Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	header.Set("X-RateLimit-Scope", scope)
	if scope == scopeGlobal {
		header.Set("X-RateLimit-Global", "true")
	}
	body, _ := json.Marshal(map[string]any{"message": "You are being rate limited.", "retry_after": after.Seconds(), "global": scope == scopeGlobal})
	return response(r, http.StatusTooManyRequests, header, string(body))
}

func epoch(t time.Time) string { return fmt.Sprintf("%.3f", float64(t.UnixMilli())/1000) }

func response(r *http.Request, status int, header http.Header, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}
}

// newFakeClient makes a client that talks to a RoundTripper, for synctest bubbles.
func newFakeClient(t testing.TB, o Options, transport http.RoundTripper) *Client {
	t.Helper()
	o.Token, o.BaseURL, o.HTTP = testToken, "http://discord.test/api/v10", &http.Client{Transport: transport}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// roundTrip makes a server of a function that takes one request at a time.
func roundTrip(f func(*http.Request) *http.Response) http.RoundTripper { return &funcTransport{f: f} }

type funcTransport struct {
	mu sync.Mutex
	f  func(*http.Request) *http.Response
}

func (s *funcTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.f(r), nil
}
