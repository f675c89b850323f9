package voice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/dave/delivery"
	"cordial/discord/voice/rtp"
)

// encrypted is a stage on which everybody has keys, and the bot knows who Ada is.
func encrypted(t testing.TB, mode rtp.Mode) *stage {
	s := newStage(t, mode, 1)
	s.enter(bot)
	s.introduce()
	return s
}

func TestNoAllocations(t *testing.T) {
	for _, mode := range rtp.Modes() {
		s := encrypted(t, mode)
		n := 0
		s.c.Listen(func(p Packet) { n += len(p.Opus) })
		opus := append([]byte{0xF8}, make([]byte, 159)...)
		if allocations := testing.AllocsPerRun(200, func() { s.say(opus) }); allocations != 0 {
			t.Errorf("%s: %v allocations for a packet", mode, allocations)
		}
		if n != 201*len(opus) { // AllocsPerRun warms up once
			t.Errorf("%s: heard %d bytes", mode, n)
		}
	}
}

func BenchmarkReceive(b *testing.B) {
	for _, mode := range rtp.Modes() {
		b.Run(string(mode), func(b *testing.B) {
			s := encrypted(b, mode)
			s.c.Listen(func(Packet) {})
			opus := append([]byte{0xF8}, make([]byte, 159)...)
			b.ReportAllocs()
			for b.Loop() {
				s.say(opus) // sealing, which is not ours, is in the figure
			}
		})
	}
}

// TestUnknownSpeaker holds packets until it is known who speaks.
func TestUnknownSpeaker(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 1)
	s.enter(bot)
	all := s.hears()
	for n := range uint32(3) {
		s.say(numbered(n))
		s.clock.Advance(20 * time.Millisecond)
	}
	s.want(*all)
	s.introduce()
	s.say(numbered(3))
	s.want(*all, 0, 1, 2, 3)
	if first, last := (*all)[0], (*all)[3]; last.At.Sub(first.At) != 60*time.Millisecond || last.Timestamp != first.Timestamp+3*960 {
		t.Errorf("the packets' times are %v and %v, their timestamps %d and %d", first.At, last.At, first.Timestamp, last.Timestamp)
	}
	if got := s.stats(); got.Received != 4 || got.Held != 3 || got.Dropped != 0 || got.Failed != 0 {
		t.Errorf("%+v", got)
	}
}

// TestLateKey holds packets until the key is there, and what follows behind them.
func TestLateKey(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 1)
	s.withhold = func(delivery.Message) bool { return true }
	s.enter(bot)
	s.introduce()
	// The server goes on when the bot is late.
	for _, id := range s.call.Open() {
		s.settle(s.call.Execute(id))
	}
	all := s.hears()
	s.say(numbered(0))
	s.say(numbered(1))
	s.want(*all)
	s.relent()
	s.want(*all, 0, 1)
	if got := s.stats(); got.Held != 2 || got.Failed != 0 {
		t.Errorf("%+v", got)
	}
}

// TestHearsBeforeItSpeaks has the others be told first to send with the keys of an epoch: the bot hears them already, and can send as
// soon as it is told, too.
func TestHearsBeforeItSpeaks(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 1)
	s.withhold = func(m delivery.Message) bool { return m.Op == discord.VoiceOpDAVEExecuteTransition }
	s.enter(bot)
	s.introduce()
	all := s.hears()
	s.say(numbered(0))
	s.want(*all, 0)
	if e := s.c.E2EE(); e.Ready || e.Epoch != 1 || len(e.Code) != 30 {
		t.Errorf("before the transition is executed: %+v", e)
	}
	s.relent()
	if e := s.c.E2EE(); !e.Ready {
		t.Errorf("after it: %+v", e)
	}
}

// TestHeldInVain gives up after a while, and holds only so much.
func TestHeldInVain(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 0)
	s.enter(bot)
	all := s.hears()
	for n := range uint32(maxHeld + 5) {
		s.say(numbered(n))
	}
	s.clock.Advance(holdFor)
	s.say(numbered(maxHeld + 5))
	s.clock.Advance(time.Millisecond)
	s.introduce()
	if got := len(*all); got != maxHeld {
		t.Errorf("%d packets were held", got)
	}
	s = newStage(t, rtp.AES256GCM, 0)
	s.enter(bot)
	all = s.hears()
	s.say(numbered(0))
	s.clock.Advance(holdFor + time.Millisecond)
	s.m.release(s.clock.Now())
	s.introduce()
	s.say(numbered(1))
	s.want(*all, 1)
	if got := s.stats(); got.Dropped != 1 {
		t.Errorf("%+v", got)
	}
}

