package voice

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/coder/websocket"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/rtp"
)

// encrypted is a client that speaks DAVE.
type encrypted struct {
	*client
	dave *dave.Session
}

// encryptedRig is a rig whose calls are encrypted, as Discord's are.
func encryptedRig(t *testing.T, change ...func(*Options)) *rig {
	return newRig(t, append(change, func(o *Options) { o.DAVE = DAVERequired })...)
}

// joinEncrypted goes through the whole handshake of a client with end-to-end encryption.
func (r *rig) joinEncrypted(user discord.Snowflake, change ...func(*Seat)) *encrypted {
	r.Helper()
	c := &encrypted{client: r.connect(user, change...)}
	c.identify(dave.MaxVersion)
	c.dave = dave.New(user.Uint(), c.seat.Channel.Uint(), r.clock.Now)
	d := c.choose(rtp.AES256GCM)
	c.answer(c.dave.SessionDescription(int(d.Get("dave_protocol_version").Int())))
	return c
}

// answer sends the messages of the client's end of the encryption.
func (c *encrypted) answer(messages []dave.Message) {
	c.Helper()
	for _, m := range messages {
		if m.Binary != nil {
			c.write(websocket.MessageBinary, append([]byte{byte(m.Op)}, m.Binary...))
		} else {
			c.send(m.Op, executeTransition{m.Transition})
		}
	}
}

// act does what a message of the server asks for.
func (c *encrypted) act(f frame) {
	c.Helper()
	d := f.json.Get("d")
	version, transition := int(d.Get("protocol_version").Int()), uint16(d.Get("transition_id").Uint())
	switch f.op {
	case discord.VoiceOpClientsConnect:
		for _, user := range d.Get("user_ids").Array() {
			c.dave.ClientsConnect(user.Uint())
		}
	case discord.VoiceOpClientDisconnect:
		c.dave.ClientDisconnect(d.Get("user_id").Uint())
	case discord.VoiceOpDAVEPrepareTransition:
		c.answer(c.dave.PrepareTransition(transition, version))
	case discord.VoiceOpDAVEExecuteTransition:
		c.dave.ExecuteTransition(transition)
	case discord.VoiceOpDAVEPrepareEpoch:
		c.answer(c.dave.PrepareEpoch(d.Get("epoch").Uint(), version))
	default:
		if f.mls != nil {
			messages, err := c.dave.Binary(f.op, f.mls)
			if err != nil {
				c.Logf("%s: %v", c.seat.User, err)
			}
			c.answer(messages)
		}
	}
}

// settle has clients do what they are told until nothing more comes, and gives the opcodes that each has got.
func settle(clients ...*encrypted) map[discord.Snowflake][]discord.VoiceOpcode {
	got := map[discord.Snowflake][]discord.VoiceOpcode{}
	for quiet := 0; quiet < 2; quiet++ { // once more, for what the last one has caused
		for _, c := range clients {
			c.Helper()
			for _, f := range c.pending() {
				quiet = 0
				got[c.seat.User] = append(got[c.seat.User], f.op)
				c.act(f)
			}
		}
	}
	return got
}

// tell has a client say a packet, encrypted.
func (c *encrypted) tell(opus []byte) {
	c.Helper()
	frame, err := c.dave.Encrypt(nil, opus)
	if err != nil {
		c.Fatalf("%s cannot encrypt: %v", c.seat.User, err)
	}
	if bytes.Contains(frame, opus) {
		c.Errorf("%s says it in the clear", c.seat.User)
	}
	c.say(string(frame))
}

// understands wants a client to hear a packet of somebody.
func (c *encrypted) understands(from discord.Snowflake, want []byte) {
	c.Helper()
	got := c.hear()
	if opus, err := c.dave.Decrypt(nil, from.Uint(), []byte(got.payload)); err != nil || !bytes.Equal(opus, want) {
		c.Errorf("%s hears %q of %s (%v), want %q", c.seat.User, opus, from, err, want)
	}
}

// talk has everybody speak and wants all others to understand it.
func talk(t *testing.T, clients ...*encrypted) {
	t.Helper()
	for _, speaker := range clients {
		opus := word("a secret of "+string(speaker.seat.User), 1)
		speaker.speaking(1)
		speaker.tell(opus)
		for _, c := range clients {
			if c != speaker {
				c.understands(speaker.seat.User, opus)
			}
		}
	}
}

