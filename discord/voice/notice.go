package voice

import (
	"fmt"
	"time"

	"cordial/discord"
)

// NoticeKind is what a Notice is about.
type NoticeKind int

// The kinds of notices.
const (
	NoticeReconnect   NoticeKind = iota // the connection is gone and comes again after Wait
	NoticeResumed                       // the session goes on where it was
	NoticeReady                         // the connection is there again, as a new session
	NoticeUnencrypted                   // the session is not encrypted end to end
	NoticeUnheard                       // User speaks, and nothing of it can be heard
	NoticeRecovery                      // too much could not be decrypted, and the bot asks for new keys
	NoticeNoKeys                        // the keys of the end-to-end encryption are late
	NoticeSilenced                      // the bot sends sound that nobody hears, because it is muted or suppressed
)

// Notice is something that an operator may want to know and that the Connection deals with by itself.
type Notice struct {
	Guild, Channel discord.Snowflake
	Kind           NoticeKind
	Text           string            // a sentence for people
	User           discord.Snowflake // of NoticeUnheard, "" when it is not known who speaks
	Wait           time.Duration     // of NoticeReconnect
}

// String is the notice's sentence.
func (n Notice) String() string { return n.Text }

// notice tells the program. c.mu is not held.
func (c *Connection) notice(n Notice) {
	n.Guild, n.Channel = c.guild, c.ChannelID()
	n.Text = fmt.Sprintf("voice in guild %s, channel %s: %s", n.Guild, n.Channel, n.Text)
	if c.manager.o.OnNotice != nil {
		c.manager.o.OnNotice(n)
	}
}

// nextTexts say what follows a loss.
var nextTexts = map[State]string{
	Joining:  "joins the channel again",
	Waiting:  "waits for Discord to tell where to connect",
	Resuming: "resumes the session",
}

func (c *Connection) noticeReconnect(l loss, next State, pause time.Duration) {
	text := fmt.Sprintf("%s; the bot %s", l, nextTexts[next])
	if pause > 0 {
		text += fmt.Sprintf(" in %s", pause.Round(10*time.Millisecond))
	}
	c.notice(Notice{Kind: NoticeReconnect, Wait: pause, Text: text})
}

func (c *Connection) noticeUnencrypted() {
	c.notice(Notice{Kind: NoticeUnencrypted, Text: "the sound is not encrypted end to end (DAVE version 0), as always in stage channels; " +
		"elsewhere someone's client cannot do it"})
}
