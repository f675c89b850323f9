package sandbox

import (
	"regexp"
	"slices"
	"strings"

	"cordial/discord"
)

// mentions are the mentions written in a text, each once, in the order of their first appearance.
type mentions struct {
	users, roles, channels []discord.Snowflake
	everyone               bool // @everyone or @here
}

// mentionForms are the written forms of mentions: <@id> and <@!id>, <@&id>, <#id>, @everyone and @here.
var mentionForms = regexp.MustCompile(`<(@!?|@&|#)(\d{1,20})>|@(?:everyone|here)`)

// parseMentions finds the mentions in a text. Code spans and code blocks mention nobody.
func parseMentions(text string) mentions {
	var m mentions
	if !strings.ContainsAny(text, "@#") {
		return m
	}
	for plain := range outsideCode(text) {
		for _, found := range mentionForms.FindAllStringSubmatch(plain, -1) {
			id, err := discord.ParseSnowflake(found[2])
			switch {
			case found[1] == "":
				m.everyone = true
			case err != nil:
			case found[1] == "@&":
				m.roles = appendNew(m.roles, id)
			case found[1] == "#":
				m.channels = appendNew(m.channels, id)
			default:
				m.users = appendNew(m.users, id)
			}
		}
	}
	return m
}

// outsideCode walks over the stretches of a text that are not in code spans or code blocks. A run of backticks opens code only if
// an equally long one closes it.
func outsideCode(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		plain := 0
		for i := 0; i < len(text); {
			if text[i] != '`' {
				i++
				continue
			}
			fence := i + backticks(text[i:])
			end := closingFence(text[fence:], fence-i)
			if end < 0 {
				i = fence
				continue
			}
			if !yield(text[plain:i]) {
				return
			}
			i = fence + end
			plain = i
		}
		yield(text[plain:])
	}
}

// closingFence finds the end of the first run of exactly n backticks, or -1.
func closingFence(text string, n int) int {
	for i := 0; i < len(text); {
		if text[i] != '`' {
			i++
			continue
		}
		run := backticks(text[i:])
		i += run
		if run == n {
			return i
		}
	}
	return -1
}

// backticks counts the backticks that a text begins with.
func backticks(text string) int { return len(text) - len(strings.TrimLeft(text, "`")) }

func appendNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