func TestEncryptedCall(t *testing.T) {
	r := encryptedRig(t)
	a, b := r.joinEncrypted(ada), r.joinEncrypted(grace)
	settle(a, b)
	talk(t, a, b)
	c := r.joinEncrypted(linus)
	got := settle(a, b, c)
	for user, op := range map[discord.Snowflake]discord.VoiceOpcode{ada: discord.VoiceOpDAVEMLSAnnounceCommitTransition,
		linus: discord.VoiceOpDAVEMLSWelcome} {
		if !slices.Contains(got[user], op) || !slices.Contains(got[user], discord.VoiceOpDAVEExecuteTransition) {
			t.Errorf("%s gets %v", user, got[user])
		}
	}
	talk(t, a, b, c)
	if a.dave.State().Code == "" || a.dave.State().Code != c.dave.State().Code {
		t.Errorf("the codes are %q and %q", a.dave.State().Code, c.dave.State().Code)
	}
	b.ws.Close(websocket.StatusNormalClosure, "")
	a.await("b's end", func() bool { return len(r.s.conns) == 2 })
	settle(a, c)
	talk(t, a, c)
}

func (c *encrypted) await(what string, holds func() bool) { c.Helper(); c.r.await(what, holds) }

// TestPeopleInAnEncryptedCall has a client among people, who are there before and come after it.
func TestPeopleInAnEncryptedCall(t *testing.T) {
	r := encryptedRig(t)
	r.s.Admit(seatOf(ada, asPerson))
	c := r.joinEncrypted(linus)
	settle(c)
	r.s.Admit(seatOf(grace, asPerson))
	settle(c)
	r.speak(3, ada, grace)
	settle(c)
	said := map[string]int{}
	for _, p := range c.packets() {
		for _, user := range []discord.Snowflake{ada, grace} {
			if opus, err := c.dave.Decrypt(nil, user.Uint(), []byte(p.payload)); err == nil {
				said[string(opus)]++
			}
		}
	}
	for _, user := range []discord.Snowflake{ada, grace} {
		for i := 1; i <= 3; i++ {
			if said[string(word(string(user), i))] != 1 {
				t.Errorf("%s's word %d is understood %d times", user, i, said[string(word(string(user), i))])
			}
		}
	}
	c.speaking(1)
	c.tell(word("to all", 1))
	for _, user := range []discord.Snowflake{ada, grace} {
		if got := r.s.Heard(user, linus); len(got) != 1 || !bytes.Equal(got[0].Opus, word("to all", 1)) {
			t.Errorf("%s hears %+v", user, got)
		}
	}
	r.s.Expel(guild, ada, discord.VoiceCloseDisconnected)
	r.s.Expel(guild, grace, discord.VoiceCloseDisconnected)
	settle(c)
	if c.dave.State().Epoch != 0 || !c.dave.State().Ready {
		t.Errorf("alone again, the client is at epoch %d, ready %v", c.dave.State().Epoch, c.dave.State().Ready)
	}
}

// TestPlainClient wants a call to go down to version 0 for a client without the encryption, where that is allowed, and up again after it.
func TestPlainClient(t *testing.T) {
	r := newRig(t)
	a, b := r.joinEncrypted(ada), r.joinEncrypted(grace)
	settle(a, b)
	old := r.join(linus)
	got := settle(a, b)
	if !slices.Contains(got[ada], discord.VoiceOpDAVEPrepareTransition) || a.dave.Version() != 0 {
		t.Fatalf("version %d after %v", a.dave.Version(), got[ada])
	}
	a.speaking(1)
	frame, err := a.dave.Encrypt(nil, word("in the clear", 1))
	if err != nil {
		t.Fatal(err)
	}
	a.say(string(frame))
	if got := old.hear(); got.payload != string(word("in the clear", 1)) {
		t.Errorf("the old client hears %q", got.payload)
	}
	b.packets()
	old.ws.Close(websocket.StatusNormalClosure, "")
	r.await("the old client's end", func() bool { return len(r.s.conns) == 2 })
	if got := settle(a, b); !slices.Contains(got[ada], discord.VoiceOpDAVEPrepareEpoch) || a.dave.Version() != 1 {
		t.Fatalf("version %d after %v", a.dave.Version(), got[ada])
	}
	talk(t, a, b)
}

