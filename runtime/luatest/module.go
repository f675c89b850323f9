package luatest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/pm"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// Parameters that several functions have.
var (
	gotParam     = bind.Param{Name: "got", Type: bind.AnyOrNil, Required: true}
	wantParam    = bind.Param{Name: "want", Type: bind.AnyOrNil, Required: true}
	otherParam   = bind.Param{Name: "other", Type: bind.AnyOrNil, Required: true}
	messageParam = bind.Param{Name: "message", Type: bind.String, Doc: "is put before the failure"}
	fnParam      = bind.Param{Name: "fn", Type: bind.Function, Required: true}
)

// module makes the table t that a test's function gets.
func (t *trial) module() *lua.LTable {
	return t.host.Registry().AddModule(bind.Module{
		Name: "t", Singleton: true, Doc: "What a test has to say what it expects. The first failure ends the test.",
		Funcs: slices.Concat(t.expectations(), t.actions(), []bind.Func{t.serving()}),
	})
}

// expectations declare the functions that compare.
func (t *trial) expectations() []bind.Func {
	return []bind.Func{
		{
			Name: "eq", Doc: "Expects two values to be equal; tables are compared by what is in them.",
			Params: []bind.Param{gotParam, wantParam, messageParam}, Example: `t.eq(reply.content, "pong")`,
			Call: func(c *bind.Call) (any, error) {
				return nil, failure(c, difference(c.L, c.Lua("got"), c.Lua("want")))
			},
		},
		{
			Name: "ne", Doc: "Expects two values to differ.", Params: []bind.Param{gotParam, otherParam, messageParam},
			Call: func(c *bind.Call) (any, error) {
				if difference(c.L, c.Lua("got"), c.Lua("other")) == "" {
					return nil, failure(c, "both are "+shown(c.L, c.Lua("got")))
				}
				return nil, nil
			},
		},
		{
			Name: "ok", Doc: "Expects a value that is neither false nor nil.", Params: []bind.Param{{Name: "value", Type: bind.Any}, messageParam},
			Returns: "the value",
			Call: func(c *bind.Call) (any, error) {
				if lua.LVIsFalse(c.Lua("value")) {
					return nil, failure(c, "got "+shown(c.L, c.Lua("value")))
				}
				return c.Lua("value"), nil
			},
		},
		{
			Name: "match", Doc: "Expects a text to fit a pattern of Lua's.", Returns: "what the pattern captures, else the whole match",
			Params:  []bind.Param{{Name: "text", Type: bind.Any}, {Name: "pattern", Type: bind.String, Required: true}, messageParam},
			Example: `local id = t.match(reply.content, "ticket (%d+)")`, Call: match,
		},
		{
			Name: "raises", Doc: "Expects a function to raise an error.", Returns: "the error",
			Params:  []bind.Param{fnParam, {Name: "error", Type: bind.Any, Doc: "a pattern of Lua's for its text, or a table of fields that it has"}},
			Example: `t.raises(function() dc:guild("1") end, {status = 404})`, Call: t.raises,
		},
	}
}

// actions declare the other functions.
func (t *trial) actions() []bind.Func {
	return []bind.Func{
		{
			Name: "eventually", Doc: "Expects a function to return something true before long, by the test's clock. It is called again whenever something has happened.",
			Params:  []bind.Param{fnParam, {Name: "timeout", Type: bind.Duration, Named: true, Default: 5 * time.Second}, {Name: "message", Type: bind.String, Named: true}},
			Returns: "what the function returns", Example: "t.eventually(function() return #channel:messages(1) == 1 end, {timeout = \"1m\"})",
			Call: t.eventually,
		},
		{
			Name: "load", Doc: "Runs a script, as cordial run does, and returns when it is ready: connected, and its commands known. It goes on until the end of the test. If it calls os.exit meanwhile, it has ended; a code other than zero is an error.",
			Params:  []bind.Param{{Name: "path", Type: bind.String, Required: true, Doc: "relative to the file of the test"}, {Name: "args", Type: bind.String, Rest: true}},
			Example: `t.load("bot.lua")`, Call: t.loadScript,
		},
		{
			Name: "output", Doc: "What was printed since the last call, also on the standard error.", Returns: "string",
			Example: "t.load(\"bot.lua\", \"--help\")\nt.match(t.output(), \"Usage:\")",
			Call:    t.output,
		},
		{
			Name: "skip", Doc: "Ends the test, which counts as neither passed nor failed.", Params: []bind.Param{{Name: "reason", Type: bind.String, Default: "skipped"}},
			Call: func(c *bind.Call) (any, error) {
				t.skipped = errors.New(c.String("reason"))
				return nil, t.skipped
			},
		},
		{
			Name: "log", Doc: "Prints values with the test, where they show when it fails.", Params: []bind.Param{{Name: "values", Type: bind.Any, Rest: true}},
			Call: t.log,
		},
		{
			Name: "cleanup", Doc: "Has a function called at the end of the test, however it ends; the last one first.", Params: []bind.Param{fnParam},
			Call: func(c *bind.Call) (any, error) { t.cleanups = append(t.cleanups, c.Func("fn")); return nil, nil },
		},
		{
			Name: "expect_error", Doc: "Expects an error of a handler or a task that nobody catches, which would otherwise fail the test.",
			Params: []bind.Param{{Name: "pattern", Type: bind.String, Required: true, Doc: "a pattern of Lua's"}}, Example: `t.expect_error("Missing Permissions")`,
			Call: t.expectError,
		},
	}
}

