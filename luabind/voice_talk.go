package luabind

import (
	"sync"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/voice"
	"cordial/runtime"
)

// notice tells people what they should know of a connection. That it is away for a moment, as happens when Discord moves a call, is not
// worth a word.
func (v *luaVoice) notice(n voice.Notice) {
	switch n.Kind {
	case voice.NoticeReconnect:
		v.away.begin(n)
	case voice.NoticeResumed, voice.NoticeReady:
		if v.away.back(n.Guild) {
			v.b.host.Say(n.Text)
		}
	default:
		v.b.host.Warn(n.Text)
	}
}

// absences are the connections that are away. One that stays away for longPause is told of.
type absences struct {
	host *runtime.Host

	mu      sync.Mutex
	waiting map[discord.Snowflake]*absence // by guild
}

// absence is a connection that is away.
type absence struct {
	last  string // what was said of it last
	told  bool   // people know
	timer clockwork.Timer
}

// begin notes that a connection is away, for another reason perhaps than before.
func (a *absences) begin(n voice.Notice) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.waiting[n.Guild]
	if now == nil {
		now = &absence{}
		now.timer = a.host.Clock().AfterFunc(longPause, func() { a.tell(n.Guild, now) })
		a.waiting[n.Guild] = now
	}
	now.last = n.Text
}

// tell tells people of a connection that is still away.
func (a *absences) tell(guild discord.Snowflake, of *absence) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting[guild] == of {
		of.told = true
		a.host.Warn(of.last)
	}
}

// back notes that a connection is there again, or over, and reports whether people know that it was away.
func (a *absences) back(guild discord.Snowflake) (told bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	was := a.waiting[guild]
	if was == nil {
		return false
	}
	was.timer.Stop()
	delete(a.waiting, guild)
	return was.told
}