func TestStagesArePlain(t *testing.T) {
	r := encryptedRig(t)
	c := r.joinEncrypted(ada, func(s *Seat) { s.Plain = true })
	if got := settle(c); c.dave.Version() != 0 || len(got) > 0 {
		t.Errorf("version %d after %v", c.dave.Version(), got)
	}
}

// TestTransitionsDoNotWaitForEver has a member never say that it is ready.
func TestTransitionsDoNotWaitForEver(t *testing.T) {
	r := encryptedRig(t)
	a := r.joinEncrypted(ada)
	r.s.Admit(seatOf(grace, asPerson))
	for i := 0; i < 20 && a.dave.State().Epoch == 0; i++ {
		for _, f := range a.pending() {
			if f.op == discord.VoiceOpDAVEMLSAnnounceCommitTransition || f.op == discord.VoiceOpDAVEMLSWelcome {
				a.dave.Binary(f.op, f.mls) // and no word that it is ready
			} else {
				a.act(f)
			}
		}
	}
	for _, f := range a.pending() {
		if f.op == discord.VoiceOpDAVEExecuteTransition {
			t.Error("the transition is executed before all are ready")
		}
	}
	r.clock.Advance(r.s.limits.Transition)
	a.op(discord.VoiceOpDAVEExecuteTransition)
}

// TestRevokedProposals wants a call to come together although its proposals are revoked.
func TestRevokedProposals(t *testing.T) {
	r := encryptedRig(t)
	r.s.RevokeProposals(2)
	a, b := r.joinEncrypted(ada), r.joinEncrypted(grace)
	got := settle(a, b)
	proposals := 0
	for _, op := range slices.Concat(slices.Collect(maps.Values(got))...) {
		if op == discord.VoiceOpDAVEMLSProposals {
			proposals++
		}
	}
	if proposals < 3 {
		t.Errorf("only %d messages of proposals: nothing was revoked", proposals)
	}
	talk(t, a, b)
}

// TestBrokenCommits wants a client that gets a damaged commit to say so and to be taken in again.
func TestBrokenCommits(t *testing.T) {
	r := encryptedRig(t)
	a, b := r.joinEncrypted(ada), r.joinEncrypted(grace)
	settle(a, b)
	r.s.BreakCommits(ada, 1)
	c := r.joinEncrypted(linus)
	got := settle(a, b, c)
	if !slices.Contains(got[ada], discord.VoiceOpDAVEMLSWelcome) {
		t.Errorf("the client with the broken commit gets %v", got[ada])
	}
	talk(t, a, b, c)
}

func TestEncryptionMistakes(t *testing.T) {
	tests := map[string]struct {
		joined bool
		send   func(c *encrypted)
		code   discord.VoiceCloseCode
	}{
		"a key package before SELECT PROTOCOL": {false, func(c *encrypted) { c.write(websocket.MessageBinary, []byte{26, 1}) }, 4020},
		"ready before SELECT PROTOCOL":         {false, func(c *encrypted) { c.send(23, executeTransition{1}) }, 4020},
		"a key package of nothing":             {true, func(c *encrypted) { c.write(websocket.MessageBinary, []byte{26, 1}) }, 4020},
		"ready for text":                       {true, func(c *encrypted) { c.send(23, "x") }, 4002},
		"ready for nothing":                    {true, func(c *encrypted) { c.send(23, map[string]any{}) }, 4020},
		"invalid without an id":                {true, func(c *encrypted) { c.send(31, map[string]any{}) }, 4020},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := encryptedRig(t)
			c := &encrypted{client: r.connect(ada)}
			if test.joined {
				c = r.joinEncrypted(grace)
			} else {
				c.identify(1)
			}
			test.send(c)
			c.closed(test.code)
		})
	}
}

// TestForeignCommits wants commits that do not count to be dropped without a word.
func TestForeignCommits(t *testing.T) {
	r := encryptedRig(t)
	c := r.joinEncrypted(ada)
	settle(c)
	c.write(websocket.MessageBinary, []byte{28, 1, 2, 3})
	if got := settle(c); len(got) > 0 {
		t.Errorf("the answer is %v", got)
	}
	if _, err := c.dave.Encrypt(nil, audio.Silence); errors.Is(err, dave.ErrNoKey) {
		t.Error("the client has lost its key")
	}
}
