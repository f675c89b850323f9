package gateway

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cordial/discord"
)

// mortalConn is a connection whose other side can vanish without a word: nothing comes any more, and what is written goes nowhere.
type mortalConn struct {
	net.Conn
	dead *atomic.Bool
}

func (c mortalConn) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.dead.Load() {
			return n, err
		}
	}
}

func (c mortalConn) Write(p []byte) (int, error) {
	if c.dead.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// Nobody waits long for the last word of a side that is gone.
func TestClosingADeadConnectionIsQuick(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{})
		stop, _ := f.run(c)
		f.peer().accept("one")
		f.dead.Load().Store(true)
		start := time.Now()
		c.Reconnect(true)
		second := f.peer()
		if took := time.Since(start); took > time.Second {
			t.Errorf("another connection came after %s", took)
		}
		second.resume()
		second.event("RESUMED", 2, "{}")
		synctest.Wait()
		f.dead.Load().Store(true)
		start = time.Now()
		if err := stop(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("the stop took %s", took)
		}
	})
}

// The token goes to the address that READY names, but not where it could be read on the way. An address that is none does no harm.
func TestResumeAddress(t *testing.T) {
	for _, tt := range []struct{ named, base, want string }{
		{"wss://other.discord.gg", "wss://gateway.discord.gg", "wss://other.discord.gg"},
		{"wss://other.discord.gg/some/path?x=1", "wss://gateway.discord.gg", "wss://other.discord.gg/some/path?x=1"},
		{"ws://127.0.0.1:1", "ws://127.0.0.1:2", "ws://127.0.0.1:1"},
		{"wss://other.discord.gg", "ws://127.0.0.1:2", "wss://other.discord.gg"},
		{"ws://other.discord.gg", "wss://gateway.discord.gg", "wss://gateway.discord.gg"},
		{"WS://other.discord.gg", "WSS://gateway.discord.gg", "WSS://gateway.discord.gg"},
		{"http://other", "ws://gateway", "ws://gateway"},
		{"resume", "ws://gateway", "ws://gateway"},
		{"ws://", "ws://gateway", "ws://gateway"},
		{"", "ws://gateway", "ws://gateway"},
		{"://\x00", "ws://gateway", "ws://gateway"},
	} {
		if got := resumeAddress(tt.named, tt.base); got != tt.want {
			t.Errorf("%q from %q: %q, want %q", tt.named, tt.base, got, tt.want)
		}
	}
}

func TestReadyWithoutAnAddress(t *testing.T) {
	for _, address := range []string{`""`, `null`, `"nonsense"`, `7`} {
		withFake(t, func(f *fakeGateway) {
			stop, _ := f.run(f.client(Options{}))
			p := f.peer()
			p.hello()
			p.expect(discord.OpIdentify)
			p.event("READY", 1, fmt.Sprintf(`{"session_id":"one","resume_gateway_url":%s}`, address))
			synctest.Wait()
			p.ws.CloseNow()
			next := f.peer()
			if r := next.resume(); r.SessionID != "one" || next.host != "gateway" {
				t.Errorf("%s: resumed with %+v at %s", address, r, next.host)
			}
			stop()
		})
	}
}

// The gateway redirects nobody. Whoever does is not given the token.
func TestRedirectsAreNotFollowed(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		var asked []string
		f.redirect = func(w http.ResponseWriter, r *http.Request) bool {
			asked = append(asked, r.Host)
			if len(asked) == 1 {
				http.Redirect(w, r, "http://elsewhere/", http.StatusFound)
			}
			return len(asked) == 1
		}
		stop, _ := f.run(f.client(Options{}))
		f.peer().accept("one")
		if !slices.Equal(asked, []string{"gateway", "gateway"}) {
			t.Errorf("asked %v", asked)
		}
		if text := f.notices[0].Text; !strings.Contains(text, "302 Found") {
			t.Errorf("notice: %s", text)
		}
		stop()
	})
}

