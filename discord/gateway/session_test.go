package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"cordial/discord"
)

func TestIdentify(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{Intents: discord.IntentGuilds | discord.IntentGuildMessages, LargeThreshold: 100, Presence: &Presence{Status: "idle"}})
		stop, _ := f.run(c)
		p := f.peer()
		var id Identify
		if err := json.Unmarshal(p.accept("one").D, &id); err != nil {
			t.Fatal(err)
		}
		if id.Token != testToken || id.Intents != 513 || *id.Shard != [2]int{0, 1} || id.LargeThreshold != 100 || id.Presence.Status != "idle" || id.Properties.Browser != "cordial" {
			t.Errorf("identified with %+v", id)
		}
		<-c.Ready()
		p.messages(2, 3)
		if got := f.seen(); !slices.Equal(got, []string{"READY 1", "MESSAGE_CREATE 2", "MESSAGE_CREATE 3"}) {
			t.Errorf("events: %v", got)
		}
		if got := c.Shards()[0]; got.State != Ready || got.SessionID != "one" || got.Seq != 3 || got.Identifies != 1 {
			t.Errorf("shard: %+v", got)
		}
		if c.User() != "11" || c.Application() != "22" {
			t.Errorf("user %s, application %s", c.User(), c.Application())
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if closed := <-p.closed; closed.Code != 4000 {
			t.Errorf("closed with %d", closed.Code)
		}
		if want := []State{Connecting, Greeting, Queued, Identifying, Ready, Stopped}; !slices.Equal(f.states, want) {
			t.Errorf("states: %v", f.states)
		}
		if f.queries[0] != "encoding=json&v=10" {
			t.Errorf("query %s", f.queries[0])
		}
	})
}

