package modules

import (
	"encoding/json"
	"log/slog"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// logger is the module log, or what log.with has made: fields for every line.
type logger struct {
	host   *runtime.Host
	out    slog.Handler
	fields []slog.Attr
}

var levels = []struct {
	name  string
	doc   string
	level slog.Level
}{
	{"debug", "Logs what helps to find a mistake.", slog.LevelDebug},
	{"info", "Logs what happens.", slog.LevelInfo},
	{"warn", "Logs what may be wrong.", slog.LevelWarn},
	{"error", "Logs what went wrong. The script goes on.", slog.LevelError},
}

func installLog(host *runtime.Host, to *slog.Logger) {
	root := &logger{host: host, out: to.Handler()}
	r := host.Registry()
	message := bind.Param{Name: "message", Type: bind.Any}
	fields := bind.Param{Name: "fields", Type: bind.Table, Doc: "names and values, which keep their order"}
	var functions []bind.Func
	for _, l := range levels {
		functions = append(functions, bind.Func{
			Name: l.name, Doc: l.doc, Params: []bind.Param{message, fields}, Example: `log.` + l.name + `("joined", {guild = guild.name, members = 12})`,
			Call: func(c *bind.Call) (any, error) { return nil, loggerOf(c, root).line(c, l.level) },
		})
	}
	functions = append(functions, bind.Func{
		Name: "with", Doc: "A logger that adds fields to every line.", Params: []bind.Param{{Name: "fields", Type: bind.Table, Required: true}},
		Returns: "Logger", Example: `local job = log.with{job = "backup"}` + "\n" + `job:info("done", {files = 3})`,
		Call: func(c *bind.Call) (any, error) {
			l := loggerOf(c, root)
			return r.Wrap("Logger", &logger{host, l.out, joined(l.fields, attributes(c.L, c.Table("fields")))}), nil
		},
	})
	r.AddClass(bind.Class{Name: "Logger", Doc: "A log with fields of its own.", Methods: functions})
	r.AddModule(bind.Module{
		Name: "log", Doc: "Lines for who runs the script, on the standard error: with a level, and with fields. --log-level says which are shown, --log-format json writes them, and with cordial run all of stderr, as JSON.",
		Global: true, Funcs: functions,
	})
}

// loggerOf is the logger of a call: the object of a method, else the module's.
func loggerOf(c *bind.Call, root *logger) *logger {
	if l, ok := c.Self.(*logger); ok {
		return l
	}
	return root
}

func (l *logger) line(c *bind.Call, level slog.Level) error {
	ctx := c.Context()
	if !l.out.Enabled(ctx, level) {
		return nil
	}
	record := slog.NewRecord(l.host.Clock().Now(), level, logText(c.L, c.Lua("message")), 0)
	fields := l.fields
	if more := c.Table("fields"); more != nil {
		fields = joined(fields, attributes(c.L, more))
	}
	record.AddAttrs(fields...)
	return l.out.Handle(ctx, record)
}

// joined are fields and more of them, which take the place of those with the same name: many readers of JSON refuse one that stands twice.
func joined(fields, more []slog.Attr) []slog.Attr {
	all := slices.Clone(fields)
	for _, field := range more {
		if i := slices.IndexFunc(fields, func(f slog.Attr) bool { return f.Key == field.Key }); i >= 0 {
			all[i] = field
		} else {
			all = append(all, field)
		}
	}
	return all
}

// logText is a value as print writes it, except that a table shows what it holds.
func logText(L *lua.LState, v lua.LValue) string {
	if s, ok := v.(lua.LString); ok {
		return string(s)
	}
	return runtime.Format(L, v)
}

// attributes are the fields of a table, in their order.
func attributes(L *lua.LState, table *lua.LTable) []slog.Attr {
	var list []slog.Attr
	for key, value := table.Next(lua.LNil); key != lua.LNil; key, value = table.Next(key) {
		name := key.String()
		switch name {
		case slog.TimeKey, slog.LevelKey, slog.MessageKey: // the line has them already
			name = "field." + name
		}
		list = append(list, slog.Any(name, attribute(L, value)))
	}
	return list
}

func attribute(L *lua.LState, value lua.LValue) any {
	switch v := value.(type) {
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		if n := int64(v); lua.LNumber(n) == v {
			return n
		}
		if n := float64(v); !math.IsNaN(n) && !math.IsInf(n, 0) { // which JSON has no number for
			return n
		}
	case lua.LString:
		return strings.ToValidUTF8(string(v), "\uFFFD")
	case *lua.LTable:
		if text, err := runtime.EncodeJSON(L, v); err == nil {
			return json.RawMessage(text)
		}
	}
	return logText(L, value)
}
