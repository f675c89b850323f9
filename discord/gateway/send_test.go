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

	"cordial/discord"
)

// background never ends. A test's own context belongs to no bubble.
var background = context.Background()

// serving runs a test with a client whose one shard is ready.
func serving(t *testing.T, o Options, test func(f *fakeGateway, c *Client, p *peer)) {
	t.Helper()
	withFake(t, func(f *fakeGateway) {
		c := f.client(o)
		stop, _ := f.run(c)
		p := f.peer()
		p.accept("one")
		test(f, c, p)
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestSendKeepsWithinDiscordsLimit(t *testing.T) {
	serving(t, Options{}, func(f *fakeGateway, c *Client, p *peer) {
		const frames = 500
		go func() {
			for i := range frames {
				if err := c.Send(background, 0, discord.OpVoiceStateUpdate, i); err != nil {
					t.Error(err)
				}
			}
		}()
		var arrived []time.Time
		for i := range frames {
			if frame := p.expect(discord.OpVoiceStateUpdate); string(frame.D) != fmt.Sprint(i) {
				t.Errorf("frame %s in place of %d", frame.D, i)
			}
			arrived = append(arrived, time.Now())
		}
		p.mu.Lock()
		arrived = append(arrived, p.beats...)
		p.mu.Unlock()
		slices.SortFunc(arrived, time.Time.Compare)
		for i := 120; i < len(arrived); i++ {
			if within := arrived[i].Sub(arrived[i-120]); within <= time.Minute {
				t.Fatalf("121 frames within %s", within)
			}
		}
	})
}

func TestSendWaitsForTheSession(t *testing.T) {
	serving(t, Options{}, func(f *fakeGateway, c *Client, p *peer) {
		p.ws.CloseNow()
		next := f.peer()
		sent := make(chan error, 1)
		go func() { sent <- c.UpdateVoiceState(background, "1", "2", true, false) }()
		next.resume()
		synctest.Wait()
		if len(next.frames) > 0 {
			t.Error("sent before RESUMED")
		}
		next.event("RESUMED", 2, "{}")
		if frame := next.expect(discord.OpVoiceStateUpdate); string(frame.D) != `{"guild_id":"1","channel_id":"2","self_mute":true,"self_deaf":false}` {
			t.Errorf("%s", frame.D)
		}
		if err := <-sent; err != nil {
			t.Error(err)
		}
		if err := c.UpdateVoiceState(background, "1", "", false, false); err != nil {
			t.Error(err)
		}
		if frame := next.expect(discord.OpVoiceStateUpdate); !strings.Contains(string(frame.D), `"channel_id":null`) {
			t.Errorf("%s", frame.D)
		}
	})
}

func TestSendRefuses(t *testing.T) {
	serving(t, Options{}, func(f *fakeGateway, c *Client, p *peer) {
		err := c.Send(background, 0, discord.OpVoiceStateUpdate, strings.Repeat("x", maxFrame))
		if size, ok := errors.AsType[*SizeError](err); !ok || size.Bytes < maxFrame {
			t.Errorf("too long: %v", err)
		}
		p.ws.CloseNow()
		f.peer() // which does not say hello
		ctx, cancel := context.WithCancel(background)
		failures := make(chan error, maxWaiting+1)
		for range maxWaiting + 1 {
			go func() { failures <- c.Send(ctx, 0, discord.OpVoiceStateUpdate, 1) }()
		}
		if _, ok := errors.AsType[*QueueFullError](<-failures); !ok {
			t.Error("the queue has no end")
		}
		cancel()
		for range maxWaiting {
			if err := <-failures; !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
	})
}

func TestSendAfterTheEnd(t *testing.T) {
	withFake(t, func(f *fakeGateway) {
		c := f.client(Options{})
		stop, _ := f.run(c)
		p := f.peer()
		waiting := make(chan error, 1)
		go func() { waiting <- c.Send(background, 0, discord.OpVoiceStateUpdate, 1) }()
		p.hello()
		synctest.Wait()
		stop()
		for _, err := range []error{<-waiting, c.Send(background, 0, discord.OpVoiceStateUpdate, 1)} {
			if _, ok := errors.AsType[*StoppedError](err); !ok {
				t.Error(err)
			}
		}
		if err := c.Run(background); err == nil {
			t.Error("it runs twice")
		}
	})
}

func TestPresences(t *testing.T) {
	serving(t, Options{}, func(f *fakeGateway, c *Client, p *peer) {
		start := time.Now()
		for i := range 11 {
			if err := c.SetPresence(background, Presence{Activities: []Activity{{Name: fmt.Sprint(i), Type: 3}}}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 40*time.Second {
			t.Errorf("11 presences within %s", took)
		}
		if frame := p.expect(discord.OpPresenceUpdate); string(frame.D) != `{"since":null,"activities":[{"name":"0","type":3}],"status":"online","afk":false}` {
			t.Errorf("%s", frame.D)
		}
		p.send(`{"op":9,"d":false}`)
		if id := f.peer().accept("two"); !strings.Contains(string(id.D), `"activities":[{"name":"10"`) {
			t.Errorf("the new session begins with %s", id.D)
		}
	})
}

// members answers a request for members with some chunks, in disorder.
func (p *peer) members(frame received, chunks int) {
	var r MembersRequest
	json.Unmarshal(frame.D, &r)
	for i := range chunks {
		i = chunks - 1 - i
		p.event("GUILD_MEMBERS_CHUNK", 0, fmt.Sprintf(`{"guild_id":%q,"members":[{"nick":"%d"}],"chunk_index":%d,"chunk_count":%d,"not_found":[123],"nonce":%q}`, r.Guild, i, i, chunks, r.Nonce))
	}
}

func TestRequestMembers(t *testing.T) {
	o := Options{Intents: discord.IntentGuildMembers, Interested: func(string) bool { return false }}
	serving(t, o, func(f *fakeGateway, c *Client, p *peer) {
		result := make(chan *Members, 1)
		go func() {
			m, err := c.RequestMembers(background, MembersRequest{Guild: "5"})
			if err != nil {
				t.Error(err)
			}
			result <- m
		}()
		frame := p.expect(discord.OpRequestGuildMembers)
		if !strings.HasPrefix(string(frame.D), `{"guild_id":"5","query":"","limit":0,"nonce":"`) {
			t.Errorf("%s", frame.D)
		}
		p.event("GUILD_MEMBERS_CHUNK", 0, `{"guild_id":"5","members":[{"nick":"not mine"}],"chunk_index":0,"chunk_count":1,"nonce":"other"}`)
		p.members(frame, 3)
		m := <-result
		if len(m.Members) != 3 || string(m.Members[2]) != `{"nick":"2"}` || m.NotFound[0] != "123" {
			t.Errorf("%s %v", m.Members, m.NotFound)
		}
		start := time.Now()
		go func() { p.members(p.expect(discord.OpRequestGuildMembers), 1) }()
		if _, err := c.RequestMembers(background, MembersRequest{Guild: "5"}); err != nil || time.Since(start) < 30*time.Second {
			t.Errorf("everyone again after %s: %v", time.Since(start), err)
		}
	})
}

func TestRequestMembersIsLimited(t *testing.T) {
	serving(t, Options{Intents: discord.IntentGuildMembers}, func(f *fakeGateway, c *Client, p *peer) {
		start := time.Now()
		go func() {
			frame := p.expect(discord.OpRequestGuildMembers)
			p.event("RATE_LIMITED", 0, `{"opcode":8,"retry_after":12.5,"meta":{"guild_id":"6"}}`) // another guild's
			p.event("RATE_LIMITED", 0, `{"opcode":8,"retry_after":12.5,"meta":{"guild_id":"5"}}`)
			if again := p.expect(discord.OpRequestGuildMembers); string(again.D) != string(frame.D) {
				t.Errorf("%s, then %s", frame.D, again.D)
			}
			p.members(frame, 1)
		}()
		m, err := c.RequestMembers(background, MembersRequest{Guild: "5", Query: "na", Limit: 5})
		if err != nil || len(m.Members) != 1 || time.Since(start) < 12500*time.Millisecond {
			t.Errorf("%v after %s: %v", m, time.Since(start), err)
		}
	})
}

// The answers to a request are lost with the session; it is asked again in the next.
func TestRequestMembersOutlivesTheSession(t *testing.T) {
	serving(t, Options{}, func(f *fakeGateway, c *Client, p *peer) {
		go func() {
			frame := p.expect(discord.OpRequestGuildMembers)
			p.event("GUILD_MEMBERS_CHUNK", 0, fmt.Sprintf(`{"members":[1],"chunk_index":0,"chunk_count":2,"nonce":%q}`, nonceOf(frame)))
			synctest.Wait()
			p.send(`{"op":9,"d":false}`)
			next := f.peer()
			next.accept("two")
			next.members(next.expect(discord.OpRequestGuildMembers), 2)
		}()
		m, err := c.RequestMembers(background, MembersRequest{Guild: "5", UserIDs: []discord.Snowflake{"1", "2"}})
		if err != nil || len(m.Members) != 2 {
			t.Errorf("%v %v", m, err)
		}
	})
}

func nonceOf(frame received) string {
	var r MembersRequest
	json.Unmarshal(frame.D, &r)
	return r.Nonce
}

func TestRequestsThatGetNoAnswer(t *testing.T) {
	serving(t, Options{}, func(f *fakeGateway, c *Client, p *peer) {
		if _, err := c.RequestMembers(background, MembersRequest{Guild: "5"}); err == nil || !strings.Contains(err.Error(), "GUILD_MEMBERS") {
			t.Errorf("without the intent: %v", err)
		}
		start := time.Now()
		_, err := c.RequestChannelInfo(background, "5", "status")
		if none, ok := errors.AsType[*NoAnswerError](err); !ok || none.Guild != "5" || time.Since(start) != answerTimeout {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

func TestGuildRequests(t *testing.T) {
	serving(t, Options{}, func(f *fakeGateway, c *Client, p *peer) {
		go func() {
			if frame := p.expect(discord.OpRequestSoundboardSounds); string(frame.D) != `{"guild_ids":["5","6"]}` {
				t.Errorf("%s", frame.D)
			}
			p.event("SOUNDBOARD_SOUNDS", 0, `{"soundboard_sounds":[],"guild_id":"6"}`)
			p.event("SOUNDBOARD_SOUNDS", 0, `{"soundboard_sounds":[{"name":"quack"}],"guild_id":"5"}`)
			if frame := p.expect(discord.OpRequestChannelInfo); string(frame.D) != `{"guild_id":"5","fields":["status"]}` {
				t.Errorf("%s", frame.D)
			}
			p.event("CHANNEL_INFO", 0, `{"guild_id":"5","channels":[{"id":"7","status":"playing"}]}`)
		}()
		sounds, err := c.RequestSoundboardSounds(background, "5", "6")
		if err != nil || len(sounds) != 2 || string(sounds["5"]) != `[{"name":"quack"}]` {
			t.Errorf("%s %v", sounds, err)
		}
		info, err := c.RequestChannelInfo(background, "5", "status")
		if err != nil || string(info) != `[{"id":"7","status":"playing"}]` {
			t.Errorf("%s %v", info, err)
		}
	})
}
