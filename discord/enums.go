package discord

import (
	"cmp"
	"slices"
	"strings"
)

// Enum is one of Discord's enums or flag sets, such as channel_types or message_flags.
type Enum struct {
	Name    string
	Members []EnumMember
}

// EnumMember is a named value of an enum: an int or a string.
type EnumMember struct {
	Name  string
	Value any
}

// Enums lists Discord's enums and flag sets, ordered by name. The slice must not be changed.
func Enums() []Enum { return enums }

// EnumNamed finds an enum by its name in snake_case, such as "channel_types".
func EnumNamed(name string) (Enum, bool) {
	i, ok := slices.BinarySearchFunc(enums, name, func(e Enum, name string) int { return cmp.Compare(e.Name, name) })
	if !ok {
		return Enum{}, false
	}
	return enums[i], true
}

// NameOf gives the name of a member by its value, or "".
func (e Enum) NameOf(value any) string {
	for _, m := range e.Members {
		if m.Value == value {
			return m.Name
		}
	}
	return ""
}

// ErrorCode is one of the numeric codes in Discord's error answers.
type ErrorCode struct {
	Code    int
	Name    string // such as "UnknownRole"
	Message string // as Discord words it, such as "Unknown Role"
}

// ErrorMessage gives Discord's message for an error code, or "" for a code it does not know.
func ErrorMessage(code int) string {
	i, ok := slices.BinarySearchFunc(errorCodes, code, func(c ErrorCode, code int) int { return cmp.Compare(c.Code, code) })
	if !ok {
		return ""
	}
	return errorCodes[i].Message
}

// bitName names one bit of a bit set.
type bitName struct {
	Name string
	Bit  int
}

// bitNames lists the names of the bits that are set, in the order of the bits.
func bitNames(set uint64, names []bitName) []string {
	var on []string
	for _, n := range names {
		if set&(1<<n.Bit) != 0 {
			on = append(on, n.Name)
		}
	}
	return on
}

// parseBit finds a bit by its name, in any case.
func parseBit(name string, names []bitName) (uint64, bool) {
	for _, n := range names {
		if strings.EqualFold(n.Name, name) {
			return 1 << n.Bit, true
		}
	}
	return 0, false
}
