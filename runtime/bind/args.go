package bind

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// The functions on the way of a right call keep the texts of errors in
// functions of their own: a task that waits keeps its Go stack, which doubles
// when a call needs a little more than there is.

// parse takes the receiver and the arguments from the Lua stack.
func (c *Call) parse() error {
	first, err := c.receiver()
	if err != nil {
		return err
	}
	c.values = make([]any, len(c.function.Params))
	if err := c.positional(first); err != nil {
		return err
	}
	for i := range c.function.Params {
		p := &c.function.Params[i]
		if p.Required && c.values[i] == nil && !(p.Rest && len(c.rest) > 0) {
			return c.missing(p)
		}
	}
	return nil
}

func (c *Call) missing(p *Param) error {
	return c.fail("%s is required: %s", p.Name, c.function.signature())
}

// receiver checks what stands before the colon. It returns the place of the
// first argument on the stack.
func (c *Call) receiver() (int, error) {
	f, v := c.function, c.L.Get(1)
	switch {
	case f.self != nil && v == f.self:
		c.setReceiver(v)
		return 2, nil
	case f.self != nil:
		c.setReceiver(f.self)
		return 1, nil
	case f.module != nil && v == f.module && !c.takesTableFirst():
		return 0, c.wrongReceiver(nil)
	case f.class == nil:
		return 1, nil
	}
	if got := c.registry.classOf(v); got == nil || !got.is(f.class.Name) {
		return 0, c.wrongReceiver(got)
	}
	c.setReceiver(v)
	return 2, nil
}

// wrongReceiver is the error of what stands before the dot or colon, which may
// be an object of the class got.
func (c *Call) wrongReceiver(got *class) error {
	f := c.function
	if f.class == nil {
		return c.fail("call it with a dot, %s", f.signature())
	}
	if got == nil {
		name := strings.ToLower(f.class.Name)
		dotted := strings.Replace(f.display, ":", ".", 1)
		return &ArgumentError{dotted, fmt.Sprintf("call it with a colon, %s:%s", name, f.Signature())}
	}
	return c.fail("expected %s before the colon, got %s", WithArticle(f.class.Name), WithArticle(got.Name))
}

func (c *Call) setReceiver(v lua.LValue) {
	if ud, ok := v.(*lua.LUserData); ok {
		c.Receiver, c.Self = ud, ud.Value
	}
}

// takesTableFirst reports whether the module's own table can be an argument,
// as in json.encode(json).
func (c *Call) takesTableFirst() bool {
	params := c.function.Params
	return len(params) > 0 && !params[0].Named && params[0].Type.Table && c.L.GetTop() == 1
}

// positional assigns the arguments, the first of which lies at first on the
// stack, to parameters in order. The options table, if there is one, is the
// last argument, or stands before a function that is.
func (c *Call) positional(first int) error {
	params := c.function.Params
	place, last := 0, c.L.GetTop()
	for n := first; n <= last; n++ {
		arg := c.L.Get(n)
		for place < len(params) && params[place].Named {
			place++
		}
		if table, ok := arg.(*lua.LTable); ok && c.optionsStandAt(n, last) && c.isOptions(place) {
			if err := c.options(table); err != nil {
				return err
			}
			continue
		}
		if place == len(params) {
			if arg == lua.LNil {
				continue
			}
			return c.tooMany(last - first + 1)
		}
		if err := c.set(place, arg); err != nil {
			return err
		}
		if !params[place].Rest {
			place++
		}
	}
	return nil
}

// optionsStandAt reports whether the options table may be the argument n of
// last.
func (c *Call) optionsStandAt(n, last int) bool {
	return n == last || n == last-1 && c.L.Get(last).Type() == lua.LTFunction
}

// isOptions reports whether a table in this place is the options table, which
// a function has that has parameters with names.
func (c *Call) isOptions(place int) bool {
	params := c.function.Params
	if place < len(params) && params[place].Type.Table {
		return false
	}
	return slices.ContainsFunc(params, func(p Param) bool { return !p.Rest })
}

func (c *Call) options(table *lua.LTable) error {
	items := slices.IndexFunc(c.function.Params, func(p Param) bool { return p.Items })
	var err error
	if items >= 0 && table.Len() > 0 {
		err = c.set(items, elements(table))
	}
	table.ForEach(func(key, value lua.LValue) {
		if n, isIndex := key.(lua.LNumber); isIndex && items >= 0 && 1 <= n && int(n) <= table.Len() {
			return
		}
		if err == nil {
			err = c.option(key, value)
		}
	})
	return err
}

// elements copies the list that a table holds beside its named values.
func elements(table *lua.LTable) *lua.LTable {
	list := &lua.LTable{Metatable: lua.LNil}
	for i := 1; i <= table.Len(); i++ {
		list.Append(table.RawGetInt(i))
	}
	return list
}

func (c *Call) option(key, value lua.LValue) error {
	name, ok := key.(lua.LString)
	if !ok {
		return c.fail("options need names, as in %s; got a value without one: %s", c.function.signature(), Describe(value))
	}
	params := c.function.Params
	i := slices.IndexFunc(params, func(p Param) bool { return p.Name == string(name) })
	if i < 0 {
		return unknownName(c.function.display, "option", string(name), paramNames(params))
	}
	if c.values[i] != nil {
		return c.fail("%s is given twice", name)
	}
	return c.set(i, value)
}

func (c *Call) set(i int, arg lua.LValue) error {
	p := &c.function.Params[i]
	if arg == lua.LNil && !p.Rest && !p.Type.Nil {
		return nil
	}
	v, err := p.Type.From(c.L, arg)
	if err != nil {
		return &ArgumentError{c.function.display, At(p.Name, err).Error()}
	}
	if p.Rest {
		c.rest = append(c.rest, v)
		return nil
	}
	c.values[i] = v
	return nil
}

func (c *Call) tooMany(got int) error {
	n := 0
	for _, p := range c.function.Params {
		if !p.Named {
			n++
		}
	}
	takes := fmt.Sprintf("%d arguments", n)
	switch n {
	case 0:
		takes = "no arguments"
		if len(c.function.Params) > 0 {
			return c.fail("takes one table: %s", c.function.signature())
		}
	case 1:
		takes = "1 argument"
	}
	return c.fail("takes %s, got %d: %s", takes, got, c.function.signature())
}

func (c *Call) fail(format string, args ...any) error {
	return &ArgumentError{c.function.display, fmt.Errorf(format, args...).Error()}
}

func paramNames(params []Param) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}