// TestManyUnknownSpeakers bounds what those who are not known can make the bot hold.
func TestManyUnknownSpeakers(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 0)
	s.enter(bot)
	for range maxStreams + 10 {
		s.header.SSRC++
		s.say(numbered(0))
	}
	if got := len(s.m.holding); got != maxHolding {
		t.Errorf("%d streams hold packets", got)
	}
	if got := s.c.Stats().Speakers[""]; got.Received != maxStreams || got.Held != maxHolding || got.Dropped != maxStreams-maxHolding {
		t.Errorf("%+v", got)
	}
}

// TestManyUsers bounds what the voice server can make the bot keep of users.
func TestManyUsers(t *testing.T) {
	s := newStreams()
	for id := range 2*maxSpeakers + 2 {
		user := discord.Snowflake(fmt.Sprint(id + 1))
		if id%2 == 0 {
			s.enter(user)
		} else {
			s.speaking(uint32(id), user, true, time.Time{})
		}
	}
	if got := len(s.users()); got != maxSpeakers {
		t.Errorf("%d users are kept", got)
	}
	s.leave("1")
	s.enter("7777777")
	if got := s.users(); len(got) != maxSpeakers || got[len(got)-1] != "7777777" {
		t.Errorf("who comes when another one has left is not kept: %d, %s", len(got), got[len(got)-1])
	}
}

// TestWhatIsNotHeard lets nothing through that could not be decrypted, nor what is no sound.
func TestWhatIsNotHeard(t *testing.T) {
	s := encrypted(t, rtp.AES256GCM)
	all := s.hears()
	s.send(numbered(0)) // not encrypted end to end
	forged, err := s.sessions[ada.Uint()].Encrypt(nil, numbered(1))
	if err != nil {
		t.Fatal(err)
	}
	forged[0] ^= 1
	s.send(forged)
	s.send(audio.Silence) // which servers send as it is
	s.m.datagram(rtp.AppendKeepalive(nil, 1), s.clock.Now())
	s.m.datagram([]byte("\x80\xC8\x00\x06 a sender report that nobody reads"), s.clock.Now())
	s.m.datagram([]byte("\x80\x78 another key sealed this packet of audio"), s.clock.Now())
	if len(*all) != 1 || (*all)[0].opus != string(audio.Silence) {
		t.Errorf("heard %q", texts(*all))
	}
	if got := s.stats(); got.Received != 3 || got.Failed != 2 {
		t.Errorf("%+v", got)
	}
	if got := s.c.Stats().Foreign; got != 1 {
		t.Errorf("%d foreign datagrams", got)
	}
}

// TestOrder counts what is lost, late and doubled, and passes everything on once.
func TestOrder(t *testing.T) {
	s := newStage(t, rtp.XChaCha20, 0)
	s.enter(bot)
	s.introduce()
	all := s.hears()
	start := s.header
	for _, n := range []uint16{0, 1, 1, 4, 3, 3, 5} {
		s.header.Seq = start.Seq + n // wraps on the way
		s.say(numbered(uint32(n)))
	}
	s.want(*all, 0, 1, 4, 3, 5)
	if got := s.stats(); got.Received != 7 || got.Duplicate != 2 || got.Late != 1 || got.Lost != 1 {
		t.Errorf("%+v", got)
	}
}

// TestListeners tells everybody who listens.
func TestListeners(t *testing.T) {
	s := newStage(t, rtp.AES256GCM, 0)
	s.enter(bot)
	s.introduce()
	var order []string
	first := s.c.Listen(func(Packet) { order = append(order, "first") })
	s.c.Listen(func(Packet) { order = append(order, "second") })
	s.say(numbered(0))
	first()
	first()
	s.say(numbered(1))
	if got := fmt.Sprint(order); got != "[first second second]" {
		t.Error(got)
	}
}

