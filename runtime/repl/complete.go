package repl

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime/bind"
)

// Candidate is one way to complete a line.
type Candidate struct {
	Text string          `json:"text"` // what the word becomes
	Kind bind.MemberKind `json:"kind,omitempty"`
}

// label is what the list of candidates shows.
func (c Candidate) label() string {
	if c.Kind == bind.MethodMember || c.Kind == bind.FunctionMember {
		return c.Text + "()"
	}
	return c.Text
}

// Completion is what can stand at the end of a line.
type Completion struct {
	Start      int         `json:"start"` // byte offset at which the word begins
	Candidates []Candidate `json:"candidates,omitempty"`
}

// maxCandidates bounds the list; a directory may hold any number of files.
const maxCandidates = 500

var keywords = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true, "false": true,
	"for": true, "function": true, "goto": true, "if": true, "in": true, "local": true, "nil": true, "not": true,
	"or": true, "repeat": true, "return": true, "then": true, "true": true, "until": true, "while": true,
}

// complete finds what can stand at the end of source.
func (r *resolver) complete(source string) Completion {
	tokens := scan(source)
	word, start := "", len(source)
	if n := len(tokens); n > 0 && tokens[n-1].end == len(source) {
		switch last := tokens[n-1]; last.kind {
		case openStringToken:
			if choices := r.choices(tokens[:n-1]); len(choices) > 0 {
				return completeChoice(choices, last)
			}
			return completeFile(last.text, last.start)
		case nameToken:
			word, start, tokens = last.text, last.start, tokens[:n-1]
		case numberToken, openCommentToken:
			return Completion{Start: start}
		}
	}
	found := Completion{Start: start}
	for _, c := range r.candidates(tokens) {
		hidden := strings.HasPrefix(c.Text, "_") && !strings.HasPrefix(word, "_")
		if strings.HasPrefix(c.Text, word) && !hidden {
			found.Candidates = append(found.Candidates, c)
		}
	}
	return found.tidy()
}

// candidates lists what can follow tokens.
func (r *resolver) candidates(tokens []token) []Candidate {
	if n := len(tokens); n > 0 && (tokens[n-1].is(".") || tokens[n-1].is(":")) {
		owner, ok := r.resolve(tokens[:n-1])
		if !ok {
			return nil
		}
		return memberCandidates(r.members(owner), tokens[n-1].is(":"))
	}
	if options := r.options(tokens); options != nil {
		return options
	}
	return r.variables()
}

func memberCandidates(members []bind.Member, callable bool) []Candidate {
	var found []Candidate
	for _, m := range members {
		if !callable || m.Kind != bind.FieldMember {
			found = append(found, Candidate{m.Name, m.Kind})
		}
	}
	return found
}

// options lists the options of the call whose options table is being written:
// after f{ or f(x, { or a comma in such a table.
func (r *resolver) options(tokens []token) []Candidate {
	open := enclosingBracket(tokens)
	if open < 0 || !tokens[open].is("{") {
		return nil
	}
	if last := tokens[len(tokens)-1]; !last.is("{") && !last.is(",") && !last.is(";") {
		return nil
	}
	decl, ok := r.callOfTable(tokens[:open])
	if !ok {
		return nil
	}
	var found []Candidate
	for _, p := range decl.Params {
		if !p.Rest {
			found = append(found, Candidate{Text: p.Name + "="})
		}
	}
	return found
}

// callOfTable gives the function whose options table begins after tokens: f{
// or f(x, {.
func (r *resolver) callOfTable(callee []token) (bind.Func, bool) {
	if n := len(callee); n > 0 && (callee[n-1].is("(") || callee[n-1].is(",")) {
		call := enclosingBracket(callee)
		if call < 0 || !callee[call].is("(") {
			return bind.Func{}, false
		}
		callee = callee[:call]
	}
	return r.declaration(callee)
}

