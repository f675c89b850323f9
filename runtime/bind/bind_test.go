package bind

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	"pgregory.net/rapid"
)

// TestCalls is the table of what a call may look like, and what is said of one
// that is wrong.
func TestCalls(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"return ch:send('hi')", "general hi [] false <nil> [content]"},
		{"return ch:send{content = 'hi'}", "general hi [] false <nil> [content]"},
		{"return ch:send('hi', {files = {'a', 'b'}, tts = true})", "general hi [a b] true <nil> [content files tts]"},
		{"return ch:send{tts = true}", "general  [] true <nil> [tts]"},
		{"return ch:send(5)", "general 5 [] false <nil> [content]"},
		{"return ch:send(nil, {tts = true})", "general  [] true <nil> [tts]"},
		{"return ch:send('hi', nil)", "general hi [] false <nil> [content]"},
		{"return ch:send('hi', {flags = null})", "general hi [] false {} [content flags]"},
		{"return ch:messages()", "50 "},
		{"return ch:messages(5)", "5 "},
		{"return ch:messages{limit = 5, before = 'x'}", "5 x"},
		{"return ch:messages(5, {before = 'x'})", "5 x"},
		{"return ch:message('7')", "7"},
		{"local n = 0 for i in ch:count() do n = n + i end return n", "6"},
		{"return ch(1)", "called 1"},
		{"return ch:on('a', print)", "a false true"},
		{"return ch:on('a', {once = true}, print)", "a true true"},
		{"return ch:on('a', print, {once = true})", "a true true"},
		{"return ch:on{event = 'a', fn = print}", "a false true"},

		{"ch:send('hi', {file = {}})", "! t:1: Channel:send: unknown option 'file', did you mean 'files'?"},
		{"ch:send{zzz = 1}", "! t:1: Channel:send: unknown option 'zzz'; known are content, files, flags, tts"},
		{"ch:send('hi', {content = 'x'})", "! t:1: Channel:send: content is given twice"},
		{"ch:send('hi', {'a'})", "! t:1: Channel:send: options need names, as in Channel:send([content], {files=, tts=, flags=}); got a value without one: string \"a\""},
		{"ch:send(true)", "! t:1: Channel:send: content: expected a string, got true"},
		{"ch:send('hi', {files = 'a'})", "! t:1: Channel:send: files: expected a list of string, got string \"a\""},
		{"ch:send('hi', {files = {'a', {}}})", "! t:1: Channel:send: files[2]: expected a string, got a table"},
		{"ch:on('a', {onec = true}, print)", "! t:1: Channel:on: unknown option 'onec', did you mean 'once'?"},
		{"ch:on('a', {once = true})", "! t:1: Channel:on: fn is required: Channel:on(event, {once=}, fn)"},
		{"ch:on('a', {once = true}, print, 5)", "! t:1: Channel:on: fn: expected a function, got a table"},
		{"ch:send('a', 'b')", "! t:1: Channel:send: takes 1 argument, got 2: Channel:send([content], {files=, tts=, flags=})"},
		{"ch:messages(1.5)", "! t:1: Channel:messages: limit: expected an integer, got number 1.5"},
		{"ch:messages(2^60)", "! t:1: Channel:messages: limit: expected an integer, got number 1.152921504606847e+18"},
		{"return ch:compare(nil, nil)", "nil nil "},
		{"return ch:compare(1, nil, 'x')", "1 nil x"},
		{"ch:compare(nil)", "! t:1: Channel:compare: b is required: Channel:compare(a, b, [note])"},
		{"ch:message()", "! t:1: Channel:message: id is required: Channel:message(id)"},
		{"ch:message(1469779647867781141)", "! t:1: Channel:message: id: expected an id, got number 1.469779647867781e+18; quote it: \"…\""},
		{"ch.send('hi')", "! t:1: Channel.send: call it with a colon, channel:send([content], {files=, tts=, flags=})"},
		{"ch.send()", "! t:1: Channel.send: call it with a colon, channel:send([content], {files=, tts=, flags=})"},
		{"ch.send(gld, 'hi')", "! t:1: Channel:send: expected a Channel before the colon, got a Guild"},
		{"ch:fail()", "! Status(403)"},
		{"local ok, e = pcall(ch.fail, ch) return e.code", "403"},
		{"ch:wrong()", "! t:1: it is wrong"},
		{"ch:panics()", "! t:1: Channel:panics: internal error: oh (please report it; the debug log has the details)"},
		{"return th:archive(), th:send('hi')", "archived thread hi [] false <nil> [content]"},
		{"ch:archive()", "! t:1: attempt to call a non-function object"},

		{"return dc:message('7'), dc.message('7')", "7 7"},
		{"return dc.messages{limit = 1}", "1 "},
		{"return dc.send('a')", "single a [] false <nil> [content]"},
	} {
		r, _ := newTestRegistry(t)
		r.L.SetGlobal("null", r.Null())
		if got := eval(t, r, test.source); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
}

