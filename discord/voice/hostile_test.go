package voice

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"cordial/discord"
	"cordial/discord/voice/audio"
	"cordial/discord/voice/rtp"
)

// TestHandshake looks at what the client sends.
func TestHandshake(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	joined := r.begin()
	p := f.peer()
	if got := receive(t, f.queries, "query"); got != "/?v=8" {
		t.Errorf("connected to %s", got)
	}
	if got, want := f.greet(p), (identify{guild, bot, "session", "secret token", 1}); got != want {
		t.Errorf("IDENTIFY is %+v", got)
	}
	f.discover(0)
	var selected selectProtocol
	p.expect(discord.VoiceOpSelectProtocol, &selected)
	if want := (selectProtocol{"udp", selectedData{"203.0.113.7", 4321, string(rtp.AES256GCM)}}); selected != want {
		t.Errorf("SELECT PROTOCOL is %+v", selected)
	}
	p.send(description(rtp.KeySize))
	r.joins(joined)
	if n := r.noticed(NoticeUnencrypted); !strings.Contains(n.Text, "not encrypted end to end") {
		t.Error(n)
	}
	if err := r.manager.Connection(guild).SendOpus(numbered(0)); err != nil {
		t.Fatal(err)
	}
	var s speaking
	if p.expect(discord.VoiceOpSpeaking, &s); s != (speaking{Flags: Microphone, SSRC: 4660}) {
		t.Errorf("SPEAKING is %+v", s)
	}
}

// TestDiscoveryRetries asks again when datagrams are lost.
func TestDiscoveryRetries(t *testing.T) {
	r, f, joined := newFrozenFake(t)
	p := f.peer()
	f.greet(p)
	for range 3 {
		r.pass(5, discoveryWait) // Join, the greeting, heartbeats, the keeper and the discovery wait
	}
	f.discover(3)
	p.expect(discord.VoiceOpSelectProtocol, nil)
	p.send(description(rtp.KeySize))
	r.joins(joined)
}

// TestNoUDP tells of a firewall, and tries elsewhere.
func TestNoUDP(t *testing.T) {
	r, f, joined := newFrozenFake(t)
	f.greet(f.peer())
	for range discoveryTries {
		r.pass(5, discoveryWait)
	}
	n := r.noticed(NoticeReconnect)
	if !strings.Contains(n.Text, "firewall") {
		t.Error(n)
	}
	r.pass(2, n.Wait) // Join waits too
	p := f.peer()
	f.greet(p)
	f.discover(discoveryTries) // those of before are still in the socket
	p.expect(discord.VoiceOpSelectProtocol, nil)
	p.send(description(rtp.KeySize))
	r.joins(joined)
}

// TestSilentServer does not wait for ever for the end of a greeting.
func TestSilentServer(t *testing.T) {
	r, f, joined := newFrozenFake(t)
	p := f.peer()
	p.expect(discord.VoiceOpIdentify, nil)
	r.pass(2, handshakeTimeout) // Join and the greeting
	n := r.noticed(NoticeReconnect)
	if !strings.Contains(n.Text, "greeting") {
		t.Error(n)
	}
	r.pass(2, n.Wait)
	f.accept()
	r.joins(joined)
}

// TestUnreadable resumes or begins anew after what no voice server should send.
func TestUnreadable(t *testing.T) {
	for _, rubbish := range []string{
		"", "{", "[]", `{"d":{}}`, `{"op":"8"}`, `{"op":8,"d":{}}`, `{"op":8,"d":{"heartbeat_interval":-1}}`, `{"op":8,"d":{"heartbeat_interval":1e300}}`,
		"binary",
	} {
		r := newRig(t)
		f := withFake(r)
		joined := r.begin()
		p := f.accept()
		r.joins(joined)
		if rubbish == "binary" {
			p.binary(0, 1)
		} else {
			p.send(rubbish)
		}
		if n := r.noticed(NoticeReconnect); !strings.Contains(n.Text, "could not be read") {
			t.Errorf("%q: %s", rubbish, n)
		}
		again := f.peer()
		again.expect(discord.VoiceOpResume, nil)
	}
}