// What comes although nobody asked for it ends the connection, and not the session.
func TestAnswersThatNobodyAskedFor(t *testing.T) {
	for name, send := range map[string]func(p *peer){
		"READY":   func(p *peer) { p.event("READY", 1, `{"session_id":"two"}`) },
		"RESUMED": func(p *peer) { p.event("RESUMED", 2, `{}`) },
	} {
		t.Run(name, func(t *testing.T) {
			withFake(t, func(f *fakeGateway) {
				c := f.client(Options{})
				stop, _ := f.run(c)
				first := f.peer()
				first.accept("one")
				first.hello() // once more, which changes nothing
				first.messages(2, 2)
				send(first)
				second := f.peer()
				if r := second.resume(); r.SessionID != "one" || r.Seq != 2 {
					t.Errorf("resumed with %+v", r)
				}
				second.event("READY", 1, `{"session_id":"two"}`)
				third := f.peer()
				if r := third.resume(); r.SessionID != "one" || r.Seq != 2 {
					t.Errorf("resumed with %+v", r)
				}
				third.event("RESUMED", 3, `{}`)
				if want := []string{"READY 1", "MESSAGE_CREATE 2", "RESUMED 3"}; !slices.Equal(f.seen(), want) {
					t.Errorf("events: %v", f.seen())
				}
				stop()
			})
		})
	}
}

// The client keeps to Discord's limit however often the gateway wants to hear of it.
func TestStormsOfHeartbeats(t *testing.T) {
	for name, hello := range map[string]string{
		"op 1":                `{"op":10,"d":{"heartbeat_interval":40000}}`,
		"a tiny interval":     `{"op":10,"d":{"heartbeat_interval":1}}`,
		"a broken interval":   `{"op":10,"d":{"heartbeat_interval":1.5}}`,
		"an interval as text": `{"op":10,"d":{"heartbeat_interval":"40"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			withFake(t, func(f *fakeGateway) {
				stop, _ := f.run(f.client(Options{}))
				p := f.peer()
				p.send(hello)
				if name == "op 1" {
					for range 500 {
						p.send(`{"op":1,"d":null}`)
					}
				}
				p.expect(discord.OpIdentify)
				p.event("READY", 1, `{"session_id":"one"}`)
				time.Sleep(3 * time.Minute)
				synctest.Wait()
				p.mu.Lock()
				defer p.mu.Unlock()
				for i, beat := range p.beats {
					if i >= 120 && beat.Sub(p.beats[i-120]) < time.Minute {
						t.Fatalf("121 heartbeats within %s", beat.Sub(p.beats[i-120]))
					}
				}
				if len(p.beats) < 4 || len(f.peers) > 0 {
					t.Errorf("%d heartbeats, %d more connections", len(p.beats), len(f.peers))
				}
				go stop()
			})
		})
	}
}

// Heartbeats before READY do not tell of events of a session that is gone.
func TestHeartbeatsOfANewSession(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		stop, _ := f.run(f.client(Options{}))
		first := f.peer()
		first.accept("one")
		first.messages(2, 9)
		first.send(`{"op":9,"d":false}`)
		second := f.peer()
		second.hello()
		second.expect(discord.OpIdentify)
		time.Sleep(time.Minute)
		synctest.Wait()
		second.mu.Lock()
		if slices.ContainsFunc(second.seqs, func(s string) bool { return s != "null" }) {
			t.Errorf("beats with %v", second.seqs)
		}
		second.mu.Unlock()
		stop()
	})
}

// An interval that is none, or for ever, is not believed.
func TestImpossibleIntervals(t *testing.T) {
	for _, interval := range []string{`0`, `-1`, `null`, `1e300`, `{}`, `"x"`} {
		withFake(t, func(f *fakeGateway) {
			stop, _ := f.run(f.client(Options{}))
			f.peer().send(`{"op":10,"d":{"heartbeat_interval":` + interval + `}}`)
			f.peer().accept("one")
			stop()
		})
	}
}

// New intents are asked for even when the connection is already about to be renewed, or breaks just then.
func TestNewIntentsAreNotForgotten(t *testing.T) {
	for name, before := range map[string]func(c *Client, p *peer){
		"asked for another connection": func(c *Client, _ *peer) { c.Reconnect(true) },
		"broken":                       func(_ *Client, p *peer) { p.ws.CloseNow() },
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 { // which goroutine is first is up to chance
				withFake(t, func(f *fakeGateway) {
					c := f.client(Options{Intents: discord.IntentGuilds})
					stop, _ := f.run(c)
					p := f.peer()
					p.accept("one")
					before(c, p)
					c.SetIntents(discord.IntentGuilds | discord.IntentGuildMessages)
					if id := f.peer().accept("two"); !strings.Contains(string(id.D), `"intents":513`) {
						t.Errorf("identified with %s", id.D)
					}
					stop()
				})
			}
		})
	}
}