// TestStray makes nothing of a few packets of nobody, such as the last ones of someone who has left, and keeps nothing of them.
func TestStray(t *testing.T) {
	var notices []Notice
	s := newStage(t, rtp.AES256GCM, 0)
	s.c.manager.o.OnNotice = func(n Notice) { notices = append(notices, n) }
	watch := func(d time.Duration) (notified, streams int) {
		s.clock.Advance(d)
		s.c.checkUnheard(s.clock.Now())
		return len(notices), len(s.c.streams.bySSRC)
	}
	s.say(numbered(0))
	s.say(numbered(1))
	if notified, streams := watch(strayAfter); notified != 0 || streams != 1 {
		t.Errorf("%d streams, and it is told %v", streams, notices)
	}
	if notified, streams := watch(1); notified != 0 || streams != 0 {
		t.Errorf("%d streams, and it is told %v", streams, notices)
	}
	s.say(numbered(2))
	s.clock.Advance(unheardAfter)
	s.say(numbered(3))
	if notified, _ := watch(0); notified != 1 || !strings.Contains(notices[0].Text, "did not tell who it is") {
		t.Errorf("who goes on to speak is told of as %v", notices)
	}
	if got := s.c.Stats().Speakers[""]; got.Received != 4 {
		t.Errorf("%+v", got)
	}
}

// TestDeafened tells why nothing of those who speak is heard when a moderator has deafened the bot.
func TestDeafened(t *testing.T) {
	var notices []Notice
	s := newStage(t, rtp.AES256GCM, 0)
	s.c.manager.o.OnNotice = func(n Notice) { notices = append(notices, n) }
	s.c.manager.connections[guild] = s.c
	for n, deaf := range []string{"true", "false"} {
		s.c.manager.Handle("VOICE_STATE_UPDATE", []byte(`{"guild_id":"2001","channel_id":"3001","user_id":"1001","session_id":"session","deaf":`+deaf+`}`))
		s.c.streams.speaking(adaSSRC+uint32(n), ada, true, s.clock.Now())
		s.clock.Advance(unheardAfter)
		s.c.checkUnheard(s.clock.Now())
		if len(notices) != n+1 || strings.Contains(notices[n].Text, "deafened") != (deaf == "true") {
			t.Errorf("deaf is %s: %v", deaf, notices)
		}
	}
}

// TestUnheard tells once when someone speaks and nothing of it can be heard.
func TestUnheard(t *testing.T) {
	var notices []Notice
	s := encrypted(t, rtp.AES256GCM)
	s.c.manager.o.OnNotice = func(n Notice) { notices = append(notices, n) }
	watch := func(d time.Duration) int {
		s.clock.Advance(d)
		s.c.checkUnheard(s.clock.Now())
		return len(notices)
	}
	s.say(numbered(0))
	if watch(time.Minute) != 0 {
		t.Fatalf("speech that is heard was told of: %v", notices)
	}
	s.send([]byte("rubbish"))
	if watch(unheardAfter-1) != 0 || watch(1) != 1 || watch(time.Minute) != 1 {
		t.Fatalf("rubbish was told of as %v", notices)
	}
	s.send(audio.Silence)
	s.send([]byte("rubbish"))
	if watch(unheardAfter) != 1 {
		t.Errorf("told again before anything was heard: %v", notices)
	}
	s.say(numbered(1))
	s.c.streams.speaking(adaSSRC, ada, true, s.clock.Now())
	if watch(unheardAfter) != 2 || notices[1].User != ada || notices[1].Kind != NoticeUnheard {
		t.Errorf("%v", notices)
	}
	s.say(numbered(2))
	s.c.streams.speaking(adaSSRC, ada, true, s.clock.Now())
	s.c.streams.speaking(adaSSRC, ada, false, s.clock.Now())
	if watch(time.Minute) != 2 {
		t.Errorf("who ended was told of: %v", notices)
	}
	s.say([]byte{3}) // decrypts, but its frame count is missing
	if watch(unheardAfter) != 3 || s.stats().Invalid != 1 || !strings.Contains(notices[2].Text, "1 were no Opus") {
		t.Errorf("%+v, %v", s.stats(), notices)
	}
}