// TestMeaningless passes over what means nothing at its time.
func TestMeaningless(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	joined := r.begin()
	p := f.peer()
	for _, frame := range []string{
		hello, hello, `{"op":9,"d":null}`, description(rtp.KeySize), `{"op":6,"d":{"t":1}}`, `{"op":99,"d":{"x":[1]}}`, `{"op":5,"d":null}`, `{"op":11,"d":7}`,
		`{"op":13,"d":{}}`, `{"op":12,"d":{"user_id":"x","audio_ssrc":"y"}}`, `{"op":21}`, `{"op":22,"d":{"transition_id":9}}`, `{"op":24,"d":{"epoch":2}}`,
		`{"op":5,"d":{"user_id":"1002","ssrc":0,"speaking":1}}`,
	} {
		p.send(frame)
	}
	p.binary(0, 9, 200)
	p.binary(0, 10, 25)
	f.greet(p)
	p.send(f.ready(`"aead_aes256_gcm_rtpsize"`))
	f.discover(0)
	p.expect(discord.VoiceOpSelectProtocol, nil)
	p.send(description(rtp.KeySize))
	r.joins(joined)
}

// TestBadKey begins anew after a key that cannot be.
func TestBadKey(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	joined := r.begin()
	p := f.peer()
	f.greet(p)
	f.discover(0)
	p.expect(discord.VoiceOpSelectProtocol, nil)
	p.send(description(31))
	r.noticed(NoticeReconnect)
	f.accept()
	r.joins(joined)
}

func TestNoCommonMode(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	joined := r.begin()
	p := f.peer()
	p.send(hello)
	p.send(f.ready(`"xsalsa20_poly1305"`))
	err := receive(t, joined, "error of Join")
	if e, ok := errors.AsType[*ModesError](err); !ok || len(e.Offered) != 1 {
		t.Errorf("%v", err)
	}
}

// TestSeqAck acknowledges numbered messages of both kinds, whose number wraps.
func TestSeqAck(t *testing.T) {
	r, f, joined := newFrozenFake(t)
	p := f.accept()
	r.joins(joined)
	c := r.manager.Connection(guild)
	beat := func(want int) {
		t.Helper()
		r.pass(2, 13750*time.Millisecond) // heartbeats and the keeper
		var h heartbeat
		if p.expect(discord.VoiceOpHeartbeat, &h); h.Seq != want {
			t.Errorf("seq_ack is %d, want %d", h.Seq, want)
		}
		p.send(`{"op":6,"d":{"t":` + string(mustJSON(t, h.Nonce)) + `}}`)
		r.until(c, "the answer to be read", func() bool { return !c.link.beats.waits() })
	}
	spoke := make(chan SpeakingFlags, 10)
	c.OnSpeaking(func(_ discord.Snowflake, flags SpeakingFlags) { spoke <- flags })
	read := func() { // waits until all that was sent has been read
		p.send(`{"op":5,"d":{"user_id":"1002","ssrc":5,"speaking":0}}`)
		for receive(t, spoke, "speaker") != 0 {
		}
	}
	read()
	beat(1) // SESSION DESCRIPTION's
	p.send(`{"op":11,"d":{"user_ids":["1002"]},"seq":65534}`)
	p.binary(0xFF, 0xFF, 99)
	p.send(`{"op":99}`)
	p.send(`{"op":5,"d":{"user_id":"1002","ssrc":5,"speaking":1},"seq":0}`)
	read()
	beat(0)
	p.ws.CloseNow()
	r.pass(2, r.noticed(NoticeReconnect).Wait) // the keeper goes on
	p = f.peer()
	var back resume
	if p.expect(discord.VoiceOpResume, &back); back != (resume{guild, "session", "secret token", 0}) {
		t.Errorf("RESUME is %+v", back)
	}
	p.send(hello)
	p.send(`{"op":9,"d":null}`)
	r.noticed(NoticeResumed)
}

// TestResumeRefused joins anew where the session is not known any more.
func TestResumeRefused(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	joined := r.begin()
	p := f.accept()
	r.joins(joined)
	p.ws.CloseNow()
	p = f.peer()
	p.expect(discord.VoiceOpResume, nil)
	p.close(discord.VoiceCloseSessionNoLongerValid)
	f.accept()
	r.noticed(NoticeReady)
}

// TestSecrets keeps tokens out of what is told.
func TestSecrets(t *testing.T) {
	r := newRig(t)
	f := withFake(r)
	joined := r.begin()
	p := f.accept()
	r.joins(joined)
	p.ws.CloseNow()
	f.server.Close()
	for range 3 {
		if n := r.noticed(NoticeReconnect); strings.Contains(n.Text, "secret") {
			t.Errorf("%s", n)
		}
	}
}

