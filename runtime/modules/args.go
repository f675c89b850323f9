package modules

import (
	"errors"
	"fmt"
	"log/slog"
	"path"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// commandLine is the module args of one host.
type commandLine struct {
	host   *runtime.Host
	script string   // what the command line calls the script; "" for arg[0]
	flags  []string // of the command line itself, which a script cannot take
}

func installArgs(host *runtime.Host, o Options) {
	m := &commandLine{host, o.Script, o.Flags}
	declaration := bind.Param{
		Name: "declaration", Type: bind.Table, Required: true,
		Doc: `about= and a table for each argument: {"channel", "what it is"}, or for an option {"--limit", "what it does", type = "integer"}. ` +
			"Types: string, integer, number, boolean, duration, cron, timezone. Other fields: default, optional, rest, choice, many, empty (an empty text is fine), value (what the usage calls its value)",
	}
	host.Registry().AddModule(bind.Module{
		Name: "args", Doc: "The arguments of a script: positional ones, options, their types, --help.", Global: true,
		Funcs: []bind.Func{
			{
				Name: "parse",
				Doc: "Reads the script's arguments. --help prints the usage and ends the script; what is wrong with them is told on stderr, and ends it with exit code 2. " +
					"Of a list that is given the errors are raised instead.",
				Params:  []bind.Param{declaration, {Name: "list", Type: bind.ListOf(bind.String), Doc: "takes the place of arg, the script's arguments"}},
				Returns: "table of the values by name, with _ in the place of -",
				Example: "local o = args.parse{\n  about = \"Counts messages.\",\n  {\"channel\", \"the channel: #name or id\"},\n" +
					"  {\"--since\", \"how far back\", type = \"duration\", default = \"1d\"},\n}\nprint(o.channel, o.since)",
				Call: m.parse,
			},
			{
				Name: "fail", Doc: "Ends the script as wrong arguments do: with a line on stderr that also names --help, and exit code 2.",
				Params:  []bind.Param{{Name: "message", Type: bind.String, Required: true}},
				Example: `if o.cron and not o.yes then args.fail("--cron needs --yes: there will be nobody to ask") end`,
				Call: func(c *bind.Call) (any, error) {
					if _, err := m.arguments(); err != nil { // it would end the shell
						return nil, errors.New(c.String("message"))
					}
					m.fail(c.L, c.String("message"))
					return nil, nil
				},
			},
			{
				Name: "usage", Doc: "The text that --help prints.", Params: []bind.Param{declaration}, Returns: "string",
				Call: func(c *bind.Call) (any, error) {
					d, err := readArguments(c.L, c.Table("declaration"))
					if err != nil {
						return nil, fail(c, err)
					}
					return d.usage(m.command()), nil
				},
			},
		},
	})
}

// command is how the script is run, "cordial run purge".
func (m *commandLine) command() string {
	return "cordial run " + m.path()
}

// path is the script as the command line has it.
func (m *commandLine) path() string {
	if m.script != "" {
		return m.script
	}
	if arg, ok := m.host.Global("arg").(*lua.LTable); ok {
		if name, ok := arg.RawGet(lua.LNumber(0)).(lua.LString); ok {
			return string(name)
		}
	}
	return "script.lua"
}

func (m *commandLine) parse(c *bind.Call) (any, error) {
	d, err := readArguments(c.L, c.Table("declaration"))
	if err != nil {
		return nil, fail(c, err)
	}
	if c.Has("list") {
		var list []string
		for _, text := range c.List("list") {
			list = append(list, text.(string))
		}
		values, err := d.parse(list)
		if errors.Is(err, errHelp) {
			err = errors.New(d.usage(m.command()))
		}
		return values, err
	}
	list, err := m.arguments()
	if err != nil {
		return nil, fail(c, err)
	}
	values, err := d.parse(list)
	switch {
	case errors.Is(err, errHelp):
		err = m.host.Print(strings.TrimSuffix(d.usage(m.command()), "\n"))
		m.host.Exit(c.L, 0)
		return nil, err
	case err != nil:
		m.fail(c.L, m.explain(err))
		return nil, nil
	}
	return values, nil
}

// fail ends the script because of its arguments.
func (m *commandLine) fail(L *lua.LState, message string) {
	name := strings.TrimSuffix(path.Base(filepath.ToSlash(m.path())), ".lua")
	m.host.Tell(runtime.Notice{Level: slog.LevelError, Text: fmt.Sprintf("%s: %s; %s --help says more", name, message, m.command())})
	m.host.Exit(L, 2)
}

// explain is what is wrong, with a word to those who gave the script an option of the command line's.
func (m *commandLine) explain(err error) string {
	if unknown, ok := errors.AsType[*unknownOption](err); ok {
		for _, flag := range m.flags {
			if flag == unknown.name {
				return fmt.Sprintf("%s goes before the script: cordial run %s %s …", flag, flag, m.path())
			}
		}
	}
	return err.Error()
}

// arguments are the arguments of the script that runs.
func (m *commandLine) arguments() ([]string, error) {
	table, ok := m.host.Global("arg").(*lua.LTable)
	if !ok {
		return nil, errors.New(`no script runs here that could have arguments; give them as a list: args.parse({…}, {"--limit", "5"})`)
	}
	list := make([]string, table.Len())
	for i := range list {
		list[i] = table.RawGetInt(i + 1).String()
	}
	return list, nil
}
