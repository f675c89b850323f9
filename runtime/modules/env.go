package modules

import (
	"context"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// environment is the module env of one host.
type environment struct {
	host  *runtime.Host
	files *files
}

// maxDotenv bounds a file of env.load, in bytes.
const maxDotenv = 1 << 20

func installEnv(host *runtime.Host, f *files) {
	m := &environment{host, f}
	r := host.Registry()
	table := r.AddModule(bind.Module{
		Name: "env", Doc: `Variables of the environment: env.NAME, env("NAME", default). Tokens are not among them.`, Global: true,
		Funcs: []bind.Func{
			{
				Name: "require", Doc: "The values of variables. If any are not set, or empty, the error names all of them.",
				Params:  []bind.Param{{Name: "names", Type: bind.String, Rest: true}},
				Returns: "string, …", Example: `local key, channel = env.require("API_KEY", "CHANNEL_ID")`, Call: m.require,
			},
			{
				Name: "load", Doc: "Reads variables from a file with lines NAME=value, inside the script's folder. Those that are set stay as they are. os.getenv sees them, too.",
				Params:  []bind.Param{{Name: "path", Type: bind.String, Default: ".env"}},
				Returns: "list of the names that were set", Example: `env.load(".env")`, Call: m.load,
			},
		},
	})
	self := bind.Param{Name: "env", Type: bind.Table, Required: true}
	name := bind.Param{Name: "name", Type: bind.String, Required: true}
	meta := r.L.NewTable()
	meta.RawSetString("__index", r.Function(bind.Func{
		Name: "env", Doc: "Reads a variable.", Params: []bind.Param{self, name}, Returns: "string or nil",
		Call: func(c *bind.Call) (any, error) { return m.value(c.String("name"), lua.LNil) },
	}))
	meta.RawSetString("__newindex", r.Function(bind.Func{
		Name: "env", Doc: "Is refused: variables cannot be set.", Params: []bind.Param{self, name, {Name: "value", Type: bind.Any}},
		Call: func(c *bind.Call) (any, error) {
			return nil, fmt.Errorf("env.%s cannot be set; a variable of the script does the same", c.String("name"))
		},
	}))
	meta.RawSetString("__call", r.Function(bind.Func{
		Name: "env", Doc: "Reads a variable, or else gives the default.", Params: []bind.Param{self, name, {Name: "default", Type: bind.Any}}, Returns: "string or the default",
		Call: func(c *bind.Call) (any, error) { return m.value(c.String("name"), c.Lua("default")) },
	}))
	table.Metatable = meta
}

func (m *environment) value(name string, otherwise lua.LValue) (any, error) {
	if m.host.Secret(name) {
		return nil, fmt.Errorf("env.%s: a token is not given to scripts; dc uses it already", name)
	}
	if value, ok := m.host.Getenv(name); ok {
		return value, nil
	}
	return otherwise, nil
}

func (m *environment) require(c *bind.Call) (any, error) {
	var values bind.Values
	var missing []string
	for _, name := range c.Args() {
		value, err := m.value(name.(string), lua.LString(""))
		if err != nil {
			return nil, fail(c, err)
		}
		if value == "" || value == lua.LString("") {
			missing = append(missing, name.(string))
		}
		values = append(values, value)
	}
	if len(missing) > 0 {
		return nil, fail(c, fmt.Errorf("not set: %s; set them before the start, or in a file for env.load", strings.Join(missing, ", ")))
	}
	return values, nil
}

func (m *environment) load(c *bind.Call) (any, error) {
	p, err := m.files.place(c.String("path"))
	if err != nil {
		return nil, fail(c, err)
	}
	var text string
	err = c.Wait(func(context.Context) (err error) {
		text, err = p.read(0, maxDotenv+1)
		return err
	})
	if err == nil && len(text) > maxDotenv {
		err = fmt.Errorf("%s has more than %d MB", p.name, maxDotenv>>20)
	}
	if err != nil {
		return nil, fail(c, err)
	}
	variables, err := parseDotenv(text)
	if err != nil {
		return nil, fail(c, fmt.Errorf("%s:%w", p.name, err))
	}
	set := []string{}
	for _, v := range variables {
		switch _, exists := m.host.Getenv(v.name); {
		case exists:
		case m.host.Secret(v.name):
			m.host.Warn(fmt.Sprintf("%s: %s comes too late there; set it before cordial starts", p.name, v.name))
		case m.host.AddEnv(v.name, v.value):
			set = append(set, v.name)
		}
	}
	return set, nil
}
