package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// writeEnums writes every enum under one spelling, snake_case and plural (channel_types, message_flags), with its members in
// UPPER_SNAKE. The two sources spell the same enum differently; members that only one of them knows are kept.
func writeEnums(w *bytes.Buffer, e enumsFile) error {
	enums := map[string]map[string]string{}
	for _, source := range []map[string]ordered[json.RawMessage]{e.Openapi, e.Types} {
		for _, name := range sortedKeys(source) {
			if name == "PermissionFlagsBits" {
				continue // discord.permissions, written with the other bit sets
			}
			plural := pluralSnake(name)
			if enums[plural] == nil {
				enums[plural] = map[string]string{}
			}
			for _, m := range source[name] {
				key := strings.ToUpper(snake(m.Key))
				if _, known := enums[plural][key]; !known {
					enums[plural][key] = string(m.Value)
				}
			}
		}
	}
	w.WriteString("package discord\n\n// enums lists Discord's enums and flags, ordered by name, their members by value.\nvar enums = []Enum{\n")
	for _, name := range sortedKeys(enums) {
		members := slices.Collect(maps.Keys(enums[name]))
		slices.SortFunc(members, func(a, b string) int {
			return cmp.Or(compareValues(enums[name][a], enums[name][b]), cmp.Compare(a, b))
		})
		fmt.Fprintf(w, "{%q, []EnumMember{", name)
		for _, m := range members {
			fmt.Fprintf(w, "{%q, %s},", m, enums[name][m])
		}
		w.WriteString("}},\n")
	}
	w.WriteString("}\n")
	return nil
}

func compareValues(a, b string) int {
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}

var wordBoundary = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

// snake turns MessageFlags into message_flags and leaves GUILD_TEXT alone but for its case.
func snake(name string) string {
	if strings.ToUpper(name) == name {
		return strings.ToLower(name)
	}
	for range 2 { // neighbouring boundaries share a letter, so one pass misses some
		name = wordBoundary.ReplaceAllString(name, "${1}${3}_${2}${4}")
	}
	return strings.ToLower(name)
}

func pluralSnake(name string) string {
	s := snake(strings.TrimSuffix(strings.TrimSuffix(name, "Enum"), "Response"))
	switch {
	case strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "status"):
		return s
	case strings.HasSuffix(s, "y") && !strings.HasSuffix(s, "ay"):
		return s[:len(s)-1] + "ies"
	case strings.HasSuffix(s, "s"):
		return s + "es"
	default:
		return s + "s"
	}
}

// writeBits writes permissions and intents as Go constants and as tables by name.
func writeBits(w *bytes.Buffer, e enumsFile) error {
	w.WriteString("package discord\n\n// Discord's permissions.\nconst (\n")
	for _, p := range e.Perms {
		fmt.Fprintf(w, "Permission%s Permissions = 1 << %d\n", pascal(p.Name), p.Bit)
	}
	w.WriteString(")\n\nvar permissionNames = []bitName{\n")
	for _, p := range e.Perms {
		fmt.Fprintf(w, "{%q, %d},\n", p.Name, p.Bit)
	}
	w.WriteString("}\n\n// Discord's gateway intents.\nconst (\n")
	for _, i := range e.Intents {
		fmt.Fprintf(w, "Intent%s Intents = 1 << %d\n", pascal(i.Name), i.Bit)
	}
	w.WriteString(")\n\nvar intentNames = []bitName{\n")
	for _, i := range e.Intents {
		fmt.Fprintf(w, "{%q, %d},\n", i.Name, i.Bit)
	}
	w.WriteString("}\n")
	return nil
}

// initialisms keep their capitals in Go names.
var initialisms = map[string]string{"TTS": "TTS", "VAD": "VAD"}

func pascal(upper string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(upper, "_") {
		if kept, ok := initialisms[word]; ok {
			b.WriteString(kept)
			continue
		}
		b.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	return b.String()
}

// writeErrorCodes writes Discord's numeric error codes with the message seen on the wire, or one made from the code's name.
func writeErrorCodes(w *bytes.Buffer, e enumsFile) error {
	codes := sortedKeys(e.Codes)
	slices.SortFunc(codes, compareValues)
	w.WriteString("package discord\n\nvar errorCodes = []ErrorCode{\n")
	for _, code := range codes {
		c := e.Codes[code]
		message := c.Wire
		if message == "" || strings.Contains(message, `"`) {
			message = words(c.Name)
		}
		fmt.Fprintf(w, "{%s, %q, %q},\n", code, c.Name, message)
	}
	w.WriteString("}\n")
	return nil
}

// words turns UnknownRole into "Unknown role".
func words(name string) string {
	s := strings.ReplaceAll(snake(name), "_", " ")
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
