package voice

import (
	"fmt"
	"math"
	"net"
	"strconv"
	"time"

	"github.com/tidwall/gjson"

	"cordial/discord"
	"cordial/discord/voice/rtp"
)

// handle deals with one frame of the voice server's, on the reader's goroutine. Opcodes that it does not know mean nothing to it.
func (l *link) handle(e envelope) error {
	if e.binary != nil {
		l.secure(e)
		return nil
	}
	switch e.op {
	case discord.VoiceOpHello:
		return l.greet(e.data)
	case discord.VoiceOpReady:
		return l.answerReady(e.data)
	case discord.VoiceOpSessionDescription:
		return l.describe(e.data)
	case discord.VoiceOpResumed:
		l.resumed()
	case discord.VoiceOpHeartbeatACK:
		l.beats.answered(e.data.Get("t").Int(), l.c.manager.o.Clock.Now())
		l.c.broadcast()
	case discord.VoiceOpSpeaking:
		l.speaking(e.data)
	case discord.VoiceOpClientsConnect, discord.VoiceOpClientDisconnect:
		l.company(e.op, e.data)
	case opVideo:
		l.c.streams.name(uint32(e.data.Get("audio_ssrc").Uint()), user(e.data))
		l.media.poke()
	case discord.VoiceOpDAVEPrepareTransition, discord.VoiceOpDAVEExecuteTransition, discord.VoiceOpDAVEPrepareEpoch:
		l.secure(e)
	}
	return nil
}

// opVideo is not documented: it tells which SSRCs a user sends sound and video with.
const opVideo discord.VoiceOpcode = 12

// user is whom a frame is about.
func user(data gjson.Result) discord.Snowflake {
	return discord.Snowflake(data.Get("user_id").String())
}

// greet takes the interval of heartbeats from HELLO.
func (l *link) greet(data gjson.Result) error {
	interval := data.Get("heartbeat_interval").Float()
	if interval < 1 || interval > math.MaxInt32 {
		return fmt.Errorf("%w: HELLO asks for a heartbeat every %v ms", errFrame, interval)
	}
	select {
	case l.hello <- time.Duration(interval * float64(time.Millisecond)):
	default: // a second HELLO changes nothing
	}
	return nil
}

// answerReady answers READY: it opens the UDP socket and finds the own address, while the reader goes on.
func (l *link) answerReady(data gjson.Result) error {
	if !l.c.signal(signalReady) {
		return nil
	}
	var offered []string
	for _, mode := range data.Get("modes").Array() {
		offered = append(offered, mode.String())
	}
	mode, ok := rtp.Choose(offered)
	if !ok {
		l.end(loss{kind: lossFatal, err: &ModesError{offered}})
		return nil
	}
	to := net.JoinHostPort(data.Get("ip").String(), strconv.Itoa(int(data.Get("port").Int())))
	ssrc := uint32(data.Get("ssrc").Uint())
	l.wg.Go(func() { l.discover(to, ssrc, mode) })
	return nil
}

// discover opens the UDP socket, asks for the own address, and chooses an encryption.
func (l *link) discover(to string, ssrc uint32, mode rtp.Mode) {
	own, err := l.media.open(l.ctx, to, ssrc)
	if err != nil {
		l.end(loss{kind: lossUDP, err: err})
		return
	}
	l.c.signal(signalFound)
	l.send(discord.VoiceOpSelectProtocol, selectProtocol{"udp", selectedData{own.Addr().String(), own.Port(), string(mode)}})
}

// describe takes the key from SESSION DESCRIPTION. With it the session is ready.
func (l *link) describe(data gjson.Result) error {
	if l.c.State() != Selecting {
		return nil
	}
	var key []byte
	for _, b := range data.Get("secret_key").Array() {
		key = append(key, byte(b.Uint()))
	}
	if err := l.media.unlock(rtp.Mode(data.Get("mode").String()), key); err != nil {
		return fmt.Errorf("%w: %w", errFrame, err)
	}
	version := int(data.Get("dave_protocol_version").Int())
	l.tell(l.media.dave.SessionDescription(version))
	l.greeting.Stop()
	l.c.ready(signalDescribed, l)
	if version == 0 {
		l.c.noticeUnencrypted()
	}
	return nil
}

// resumed notes that the session goes on.
func (l *link) resumed() {
	if l.c.State() != Resuming {
		return
	}
	l.greeting.Stop()
	l.c.ready(signalResumed, l)
	l.media.poke()
}

// speaking notes which SSRC a user speaks with.
func (l *link) speaking(data gjson.Result) {
	who, flags := user(data), SpeakingFlags(data.Get("speaking").Int())
	if who == l.c.manager.o.User {
		return
	}
	l.c.streams.speaking(uint32(data.Get("ssrc").Uint()), who, flags != 0, l.c.manager.o.Clock.Now())
	l.media.poke()
	for _, hear := range l.c.speech.all() {
		(*hear)(who, flags)
	}
}

// company notes who is in the media session.
func (l *link) company(op discord.VoiceOpcode, data gjson.Result) {
	if op == discord.VoiceOpClientDisconnect {
		who := user(data)
		l.c.streams.leave(who)
		l.media.dave.ClientDisconnect(who.Uint())
		return
	}
	for _, id := range data.Get("user_ids").Array() {
		if who := discord.Snowflake(id.String()); who != l.c.manager.o.User {
			l.c.streams.enter(who)
			l.media.dave.ClientsConnect(who.Uint())
		}
	}
}
