package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
	"cordial/internal/suggest"
)

// PersonError says why somebody's own client does not let them do something. Nothing of it reaches the bot.
type PersonError struct{ Message string }

func (e *PersonError) Error() string { return e.Message }

func refuseAs(format string, args ...any) error { return &PersonError{fmt.Sprintf(format, args...)} }

// hint ends an error about a name that nothing has: it names the nearest one, or else all of them.
func hint(name string, names []string) string {
	if near, ok := suggest.Nearest(name, names); ok {
		return fmt.Sprintf(", did you mean %q?", near)
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return "; there is " + strings.Join(names, ", ")
}

// AddUser makes a new account of a person, who is in no guild yet, with the language of their client, "" for en-US.
func (w *World) AddUser(name, locale string) (*User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := checkLocale(locale); err != nil {
		return nil, err
	}
	for _, u := range w.users {
		if u.Username == name {
			return nil, refuseAs("there is a user named %q already", name)
		}
	}
	return w.addUser(&User{ID: w.newID(), Username: name, Locale: locale}), nil
}

// checkLocale refuses a language that Discord does not have; "" is none.
func checkLocale(locale string) error {
	known := catalogue.SchemaNamed("AvailableLocalesEnum").Enum
	if locale != "" && !slices.Contains(known, locale) {
		return refuseAs("Discord has no language %q%s", locale, hint(locale, slices.Clone(known)))
	}
	return nil
}

// PersonNamed finds a person by username, or else by global name; a bot is none. The error names the people there are.
func (w *World) PersonNamed(name string) (*User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	names := map[string]bool{}
	var byGlobalName *User
	for _, u := range sortedByID(w.users) {
		switch {
		case u.Bot:
		case u.Username == name:
			return u, nil
		case string(u.GlobalName) == name && byGlobalName == nil:
			byGlobalName = u
		default:
			names[u.Username] = true
		}
	}
	if byGlobalName == nil {
		return nil, refuseAs("there is no person named %q%s", name, hint(name, slices.Collect(maps.Keys(names))))
	}
	return byGlobalName, nil
}

// ChannelFor finds a channel that somebody can see by its id or its name, or else the one that is shown first among those that take
// messages when the name is empty. The error names the channels there are.
func (w *World) ChannelFor(actor Actor, name string) (*Channel, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.channels[discord.Snowflake(name)]; c != nil && w.sees(actor, c) {
		return c.Channel, nil
	}
	var names []string
	for _, g := range sortedByID(w.guilds) {
		for _, c := range slices.Concat(sortedChannels(g.channels), sortedByID(g.threads)) {
			switch {
			case !w.sees(actor, c):
			case c.Name == name || name == "" && c.Type == TextChannel:
				return c.Channel, nil
			default:
				names = append(names, c.Name)
			}
		}
	}
	if name == "" {
		return nil, refuseAs("%s sees no text channel", w.users[actor.User].Username)
	}
	return nil, refuseAs("%s sees no channel %q%s", w.users[actor.User].Username, name, hint(name, names))
}

func (w *World) sees(actor Actor, c *channel) bool {
	return w.channelPermissions(c, actor.User).Has(discord.PermissionViewChannel)
}

// View shows a message as somebody sees it, also an ephemeral one that is for them.
func (w *World) View(actor Actor, channelID, id discord.Snowflake) (*Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, m, err := w.messageSeen(actor, channelID, id)
	if err != nil {
		return nil, err
	}
	return w.show(actor.User, c, m), nil
}

// messageSeen finds a message that somebody sees.
func (w *World) messageSeen(actor Actor, channelID, id discord.Snowflake) (*channel, *Message, error) {
	c, err := w.channelFor(actor, channelID)
	if err != nil {
		return nil, nil, err
	}
	m := w.messageIn(c, id)
	if m == nil || m.onlyFor != "" && m.onlyFor != actor.User {
		return nil, nil, errUnknownMessage
	}
	return c, m, nil
}
