package luabind

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/voice/record"
)

// utterances cut what a connection hears into clips, for the handlers that want them cut in one way.
type utterances struct {
	listener *record.Listener
	stop     func() // of the connection's packets
	losses   losses
}

// cut begins to cut clips for the handlers of a topic.
func (e *voiceEvents) cut(topic voiceTopic) *utterances {
	host := e.vc.v.b.host
	u := &utterances{losses: losses{warn: func(text string) { host.Warn(text) }}}
	o := record.UtteranceOptions{Pause: topic.pause, Max: topic.longest, Clock: host.Clock()}
	u.listener = record.Listen(o, func(c *record.Clip) {
		u.losses.look(u.listener.Dropped())
		e.tellClip(topic, c)
	})
	u.stop = e.vc.conn.Listen(u.listener.Packet)
	return u
}

// tellClip hands a clip to the handlers, the same object to each.
func (e *voiceEvents) tellClip(topic voiceTopic, c *record.Clip) {
	var shared lua.LValue // with the Lua state
	e.tell(topic, c.User, func() lua.LValue {
		if shared == nil {
			shared = e.vc.v.b.r.Wrap("Clip", &clip{v: e.vc.v, Clip: c})
		}
		return shared
	})
}

// end ends the cutting; what is being said becomes the last clip.
func (u *utterances) end() {
	u.stop()
	u.listener.Stop()
	u.losses.sum(u.listener.Dropped())
}

// losses tell people of speech that no clip has: when it begins to be lost, and how much it was at the end.
type losses struct {
	warn func(text string)
	told uint64
}

func (l *losses) look(clips, packets uint64) {
	if l.told == 0 {
		l.sum(clips, packets)
	}
}

func (l *losses) sum(clips, packets uint64) {
	if clips+packets == l.told {
		return
	}
	l.told = clips + packets
	l.warn(fmt.Sprintf("voice: speech is missing from utterances, because this program is too busy: %s, and packets of %s",
		plural(int(clips), "clip"), time.Duration(packets)*packetTime))
}

// packetTime is how much speech a packet holds.
const packetTime = 20 * time.Millisecond