// Each way to lose a connection is followed by the resumption of the session, or by a new one.
func TestLosses(t *testing.T) {
	closing := func(code int) func(*peer) {
		return func(p *peer) { p.ws.Close(websocket.StatusCode(code), "because") }
	}
	tests := []struct {
		name    string
		lose    func(p *peer)
		resumes bool
		closed  websocket.StatusCode // what the client closes with, 0 when it does not
	}{
		{"the socket breaks", func(p *peer) { p.ws.CloseNow() }, true, 0},
		{"op 7", func(p *peer) { p.send(`{"op":7,"d":null}`) }, true, 4000},
		{"op 9 true", func(p *peer) { p.send(`{"op":9,"d":true}`) }, true, 4000},
		{"op 9 false", func(p *peer) { p.send(`{"op":9,"d":false}`) }, false, 4000},
		{"zombie", func(p *peer) { p.silence() }, true, 4000},
		{"no JSON", func(p *peer) { p.send(`<html>`) }, true, 4000},
		{"1000", closing(1000), true, 0},
		{"1001", closing(1001), true, 0},
		{"4000", closing(4000), true, 0},
		{"4003", closing(4003), false, 0},
		{"4007", closing(4007), false, 0},
		{"4008", closing(4008), true, 0},
		{"4009", closing(4009), false, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			withFake(t, func(f *fakeGateway) {
				stop, _ := f.run(f.client(Options{}))
				first := f.peer()
				first.accept("one")
				first.messages(2, 5)
				synctest.Wait()
				test.lose(first)
				second := f.peer()
				if closed := <-first.closed; test.closed != 0 && closed.Code != test.closed {
					t.Errorf("closed with %d", closed.Code)
				}
				if test.resumes {
					if r := second.resume(); r.SessionID != "one" || r.Seq != 5 || r.Token != testToken || second.host != "resume" {
						t.Errorf("resumed with %+v at %s", r, second.host)
					}
					second.messages(6, 7)
					second.event("RESUMED", 8, "{}")
				} else {
					if second.accept("two"); second.host != "gateway" {
						t.Errorf("identified at %s", second.host)
					}
				}
				kinds := f.kinds()
				if lost := slices.Contains(kinds, NoticeSessionLost); lost == test.resumes || slices.Contains(kinds, NoticeResumed) != test.resumes {
					t.Errorf("notices: %v", f.notices)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestFatalCodesEndRun(t *testing.T) {
	for code, advice := range map[int]string{
		4004: "DISCORD_BOT_TOKEN", 4010: "--shards", 4011: "--shards", 4012: "version 10", 4013: "intents 33280",
		4014: "Bot, Privileged Gateway Intents, Message Content Intent",
	} {
		withFake(t, func(f *fakeGateway) {
			_, result := f.run(f.client(Options{Intents: discord.IntentMessageContent | discord.IntentGuildMessages}))
			p := f.peer()
			p.hello()
			p.expect(discord.OpIdentify)
			p.ws.Close(websocket.StatusCode(code), "Nope.")
			err := result()
			closed, ok := errors.AsType[*CloseError](err)
			if !ok || int(closed.Code) != code || !strings.Contains(err.Error(), advice) || strings.Contains(err.Error(), testToken) {
				t.Errorf("%d: %v", code, err)
			}
		})
	}
}

// reconnect runs a client that loses its connection after READY and messages up to a number, and gives its next one.
func (f *fakeGateway) reconnect(c *Client, last int64) (second *peer, stop func() error) {
	stop, _ = f.run(c)
	first := f.peer()
	first.accept("one")
	first.messages(2, last)
	synctest.Wait()
	first.ws.CloseNow()
	return f.peer(), stop
}

func TestReplayDropsWhatCameBefore(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{})
		second, stop := f.reconnect(c, 3)
		second.resume()
		second.messages(2, 4) // two of them again
		synctest.Wait()
		if state := c.Shards()[0].State; state != Replaying {
			t.Errorf("state %s", state)
		}
		second.event("RESUMED", 5, "{}")
		second.messages(8, 8) // 6 and 7 are left out
		want := []string{"READY 1", "MESSAGE_CREATE 2", "MESSAGE_CREATE 3", "MESSAGE_CREATE 4", "RESUMED 5", "MESSAGE_CREATE 8"}
		if got := f.seen(); !slices.Equal(got, want) {
			t.Errorf("events: %v", got)
		}
		if got := c.Shards()[0]; got.Duplicates != 2 || got.Missed != 2 || got.Resumes != 1 {
			t.Errorf("shard: %+v", got)
		}
		if last := f.notices[len(f.notices)-1]; last.Kind != NoticeGap || last.From != 6 || last.To != 7 {
			t.Errorf("notice: %+v", last)
		}
		stop()
	})
}

// What is replayed may contain the RESUMED of a connection that was lost before it was read.
func TestReplayWithAnEarlierResumed(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{})
		second, stop := f.reconnect(c, 2)
		if r := second.resume(); r.Seq != 2 {
			t.Errorf("resumed with %+v", r)
		}
		second.event("RESUMED", 3, "{}") // of a connection that never read it
		second.messages(4, 4)
		second.event("RESUMED", 5, "{}")
		second.messages(6, 6)
		want := []string{"READY 1", "MESSAGE_CREATE 2", "RESUMED 3", "MESSAGE_CREATE 4", "RESUMED 5", "MESSAGE_CREATE 6"}
		if got := f.seen(); !slices.Equal(got, want) {
			t.Errorf("events: %v", got)
		}
		if got := c.Shards()[0]; got.State != Ready || got.Connects != 2 || got.Resumes != 1 {
			t.Errorf("shard: %+v", got)
		}
		stop()
	})
}

func TestSessionAddressThatIsDown(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		stop, _ := f.run(f.client(Options{}))
		first := f.peer()
		first.accept("one")
		f.record(func() { f.down = func(host string) bool { return host == "resume" } })
		first.ws.CloseNow()
		second := f.peer()
		second.accept("two")
		if want := []string{"gateway", "resume", "resume", "gateway"}; !slices.Equal(f.dials, want) {
			t.Errorf("dials: %v", f.dials)
		}
		if !slices.Contains(f.kinds(), NoticeSessionLost) {
			t.Errorf("notices: %v", f.notices)
		}
		stop()
	})
}

