package voice

import (
	"time"

	"github.com/coder/websocket"

	"cordial/discord"
	"cordial/discord/voice/dave"
)

// maxInvalid is how many commits and Welcomes in a row may be of no use until the channel is joined anew: each brings the next one at once.
// So it goes when the bot was moved and only the half of that has come which names the voice server.
const maxInvalid = 10

// secure takes a message about the end-to-end encryption to the session and sends what it answers.
func (l *link) secure(e envelope) {
	session := l.media.dave
	id, version := uint16(e.data.Get("transition_id").Uint()), int(e.data.Get("protocol_version").Int())
	before := session.Version()
	var answers []dave.Message
	switch {
	case e.binary != nil:
		var err error
		if answers, err = session.Binary(e.op, e.binary); err != nil {
			l.c.notice(Notice{Kind: NoticeRecovery, Text: "a message about the end-to-end encryption could not be used: " + err.Error()})
		}
	case e.op == discord.VoiceOpDAVEPrepareTransition:
		answers = session.PrepareTransition(id, version)
	case e.op == discord.VoiceOpDAVEExecuteTransition:
		session.ExecuteTransition(id)
	case e.op == discord.VoiceOpDAVEPrepareEpoch:
		answers = session.PrepareEpoch(e.data.Get("epoch").Uint(), version)
	}
	l.tell(answers)
	if session.Stats().InvalidInRow >= maxInvalid {
		l.end(loss{kind: lossKeys})
	}
	if before > 0 && session.Version() == 0 {
		l.c.noticeUnencrypted()
	}
}

// tell sends messages of the end-to-end encryption. Packets that wait may have a key now.
func (l *link) tell(messages []dave.Message) {
	for _, m := range messages {
		if m.Binary != nil {
			l.push(outgoing{kind: websocket.MessageBinary, data: append([]byte{byte(m.Op)}, m.Binary...)})
		} else {
			l.send(m.Op, transition{m.Transition})
		}
	}
	l.media.poke()
	l.c.broadcast()
}

// recoverPause is how long the bot does not ask for new keys again. Each time everybody in the call gets other ones; and if somebody's client
// sends what nobody can decrypt, they are of no help.
const recoverPause = 30 * time.Second

// recover asks for new keys, if so many frames in a row have failed that nothing else will help and there is a link to ask over.
func (m *media) recover(now time.Time) {
	if m.dave.Stats().FailedInRow < dave.RecoverAfter || now.Before(m.recoverAt) {
		return
	}
	if l := m.c.readyLink(); l != nil && l.media == m {
		m.recoverAt = now.Add(recoverPause)
		l.tell(m.dave.Recover())
		m.c.notice(Notice{Kind: NoticeRecovery, Text: "too many frames could not be decrypted; the bot asks for new keys"})
	}
}

// E2EE is how the end-to-end encryption of a connection stands. The keys of an epoch come before the voice server has everybody send with
// them: Epoch and Code tell of them, and those who were told before the bot are heard already. With the first keys of a session the bot
// is not Ready until it is told, too.
type E2EE struct {
	Version int    // of the protocol, 0 for no end-to-end encryption
	Ready   bool   // the bot can send; always true at version 0
	Epoch   uint64 // of the keys; counts the changes of who is in the channel
	Code    string // 30 digits that are the same for all in the channel, "" without keys
}

// E2EE tells how the end-to-end encryption stands. Without a session it is all zero.
func (c *Connection) E2EE() E2EE {
	m := c.current()
	if m == nil || m.opener.Load() == nil {
		return E2EE{}
	}
	return m.e2ee()
}

// e2ee tells how the end-to-end encryption of the session stands.
func (m *media) e2ee() E2EE {
	s := m.dave.State()
	return E2EE{Version: s.Version, Ready: s.Version == 0 || s.Ready, Epoch: s.Epoch, Code: s.Code}
}

// VerificationCode gives the 45 digits that both the bot and another user in the channel see, if nobody sits between them. It is ""
// for a user who is not in the encrypted session. It takes about a tenth of a second to compute.
func (c *Connection) VerificationCode(user discord.Snowflake) string {
	m := c.current()
	if m == nil {
		return ""
	}
	return m.dave.CodeWith(user.Uint())
}
