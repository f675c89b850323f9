package voice

import (
	"fmt"
	"time"

	"cordial/discord"
)

// unheardAfter is how long someone may speak before it is told that nothing can be heard.
const unheardAfter = 3 * time.Second

// watch looks out for a stream of which nothing can be heard.
type watch struct {
	since time.Time // when the first sign of speech came since something was heard; zero when none did
	told  bool
}

// sign notes that there is speech.
func (w *watch) sign(now time.Time) {
	if w.since.IsZero() {
		w.since = now
	}
}

// heard notes that a packet of sound was passed on. Silence, which is not encrypted, does not say that speech would come through.
func (w *watch) heard(silence bool) {
	w.since = time.Time{}
	w.told = w.told && silence
}

// unheard is a stream of which nothing is heard although there should be.
type unheard struct {
	user  discord.Snowflake
	stats SpeakerStats
}

// suspicious gives the streams of which nothing has been heard for too long, each once.
func (s *streams) suspicious(now time.Time) []unheard {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []unheard
	for _, one := range s.bySSRC {
		if w := &one.watch; !w.since.IsZero() && !w.told && now.Sub(w.since) >= unheardAfter {
			w.told = true
			found = append(found, unheard{one.user, one.stats})
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
	case u.stats.Received == 0:
		return fmt.Sprintf("%s speaks, but no packet came in %s: a firewall may keep UDP out, or the microphone is silent", who, unheardAfter)
	case u.user == "":
		return fmt.Sprintf("someone speaks, and %d packets came, but Discord did not tell who it is", u.stats.Received)
	}
	return fmt.Sprintf("%s speaks, but nothing can be heard: of %d packets %d could not be decrypted, %d had to wait for a key, and %d were no Opus",
		who, u.stats.Received, u.stats.Failed, u.stats.Held, u.stats.Invalid)
}