func TestObjects(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"return ch.name, ch.topic, ch.nothing, ch[1]", "general talk nil nil"},
		{"return type(ch.send)", "function"},
		{"ch.name = 'new' return ch.name", "new"},
		{"ch.color = 5 return ch.color", "5"},
		{"ch.url = 'x'", "! t:1: Channel.url is read-only"},
		{"gld.x = 1", "! t:1: Guild.x cannot be set"},
		{"return ch.broken", "! t:1: Channel.broken: cannot be read"},
		{"return ch == ch, ch == th, ch == gld, dc == dc", "true false false true"},
		{"return #ch", "7"},
		{"return tostring(ch), tostring(gld), tostring(th)", "Channel general Guild g Channel thread"},
		{"local t = {} for k, v in pairs(ch) do if k ~= 'broken' then t[#t + 1] = k end end return #t", "! t:1: Channel.broken: cannot be read"},
		{"local t = {} for k, v in pairs({b = 1, 5}) do t[#t + 1] = k end return t[1], t[2]", "1 b"},
	} {
		r, _ := newTestRegistry(t)
		if got := eval(t, r, test.source); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
}

func TestModules(t *testing.T) {
	r, _ := newTestRegistry(t)
	calls := 0
	echo := func(c *Call) (any, error) { return c.Lua("x"), nil }
	x := []Param{{Name: "x", Type: Any}}
	r.AddModule(Module{Name: "mod", Doc: "A module.", Global: true,
		Funcs:  []Func{{Name: "echo", Params: x, Call: echo}},
		Fields: []Field{{Name: "pi", Value: 3}, {Name: "calls", Get: func(any) (any, error) { calls++; return calls, nil }}}})
	r.AddModule(Module{Name: "single", Global: true, Singleton: true, Funcs: []Func{{Name: "echo", Params: x, Call: echo}}})
	r.AddModule(Module{Name: "api", Global: true,
		Lookup: func(name string) (Func, bool) {
			calls++
			return Func{Name: name, Params: x, Call: echo}, name == "get_user"
		},
		Names: func() []string { return []string{"get_user"} }})
	for _, test := range []struct{ source, want string }{
		{"return mod.echo(1), mod.pi, mod.calls, mod.calls", "1 3 1 2"},
		{"return mod:echo(1)", "! t:1: mod.echo: call it with a dot, mod.echo([x])"},
		{"return mod.echo(mod) == mod", "true"},
		{"mod.calls = 1", "! t:1: mod.calls is read-only"},
		{"mod.own = 1 return mod.own", "1"},
		{"return single:echo(1), single.echo(1)", "1 1"},
		{"return api.get_user(5), api.get_user(6)", "5 6"},
		{"return api.get_usr()", "! t:1: api: unknown function 'get_usr', did you mean 'get_user'?"},
	} {
		if got := eval(t, r, test.source); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
	if calls != 4 { // two reads of mod.calls, a function made once, a wrong name
		t.Errorf("%d calls", calls)
	}
}

func TestTypes(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	number := func(n float64) lua.LValue { return lua.LNumber(n) }
	for _, test := range []struct {
		typ  Type
		in   lua.LValue
		want any // a string that starts with "! " is an error
	}{
		{Integer, number(1 << 53), 1 << 53},
		{Integer, number(-3), -3},
		{Integer, number(math.NaN()), "! expected an integer, got number NaN"},
		{Integer, number(math.Inf(1)), "! expected an integer, got number +Inf"},
		{Integer, lua.LString("5"), `! expected an integer, got string "5"`},
		{Number, number(0.5), 0.5},
		{Boolean, lua.LTrue, true},
		{Boolean, number(1), "! expected true or false, got number 1"},
		{String, number(1.5), "1.5"},
		{String, lua.LTrue, "! expected a string, got true"},
		{Duration, number(1.5), 1500 * time.Millisecond},
		{Duration, lua.LString("1h30m"), 90 * time.Minute},
		{Duration, lua.LString("1w2d"), 9 * 24 * time.Hour},
		{Duration, lua.LString("1.5d12h"), 48 * time.Hour},
		{Duration, lua.LString("d"), `! expected a duration (seconds, or a text like "1h30m"), got string "d"`},
		{Duration, lua.LString("soon"), `! expected a duration (seconds, or a text like "1h30m"), got string "soon"`},
		{Duration, number(1e300), `! expected a duration (seconds, or a text like "1h30m"), got number 1e+300`},
		{Duration, number(-1), "! expected a duration of zero or more, got number -1"},
		{OneOf("asc", "desc"), lua.LString("asc"), "asc"},
		{OneOf("asc", "desc"), lua.LString("dsc"), `! expected one of "asc", "desc", got string "dsc"; did you mean "desc"?`},
		{OneOf("asc", "desc"), number(1), `! expected one of "asc", "desc", got number 1`},
		{Either(Integer, String), lua.LString("x"), "x"},
		{Either(Integer, Boolean), lua.LString("x"), `! expected integer or boolean, got string "x"`},
		{String, lua.LString(strings.Repeat("é", 50)), strings.Repeat("é", 50)},
		{Integer, lua.LString(strings.Repeat("é", 50)), `! expected an integer, got string "` + strings.Repeat("é", 20) + `…"`},
	} {
		got, err := test.typ.From(L, test.in)
		if err != nil {
			got = "! " + err.Error()
		}
		if got != test.want {
			t.Errorf("%s from %v: got %v, want %v", test.typ.Name, test.in, got, test.want)
		}
	}
}

// A class can walk what it holds in pairs; the names of its fields are strings, or integers that stand for their digits.
func TestPairsAndNamesOfAClass(t *testing.T) {
	r, _ := newTestRegistry(t)
	fields := map[string]lua.LValue{}
	r.AddClass(Class{
		Name:     "Shelf",
		Index:    func(_ any, key string) (any, bool, error) { v, ok := fields[key]; return v, ok, nil },
		NewIndex: func(_ any, key string, v lua.LValue) error { fields[key] = v; return nil },
		Len:      func(any) int { r.Raise(errors.New("nobody counts")); return 0 },
		Pairs: func(any) Iterator {
			n := 0
			return func(*Call) (any, error) {
				if n++; n > 2 {
					return nil, nil
				}
				return Values{n, n * n}, nil
			}
		},
	})
	r.L.SetGlobal("shelf", r.Wrap("Shelf", nil))
	for _, test := range []struct{ source, want string }{
		{"local t = {} for k, v in pairs(shelf) do t[#t + 1] = k .. '=' .. v end return table.concat(t, ' ')", "1=1 2=4"},
		{"shelf[5] = 'five' return shelf[5], shelf['5'], shelf[5.5], shelf[{}]", "five five nil nil"},
		{"shelf[1469779647867781141] = 1", "! t:1: Shelf: the name of a field is a string; got number 1.469779647867781e+18"},
		{"shelf[{}] = 1", "! t:1: Shelf: the name of a field is a string; got a table"},
		{"return #shelf", "! t:1: nobody counts"},
	} {
		if got := eval(t, r, test.source); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
}

func TestToLua(t *testing.T) {
	r, _ := newTestRegistry(t)
	type kind string
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "nil"},
		{int64(1 << 60), "1152921504606846976"},
		{uint64(math.MaxUint64), "18446744073709551615"},
		{uint8(3), "3"},
		{float32(0.5), "0.5"},
		{kind("x"), "x"},
		{[]byte("bytes"), "bytes"},
		{Null, "null"},
		{90 * time.Second, "90"},
		{(*int)(nil), "nil"},
		{&status{500}, "Status(500)"},
	} {
		if got := r.L.ToStringMeta(r.ToLua(test.value)).String(); got != test.want {
			t.Errorf("%#v: got %s, want %s", test.value, got, test.want)
		}
	}
	r.L.SetGlobal("v", r.ToLua(map[string]any{"list": []string{"a", "b"}, "n": 1}))
	if got := eval(t, r, "return v.n, #v.list, v.list[2]"); got != "1 2 b" {
		t.Errorf("a nested value is %s", got)
	}
	if _, text := r.ToLua(int64(1 << 60)).(lua.LString); !text {
		t.Error("a large integer must be a string")
	}
}

