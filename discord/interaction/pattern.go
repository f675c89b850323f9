package interaction

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxCustomID is the length of the longest custom_id, in characters.
const maxCustomID = 100

// Pattern describes custom_ids, such as "vote:{id}". A placeholder stands for one or more characters. It ends where the text after
// it first occurs, and the last one takes what is left. Patterns let components outlive a restart: what a click means is in the
// custom_id, not in memory.
type Pattern struct {
	text  string
	parts []part
}

// part is a placeholder with the literal text after it. The first part of a pattern has no placeholder.
type part struct {
	name    string
	literal string
}

// PatternError says what is wrong with the text of a pattern.
type PatternError struct {
	Pattern string
	Reason  string
}

func (e *PatternError) Error() string { return fmt.Sprintf("pattern %q: %s", e.Pattern, e.Reason) }

var placeholderName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// ParsePattern reads a pattern. Its error is a *PatternError.
func ParsePattern(text string) (*Pattern, error) {
	fail := func(format string, args ...any) (*Pattern, error) {
		return nil, &PatternError{text, fmt.Sprintf(format, args...)}
	}
	if text == "" {
		return fail("is empty; a custom_id has at least one character")
	}
	p := &Pattern{text: text}
	literal, rest, more := strings.Cut(text, "{")
	p.parts = append(p.parts, part{literal: literal})
	for more {
		var inner string
		var closed bool
		inner, rest, closed = strings.Cut(rest, "}")
		switch {
		case !closed:
			return fail("the brace before %q is not closed", inner)
		case !placeholderName.MatchString(inner):
			return fail("{%s}: a placeholder needs a name of letters, digits and underscores", inner)
		case slices.Contains(p.Names(), inner):
			return fail("{%s} stands there twice", inner)
		case len(p.parts) > 1 && literal == "":
			return fail("between {%s} and {%s} there must be some text that ends the first", p.parts[len(p.parts)-1].name, inner)
		}
		literal, rest, more = strings.Cut(rest, "{")
		p.parts = append(p.parts, part{inner, literal})
	}
	if slices.ContainsFunc(p.parts, func(p part) bool { return strings.Contains(p.literal, "}") }) {
		return fail("a closing brace has no opening one")
	}
	if shortest := p.literals() + len(p.parts) - 1; shortest > maxCustomID {
		return fail("matches nothing: a custom_id has at most %d characters, and this needs %d", maxCustomID, shortest)
	}
	return p, nil
}

// String is the pattern as it was written.
func (p *Pattern) String() string { return p.text }

// Names lists the placeholders in their order.
func (p *Pattern) Names() []string {
	var names []string
	for _, part := range p.parts[1:] {
		names = append(names, part.name)
	}
	return names
}

// Shape is the pattern without the placeholders' names. Patterns of one shape match the same custom_ids.
func (p *Pattern) Shape() string {
	var b strings.Builder
	b.WriteString(p.parts[0].literal)
	for _, part := range p.parts[1:] {
		b.WriteString("{}" + part.literal)
	}
	return b.String()
}

// Match gives what stands in the places of the placeholders, in their order, and whether the custom_id is one of the pattern's.
func (p *Pattern) Match(customID string) (values []string, ok bool) {
	rest, ok := strings.CutPrefix(customID, p.parts[0].literal)
	for i, part := range p.parts[1:] {
		if !ok || rest == "" {
			return nil, false
		}
		var value string
		if last := i == len(p.parts)-2; last {
			value, ok = strings.CutSuffix(rest, part.literal)
			rest = ""
			ok = ok && value != ""
		} else {
			value, rest, ok = cutAfterFirst(rest, part.literal)
		}
		values = append(values, value)
	}
	return values, ok && rest == ""
}

// cutAfterFirst is strings.Cut for a separator that has at least one character before it.
func cutAfterFirst(s, separator string) (before, after string, found bool) {
	_, size := utf8.DecodeRuneInString(s)
	before, after, found = strings.Cut(s[size:], separator)
	return s[:size] + before, after, found
}

// literals counts the characters that are not in placeholders.
func (p *Pattern) literals() int {
	n := 0
	for _, part := range p.parts {
		n += utf8.RuneCountInString(part.literal)
	}
	return n
}

// compare orders patterns by how specific they are: more literal text first, then fewer placeholders, then by the shape's text.
func (p *Pattern) compare(q *Pattern) int {
	return cmp.Or(
		cmp.Compare(q.literals(), p.literals()),
		cmp.Compare(len(p.parts), len(q.parts)),
		strings.Compare(p.Shape(), q.Shape()),
	)
}

// Routes finds what belongs to a custom_id. The zero value has no routes. It is not safe for concurrent use.
type Routes[T any] struct {
	routes []route[T] // the most specific first
}

type route[T any] struct {
	pattern *Pattern
	to      T
}

// Set adds a route. It takes the place of one whose pattern has the same shape.
func (r *Routes[T]) Set(p *Pattern, to T) {
	i, found := slices.BinarySearchFunc(r.routes, p, func(have route[T], p *Pattern) int { return have.pattern.compare(p) })
	if found {
		r.routes[i] = route[T]{p, to}
		return
	}
	r.routes = slices.Insert(r.routes, i, route[T]{p, to})
}

// Find gives what belongs to the most specific pattern that a custom_id matches, and what stands in the pattern's placeholders. A
// pattern with more literal text is more specific, so one without placeholders wins over all others.
func (r *Routes[T]) Find(customID string) (to T, values []string, ok bool) {
	for _, route := range r.routes {
		if values, ok := route.pattern.Match(customID); ok {
			return route.to, values, true
		}
	}
	return to, nil, false
}

// Len is the number of routes.
func (r *Routes[T]) Len() int { return len(r.routes) }

// Delete removes the routes to what fits.
func (r *Routes[T]) Delete(fits func(to T) bool) {
	r.routes = slices.DeleteFunc(r.routes, func(route route[T]) bool { return fits(route.to) })
}