func TestSilentServer(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		stop, _ := f.run(f.client(Options{}))
		start := time.Now()
		first := f.peer()
		f.peer().accept("one")
		if closed := <-first.closed; closed.Code != 4000 || time.Since(start) < helloTimeout {
			t.Errorf("closed with %d after %s", closed.Code, time.Since(start))
		}
		stop()
	})
}

func TestReconnectBeforeHello(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		stop, _ := f.run(f.client(Options{}))
		f.peer().send(`{"op":7,"d":null}`)
		f.peer().accept("one")
		stop()
	})
}

func TestHeartbeats(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{})
		stop, _ := f.run(c)
		p := f.peer()
		start := time.Now()
		p.accept("one")
		p.messages(2, 7)
		time.Sleep(10 * 40 * time.Second)
		synctest.Wait()
		p.mu.Lock()
		beats, seqs := slices.Clone(p.beats), slices.Clone(p.seqs)
		p.mu.Unlock()
		if first := beats[0].Sub(start); len(beats) != 10 || first > 40*time.Second {
			t.Errorf("%d beats, the first after %s", len(beats), first)
		}
		for i := 1; i < len(beats); i++ {
			if gap := beats[i].Sub(beats[i-1]); gap != 40*time.Second {
				t.Errorf("%s between beats", gap)
			}
		}
		if seqs[len(seqs)-1] != "7" {
			t.Errorf("beats with %v", seqs)
		}
		p.send(`{"op":1,"d":null}`)
		synctest.Wait()
		p.mu.Lock()
		if len(p.beats) != len(beats)+1 {
			t.Error("op 1 is not answered at once")
		}
		p.mu.Unlock()
		stop()
	})
}

// A program that does not take its events is no zombie: heartbeats go on, and nothing is lost.
func TestBlockedHandler(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		let := make(chan struct{})
		c := f.client(Options{Handle: func(e *Event) {
			if e.Seq == 2 {
				<-let
			}
			f.note(e)
		}})
		stop, _ := f.run(c)
		p := f.peer()
		p.accept("one")
		go p.messages(2, 50)
		time.Sleep(10 * time.Minute)
		p.mu.Lock()
		beats := len(p.beats)
		p.mu.Unlock()
		if beats < 14 {
			t.Errorf("%d beats", beats)
		}
		close(let)
		time.Sleep(10 * time.Minute)
		if got := f.seen(); len(got) != 50 || got[49] != "MESSAGE_CREATE 50" {
			t.Errorf("events: %v", got)
		}
		if info := c.Shards()[0]; info.Connects != 1 || info.State != Ready {
			t.Errorf("shard: %+v", info)
		}
		stop()
	})
}

func TestStopIsBetweenTwoEvents(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		dir := t.TempDir()
		let := make(chan struct{})
		c := f.client(Options{StateDir: dir, Handle: func(e *Event) {
			if e.Seq == 3 {
				<-let
			}
			f.note(e)
		}})
		stop, _ := f.run(c)
		p := f.peer()
		p.accept("one")
		go p.messages(2, 5)
		synctest.Wait()
		go func() { time.Sleep(time.Second); close(let) }()
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if got := f.seen(); len(got) != 3 {
			t.Errorf("events: %v", got)
		}
		stop, _ = f.run(f.client(Options{StateDir: dir}))
		next := f.peer()
		if r := next.resume(); r.SessionID != "one" || r.Seq != 3 {
			t.Errorf("resumed with %+v", r)
		}
		next.messages(4, 5)
		next.event("RESUMED", 6, "{}")
		if got := f.seen(); len(got) != 7 || got[3] != "READY 0" {
			t.Errorf("events: %v", got)
		}
		stop()
	})
}

