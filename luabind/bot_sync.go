package luabind

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/runtime/bind"
)

// syncSettle is how long the bot waits for more declarations before it compares them with what Discord has.
const syncSettle = time.Second

// scopeChange is what has to change in one scope: the application's global commands, or those of a guild.
type scopeChange struct {
	guild discord.Snowflake // "" for the global ones
	plan  *interaction.Plan
}

func (s scopeChange) String() string {
	where := "for every server"
	if s.guild != "" {
		where = "for server " + string(s.guild)
	}
	return "commands " + where + ":\n  " + strings.ReplaceAll(s.plan.String(), "\n", "\n  ")
}

func changesText(changes []scopeChange) string {
	texts := make([]string, len(changes))
	for i, s := range changes {
		texts[i] = s.String()
	}
	return strings.Join(texts, "\n")
}

// wanted lists the commands of a scope.
func (bt *declarations) wanted(guild discord.Snowflake) []interaction.Command {
	var unused []string // heads of subcommands that are not there
	defer func() {
		for _, label := range unused {
			bt.tellOnce(label + " has neither a function nor subcommands, and is left out")
		}
	}()
	bt.mu.Lock()
	defer bt.mu.Unlock()
	type root struct {
		kind handlerKind
		name string
	}
	roots := map[root]bool{}
	for _, h := range bt.slash {
		if h.guild != guild {
			continue
		}
		name := h.name
		if h.kind == slashCommand {
			name, _, _ = strings.Cut(name, " ")
		}
		roots[root{h.kind, name}] = true
	}
	var commands []interaction.Command
	for r := range roots {
		family := bt.family(guild, r.kind, r.name)
		if len(family) == 1 && family[0].fn == nil {
			unused = append(unused, family[0].label())
			continue
		}
		commands = append(commands, assemble(r.name, family))
	}
	return commands
}

// syncSoon has the commands compared with Discord's once the bot is connected and nothing more is declared for a moment. It may be
// called from any goroutine.
func (bt *bot) syncSoon() {
	bt.mu.Lock()
	begin := !bt.syncing && bt.b.gateway.current() != nil && slices.Contains(slices.Collect(maps.Values(bt.scopes)), true)
	bt.syncing = bt.syncing || begin
	bt.mu.Unlock()
	if begin {
		bt.spawn(bt.b.host.Base(), "bot.sync", bt.syncNow)
	}
}

// syncNow is the task that syncSoon starts.
func (bt *bot) syncNow(L *lua.LState) error {
	return bt.b.host.Wait(L, func(ctx context.Context) error {
		timer := bt.b.host.Clock().NewTimer(syncSettle)
		defer timer.Stop()
		select {
		case <-timer.Chan():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		bt.mu.Lock()
		bt.syncing = false
		bt.mu.Unlock()
		return bt.syncDeclared(ctx)
	})
}

// syncDeclared writes what has been declared since the last time, and says what was written.
func (bt *bot) syncDeclared(ctx context.Context) error {
	bt.mu.Lock()
	var scopes []discord.Snowflake
	for guild, differs := range bt.scopes {
		if differs {
			scopes = append(scopes, guild)
		}
	}
	bt.mu.Unlock()
	slices.SortFunc(scopes, discord.Snowflake.Compare)
	changes, err := bt.sync(ctx, scopes, bt.mayApply)
	if len(changes) > 0 {
		bt.b.host.Say("bot: " + changesText(changes))
	}
	return err
}

// mayApply reports whether a plan is carried out without being asked for: in a shell nothing is deleted that way, because the commands
// of a bot at work may be declared elsewhere.
func (bt *bot) mayApply(s scopeChange) bool {
	if !bt.b.opts.Interactive || len(s.plan.Deletes) == 0 {
		return true
	}
	bt.b.host.Warn("bot: this would delete commands that are not declared here, so it waits for bot.sync():\n" + s.String())
	return false
}

// sync compares scopes with Discord and carries out what may be. It gives the differences of those scopes.
func (bt *bot) sync(ctx context.Context, scopes []discord.Snowflake, may func(scopeChange) bool) ([]scopeChange, error) {
	application, err := bt.application(ctx)
	if err != nil {
		return nil, err
	}
	client := bt.b.client.rest
	var changes []scopeChange
	for _, guild := range scopes {
		have, err := interaction.Commands(ctx, client, application, guild)
		if err != nil {
			return changes, err
		}
		bt.mu.Lock()
		bt.scopes[guild] = false // what is declared from here on differs again
		bt.mu.Unlock()
		change := scopeChange{guild: guild}
		if change.plan, err = interaction.Diff(bt.liveDeclarations().wanted(guild), have); err != nil {
			return changes, err
		}
		if change.plan.Empty() || !may(change) {
			if !change.plan.Empty() {
				bt.stale(guild)
			}
			continue
		}
		if err := change.plan.Apply(ctx, client, application, guild); err != nil {
			bt.stale(guild)
			return changes, err
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// stale notes that a scope differs from Discord.
func (bt *bot) stale(guild discord.Snowflake) {
	bt.mu.Lock()
	defer bt.mu.Unlock()
	bt.scopes[guild] = true
}

// application is the id of the bot's application. READY tells it; a session that was resumed has not seen one.
func (bt *bot) application(ctx context.Context) (discord.Snowflake, error) {
	if id := bt.b.gateway.application(); id != "" {
		return id, nil
	}
	app, err := bt.b.client.rest.Object(ctx, "get_my_application", nil)
	if err != nil {
		return "", err
	}
	return app.ID(), nil
}

// syncFunc declares bot.sync.
func (b *binding) syncFunc() bind.Func {
	return bind.Func{
		Name: "sync", Doc: "Compares the declared commands with those that Discord has, and writes what differs. The bot does it by itself when it is ready.",
		Params: []bind.Param{
			{Name: "dry_run", Type: bind.Boolean, Named: true, Doc: "only tell what would change"},
			{Name: "guild", Type: guildID, Named: true, Doc: "this server's commands, even if none is declared for it"},
			{Name: "global", Type: bind.Boolean, Named: true, Doc: "the commands of every server, even if none is declared"},
		},
		Returns: "the differences as text, \"nothing differs\" for none", Example: "print(bot.sync{dry_run=true})",
		Call: func(c *bind.Call) (any, error) {
			bt := asBot(c)
			scopes := bt.chosenScopes(c)
			dry := c.Bool("dry_run")
			var planned []scopeChange
			changes, err := wait(c, func(w waiter) ([]scopeChange, error) {
				return bt.sync(w, scopes, func(s scopeChange) bool {
					planned = append(planned, s)
					return !dry
				})
			})
			if err != nil && len(changes) > 0 {
				err = fmt.Errorf("%w; before that this was written: %s", err, changesText(changes))
			}
			return cmp.Or(changesText(planned), "nothing differs"), err
		},
	}
}

// chosenScopes are the scopes that a call names, or all in which something is or was declared.
func (bt *bot) chosenScopes(c *bind.Call) []discord.Snowflake {
	var scopes []discord.Snowflake
	if c.Has("guild") {
		scopes = append(scopes, bind.Get[discord.Snowflake](c, "guild"))
	}
	if c.Bool("global") {
		scopes = append(scopes, "")
	}
	if len(scopes) > 0 {
		return scopes
	}
	bt.mu.Lock()
	defer bt.mu.Unlock()
	return slices.SortedFunc(maps.Keys(bt.scopes), discord.Snowflake.Compare)
}
