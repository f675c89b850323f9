package repl

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// newHost is a host without streams. Its tests use the Lua state without a
// task, because they never wait.
func newHost(t testing.TB) *runtime.Host {
	host := runtime.New(runtime.Options{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard})
	t.Cleanup(func() { host.Close() })
	return host
}

// library is a small world of declarations: a client with guilds that have an
// owner and channels.
func library(t *testing.T) *resolver {
	host := newHost(t)
	registry := host.Registry()
	L := registry.L
	called := func(*bind.Call) (any, error) {
		t.Error("completion called a function")
		return nil, nil
	}
	registry.AddClass(bind.Class{Name: "User", Fields: []bind.Field{
		{Name: "username", Type: "string", Get: func(any) (any, error) { return "nathan", nil }},
	}})
	registry.AddClass(bind.Class{Name: "Channel", Methods: []bind.Func{
		{Name: "messages", Call: called, Params: []bind.Param{{Name: "limit", Type: bind.Integer}, {Name: "before", Type: bind.String, Named: true}}},
		{Name: "send", Call: called, Params: []bind.Param{{Name: "content", Type: bind.String}, {Name: "files", Type: bind.Table, Named: true}}},
		{Name: "sort", Call: called, Params: []bind.Param{{Name: "limit", Type: bind.Integer}, {Name: "order", Type: bind.OneOf("newest", "oldest")}}},
		{Name: "watch", Call: called, Params: []bind.Param{{Name: "events", Type: bind.ListOf(bind.OneOf("EDIT", "DELETE"))}}},
	}})
	registry.AddClass(bind.Class{Name: "Guild",
		Methods: []bind.Func{{Name: "channel", Call: called, Returns: "Channel", Params: []bind.Param{{Name: "id", Type: bind.String}}}},
		Fields: []bind.Field{{Name: "owner", Type: "User", Get: func(any) (any, error) {
			return registry.Wrap("User", nil), nil
		}}},
		Index: func(_ any, key string) (any, bool, error) { return "natedog's server", key == "name", nil },
		Keys:  func(any) []string { return []string{"name"} },
	})
	registry.AddClass(bind.Class{Name: "Client", Methods: []bind.Func{
		{Name: "guild", Call: called, Returns: "Guild"}, {Name: "guilds", Call: called}}})
	registry.Singleton("dc", "Client", nil)
	registry.AddModule(bind.Module{Name: "discord", Global: true, Fields: []bind.Field{
		{Name: "permissions", Value: map[string]any{"ADMINISTRATOR": 8}}}})
	s := newSession()
	s.declare("gld", registry.Wrap("Guild", nil))
	s.declare("list", registry.ToLua([]any{registry.Wrap("Guild", nil)}))
	if err := L.DoString(`config = {name = "a", nested = {deep = 1}}
		trap = setmetatable({}, {__index = function() error("ran Lua code") end})`); err != nil {
		t.Fatal(err)
	}
	return newResolver(L, host, s)
}

func TestComplete(t *testing.T) {
	tests := []struct{ line, want string }{
		{"dc:gu", "guild() guilds()"},
		{"dc.guild", "guild() guilds()"},
		{"gld.", "channel() name owner"},
		{"gld:", "channel()"},
		{"gld.na", "name"},
		{"x = gld.owner.", "username"},
		{"list[1].ow", "owner"},
		{"print(list[1].owner.us", "username"},
		{`gld["owner"].us`, "username"},
		{"discord.perm", "permissions"},
		{"discord.permissions.AD", "ADMINISTRATOR"},
		{"config.nested.", "deep"},
		{"trap.", ""},
		{"trap.x.", ""},
		{"missing.", ""},
		{`dc:guild("1"):channel("2"):sort(5, "new`, "newest"},
		{`dc:guild("1"):channel("2"):sort(5, "`, "newest oldest"},
		{`dc:guild("1"):channel("2"):sort{order = "o`, "oldest"},
		{`dc:guild("1"):channel("2"):sort(f(1, 2), {order="n`, "newest"},
		{`dc:guild("1"):channel("2"):watch{"EDIT", "DE`, "DELETE"},
		{`dc:guild("1"):`, "channel()"},
		{`dc:guild("1"):channel("2"):s`, "send() sort()"},
		{`dc:guild{id = "1"}.owner.`, "username"},
		{`(gld).ow`, "owner"},
		{`("x"):rep`, "rep()"},
		{"s = 'x';s.", ""},
		{`gld:channel("1"):messages{li`, "limit="},
		{`gld:channel("1"):messages{limit = 5, `, "before= limit="},
		{`gld:channel("1"):send("hi", {fi`, "files="},
		{`gld:channel("1"):send{content = con`, "config"},
		{`t = {con`, "config"},
		{"gl", "gld"},
		{"whi", "while"},
		{"5", ""},
		{"a .. con", "config"},
		{"-- dc:", ""},
		{"if gld.na", "name"},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			r := library(t)
			var labels []string
			for _, c := range r.complete(test.line).Candidates {
				labels = append(labels, c.label())
			}
			if got := strings.Join(labels, " "); got != test.want {
				t.Errorf("%q offers %q, want %q", test.line, got, test.want)
			}
		})
	}
}

