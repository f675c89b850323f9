package discord

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Tree draws a guild as people see it in the sidebar: categories with their channels, and the members when they are given. Ids stand
// in parentheses.
func Tree(guild *Object, channels, members []*Object) string {
	t := treeText{}
	fmt.Fprintf(&t.Builder, "%s (%s)\n", guild.Str("name"), guild.ID())
	top := childrenOf(channels, "")
	for i, ch := range top {
		last := i == len(top)-1 && len(members) == 0
		t.line("", last, channelLabel(ch))
		if ch.Int("type") == ChannelCategory {
			indent := t.indent("", last)
			inside := childrenOf(channels, ch.ID())
			for j, child := range inside {
				t.line(indent, j == len(inside)-1, channelLabel(child))
			}
		}
	}
	if len(members) > 0 {
		t.line("", true, fmt.Sprintf("Members (%d)", len(members)))
		for i, m := range members {
			t.line(t.indent("", true), i == len(members)-1, fmt.Sprintf("%s (%s)", DisplayName(m), UserID(m)))
		}
	}
	return strings.TrimSuffix(t.String(), "\n")
}

type treeText struct{ strings.Builder }

func (t *treeText) line(indent string, last bool, label string) {
	branch := "├── "
	if last {
		branch = "└── "
	}
	t.WriteString(indent + branch + label + "\n")
}

func (t *treeText) indent(indent string, last bool) string {
	if last {
		return indent + "    "
	}
	return indent + "│   "
}

// childrenOf lists the channels in a category, or those in none, in Discord's order: text before voice, then by position. A channel
// whose category cannot be seen counts as in none.
func childrenOf(channels []*Object, category Snowflake) []*Object {
	seen := func(parent string) bool {
		return slices.ContainsFunc(channels, func(o *Object) bool { return string(o.ID()) == parent })
	}
	var out []*Object
	for _, ch := range channels {
		parent := ch.Str("parent_id")
		if parent == string(category) || category == "" && !seen(parent) {
			out = append(out, ch)
		}
	}
	slices.SortStableFunc(out, func(a, b *Object) int {
		return cmp.Or(cmp.Compare(sidebarRank(a), sidebarRank(b)), cmp.Compare(a.Int("position"), b.Int("position")), a.ID().Compare(b.ID()))
	})
	return out
}

func sidebarRank(ch *Object) int {
	switch ch.Int("type") {
	case ChannelVoice, ChannelStage:
		return 1
	case ChannelCategory:
		return 2
	}
	return 0
}

func channelLabel(ch *Object) string {
	mark := "# "
	switch ch.Int("type") {
	case ChannelVoice, ChannelStage:
		mark = "🔊 "
	case ChannelCategory:
		mark = ""
	}
	label := fmt.Sprintf("%s%s (%s)", mark, oneLine(ch.Str("name")), ch.ID())
	if topic := ch.Str("topic"); topic != "" {
		label += " — " + oneLine(topic)
	}
	return label
}
