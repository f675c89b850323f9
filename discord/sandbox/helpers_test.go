package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/tidwall/gjson"
	"go.uber.org/goleak"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is when the clock of a rig begins: after everything in the default world.
var startTime = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// rig is a server under test, with a clock that the test moves, and a client for it.
type rig struct {
	*testing.T
	srv    *Server
	w      *World
	clock  *clockwork.FakeClock
	client *http.Client
	events []Event                      // everything that has happened; read it with the rig at rest
	heard  map[[2]discord.Snowflake]int // what hears has counted before, by listener and speaker
}

// newRig serves the default world without rate limits that matter. Options may be changed before the start.
func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	r := &rig{T: t, clock: clockwork.NewFakeClockAt(startTime), heard: map[[2]discord.Snowflake]int{}}
	unlimited := Limit{1 << 30, time.Second}
	o := Options{World: DefaultWorld(r.clock), Limits: &Limits{Announce: true, Global: unlimited, Default: unlimited, Rename: unlimited}}
	for _, f := range change {
		f(&o)
	}
	r.w = o.World
	r.w.Listen(func(e Event) {
		r.events = append(r.events, e)
		r.w.checkTold(t, e)
	})
	var err error
	if r.srv, err = Start(o); err != nil {
		t.Fatal(err)
	}
	r.client = &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		r.client.CloseIdleConnections()
		if err := r.srv.Close(); err != nil {
			t.Error(err)
		}
		if err := r.w.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// bot sends a request with the bot's token. A path is below /api/v10; a body is nil, JSON text or something to encode.
func (r *rig) bot(method, path string, body any) *answer {
	r.Helper()
	return r.send(r.request(method, path, body, "Bot "+r.srv.BotToken()))
}

// as sends a request with the token of the user of this name.
func (r *rig) as(name, method, path string, body any) *answer {
	r.Helper()
	u := r.user(name)
	token := tokenOf(u.ID)
	if u.Bot {
		token = "Bot " + token
	}
	return r.send(r.request(method, path, body, token))
}

// user finds a user of the world by name.
func (r *rig) user(name string) *User {
	r.Helper()
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	for _, u := range r.w.users {
		if u.Username == name {
			return u
		}
	}
	r.Fatalf("the world has no user %q", name)
	return nil
}

// request makes a request that send can send, for tests that change its headers.
func (r *rig) request(method, path string, body any, authorization string) *http.Request {
	r.Helper()
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			r.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(r.Context(), method, r.srv.APIURL()+path, bytes.NewReader(text))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("User-Agent", "DiscordBot (https://example.com, 1.0)")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// send sends a request and compares a successful answer with what the catalogue says the operation answers.
func (r *rig) send(req *http.Request) *answer {
	r.Helper()
	res, err := r.client.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	path := strings.TrimPrefix(req.URL.EscapedPath(), "/api/v10")
	a := &answer{T: r.T, name: req.Method + " " + path, status: res.StatusCode, header: res.Header, body: body}
	if op, _, err := catalogue.Match(req.Method, path); err == nil && a.status < 300 {
		checkAnswer(r.T, op, a.status, body)
	}
	return a
}

// answer is what the server answered.
type answer struct {
	*testing.T
	name   string
	status int
	header http.Header
	body   []byte
}

// ok requires a status, usually 200, 201 or 204.
func (a *answer) ok(status int) *answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s: status %d, want %d: %s", a.name, a.status, status, a.body)
	}
	return a
}

// refused requires an error of Discord's.
func (a *answer) refused(status, code int) *answer {
	a.Helper()
	if got := a.get("code").Int(); a.status != status || got != int64(code) {
		a.Fatalf("%s: status %d with code %d, want %d with %d: %s", a.name, a.status, got, status, code, a.body)
	}
	return a
}

// invalid requires form errors with this inner code at a path such as "embeds.0.title"; "" is the whole body.
func (a *answer) invalid(path, code string) *answer {
	a.Helper()
	a.refused(http.StatusBadRequest, 50035)
	at := strings.TrimPrefix(path+"._errors.#.code", ".")
	for _, c := range gjson.Get(a.get("errors").Raw, at).Array() {
		if c.String() == code {
			return a
		}
	}
	a.Fatalf("%s: no %s at %q: %s", a.name, code, path, a.body)
	return a
}

// get reads a value of the answer by its gjson path.
func (a *answer) get(path string) gjson.Result { return gjson.GetBytes(a.body, path) }

// id reads an id of the answer.
func (a *answer) id(path string) discord.Snowflake { return discord.Snowflake(a.get(path).String()) }

// happened counts the events of a type.
func (r *rig) happened(typ string) int {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	n := 0
	for _, e := range r.events {
		if e.Type == typ {
			n++
		}
	}
	return n
}

// alarms counts what is still to happen in the world by itself.
func (r *rig) alarms() int {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	return len(r.w.alarms)
}

// awaitTimers waits until so many timers wait for the clock beside the world's alarms.
func (r *rig) awaitTimers(n int) {
	r.Helper()
	if err := r.clock.BlockUntilContext(r.Context(), n+r.alarms()); err != nil {
		r.Fatal(err)
	}
}