func TestAddress(t *testing.T) {
	tests := []struct {
		endpoint string
		insecure bool
		want     string
	}{
		{"one.discord.media:2048", false, "wss://one.discord.media:2048/?v=8"},
		{"one.discord.media:443", false, "wss://one.discord.media:443/?v=8"},
		{"one.discord.media", false, "wss://one.discord.media/?v=8"},
		{"127.0.0.1:5000", true, "ws://127.0.0.1:5000/?v=8"},
		{"[::1]:5000", true, "ws://[::1]:5000/?v=8"},
		{"user@evil:443", false, ""},
		{"host:443/path", false, ""},
		{"host:443?v=1", false, ""},
		{"host name", false, ""},
		{":443", false, ""},
		{"", false, ""},
	}
	for _, test := range tests {
		got, err := address(test.endpoint, test.insecure)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q: %q, %v", test.endpoint, got, err)
		}
		if _, ok := errors.AsType[*EndpointError](err); err != nil && !ok {
			t.Errorf("%q: %v", test.endpoint, err)
		}
	}
}

// FuzzFrame gives what a voice server might send.
func FuzzFrame(f *testing.F) {
	f.Add(true, []byte("\x00\x01\x19rest"))
	f.Add(false, []byte(hello))
	f.Add(false, []byte(`{"op":5,"d":{"user_id":"1","ssrc":2},"seq":65536}`))
	f.Fuzz(func(t *testing.T, binary bool, data []byte) {
		kind := websocket.MessageText
		if binary {
			kind = websocket.MessageBinary
		}
		e, err := scan(kind, data)
		switch {
		case err != nil && !errors.Is(err, errFrame):
			t.Fatal(err)
		case err == nil && binary && (e.binary == nil || len(e.binary) != len(data)-3 || e.seq < 0):
			t.Fatalf("%+v", e)
		case err == nil && !binary && e.binary != nil:
			t.Fatalf("%+v", e)
		}
	})
}

// FuzzHandle gives a link in a call what a voice server might send. The bot never speaks unencrypted without telling so.
func FuzzHandle(f *testing.F) {
	for _, text := range []string{
		hello, description(rtp.KeySize), description(31), `{"op":5,"d":{"user_id":"1003","ssrc":7777,"speaking":1}}`, `{"op":11,"d":{"user_ids":["1003"]}}`,
		`{"op":13,"d":{"user_id":"1002"}}`, `{"op":12,"d":{"user_id":"1003","audio_ssrc":7777}}`, `{"op":6,"d":{"t":1}}`, `{"op":9,"d":null}`,
		`{"op":21,"d":{"transition_id":7,"protocol_version":0}}`, `{"op":22,"d":{"transition_id":7}}`, `{"op":24,"d":{"epoch":1,"protocol_version":1}}`,
	} {
		for state := range uint8(3) {
			f.Add(false, []byte(text), state)
		}
	}
	for op := byte(discord.VoiceOpDAVEMLSExternalSender); op <= byte(discord.VoiceOpDAVEMLSWelcome); op++ {
		f.Add(true, []byte{0, 1, op, 0, 1, 2, 3}, uint8(2))
	}
	f.Fuzz(func(t *testing.T, binary bool, data []byte, state uint8) {
		kind := websocket.MessageText
		if binary {
			kind = websocket.MessageBinary
		}
		e, err := scan(kind, data)
		if err != nil {
			return
		}
		s, told := encrypted(t, rtp.AES256GCM), false
		s.c.manager.o.OnNotice = func(n Notice) { told = told || n.Kind == NoticeUnencrypted }
		l := newLink(t.Context(), s.c, s.m, seat{channel: lounge})
		l.greeting = s.clock.AfterFunc(handshakeTimeout, func() {})
		s.c.link, s.c.machine.state = l, []State{Selecting, Resuming, Ready}[state%3] // in none of them READY opens a socket
		if err := l.handle(e); err != nil && !errors.Is(err, errFrame) {
			t.Error(err)
		}
		if s.m.dave.Version() == 0 && !told {
			t.Error("the bot speaks unencrypted")
		}
		s.say(numbered(0))
	})
}

// FuzzDatagram gives what might come over UDP, and a packet with a frame of any kind. Neither is heard, and Ada is heard as before.
func FuzzDatagram(f *testing.F) {
	f.Add([]byte("\x90\x78\x12\x34\xDE\xAD\xBE\xEF\xCA\xFE\x00\x01\xBE\xDE\x00\x01"), []byte("frame\x00\x02\xFA\xFA"))
	f.Fuzz(func(t *testing.T, datagram, frame []byte) {
		s := encrypted(t, rtp.AES256GCM)
		all := s.hears()
		s.m.datagram(datagram, s.clock.Now())
		s.send(frame)
		s.say(numbered(1))
		got := texts(*all)
		if len(got) == 2 && got[0] == string(audio.Silence) {
			got = got[1:] // which servers send as it is
		}
		if len(got) != 1 || got[0] != string(numbered(1)) {
			t.Errorf("heard %q", got)
		}
	})
}
