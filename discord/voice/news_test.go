package voice

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// TestJoinWhileServerIsAway waits for a server where the gateway answers a join with the news that there is none for the time being.
func TestJoinWhileServerIsAway(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	r.answering(func(channel discord.Snowflake) []any { return []any{r.state(channel), away()} })
	joined := r.begin()
	r.pass(2, staleWait) // Join itself waits as well
	r.noticed(NoticeReconnect)
	r.pass(2, answerWait)
	r.tell(r.assign(lounge))
	r.joins(joined)
	if got := r.requests(); !slices.Equal(got, []string{"3001"}) {
		t.Errorf("asked for %q", got)
	}
	r.answering(nil)
}

// TestServerIsAwayAfterClose has the voice server close the call before the gateway tells that another server will be named. That may take
// longer than the gateway takes to tell of a disconnect.
func TestServerIsAwayAfterClose(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.server.Expel(guild, bot, discord.VoiceCloseCallTerminated)
	r.noticed(NoticeReconnect)
	r.tell(away())
	r.noticed(NoticeReconnect)
	r.pass(1, loss{kind: lossAway}.patience()-1)
	r.tell(r.assign(lounge))
	r.until(c, "to be back", c.settled)
	if got := len(r.requests()); got != 1 {
		t.Errorf("the gateway was asked %d times", got)
	}
}

// TestServerNamedInPause names another server while the bot waits to join again. Discord does not name it again to who asks for the
// channel that it is in.
func TestServerNamedInPause(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.strike(discord.VoiceCloseSessionNoLongerValid)
	n := r.noticed(NoticeReconnect)
	r.endpoint = 1
	r.tell(r.assign(lounge))
	r.pass(1, n.Wait)
	r.until(c, "to be back", c.settled)
	if got := len(r.requests()); got != 1 {
		t.Errorf("the gateway was asked %d times", got)
	}
}

// TestMovedInPause moves the bot to another channel while it waits to join again: it does not go back.
func TestMovedInPause(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.strike(discord.VoiceCloseSessionNoLongerValid)
	n := r.noticed(NoticeReconnect)
	r.tell(r.state(kitchen)) // its server is named later
	r.pass(1, n.Wait)
	r.until(c, "to be back", c.settled)
	if got := r.requests(); c.ChannelID() != kitchen || !slices.Equal(got, []string{"3001", "3002"}) {
		t.Errorf("in %s, after asking for %q", c.ChannelID(), got)
	}
}

// TestMovedTwice moves the bot again right after a move. The server of the first move is none for the second.
func TestMovedTwice(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	r.tell(r.state(kitchen))
	r.tell(r.assign(kitchen))
	r.until(c, "to be in the kitchen", func() bool { return c.settled() && c.media.channel == kitchen })
	r.tell(r.state(lounge))
	c.mu.Lock()
	waits := !c.seat.complete()
	c.mu.Unlock()
	r.tell(r.assign(lounge))
	r.until(c, "to be in the lounge", func() bool { return c.settled() && c.media.channel == lounge })
	if !waits {
		t.Error("the server of the kitchen was to be taken for the lounge")
	}
}

// TestSocketOfNoUse begins a new session in place of resuming one whose UDP socket has failed meanwhile.
func TestSocketOfNoUse(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	joined := r.begin()
	p := f.accept()
	r.joins(joined)
	c := r.manager.Connection(guild)
	p.ws.CloseNow()
	p = f.peer()
	p.expect(discord.VoiceOpResume, nil)
	m := c.current()
	c.mu.Lock()
	c.link = nil // as between two links: there is nothing to end
	c.mu.Unlock()
	f.udp.Close()
	failed := func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return m.failure != nil
	}
	for deadline := time.Now().Add(testTimeout); !failed(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the reader does not give up")
		}
		m.udp.Write([]byte("nobody is there")) // comes back as an error of the next read
	}
	var err error
	if f.udp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0"))); err != nil {
		t.Fatal(err)
	}
	p.ws.CloseNow()
	f.accept()
	r.until(c, "to be back with another socket", func() bool { return c.settled() && c.media != m })
}

// TestAsksAgain joins where the gateway's connection has broken with the first request.
func TestAsksAgain(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	r.answering(func(discord.Snowflake) []any {
		r.answering(nil)
		return nil
	})
	joined := r.begin()
	r.pass(2, staleWait) // Join itself waits as well
	r.joins(joined)
	if got := r.requests(); !slices.Equal(got, []string{"3001", "3001"}) {
		t.Errorf("asked for %q", got)
	}
}

// TestAsksAgainAfterOutage joins while the guild is unavailable: the bot gets its place, but is told nothing. When it asks again, it is there
// already, and no server is named.
func TestAsksAgainAfterOutage(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	answers := [][]any{nil, {r.state(lounge)}}
	r.answering(func(discord.Snowflake) []any {
		next := answers[0]
		if answers = answers[1:]; len(answers) == 0 {
			r.answering(nil)
		}
		return next
	})
	joined := r.begin()
	r.pass(2, staleWait) // Join itself waits as well
	r.pass(2, staleWait)
	r.joins(joined)
	if got := r.requests(); !slices.Equal(got, []string{"3001", "3001", "", "3001"}) {
		t.Errorf("asked for %q", got)
	}
}

// TestMovedWithoutWord names the voice server of another channel and does not tell that the bot was moved there: its group is another one,
// into which no Welcome leads. The bot does not try for ever.
func TestMovedWithoutWord(t *testing.T) {
	r := newRig(t)
	r.seat(ada, kitchen)
	c := r.join(lounge)
	r.tell(r.assign(kitchen))
	recoveries := 0
	for n := receive(t, r.notices, "notice"); !strings.Contains(n.Text, "joins the channel again"); n = receive(t, r.notices, "notice") {
		if n.Kind == NoticeRecovery {
			recoveries++
		}
	}
	r.until(c, "to be back", func() bool { return c.settled() && c.media.dave.State().Ready })
	if c.ChannelID() != lounge || recoveries > 2*maxInvalid { // proposals for the other group count, too
		t.Errorf("in %s after %d recoveries", c.ChannelID(), recoveries)
	}
}
