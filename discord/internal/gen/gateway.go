package main

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// eventKinds are the kinds of events whose data Discord describes field by field although it is a thing of its own. The data of the
// other such events has a kind named after the event.
var eventKinds = map[string]string{
	"GUILD_BAN_ADD": "Ban", "GUILD_BAN_REMOVE": "Ban", "GUILD_MEMBER_UPDATE": "Member", "GUILD_MEMBER_REMOVE": "Member",
	"INVITE_CREATE": "Invite", "INVITE_DELETE": "Invite", "MESSAGE_DELETE": "Message", "PRESENCE_UPDATE": "Presence", "THREAD_DELETE": "Thread",
	"THREAD_CREATE": "Thread", "THREAD_UPDATE": "Thread",
	"MESSAGE_REACTION_ADD": "MessageReaction", "MESSAGE_REACTION_REMOVE": "MessageReaction",
	"MESSAGE_REACTION_REMOVE_ALL": "MessageReaction", "MESSAGE_REACTION_REMOVE_EMOJI": "MessageReaction",
	"MESSAGE_POLL_VOTE_ADD": "PollVote", "MESSAGE_POLL_VOTE_REMOVE": "PollVote",
}

// thingKinds are the kinds of things that the descriptions of events call by another name than the schemas.
var thingKinds = map[string]string{
	"GuildMember": "Member", "GuildScheduledEvent": "ScheduledEvent", "UnavailableGuild": "Guild", "PresenceUpdate": "Presence",
	"ApplicationCommandPermissions": "CommandPermissions",
}

// listKinds are the kinds of the elements of lists that the descriptions call just "array".
var listKinds = map[string]string{"emojis": "Emoji", "stickers": "Sticker", "threads": "Thread"}

var describedThing = regexp.MustCompile(`^\??(?:array of )?(?:an? )?(?:partial )?(.+?) objects?\b`)

// thingKind gives the kind of what a description such as "array of guild member objects" names, or "".
func thingKind(description string) string {
	m := describedThing.FindStringSubmatch(description)
	if m == nil {
		return ""
	}
	var name strings.Builder
	for word := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return r == ' ' || r == '_' }) {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return cmp.Or(thingKinds[name.String()], name.String())
}

func eventKind(name string, e dispatchEvent) string {
	if kind, ok := eventKinds[name]; ok {
		return kind
	}
	if e.Inner != "" {
		return thingKind(e.Inner)
	}
	var kind strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		kind.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	return kind.String()
}

// addEventKinds adds the kinds of what is nested in the data of events.
func addEventKinds(nested map[string]string, e enumsFile) {
	for _, event := range e.Events {
		kind := eventKind(event.Key, event.Value)
		for _, f := range event.Value.Fields {
			field := strings.TrimSuffix(f.Key, "?")
			inner := cmp.Or(listKinds[field], thingKind(f.Value))
			if key := kind + "." + field; inner != "" && nested[key] == "" {
				nested[key] = inner
			}
		}
	}
}

// writeGateway writes the gateway's opcodes, close codes and events.
func writeGateway(w *bytes.Buffer, e enumsFile) error {
	w.WriteString("package discord\n\n// The gateway's opcodes.\nconst (\n")
	for _, op := range e.Opcodes {
		fmt.Fprintf(w, "Op%s Opcode = %d\n", joined(op.Name), op.Op)
	}
	w.WriteString(")\n\nvar opcodeNames = map[Opcode]string{\n")
	for _, op := range e.Opcodes {
		fmt.Fprintf(w, "%d: %q,\n", op.Op, op.Name)
	}
	w.WriteString("}\n\n// The gateway's close codes.\nconst (\n")
	for _, c := range e.CloseCodes {
		fmt.Fprintf(w, "Close%s CloseCode = %d\n", joined(c.Name), c.Code)
	}
	w.WriteString(")\n\nvar closeCodes = map[CloseCode]closeCode{\n")
	for _, c := range e.CloseCodes {
		fmt.Fprintf(w, "%d: {%q, After%s},\n", c.Code, c.Name, joined(c.Action))
	}
	w.WriteString("}\n\n// events lists the gateway's events, ordered by name.\nvar events = []Event{\n")
	slices.SortFunc(e.Events, func(a, b entry[dispatchEvent]) int { return cmp.Compare(a.Key, b.Key) })
	for _, event := range e.Events {
		gate, inChannel := strings.CutSuffix(event.Value.Permission, "(channel)")
		fmt.Fprintf(w, "{Name: %q, Kind: %q, Intents: %s, Gate: %s, ChannelGate: %t},\n",
			event.Key, eventKind(event.Key, event.Value), bitsOf("Intent", event.Value.Intents), bitsOf("Permission", strings.FieldsFunc(gate, isBar)), inChannel)
	}
	w.WriteString("}\n\n// PrivilegedIntents are the intents that must be switched on for the application in Discord's developer portal.\nconst PrivilegedIntents = ")
	var privileged []string
	for _, i := range e.Intents {
		if i.Privileged {
			privileged = append(privileged, i.Name)
		}
	}
	w.WriteString(bitsOf("Intent", privileged) + "\n")
	return nil
}

func isBar(r rune) bool { return r == '|' }

// bitsOf writes the union of named bits.
func bitsOf(prefix string, names []string) string {
	if len(names) == 0 {
		return "0"
	}
	bits := make([]string, len(names))
	for i, name := range names {
		bits[i] = prefix + pascal(name)
	}
	return strings.Join(bits, "|")
}

// joined turns "Invalid intent(s)" into InvalidIntents.
func joined(name string) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(strings.NewReplacer("(", "", ")", "").Replace(name)) {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}
