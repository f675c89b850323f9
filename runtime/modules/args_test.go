package modules_test

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"cordial/runtime"
	"cordial/runtime/modules"
	"cordial/runtime/watch/watchtest"
)

// runWith runs a script with arguments, under a name of its own.
func runWith(t *testing.T, source string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, said strings.Builder
	host := runtime.New(runtime.Options{Stdout: &out, Stderr: &said})
	modules.Install(host, modules.Options{Script: "purge", Flags: []string{"--sandbox", "--dry-run"}})
	err := host.RunString(t.Context(), "purge.lua", source, args...)
	if exit, ok := errors.AsType[*runtime.ExitError](err); ok {
		code, err = exit.Code, nil
	}
	if err := errors.Join(err, host.Close()); err != nil {
		t.Error(err)
	}
	return out.String(), said.String(), code
}

func TestTheArgumentsOfAScript(t *testing.T) {
	const script = `local o = args.parse{{"--limit", "at most so many", type = "integer", default = 5}} print(o.limit)`
	const usage = "Usage: cordial run purge [options]\n\n  --limit N  at most so many (5)\n  --help     show this\n"
	for _, test := range []struct {
		args           []string
		stdout, stderr string
		code           int
	}{
		{nil, "5\n", "", 0},
		{[]string{"--limit", "7"}, "7\n", "", 0},
		{[]string{"--help"}, usage, "", 0},
		{[]string{"--limit", "7", "-h", "--bad"}, usage, "", 0},
		{[]string{"--limit", "x"}, "", "purge: --limit expects a whole number, got \"x\"; cordial run purge --help says more\n", 2},
		{[]string{"--dry-run"}, "", "purge: --dry-run goes before the script: cordial run --dry-run purge …; cordial run purge --help says more\n", 2},
	} {
		stdout, stderr, code := runWith(t, script, test.args...)
		if stdout != test.stdout || stderr != test.stderr || code != test.code {
			t.Errorf("%q: got %q, %q, exit code %d; want %q, %q, %d", test.args, stdout, stderr, code, test.stdout, test.stderr, test.code)
		}
	}
}

func TestArgsFail(t *testing.T) {
	_, stderr, code := runWith(t, `args.fail("--cron needs --yes") print("never")`)
	if want := "purge: --cron needs --yes; cordial run purge --help says more\n"; stderr != want || code != 2 {
		t.Errorf("got %q, exit code %d; want %q, 2", stderr, code, want)
	}
}

// A script that is watched has globals of its own for each time that it is loaded.
func TestTheArgumentsOfAWatchedScript(t *testing.T) {
	s, _ := newScripts(t)
	path := filepath.Join(s.dir, "bot.lua")
	write(t, path, `print(args.parse{{"--limit", "at most so many", type = "integer"}}.limit)`)
	host := runtime.New(runtime.Options{Stdout: &s.said, Stderr: io.Discard})
	modules.Install(host, s.options)
	watchtest.Watched(t, host, path, "--limit", "7")
	if err := host.Close(); err != nil || s.said.String() != "7\n" {
		t.Errorf("printed %q, %v", s.said.String(), err)
	}
}

// FuzzArgs reads any command line, which ends in values, the usage or an error and nothing else.
func FuzzArgs(f *testing.F) {
	f.Add("general\n--limit\n5\n--yes")
	f.Add("--user=\n--\n--limit\n-h")
	f.Add("a\nb\nc\n--older-than=1e9d\n-")
	f.Add("--format\njson\n--format=text\n-5")
	host := runtime.New(runtime.Options{Stdout: io.Discard, Stderr: io.Discard})
	defer host.Close()
	modules.Install(host, modules.Options{})
	f.Fuzz(func(t *testing.T, line string) {
		list := strings.Split(line, "\n")
		var quoted strings.Builder
		for _, text := range list {
			quoted.WriteString("[=====[\n" + strings.ReplaceAll(text, "]=====]", "") + "]=====],")
		}
		_, err := host.Eval(t.Context(), "fuzz", `local ok, v = pcall(args.parse, {
			{"channel", "x"}, {"rest", "x", rest = true, optional = true}, {"--older-than", "x", type = "duration"}, {"--limit", "x", type = "integer"},
			{"--user", "x", many = true}, {"--format", "x", choice = {"text", "json"}}, {"--yes", "x", type = "boolean"},
		}, {`+quoted.String()+`})
		if ok then assert(v.channel and v.rest and v.user and v.yes ~= nil and (not v.limit or v.limit % 1 == 0))
		else assert(type(v) == "string" and not v:find("internal error"), v) end
		return true`)
		if err != nil {
			t.Error(err)
		}
	})
}