func TestUnsettledEventsComeAgain(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		dir := t.TempDir()
		stop, _ := f.run(f.client(Options{StateDir: dir, Settle: func() map[int]int64 { return map[int]int64{0: 3} }}))
		p := f.peer()
		p.accept("one")
		p.messages(2, 5)
		synctest.Wait()
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		stop, _ = f.run(f.client(Options{StateDir: dir}))
		if r := f.peer().resume(); r.SessionID != "one" || r.Seq != 2 {
			t.Errorf("resumed with %+v", r)
		}
		stop()
	})
}

func TestNewIntents(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{Intents: discord.IntentGuilds})
		stop, _ := f.run(c)
		first := f.peer()
		first.accept("one")
		c.SetIntents(discord.IntentGuilds | discord.IntentGuildMessages)
		second := f.peer()
		if closed := <-first.closed; closed.Code != 1000 {
			t.Errorf("closed with %d, which leaves the old session", closed.Code)
		}
		if id := second.accept("two"); !strings.Contains(string(id.D), `"intents":513`) {
			t.Errorf("identified with %s", id.D)
		}
		c.SetIntents(discord.IntentGuildMessages)
		time.Sleep(time.Minute)
		if info := c.Shards()[0]; info.SessionID != "two" || info.Connects != 2 {
			t.Errorf("fewer intents: %+v", info)
		}
		c.Reconnect(true)
		if r := f.peer().resume(); r.SessionID != "two" {
			t.Errorf("resumed %+v", r)
		}
		stop()
	})
}

// Op 9 again and again must not become a storm of identifies.
func TestIdentifiesAreNotRepeatedFast(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		stop, _ := f.run(f.client(Options{}))
		start := time.Now()
		for range 10 {
			p := f.peer()
			p.hello()
			p.expect(discord.OpIdentify)
			p.send(`{"op":9,"d":false}`)
		}
		if took := time.Since(start); took < 2*time.Minute {
			t.Errorf("10 identifies within %s", took)
		}
		stop()
	})
}

func TestInterested(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{Interested: func(event string) bool { return event == "TYPING_START" }})
		stop, _ := f.run(c)
		p := f.peer()
		p.accept("one")
		p.messages(2, 3)
		p.event("TYPING_START", 4, `{}`)
		p.messages(5, 5)
		if got := f.seen(); !slices.Equal(got, []string{"TYPING_START 4"}) || c.Shards()[0].Seq != 5 {
			t.Errorf("events: %v, seq %d", got, c.Shards()[0].Seq)
		}
		stop()
	})
}

func TestShards(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		f.limits["max_concurrency"] = 2
		c := f.client(Options{Total: 8, Shards: []int{1, 2, 3, 6}})
		start := time.Now()
		stop, _ := f.run(c)
		took := map[int]time.Duration{}
		for range 4 {
			p := f.peer()
			p.hello()
			go func() {
				frame := <-p.frames
				var id Identify
				json.Unmarshal(frame.D, &id)
				f.record(func() { took[id.Shard[0]] = time.Since(start) })
				p.event("READY", 1, fmt.Sprintf(`{"session_id":"s%d"}`, id.Shard[0]))
			}()
		}
		<-c.Ready()
		synctest.Wait()
		for _, later := range [][2]int{{1, 3}, {2, 6}} {
			if took[later[1]]-took[later[0]] < 5*time.Second {
				t.Errorf("%v: %v", later, took)
			}
		}
		if took[1] > time.Second || took[2] > time.Second {
			t.Errorf("buckets wait for each other: %v", took)
		}
		if got := c.ShardOf("1327047046393453610"); got != int(1327047046393453610>>22%8) {
			t.Errorf("shard %d", got)
		}
		var sharding *ShardsError
		if err := c.Send(context.Background(), 0, discord.OpPresenceUpdate, nil); !errors.As(err, &sharding) {
			t.Errorf("shard 0: %v", err)
		}
		stop()
	})
}
