package limits

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// Finding is one thing that is wrong with a body, told to the one who wrote it.
type Finding struct {
	Path    []string // the keys and indices that lead to it
	Message string   // such as "must be 80 or fewer in length, got 93"
}

// First is the first finding of a tree of form errors about a body: what is wrong with a whole before what is wrong with its parts,
// and these in the order of their names and indices. It is nil if there is none.
func First(form *catalogue.FormErrors, body any) *Finding {
	if len(form.Errors) > 0 {
		return &Finding{Message: message(form.Errors[0], body)}
	}
	for _, key := range slices.SortedFunc(maps.Keys(form.Fields), compareKeys) {
		if f := First(form.Fields[key], member(body, key)); f != nil {
			f.Path = slices.Insert(f.Path, 0, key)
			return f
		}
	}
	return nil
}

// compareKeys sorts names before indices, and indices by their value.
func compareKeys(a, b string) int {
	return cmp.Or(cmp.Compare(indexOf(a), indexOf(b)), cmp.Compare(a, b))
}

// indexOf is the index that a key is, -1 for a name.
func indexOf(key string) int {
	if i, err := strconv.Atoi(key); err == nil {
		return i
	}
	return -1
}

// member is a part of a body, nil if it has none of this key.
func member(body any, key string) any {
	if list, ok := body.([]any); ok {
		if i := indexOf(key); 0 <= i && i < len(list) {
			return list[i]
		}
		return nil
	}
	return asObject(body)[key]
}

// message turns Discord's text into a part of a sentence. It names a component that is in the wrong place, and adds the length that
// there is to a wrong one.
func message(e catalogue.FormError, value any) string {
	if name := componentName(value); e.Code == "UNION_TYPE_CHOICES" && name != "" {
		return name + " cannot stand here"
	}
	text := strings.TrimSuffix(e.Message, ".")
	if first, size := utf8.DecodeRuneInString(text); size < len(text) && unicode.IsUpper(first) {
		text = string(unicode.ToLower(first)) + text[size:]
	}
	if !strings.HasSuffix(e.Code, "_LENGTH") {
		return text
	}
	switch v := value.(type) {
	case string:
		return fmt.Sprintf("%s, got %d", text, utf8.RuneCountInString(v))
	case []any:
		return fmt.Sprintf("%s, got %d", text, len(v))
	}
	return text
}

// componentName is the name of a type of component, "" for a value that is none.
func componentName(value any) string {
	types, _ := discord.EnumNamed("message_component_types")
	kind, _ := Object{"type": value}.Number("type")
	return types.NameOf(kind)
}

// Place writes the path of a finding, such as "embeds[0].title". Indices count from base.
func (f *Finding) Place(base int) string {
	var place strings.Builder
	for _, key := range f.Path {
		i := indexOf(key)
		switch {
		case i >= 0:
			fmt.Fprintf(&place, "[%d]", i+base)
		case place.Len() > 0:
			place.WriteString("." + key)
		default:
			place.WriteString(key)
		}
	}
	return place.String()
}
