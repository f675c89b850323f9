package record

import (
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// namePatience is how long the end of a recording waits for names that are not known yet.
const namePatience = 2 * time.Second

// names asks for users' names, one after the other, on a goroutine that lives while there are some to ask for: whoever writes sound does
// not wait for them. It knows as many users as there are speakers.
type names struct {
	give  func(discord.Snowflake) string // takes its time; nil knows no names
	clock clockwork.Clock

	mu      sync.Mutex
	known   map[discord.Snowflake]string // "" for those that were asked for
	waiting []discord.Snowflake
	asking  bool
	end     time.Time // after which nobody is asked for; zero for never
	work    sync.WaitGroup
}

func newNames(give func(discord.Snowflake) string, clock clockwork.Clock) *names {
	return &names{give: give, clock: clock, known: map[discord.Snowflake]string{}}
}

// of gives a user's name, or "" if it is not known yet. The first time it asks for it.
func (n *names) of(user discord.Snowflake) string {
	if n.give == nil {
		return ""
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	name, asked := n.known[user]
	if asked {
		return name
	}
	n.known[user] = ""
	n.waiting = append(n.waiting, user)
	if !n.asking {
		n.asking = true
		n.work.Go(n.ask)
	}
	return ""
}

// ask asks for those that wait.
func (n *names) ask() {
	for user, ok := n.next(); ok; user, ok = n.next() {
		name := n.give(user)
		n.mu.Lock()
		n.known[user] = name
		n.mu.Unlock()
	}
}

func (n *names) next() (user discord.Snowflake, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.waiting) == 0 || !n.end.IsZero() && n.clock.Now().After(n.end) {
		n.asking = false
		return "", false
	}
	user, n.waiting = n.waiting[0], n.waiting[1:]
	return user, true
}

// finish waits for the names that come within namePatience, and for the one that is being asked for.
func (n *names) finish() {
	n.mu.Lock()
	n.end = n.clock.Now().Add(namePatience)
	n.mu.Unlock()
	n.work.Wait()
}
