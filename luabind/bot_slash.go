package luabind

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/interaction"
	"cordial/discord/rest/limits"
	"cordial/runtime/bind"
)

var contextType = bind.OneOf("guild", "bot_dm", "private")

var integrationType = bind.OneOf("guild", "user")

// commandSettings are the options that a command as a whole has, and no subcommand.
var commandSettings = []bind.Param{
	{Name: "nsfw", Type: bind.Boolean, Named: true, Doc: "only in channels for adults"},
	{Name: "contexts", Type: bind.ListOf(contextType), Named: true, Doc: "where it can be used"},
	{Name: "integration_types", Type: bind.ListOf(integrationType), Named: true, Doc: "what the application must be installed to"},
}

// scopeParams are the options of everything that Discord lists as a command.
var scopeParams = []bind.Param{
	{Name: "guild", Type: guildID, Named: true, Doc: "the only server that gets it; all without it"},
	{Name: "ephemeral", Type: bind.Boolean, Named: true, Doc: "only the person sees the answers"},
	{Name: "name_localizations", Type: localizations, Named: true, Doc: "the name in other languages: {de=…}"},
}

// slashMethods declare slash and menu.
func (b *binding) slashMethods() []bind.Func {
	return []bind.Func{
		{
			Name: "slash", Doc: "Declares a command with a slash. A name of several words is a subcommand. The function gets the interaction and the options by name. Discord is told once the bot is ready, if anything differs.",
			Params: slices.Concat([]bind.Param{
				{Name: "name", Type: slashName, Required: true}, {Name: "fn", Type: bind.Function, Doc: "not for the head of subcommands"},
				{Name: "options", Type: bind.ListOf(optionType), Named: true, Doc: "{name=, description=, type=, required=, choices=, autocomplete=, min=, max=, channel_types=}"},
			}, guards, scopeParams, commandSettings, []bind.Param{
				{Name: "description_localizations", Type: localizations, Named: true, Doc: "the description in other languages"},
			}),
			Returns: "Command",
			Example: `bot.slash("weather", {description="The weather", options={{name="city", required=true}}}, function(ix, options) ix:reply(options.city) end)`,
			Call:    ofCommand(b.declareSlash),
		},
		{
			Name: "menu", Doc: "Declares an entry in the menu of messages or people. The function gets the interaction and the message or person.",
			Params: slices.Concat([]bind.Param{
				{Name: "name", Type: bind.String, Required: true}, {Name: "fn", Type: bind.Function, Required: true},
				{Name: "type", Type: bind.OneOf("message", "user"), Named: true, Default: "message"},
			}, guards[1:], scopeParams, commandSettings),
			Returns: "Command",
			Example: `bot.menu("Report", {type="message"}, function(ix, msg) ix:reply("Thank you", {ephemeral=true}) end)`,
			Call:    ofCommand(b.declareMenu),
		},
	}
}

// ofCommand has the errors of a declaration name the command.
func ofCommand(declare func(c *bind.Call) (any, error)) func(c *bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) {
		v, err := declare(c)
		if err != nil {
			return nil, &bind.ArgumentError{Func: c.Name(), Reason: fmt.Sprintf("%q: %v", c.String("name"), err)}
		}
		return v, nil
	}
}

func (b *binding) declareSlash(c *bind.Call) (any, error) {
	words := strings.Fields(c.String("name"))
	h := b.guardedSlash(c, slashCommand, strings.Join(words, " "))
	h.description = c.String("description")
	h.declared["description"] = h.description
	if h.description == "" {
		h.declared["description"] = h.name
	}
	options, err := optionsOf(c, h)
	if err != nil {
		return nil, err
	}
	if len(options) > 0 {
		h.declared["options"] = options
	}
	if len(words) > 1 {
		for _, p := range commandSettings {
			if c.Has(p.Name) {
				return nil, fmt.Errorf("%s belongs to the whole command: bot.slash(%q, {%s=…})", p.Name, words[0], p.Name)
			}
		}
	}
	h.localize(c, "name_localizations", "description_localizations")
	return b.addSlash(h)
}

func (b *binding) declareMenu(c *bind.Call) (any, error) {
	kind, number := messageMenu, limits.MessageCommand
	if c.String("type") == "user" {
		kind, number = userMenu, limits.UserCommand
	}
	h := b.guardedSlash(c, kind, c.String("name"))
	h.declared["type"] = int(number)
	h.localize(c, "name_localizations")
	return b.addSlash(h)
}