// choices lists what a string can be that begins after tokens, when it is an
// argument whose type has choices: f("…, f{name="…, f{"…, f(x, {name="….
func (r *resolver) choices(tokens []token) []string {
	open := enclosingBracket(tokens)
	if open < 0 {
		return nil
	}
	inside := tokens[open+1:]
	if tokens[open].is("(") {
		decl, ok := r.declaration(tokens[:open])
		return choicesOf(decl, ok, argumentAt(inside))
	}
	decl, ok := r.callOfTable(tokens[:open])
	if n := len(inside); n > 1 && inside[n-1].is("=") && inside[n-2].kind == nameToken {
		named := func(p bind.Param) bool { return p.Name == inside[n-2].text }
		return choicesOf(decl, ok, slices.IndexFunc(decl.Params, named))
	}
	return choicesOf(decl, ok, 0) // an element of a list that is the first argument
}

// argumentAt is the number of the argument that follows tokens, from 0.
func argumentAt(tokens []token) int {
	n, depth := 0, 0
	for _, t := range tokens {
		switch {
		case t.is("(") || t.is("{") || t.is("["):
			depth++
		case t.is(")") || t.is("}") || t.is("]"):
			depth--
		case t.is(",") && depth == 0:
			n++
		}
	}
	return n
}

func choicesOf(decl bind.Func, ok bool, param int) []string {
	if !ok || param < 0 || param >= len(decl.Params) {
		return nil
	}
	return decl.Params[param].Type.Choices
}

// completeChoice completes one of the texts that an argument can be.
func completeChoice(choices []string, word token) Completion {
	found := Completion{Start: word.start}
	for _, choice := range choices {
		if strings.HasPrefix(choice, word.text) {
			found.Candidates = append(found.Candidates, Candidate{Text: choice})
		}
	}
	return found.tidy()
}

// variables lists the session's variables, the globals and Lua's keywords.
func (r *resolver) variables() []Candidate {
	var found []Candidate
	add := func(name string, v lua.LValue) {
		c := Candidate{Text: name}
		if v.Type() == lua.LTFunction {
			c.Kind = bind.FunctionMember
		}
		found = append(found, c)
	}
	for _, name := range r.session.names() {
		add(name, r.session.value(r.L, name))
	}
	r.L.Env.ForEach(func(key, v lua.LValue) { add(key.String(), v) })
	for word := range keywords {
		found = append(found, Candidate{Text: word})
	}
	return found
}

// completeFile completes the path that a string begins with.
func completeFile(path string, start int) Completion {
	dir, word := filepath.Split(path)
	found := Completion{Start: start + len(dir)}
	entries, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return found
	}
	for _, entry := range entries {
		name := entry.Name()
		hidden := strings.HasPrefix(name, ".") && !strings.HasPrefix(word, ".")
		if !strings.HasPrefix(name, word) || hidden {
			continue
		}
		if entry.IsDir() {
			name += "/"
		}
		found.Candidates = append(found.Candidates, Candidate{Text: name})
	}
	return found.tidy()
}

// tidy sorts the candidates and drops those that are there twice.
func (c Completion) tidy() Completion {
	slices.SortStableFunc(c.Candidates, func(a, b Candidate) int { return strings.Compare(a.Text, b.Text) })
	c.Candidates = slices.CompactFunc(c.Candidates, func(a, b Candidate) bool { return a.Text == b.Text })
	c.Candidates = c.Candidates[:min(len(c.Candidates), maxCandidates)]
	return c
}

// common returns the longest beginning that all candidates share.
func (c Completion) common() string {
	if len(c.Candidates) == 0 {
		return ""
	}
	first, last := c.Candidates[0].Text, c.Candidates[len(c.Candidates)-1].Text
	n := 0
	for n < len(first) && n < len(last) && first[n] == last[n] {
		n++
	}
	return strings.ToValidUTF8(first[:n], "")
}

// isArgument reports whether head ends inside the parentheses of a call, where
// a method may be meant itself: help(ch.send), pcall(ch.send, ch).
func isArgument(head string) bool {
	tokens := scan(head)
	open := enclosingBracket(tokens)
	return open > 0 && tokens[open].is("(")
}

// apply returns the line after completion, and whether it changed. Methods
// that were written with a dot get their colon, except among arguments.
func (c Completion) apply(line string) (string, bool) {
	word := c.common()
	if word == "" {
		return line, false
	}
	head := line[:c.Start]
	field := func(c Candidate) bool { return c.Kind != bind.MethodMember }
	if owner, ok := strings.CutSuffix(head, "."); ok && !slices.ContainsFunc(c.Candidates, field) && !isArgument(head) {
		head = owner + ":"
	}
	completed := head + word
	return completed, completed != line
}
