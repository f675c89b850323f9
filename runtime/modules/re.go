package modules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// regexes is the module re of one host.
type regexes struct {
	host     *runtime.Host
	patterns cache[*regexp.Regexp]
}

func installRE(host *runtime.Host) {
	m := &regexes{host: host}
	r := host.Registry()
	pattern := bind.Param{Name: "pattern", Type: m.pattern(), Required: true, Doc: "an expression of RE2, best in [[…]], or what re.compile has made"}
	functions := m.functions()
	r.AddClass(bind.Class{
		Name: "Regex", Doc: "A compiled regular expression.", Methods: functions,
		Fields: []bind.Field{
			{Name: "pattern", Type: "string", Doc: "The expression.", Get: func(self any) (any, error) { return self.(*regexp.Regexp).String(), nil }},
			{Name: "groups", Type: "integer", Doc: "The number of groups.", Get: func(self any) (any, error) { return self.(*regexp.Regexp).NumSubexp(), nil }},
		},
		ToString: func(self any) string { return fmt.Sprintf("Regex(%q)", self.(*regexp.Regexp).String()) },
		Eq:       func(a, b any) bool { return a.(*regexp.Regexp).String() == b.(*regexp.Regexp).String() },
	})
	module := bind.Module{
		Name: "re", Doc: "Regular expressions (RE2): groups, names, alternatives; time grows with the text only, whatever the pattern.", Global: true,
		Funcs: []bind.Func{
			{
				Name: "compile", Doc: "Makes an object of a pattern, which has all of these functions as methods.", Params: []bind.Param{pattern},
				Returns: "Regex", Example: "local date = re.compile([[(?P<year>\\d{4})-(?P<month>\\d\\d)]])\nprint(date:match(\"2026-02\").year)",
				Call: func(c *bind.Call) (any, error) {
					return r.Wrap("Regex", bind.Get[*regexp.Regexp](c, "pattern")), nil
				},
			},
			{
				Name: "escape", Doc: "Writes a text as a pattern that fits just this text.", Params: []bind.Param{{Name: "text", Type: bind.String, Required: true}},
				Returns: "string", Example: `re.find(re.escape("1+1"), "what is 1+1?")`,
				Call: func(c *bind.Call) (any, error) { return regexp.QuoteMeta(c.String("text")), nil },
			},
		},
	}
	for _, f := range functions {
		f.Params = append([]bind.Param{pattern}, f.Params...)
		module.Funcs = append(module.Funcs, f)
	}
	r.AddModule(module)
}

