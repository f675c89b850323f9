package sandbox

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"cordial/discord"
)

// resume connects and asks for a session after an event.
func (r *rig) resume(session string, seq int64) *socket {
	r.Helper()
	s := r.connect()
	s.send(discord.OpResume, map[string]any{"token": r.srv.BotToken(), "session_id": session, "seq": seq})
	return s
}

// awaitDetached waits until the server has noticed that no connection is left.
func (r *rig) awaitDetached() { r.srv.gateway.running.Wait() }

// sessions counts the sessions there are.
func (r *rig) sessions() int {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	return len(r.srv.gateway.sessions)
}

func contents(frames []gjson.Result) []string {
	var all []string
	for _, f := range frames {
		all = append(all, fmt.Sprintf("%d %s %s", f.Get("s").Int(), f.Get("t").String(), f.Get("d.content").String()))
	}
	return all
}

func TestResumeReplaysWhatWasMissed(t *testing.T) {
	r := newRig(t)
	s, ready := r.identify(discord.IntentGuildMessages | discord.IntentMessageContent)
	r.say("one")
	r.say("two")
	s.event("MESSAGE_CREATE")
	s.ws.CloseNow()
	r.awaitDetached()
	r.say("three")
	s = r.resume(ready.Get("session_id").String(), 2)
	got := contents(s.until("RESUMED"))
	want := []string{"3 MESSAGE_CREATE two", "4 MESSAGE_CREATE three", "5 RESUMED "}
	if !slices.Equal(got, want) {
		t.Errorf("the resumed session gets %q, want %q", got, want)
	}
	r.say("four")
	if m := s.frame("MESSAGE_CREATE"); m.Get("d.content").String() != "four" {
		t.Errorf("after the resume comes %s", m.Raw)
	}
}

func TestAResumeTakesTheSessionFromItsConnection(t *testing.T) {
	r := newRig(t)
	old, ready := r.identify(discord.IntentGuildMessages)
	s := r.resume(ready.Get("session_id").String(), 1)
	s.frame("RESUMED")
	old.closed(discord.CloseUnknownError)
	r.say("one")
	s.frame("MESSAGE_CREATE")
}

func TestResumesThatAreRefused(t *testing.T) {
	r := gatewayRig(t, func(l *GatewayLimits) { l.ReplayFrames = 3 })
	_, ready := r.identify(discord.IntentGuildMessages)
	id := ready.Get("session_id").String()
	s := r.connect()
	s.send(discord.OpResume, map[string]any{"token": "nobody", "session_id": id, "seq": 1})
	s.closed(discord.CloseAuthenticationFailed)
	if s := r.resume("unknown", 1); s.op(discord.OpInvalidSession).Bool() {
		t.Error("an unknown session can be resumed")
	}
	r.resume(id, 99).closed(discord.CloseInvalidSeq)
	if s := r.resume(id, 1); s.op(discord.OpInvalidSession).Bool() {
		t.Error("a session can be resumed after an invalid seq")
	}

	s, ready = r.identify(discord.IntentGuildMessages)
	s.ws.CloseNow()
	for range 4 {
		r.say("x")
	}
	s = r.resume(ready.Get("session_id").String(), 1)
	if s.op(discord.OpInvalidSession).Bool() {
		t.Error("a session can be resumed although events are gone")
	}
	s.send(discord.OpIdentify, s.identity(0)) // the same connection may begin a new one
	s.event("READY")
}

func TestHowSessionsEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(r *rig, s *socket)
		left int
	}{
		{"closed with 1000", func(_ *rig, s *socket) { s.ws.Close(websocket.StatusNormalClosure, "") }, 0},
		{"closed with 1001", func(_ *rig, s *socket) { s.ws.Close(websocket.StatusGoingAway, "") }, 0},
		{"closed with 4000", func(_ *rig, s *socket) { s.ws.Close(4000, "") }, 1},
		{"cut", func(_ *rig, s *socket) { s.ws.CloseNow() }, 1},
		{"a decode error", func(_ *rig, s *socket) { s.sendText("?"); s.closed(discord.CloseDecodeError) }, 1},
		{"too late a beat", func(r *rig, s *socket) { r.clock.Advance(time.Hour); s.closed(discord.CloseSessionTimedOut) }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			s, _ := r.identify(0)
			c.end(r, s)
			r.awaitDetached()
			if got := r.sessions(); got != c.left {
				t.Errorf("%d sessions are left, want %d", got, c.left)
			}
		})
	}
}

func TestASessionThatNobodyResumes(t *testing.T) {
	r := newRig(t)
	s, ready := r.identify(0)
	s.ws.CloseNow()
	r.awaitDetached()
	r.clock.Advance(3 * time.Minute)
	if s := r.resume(ready.Get("session_id").String(), 1); s.op(discord.OpInvalidSession).Bool() {
		t.Error("a session that has expired can be resumed")
	}
}

func TestTooManySessionsWithoutAConnection(t *testing.T) {
	r := gatewayRig(t, func(l *GatewayLimits) { l.Detached = 2 })
	var ids []string
	for range 3 {
		s, ready := r.identify(0)
		ids = append(ids, ready.Get("session_id").String())
		s.ws.CloseNow()
		r.awaitDetached()
	}
	if s := r.resume(ids[0], 1); s.op(discord.OpInvalidSession).Bool() {
		t.Error("the oldest session can be resumed")
	}
	for _, id := range ids[1:] {
		r.resume(id, 1).frame("RESUMED")
	}
}

func TestAClientThatReadsTooSlowly(t *testing.T) {
	r := gatewayRig(t, func(l *GatewayLimits) { l.ReplayFrames = 10 })
	s, _ := r.identify(discord.IntentGuildMessages)
	r.srv.FaultGateway(GatewayFault{Kind: FaultDelay, Delay: time.Hour}) // holds the writer up, as a client that does not read
	for range 15 {
		r.say("x")
	}
	s.closed(0)
	if r.awaitDetached(); r.sessions() != 1 {
		t.Error("the session is gone")
	}
}

func TestTheServersEndIsTheSessionsEnd(t *testing.T) {
	r := newRig(t)
	s, _ := r.identify(0)
	r.must(r.srv.Close())
	if n := r.sessions(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	s.closed(0)
}
