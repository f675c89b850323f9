package voice

import (
	"fmt"
	"time"

	"cordial/discord"
)

// unheardAfter is how long someone may speak before it is told that nothing can be heard.
const unheardAfter = 3 * time.Second

// strayAfter is how long a stream whose user is not known is kept without a packet. The last packets of someone who leaves may come after the
// news of it.
const strayAfter = 10 * time.Second

// watch looks out for a stream of which nothing can be heard.
type watch struct {
	since time.Time // when the first sign of speech came since something was heard; zero when none did
	last  time.Time // when the newest sign came
	told  bool
}

// sign notes that there is speech.
func (w *watch) sign(now time.Time) {
	w.last = now
	if w.since.IsZero() {
		w.since = now
	}
}

// due reports whether it is to be told now. One sign of a user who is known is enough; of who is not known speech must go on, because single
// packets may have lost their way.
func (w *watch) due(now time.Time, known bool) bool {
	if !known {
		now = w.last
	}
	return !w.since.IsZero() && !w.told && now.Sub(w.since) >= unheardAfter
}

// heard notes that a packet of sound was passed on. Silence, which is not encrypted, does not say that speech would come through.
func (w *watch) heard(silence bool) {
	w.since = time.Time{}
	w.told = w.told && silence
}

// unheard is a stream of which nothing is heard although there should be.
type unheard struct {
	user     discord.Snowflake
	stats    SpeakerStats
	deafened bool // the bot is, by a moderator
}

// suspicious gives the streams of which nothing has been heard for too long, each once. Streams of nobody that have ended are forgotten.
func (s *streams) suspicious(now time.Time) []unheard {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []unheard
	for ssrc, one := range s.bySSRC {
		switch {
		case one.watch.due(now, one.user != ""):
			one.watch.told = true
			found = append(found, unheard{user: one.user, stats: one.stats})
		case one.user == "" && now.Sub(one.watch.last) > strayAfter:
			s.fold(ssrc)
		}
	}
	return found
}

// String says what may be the reason.
func (u unheard) String() string {
	who := fmt.Sprintf("user %s", u.user)
	if u.user == "" {
		who = "someone"
	}
	switch {
	case u.deafened:
		return fmt.Sprintf("%s speaks, but the bot hears nobody: a moderator has deafened it in this server; who may DEAFEN_MEMBERS can undo that", who)
	case u.stats.Received == 0:
		return fmt.Sprintf("%s speaks, but no packet came in %s: a firewall may keep UDP out, or the microphone is silent", who, unheardAfter)
	case u.user == "":
		return fmt.Sprintf("someone speaks, and %d packets came, but Discord did not tell who it is", u.stats.Received)
	}
	return fmt.Sprintf("%s speaks, but nothing can be heard: of %d packets %d could not be decrypted, %d had to wait for a key, and %d were no Opus",
		who, u.stats.Received, u.stats.Failed, u.stats.Held, u.stats.Invalid)
}

// checkUnheard tells of speech that is not heard.
func (c *Connection) checkUnheard(now time.Time) {
	c.mu.Lock()
	deaf, deafened := c.options.Deaf, c.deafened
	c.mu.Unlock()
	if deaf {
		return
	}
	for _, one := range c.streams.suspicious(now) {
		one.deafened = deafened
		c.notice(Notice{Kind: NoticeUnheard, User: one.user, Text: one.String()})
	}
}