// functions are what a pattern can be used for: methods of a Regex, and with
// the pattern in front functions of the module.
func (m *regexes) functions() []bind.Func {
	text := bind.Param{Name: "text", Type: bind.String, Required: true}
	limit := bind.Param{Name: "limit", Type: bind.Integer, Named: true, Default: -1, Doc: "how many at most"}
	replace := bind.Func{
		Name: "replace", Doc: "Replaces what fits. In a template $1 and ${name} stand for groups, $0 for all, $$ for a dollar; a function gets the match, and false or nil keeps it.",
		Params:  []bind.Param{text, {Name: "with", Type: bind.Either(bind.Function, bind.String), Required: true, Doc: "a template or a function"}, limit},
		Returns: "the text, the number of replacements", Example: `re.replace([[(\w+)@(\w+)]], "ann@home", "$2: $1")   -- "home: ann", 1`,
		Call: m.replace,
	}
	gsub := replace
	gsub.Name, gsub.Doc, gsub.Example = "gsub", "Is replace, by the name that Lua has for it.", ""
	return []bind.Func{
		{
			Name: "test", Doc: "Whether the pattern fits anywhere in the text.", Params: []bind.Param{text}, Returns: "boolean",
			Example: `re.test([[(?i)^hello\b]], "Hello there")   -- true`,
			Call: func(c *bind.Call) (any, error) {
				ok := false
				err := heavy(c, len(c.String("text")), func() error { ok = regexOf(c).MatchString(c.String("text")); return nil })
				return ok, err
			},
		},
		{
			Name: "match", Doc: "The first match: a table with all of it at 0, the groups by number and by name. A group that took no part is nil.",
			Params: []bind.Param{text}, Returns: "table or nil", Example: `local m = re.match([[(?P<key>\w+)=(\w+)]], "a=1")   -- m[0] "a=1", m.key "a", m[2] "1"`,
			Call: func(c *bind.Call) (any, error) {
				all, err := findAll(c, 1)
				if len(all) == 0 {
					return nil, err
				}
				return matchTable(c, all[0]), nil
			},
		},
		{
			Name: "find", Doc: "Where the first match begins and ends, in bytes as string.find counts them, and the match.",
			Params: []bind.Param{text}, Returns: "first, last, match", Example: `local first, last = re.find([[\d+]], "abc 123")   -- 5, 7`,
			Call: func(c *bind.Call) (any, error) {
				all, err := findAll(c, 1)
				if len(all) == 0 {
					return nil, err
				}
				return bind.Values{all[0][0] + 1, all[0][1], matchTable(c, all[0])}, nil
			},
		},
		{
			Name: "find_all", Doc: "All matches.", Params: []bind.Param{text, limit}, Returns: "list of matches",
			Example: `#re.find_all([[\w+]], "one two")   -- 2`,
			Call: func(c *bind.Call) (any, error) {
				all, err := findAll(c, c.Int("limit"))
				list := c.L.CreateTable(len(all), 0)
				for _, at := range all {
					list.Append(matchTable(c, at))
				}
				return list, err
			},
		},
		{
			Name: "gmatch", Doc: "Walks all matches: the match, and where it begins and ends.", Params: []bind.Param{text}, Returns: "iterator",
			Example: "for m in re.gmatch([[(\\w+)=(\\w+)]], \"a=1 b=2\") do print(m[1], m[2]) end",
			Call:    gmatch,
		},
		replace, gsub,
		{
			Name: "split", Doc: "Cuts the text where the pattern fits.", Params: []bind.Param{text, {Name: "limit", Type: bind.Integer, Named: true, Default: -1, Doc: "how many parts at most"}},
			Returns: "list of string", Example: `re.split([[\s*,\s*]], "a , b,c")   -- {"a", "b", "c"}`,
			Call: func(c *bind.Call) (any, error) {
				parts := []string{}
				err := heavy(c, len(c.String("text")), func() error {
					parts = append(parts, regexOf(c).Split(c.String("text"), c.Int("limit"))...)
					return nil
				})
				return parts, err
			},
		},
	}
}

// pattern is the type of parameters that take a text or a Regex. In Go it is a
// *regexp.Regexp.
func (m *regexes) pattern() bind.Type {
	return bind.Type{Name: "pattern", From: func(_ *lua.LState, v lua.LValue) (any, error) {
		if ud, ok := v.(*lua.LUserData); ok {
			if regex, ok := ud.Value.(*regexp.Regexp); ok {
				return regex, nil
			}
		}
		text, ok := v.(lua.LString)
		if !ok {
			return nil, bind.Expected("a pattern", v)
		}
		return m.patterns.get(string(text), compileRegex)
	}}
}

func compileRegex(pattern string) (*regexp.Regexp, error) {
	regex, err := regexp.Compile(pattern)
	if err == nil {
		return regex, nil
	}
	bad, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return nil, err
	}
	reason := fmt.Sprintf("%s: `%s`", bad.Code, clip(bad.Expr))
	switch bad.Code {
	case syntax.ErrInvalidPerlOp, syntax.ErrInvalidEscape:
		reason += "; RE2 has no look-around and no back-references"
	case syntax.ErrInvalidRepeatSize:
		reason += "; RE2 repeats 1000 times at the most"
	}
	return nil, fmt.Errorf("bad pattern %q: %s", clip(pattern), reason)
}

// regexOf is the pattern of a call: of a function its first argument, of a
// method the object.
func regexOf(c *bind.Call) *regexp.Regexp {
	if regex, ok := c.Self.(*regexp.Regexp); ok {
		return regex
	}
	return bind.Get[*regexp.Regexp](c, "pattern")
}

// findAll finds matches, each as the places at which it and its groups begin
// and end.
func findAll(c *bind.Call, limit int) (all [][]int, err error) {
	text := c.String("text")
	err = heavy(c, len(text), func() error {
		all = regexOf(c).FindAllStringSubmatchIndex(text, limit)
		return nil
	})
	return all, err
}