func TestHelp(t *testing.T) {
	r, _ := newTestRegistry(t)
	want := `Channel:send([content], {files=, tts=, flags=}) -> Message
Sends a message. It may carry files.

  content  string: the text
  files    list of string
  tts      boolean
  flags    integer|null

Example:
  ch:send('hi')
`
	for _, name := range []string{"Channel:send", "Channel.send"} {
		if got, ok := r.HelpFor(name); !ok || got != want {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
	if got, ok := r.Help(r.L.GetField(r.L.GetGlobal("ch"), "send")); !ok || got != want {
		t.Errorf("of the function: got\n%s", got)
	}
	got, ok := r.Help(r.L.GetGlobal("th"))
	for _, part := range []string{"Thread\nA thread.\n", "  :archive()", "From Channel:\n", "Sends a message\n", "  .name"} {
		if !ok || !strings.Contains(got, part) {
			t.Errorf("the help of a thread lacks %q:\n%s", part, got)
		}
	}
	if got, ok := r.HelpFor("Channel.name"); !ok || got != "Channel.name: string\nIts name.\n" {
		t.Errorf("of a field: got %q", got)
	}
	for _, name := range []string{"Nothing", "Channel:nothing", "Nothing:send"} {
		if got, ok := r.HelpFor(name); ok {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestMembers(t *testing.T) {
	r, _ := newTestRegistry(t)
	var names []string
	for _, m := range r.Members(r.L.GetGlobal("ch")) {
		names = append(names, string(m.Kind)+" "+m.Name)
	}
	want := []string{"field broken", "method compare", "method count", "method fail", "method message", "method messages", "field name",
		"method on", "method panics", "method send", "field topic", "field url", "method wrong"}
	if !slices.Equal(names, want) {
		t.Errorf("got %v", names)
	}
	DescribeLua(r)
	for _, v := range []lua.LValue{r.L.GetGlobal("string"), lua.LString("x")} {
		members := r.Members(v)
		if i := slices.IndexFunc(members, func(m Member) bool { return m.Name == "upper" }); i < 0 || members[i].Doc == "" {
			t.Errorf("upper is not among %v", members)
		}
	}
	f, name, ok := r.Declaration(r.L.GetField(r.L.GetGlobal("ch"), "send"))
	if !ok || name != "Channel:send" || len(f.Params) != 4 {
		t.Errorf("the declaration is %v %q", f, name)
	}
}

func TestUndeclared(t *testing.T) {
	r, _ := newTestRegistry(t)
	r.L.SetGlobal("t", r.ToLua(map[string]any{"inner": func(*lua.LState) int { return 0 }}))
	if got := r.Undeclared(); !slices.Contains(got, "_G.t.inner") || slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "Channel") }) {
		t.Errorf("got %v", got)
	}
}

// A method of one class on an object of another, a wrong count, a wrong type:
// whatever is passed, the error names the function.
func TestAnyArguments(t *testing.T) {
	r, _ := newTestRegistry(t)
	values := []string{"nil", "1", "1.5", "'x'", "true", "{}", "{limit = 1}", "{1}", "{before = 5}", "ch", "gld", "print"}
	rapid.Check(t, func(t *rapid.T) {
		args := strings.Join(rapid.SliceOfN(rapid.SampledFrom(values), 0, 4).Draw(t, "args"), ", ")
		method := rapid.SampledFrom([]string{"send", "messages", "message"}).Draw(t, "method")
		for _, call := range []string{"ch:" + method + "(" + args + ")", "ch." + method + "(" + args + ")"} {
			fn, err := r.L.LoadString(call)
			if err != nil {
				t.Fatal(err)
			}
			r.L.Push(fn)
			err = r.L.PCall(0, 0, nil)
			if err == nil {
				continue
			}
			text := err.(*lua.ApiError).Object.String()
			if !strings.HasPrefix(text, "<string>:1: Channel"+":"+method+": ") && !strings.HasPrefix(text, "<string>:1: Channel."+method+": ") {
				t.Fatalf("%s: %s", call, text)
			}
			if strings.Contains(text, "internal error") {
				t.Fatalf("%s: %s", call, text)
			}
		}
	})
}
