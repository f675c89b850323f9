package luabind

import (
	"fmt"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/suggest"
)

// helpLimit bounds the text of !help, in characters, with room for its last line.
const helpLimit = 1900

// help answers !help, which lists what the author may use, and !help name.
func (bt *declarations) help(L *lua.LState, msg *ref, topic string) error {
	if topic != "" {
		return bt.tell(L, msg, bt.helpOn(topic))
	}
	usable, err := bt.usable(L, msg)
	if err != nil {
		return err
	}
	return bt.tell(L, msg, bt.helpText(usable))
}

// usable lists the commands that the author of a message may use.
func (bt *declarations) usable(L *lua.LState, msg *ref) ([]*handler, error) {
	var usable []*handler
	for _, h := range bt.handlers() {
		if h.kind != typedCommand {
			continue
		}
		if h.permissions != 0 {
			if msg.guildID() == "" {
				continue
			}
			has, err := bt.authorPermissions(L, msg)
			if err != nil {
				return nil, err
			}
			if h.lacks(has) != "" {
				continue
			}
		}
		usable = append(usable, h)
	}
	return usable, nil
}

// sign is the prefix that texts show.
func (bt *declarations) sign() string {
	bt.mu.Lock()
	defer bt.mu.Unlock()
	if len(bt.prefixes) == 0 {
		return ""
	}
	return bt.prefixes[0]
}

func (bt *declarations) helpText(commands []*handler) string {
	var b strings.Builder
	b.WriteString("**Commands**")
	length := utf8.RuneCountInString(b.String())
	for i, h := range commands {
		line := "\n`" + bt.sign() + h.name + "`"
		if h.description != "" {
			line += " – " + h.description
		}
		if length += utf8.RuneCountInString(line); length > helpLimit {
			fmt.Fprintf(&b, "\n… and %d more", len(commands)-i)
			break
		}
		b.WriteString(line)
	}
	if len(commands) == 0 {
		b.WriteString("\nThere are none that you may use here.")
	}
	return b.String()
}

// helpOn is what there is to say about one command.
func (bt *declarations) helpOn(topic string) string {
	name := strings.TrimPrefix(topic, bt.sign())
	h := bt.typedNamed(name)
	if h == nil {
		if near, ok := suggest.Nearest(name, bt.typedNames()); ok {
			return fmt.Sprintf("There is no such command. Did you mean `%s%s`?", bt.sign(), near)
		}
		return fmt.Sprintf("There is no such command. `%shelp` lists all.", bt.sign())
	}
	lines := []string{"`" + bt.sign() + h.name + "`"}
	if h.description != "" {
		lines[0] += " – " + h.description
	}
	if len(h.aliases) > 0 {
		lines = append(lines, "Also: `"+bt.sign()+strings.Join(h.aliases, "`, `"+bt.sign())+"`")
	}
	if h.permissions != 0 {
		lines = append(lines, "Needs the "+permissionText(h.permissions)+".")
	}
	if h.pause > 0 {
		lines = append(lines, "Once every "+spoken(h.pause)+".")
	}
	return abbreviateText(strings.Join(lines, "\n"))
}

// abbreviateText cuts a text to what fits a message.
func abbreviateText(s string) string {
	if r := []rune(s); len(r) > helpLimit {
		return string(r[:helpLimit]) + "…"
	}
	return s
}