// guardedSlash makes the handler of something that Discord lists as a command. Discord checks the permissions of a whole command, and
// lets administrators change them; those of a subcommand are the bot's to check.
func (b *binding) guardedSlash(c *bind.Call, kind handlerKind, name string) *handler {
	h := b.guardedBy(c, kind, name)
	h.ephemeral, h.guild = c.Bool("ephemeral"), bind.Get[discord.Snowflake](c, "guild")
	words := strings.Fields(name)
	last := name
	if kind == slashCommand {
		last = words[len(words)-1]
	}
	h.declared = interaction.Command{"name": last}
	if h.permissions != 0 && (kind != slashCommand || len(words) == 1) {
		h.declared["default_member_permissions"] = h.permissions
		h.permissions = 0
	}
	for name, names := range map[string][]string{"contexts": {"guild", "bot_dm", "private"}, "integration_types": {"guild", "user"}} {
		var numbers []int
		for _, item := range c.List(name) {
			numbers = append(numbers, slices.Index(names, item.(string)))
		}
		if len(numbers) > 0 {
			h.declared[name] = numbers
		}
	}
	if c.Bool("nsfw") {
		h.declared["nsfw"] = true
	}
	return h
}

// localize adds the texts in other languages.
func (h *handler) localize(c *bind.Call, names ...string) {
	for _, name := range names {
		if c.Has(name) {
			h.declared[name] = c.Value(name)
		}
	}
}

// slashKey is what finds the handler: commands of Discord's are told apart by guild, type and name.
func (h *handler) slashKey() string { return slashKey(h.guild, h.kind, h.name) }

func slashKey(guild discord.Snowflake, kind handlerKind, name string) string {
	return string(guild) + "/" + string(kind) + "/" + name
}

// addSlash adds a command, if Discord would take it.
func (b *binding) addSlash(h *handler) (any, error) {
	bt := h.bot
	bt.mu.Lock()
	before, replaced := bt.slash[h.slashKey()]
	bt.slash[h.slashKey()] = h
	err := bt.checkCommand(h)
	if err == nil {
		bt.differs(h.guild)
	} else if delete(bt.slash, h.slashKey()); replaced {
		bt.slash[h.slashKey()] = before
	}
	bt.mu.Unlock()
	if err != nil {
		return nil, err
	}
	bt.listening()
	bt.syncSoon()
	return b.r.Wrap("Command", h), nil
}

// checkCommand checks the command that h is or belongs to as Discord would; bt.mu is held. A head without subcommands is not complete
// yet.
func (bt *declarations) checkCommand(h *handler) error {
	root, _, _ := strings.Cut(h.name, " ")
	if h.kind != slashCommand {
		root = h.name
	}
	family := bt.family(h.guild, h.kind, root)
	for _, a := range family {
		for _, b := range family {
			if a.fn != nil && strings.HasPrefix(b.name, a.name+" ") && h.kind == slashCommand {
				return fmt.Errorf("/%s has a function, so /%s cannot be its subcommand: declare %q without a function, or give one of them another name", a.name, b.name, a.name)
			}
		}
	}
	if len(family) == 1 && h.fn == nil {
		return nil
	}
	command := assemble(root, family)
	_, form := limits.CheckCommand(command)
	if first := limits.First(form, map[string]any(command)); first != nil {
		return fmt.Errorf("%s: %s", first.Place(1), first.Message)
	}
	return nil
}

// family lists the handlers of one command, the command itself before its subcommands, in the order of their names; bt.mu is held.
func (bt *declarations) family(guild discord.Snowflake, kind handlerKind, root string) []*handler {
	var family []*handler
	for _, h := range bt.slash {
		if h.guild == guild && h.kind == kind && (h.name == root || kind == slashCommand && strings.HasPrefix(h.name, root+" ")) {
			family = append(family, h)
		}
	}
	slices.SortFunc(family, func(a, b *handler) int { return strings.Compare(a.name, b.name) })
	return family
}

// The types of options that stand for subcommands.
const (
	subcommandOption = 1
	subcommandGroup  = 2
)

// assemble makes one command of its handlers.
func assemble(root string, family []*handler) interaction.Command {
	tree := &branch{name: root}
	for _, h := range family {
		at := tree
		for _, word := range strings.Fields(strings.TrimPrefix(h.name, root)) {
			at = at.child(word)
		}
		at.handler = h
	}
	return tree.command(0)
}

// branch is a command, a group or a subcommand with what is below it.
type branch struct {
	name     string
	handler  *handler // nil where only what is below was declared
	children []*branch
}

func (t *branch) child(name string) *branch {
	for _, c := range t.children {
		if c.name == name {
			return c
		}
	}
	c := &branch{name: name}
	t.children = append(t.children, c)
	return c
}

func (t *branch) command(depth int) interaction.Command {
	command := interaction.Command{"name": t.name, "description": t.name}
	if t.handler != nil {
		command = maps.Clone(t.handler.declared)
	}
	if depth > 0 {
		command["type"] = subcommandOption
	}
	if len(t.children) == 0 {
		return command
	}
	if depth > 0 {
		command["type"] = subcommandGroup
	}
	var options []any
	for _, c := range t.children {
		options = append(options, map[string]any(c.command(depth+1)))
	}
	command["options"] = options
	return command
}
