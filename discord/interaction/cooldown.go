package interaction

import (
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// maxCooling bounds how many users a Cooldown remembers. When more come within its time, the one who has waited longest is
// forgotten and may go on early.
const maxCooling = 10_000

// Cooldown lets each user do something once in a while. It is safe for concurrent use.
type Cooldown struct {
	clock clockwork.Clock
	every time.Duration

	mu    sync.Mutex
	until map[discord.Snowflake]time.Time
	order []discord.Snowflake // the users of until, the one who is free first in front
}

// NewCooldown makes a cooldown of the given time.
func NewCooldown(clock clockwork.Clock, every time.Duration) *Cooldown {
	return &Cooldown{clock: clock, every: every, until: map[discord.Snowflake]time.Time{}}
}

// Take lets the user go on, which it tells with 0, and begins the time in which the same user may not go on again. Within that time
// it tells how much of it is left.
func (c *Cooldown) Take(user discord.Snowflake) (left time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	for len(c.order) > 0 && !c.until[c.order[0]].After(now) {
		c.forgetFirst()
	}
	if until, cooling := c.until[user]; cooling {
		return until.Sub(now)
	}
	if len(c.order) == maxCooling {
		c.forgetFirst()
	}
	c.until[user] = now.Add(c.every)
	c.order = append(c.order, user)
	return 0
}

func (c *Cooldown) forgetFirst() {
	delete(c.until, c.order[0])
	c.order = c.order[1:]
}
