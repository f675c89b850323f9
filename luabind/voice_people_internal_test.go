package luabind

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord/rest"
	"cordial/runtime"
)

// Who could not be looked up is asked for again after a minute; whoever ends the look-up leaves nothing behind.
func TestMissedPeopleAreNotAskedForAtOnce(t *testing.T) {
	var asked atomic.Int32
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		http.Error(w, `{"message": "Unknown User", "code": 10013}`, http.StatusNotFound)
	}))
	defer api.Close()
	clock := clockwork.NewFakeClock()
	c, err := rest.New(rest.Options{Token: "x", BaseURL: api.URL, HTTP: api.Client(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	b := &binding{host: runtime.New(runtime.Options{Stdout: io.Discard, Stderr: io.Discard, Clock: clock}), client: &client{rest: c}}
	defer b.host.Close()
	v := b.newVoice()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, step := range []struct {
		after time.Duration
		ctx   context.Context
		asked int32
	}{{0, cancelled, 0}, {0, t.Context(), 1}, {missTime - 1, t.Context(), 1}, {1, t.Context(), 2}, {0, t.Context(), 2}} {
		clock.Advance(step.after)
		if user := v.person(step.ctx, "346450717025894400"); user.ID() != "346450717025894400" || asked.Load() != step.asked {
			t.Errorf("%v is asked for %d times, want %d", user, asked.Load(), step.asked)
		}
	}
}
