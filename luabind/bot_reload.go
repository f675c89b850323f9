package luabind

import (
	"reflect"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/runtime"
)

// current are the declarations of the generation whose code runs. The caller holds the Lua state.
func (bt *bot) current() *declarations { return bt.declaredBy(bt.b.host.Generation()) }

// declaredBy are the declarations of a generation. Those of one that has been replaced are of no use to anybody but its own code.
func (bt *bot) declaredBy(of *runtime.Generation) *declarations {
	d := bt.declared[of]
	if d == nil {
		d = &declarations{bot: bt, of: of, prefixes: []string{"!"}, typed: map[string]*handler{}, slash: map[string]*handler{}}
		if of.IsLive() || of.Loading() {
			bt.declared[of] = d
		}
	}
	return d
}

// liveDeclarations are those of the live generation.
func (bt *bot) liveDeclarations() *declarations {
	bt.mu.Lock()
	defer bt.mu.Unlock()
	return bt.live
}

// goLive has the declarations of a generation take the place of those before. Discord is told of commands that are others now.
func (bt *bot) goLive(of *runtime.Generation) {
	before, now := bt.liveDeclarations(), bt.declaredBy(of)
	scopes := map[discord.Snowflake]bool{}
	for _, d := range []*declarations{before, now} {
		for _, h := range d.slash {
			scopes[h.guild] = true
		}
	}
	bt.mu.Lock()
	bt.live = now
	bt.mu.Unlock()
	for guild := range scopes {
		if !reflect.DeepEqual(byName(before.wanted(guild)), byName(now.wanted(guild))) {
			bt.stale(guild)
		}
	}
	if before != now && before.of.Replaceable() {
		delete(bt.declared, before.of)
	}
	bt.syncSoon()
}

// byName are commands by what tells them apart.
func byName(commands []interaction.Command) map[[2]any]interaction.Command {
	named := map[[2]any]interaction.Command{}
	for _, c := range commands {
		named[[2]any{c["type"], c["name"]}] = c
	}
	return named
}

// leave forgets a generation that has not come to be the live one.
func (bt *bot) leave(of *runtime.Generation) {
	if bt.liveDeclarations().of != of {
		delete(bt.declared, of)
	}
}

// differs notes that a scope may differ from Discord because of these declarations, if they are the ones that count.
func (bt *declarations) differs(guild discord.Snowflake) {
	if bt.of.IsLive() {
		bt.stale(guild)
	}
}

// describe counts the commands and components.
func (bt *declarations) describe() string {
	bt.mu.Lock()
	components := bt.buttons.Len() + bt.selects.Len() + bt.modals.Len()
	bt.mu.Unlock()
	text := ""
	if n := len(bt.handlers()); n > 0 {
		text = plural(n, "command")
	}
	if components > 0 {
		if text != "" {
			text += ", "
		}
		text += plural(components, "component")
	}
	return text
}