func TestApplyCompletion(t *testing.T) {
	tests := []struct{ line, want string }{
		{"dc:gu", "dc:guild"},
		{"x = gld.cha", "x = gld:channel"},
		{"gld.na", "gld.name"},
		{"dc.gu", "dc:guild"},
		{"help(dc.gu", "help(dc.guild"},
		{"pcall(dc.gu", "pcall(dc.guild"},
		{"gld.", "gld."},
		{`dc:guild("1"):channel("2"):messages{l`, `dc:guild("1"):channel("2"):messages{limit=`},
	}
	for _, test := range tests {
		if got, _ := library(t).complete(test.line).apply(test.line); got != test.want {
			t.Errorf("%q became %q, want %q", test.line, got, test.want)
		}
	}
}

func TestHelp(t *testing.T) {
	tests := []struct{ expression, want string }{
		{"Channel", "Channel\n"},
		{"Channel:send", "Channel:send("},
		{"dc", "Client\n"},
		{"dc.guild", "guild()"},
		{"gld.owner", "User\n"},
		{`dc:guild("1"):channel`, "Guild:channel("},
		{`dc:guild("1")`, "Guild\n"},
		{"gld.owner.username", "User.username: string"},
		{"gld.name", ""},
		{"missing", ""},
		{"1 + 1", ""},
	}
	for _, test := range tests {
		r := library(t)
		if got, ok := r.help(test.expression, scan(test.expression)); ok != (test.want != "") || !strings.Contains(got, test.want) {
			t.Errorf("help for %s is %q, want %q", test.expression, got, test.want)
		}
	}
}

func TestCompleteFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"hello.txt", "help.txt", ".hidden", "ünïcode.png"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "pictures"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ line, want string }{
		{`ch:send("", {files = {"hel`, `ch:send("", {files = {"hel`},
		{`f"hell`, `f"hello.txt`},
		{`f"./pic`, `f"./pictures/`},
		{`f'.h`, `f'.hidden`},
		{`f'ü`, `f'ünïcode.png`},
		{`f"nowhere/x`, `f"nowhere/x`},
	}
	for _, test := range tests {
		if got, _ := library(t).complete(test.line).apply(test.line); got != test.want {
			t.Errorf("%q became %q, want %q", test.line, got, test.want)
		}
	}
}

func FuzzComplete(f *testing.F) {
	for _, seed := range []string{"a.b", `f{x="`, "]])}", "dc:guild(", "--[[", `"\`, "((((", "a[1].b:c{", "0]."} {
		f.Add(seed)
	}
	host := newHost(f)
	r := newResolver(host.Registry().L, host, newSession())
	f.Fuzz(func(t *testing.T, source string) {
		c := r.complete(source)
		if c.Start < 0 || c.Start > len(source) {
			t.Errorf("a word at %d in %d bytes", c.Start, len(source))
		}
		if completed, changed := c.apply(source); changed && len(completed) < c.Start {
			t.Errorf("%q became %q", source, completed)
		}
	})
}