// failure is the error of an expectation that was not met, nil without a reason.
func failure(c *bind.Call, reason string) error {
	if reason == "" {
		return nil
	}
	if c.Takes("message") && c.String("message") != "" {
		reason = c.String("message") + ": " + reason
	}
	return errors.New(c.Name() + ": " + reason)
}

// find looks for a pattern of Lua's in a text. It gives nil when the text does not fit.
func find(pattern, text string) (captures []string, err error) {
	found, err := pm.Find(pattern, []byte(text), 0, 1)
	if err != nil {
		return nil, fmt.Errorf("the pattern %q is malformed: %w", pattern, err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	m := found[0]
	for i := 2; i+1 < m.CaptureLength(); i += 2 {
		captures = append(captures, text[m.Capture(i):m.Capture(i+1)])
	}
	if captures == nil {
		captures = []string{text[m.Capture(0):m.Capture(1)]}
	}
	return captures, nil
}

// search is find for a call.
func search(c *bind.Call, pattern, text string) (captures []string, err error) {
	if captures, err = find(pattern, text); err != nil {
		err = fmt.Errorf("%s: %w", c.Name(), err)
	}
	return captures, err
}

func match(c *bind.Call) (any, error) {
	text, ok := c.Lua("text").(lua.LString)
	if !ok {
		return nil, failure(c, "expected a text, got "+shown(c.L, c.Lua("text")))
	}
	captures, err := search(c, c.String("pattern"), string(text))
	if err != nil {
		return nil, err
	}
	if captures == nil {
		return nil, failure(c, fmt.Sprintf("%s does not fit the pattern %q", shown(c.L, text), c.String("pattern")))
	}
	values := make(bind.Values, len(captures))
	for i, text := range captures {
		values[i] = text
	}
	return values, nil
}

func (t *trial) raises(c *bind.Call) (any, error) {
	_, err := t.host.Call(c.L, c.Func("fn"))
	if c.Context().Err() != nil {
		return nil, err
	}
	raised, ok := errors.AsType[*runtime.Error](err)
	if !ok {
		return nil, failure(c, "the function has not raised an error")
	}
	switch want := c.Lua("error").(type) {
	case lua.LString:
		captures, err := search(c, string(want), raised.Error())
		if err != nil {
			return nil, err
		}
		if captures == nil {
			return nil, failure(c, fmt.Sprintf("the error does not fit the pattern %q:\n%s", string(want), raised.Error()))
		}
	case *lua.LTable:
		var wrong []string
		want.ForEach(func(key, value lua.LValue) {
			if reason := difference(c.L, c.L.GetField(raised.Value, key.String()), value); reason != "" {
				wrong = append(wrong, fmt.Sprintf("the error's %s: %s", key, reason))
			}
		})
		if len(wrong) > 0 {
			slices.Sort(wrong)
			return nil, failure(c, strings.Join(wrong, "\n")+"\nthe error: "+raised.Error())
		}
	}
	return raised.Value, nil
}

func (t *trial) output(c *bind.Call) (any, error) {
	text, cut := t.world.Output.Next()
	if cut {
		return nil, failure(c, fmt.Sprintf("more than %d KB were printed since the last call; call it more often", maxOutput>>10))
	}
	return text, nil
}

func (t *trial) log(c *bind.Call) (any, error) {
	var line []string
	for _, v := range c.Args() {
		if s, ok := v.(lua.LString); ok {
			line = append(line, string(s))
		} else {
			line = append(line, runtime.Format(c.L, v.(lua.LValue)))
		}
	}
	return nil, t.host.Print(strings.Join(line, "\t"))
}

func (t *trial) expectError(c *bind.Call) (any, error) {
	if _, err := search(c, c.String("pattern"), ""); err != nil {
		return nil, err
	}
	t.expected = append(t.expected, &expectation{pattern: c.String("pattern")})
	return nil, nil
}

// expectation is an error that a test expects somewhere.
type expectation struct {
	pattern string
	met     bool
}

func (e *expectation) matches(text string) bool {
	captures, _ := find(e.pattern, text) // the pattern was tried before
	e.met = e.met || captures != nil
	return captures != nil
}

// checkExpected fails the test for each error that was expected and has not come.
func (t *trial) checkExpected() {
	for _, e := range t.expected {
		if !e.met && t.skipped == nil {
			t.fail(fmt.Sprintf("t.expect_error: no task has failed with an error that fits %q", e.pattern))
		}
	}
}
