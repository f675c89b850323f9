package luabind

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cordial/discord"
	"cordial/discord/gateway"
)

// tellFrame shows a frame while debugging.
func (g *luaGateway) tellFrame(e *gateway.Event) {
	name := e.Type
	if e.Op != discord.OpDispatch {
		name = e.Op.String()
	}
	g.b.host.Say(fmt.Sprintf("gateway: shard %d: %s (op %d, s %d, %d bytes)", e.Shard, name, e.Op, e.Seq, len(e.Data)))
}

// tellState wakes those who wait for a state, and shows it while debugging.
func (g *luaGateway) tellState(s gateway.ShardInfo) {
	g.states.wake()
	if s.State == gateway.Ready && g.away.Swap(false) {
		g.b.host.Say(fmt.Sprintf("gateway: shard %d: ready again", s.ID))
	}
	if g.debug.Load() {
		g.b.host.Say(fmt.Sprintf("gateway: shard %d: %s", s.ID, s.State))
	}
}

// longPause is how long the gateway may be away without a word.
const longPause = 5 * time.Second

// tellNotice tells people of what is lost, of waits that they notice, and of another process that runs the same script. Discord ends
// connections every few hours, which the client deals with in a moment: that is not worth a word, but for the log.
func (g *luaGateway) tellNotice(n gateway.Notice) {
	away := n.Wait >= longPause
	if away {
		g.away.Store(true)
	}
	back := n.Kind == gateway.NoticeResumed && g.away.Swap(false)
	wrong := n.Kind == gateway.NoticeGap || n.Kind == gateway.NoticeSessionLost || n.Kind == gateway.NoticeTwin
	switch {
	case wrong || away:
		g.b.host.Warn("gateway: " + n.Text)
	case back || g.debug.Load():
		g.b.host.Say("gateway: " + n.Text)
	}
}

// tellStart says when the bot is ready, and that it waits if that takes long.
func (g *luaGateway) tellStart(conn *connection) {
	slow := g.b.host.Clock().NewTimer(longPause)
	defer slow.Stop()
	for {
		select {
		case <-conn.Ready():
			g.tellReady(conn)
			return
		case <-conn.done:
			return
		case <-slow.Chan():
			g.b.host.Warn(fmt.Sprintf("gateway: not ready yet, still %s", g.state()))
		}
	}
}

// tellReady says that the bot is there, when it has started by itself.
func (g *luaGateway) tellReady(conn *connection) {
	if !g.b.opts.StartGateway {
		return
	}
	g.mu.Lock()
	name := discord.DisplayName(g.user)
	g.mu.Unlock()
	what := ""
	if names := conn.Intents().Names(); len(names) > 0 {
		what = ", with " + strings.Join(names, ", ")
	}
	shards := conn.Shards()
	resumed := ""
	if !slices.ContainsFunc(shards, func(s gateway.ShardInfo) bool { return s.Resumes == 0 }) {
		resumed = ", going on where it stopped"
	}
	g.b.host.Say(fmt.Sprintf("ready: %s on %s%s%s", name, plural(len(shards), "shard"), what, resumed))
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