// group is the text of a group, nil of Lua for one that took no part.
func group(text string, at []int, n int) lua.LValue {
	if at[2*n] < 0 {
		return lua.LNil
	}
	return lua.LString(text[at[2*n]:at[2*n+1]])
}

func matchTable(c *bind.Call, at []int) *lua.LTable {
	text := c.String("text")
	table := c.L.CreateTable(len(at)/2-1, 1)
	for n := range len(at) / 2 {
		table.RawSetInt(n, group(text, at, n))
	}
	for n, name := range regexOf(c).SubexpNames() {
		if name != "" {
			table.RawSetString(name, group(text, at, n))
		}
	}
	return table
}

func gmatch(c *bind.Call) (any, error) {
	all, err := findAll(c, -1)
	if err != nil {
		return nil, err
	}
	return bind.Iterator(func(*bind.Call) (any, error) {
		if len(all) == 0 {
			return nil, nil
		}
		at := all[0]
		all = all[1:]
		return bind.Values{matchTable(c, at), at[0] + 1, at[1]}, nil
	}), nil
}

func (m *regexes) replace(c *bind.Call) (any, error) {
	text := c.String("text")
	with := func(at []int) (string, error) { return m.callReplacer(c, at) }
	if template, ok := c.Value("with").(string); ok {
		pieces, err := replacement(template, regexOf(c))
		if err != nil {
			return nil, fail(c, err)
		}
		with = func(at []int) (string, error) { return expand(pieces, text, at), nil }
	}
	all, err := findAll(c, c.Int("limit"))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	end := 0
	for _, at := range all {
		b.WriteString(text[end:at[0]])
		part, err := with(at)
		if err != nil {
			return nil, err
		}
		b.WriteString(part)
		if end = at[1]; b.Len() > maxFile {
			return nil, fail(c, fmt.Errorf("the result would have more than %d MB", maxFile>>20))
		}
	}
	b.WriteString(text[end:])
	return bind.Values{b.String(), len(all)}, nil
}

// callReplacer asks the script's function what takes the place of a match.
func (m *regexes) callReplacer(c *bind.Call, at []int) (string, error) {
	results, err := m.host.Call(c.L, c.Func("with"), matchTable(c, at))
	if err != nil {
		return "", err
	}
	if len(results) == 0 || lua.LVIsFalse(results[0]) {
		return c.String("text")[at[0]:at[1]], nil
	}
	if !lua.LVCanConvToString(results[0]) {
		return "", fail(c, fmt.Errorf("the function must return a string, false or nil, not %s", bind.Describe(results[0])))
	}
	return results[0].String(), nil
}

// templatePiece is a text, or else a group.
type templatePiece struct {
	text  string
	group int // -1 for a text
}

// replacement reads a template such as "$2: ${name}".
func replacement(template string, regex *regexp.Regexp) ([]templatePiece, error) {
	var pieces []templatePiece
	for template != "" {
		text, rest, found := strings.Cut(template, "$")
		if text != "" {
			pieces = append(pieces, templatePiece{text, -1})
		}
		if !found {
			break
		}
		if template = strings.TrimPrefix(rest, "$"); template != rest {
			pieces = append(pieces, templatePiece{"$", -1})
			continue
		}
		name := groupName(rest)
		template = rest[len(name):]
		n := regex.SubexpIndex(strings.Trim(name, "{}"))
		if number, err := strconv.Atoi(strings.Trim(name, "{}")); err == nil && number <= regex.NumSubexp() {
			n = number
		}
		switch {
		case name == "":
			return nil, errors.New("a $ in the template stands before no group; $$ is a dollar")
		case n < 0:
			return nil, fmt.Errorf("the template has $%s, but the pattern has no such group", name)
		}
		pieces = append(pieces, templatePiece{"", n})
	}
	return pieces, nil
}

// groupForm is a group of a template: a number, a name, or either in braces.
var groupForm = regexp.MustCompile(`^(?:\d+|[A-Za-z_]\w*|\{\w+\})`)

func groupName(text string) string { return groupForm.FindString(text) }

func expand(pieces []templatePiece, text string, at []int) string {
	var b strings.Builder
	for _, piece := range pieces {
		switch {
		case piece.group < 0:
			b.WriteString(piece.text)
		case at[2*piece.group] >= 0:
			b.WriteString(text[at[2*piece.group]:at[2*piece.group+1]])
		}
	}
	return b.String()
}
