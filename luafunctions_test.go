package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cordial/runtime/bind"
)

// withoutLuaTest are the modules that have no file of tests of their own: those of Lua itself, and what has no functions.
var withoutLuaTest = []string{
	"string", "table", "math", "io", "os", "coroutine", "debug", "package",
	"keep",
}

// globalTests are the files that test functions without a module.
var globalTests = []string{"runtime/testdata/tasks_test.lua", "runtime/schedule/testdata/schedule_test.lua"}

// globalFunctions are the functions of the project's own that belong to no module, but for help and what shows the gateway's events.
var globalFunctions = []string{"sleep", "spawn", "gather", "tasks", "after", "with_timeout", "cron", "every", "at", "jobs"}

// methodsTested are the classes whose methods the test of a module must name.
var methodsTested = map[string][]string{
	"store": {"Store"}, "http": {"Response", "Headers"}, "re": {"Regex"}, "template": {"Template"}, "log": {"Logger"},
	"sqlite": {"Database"}, "term": {"Progress"}, "sandbox": {"SandboxUser", "SandboxReply"},
}

// A function that a module gets later needs a test in the module's file, and a new module a file.
func TestEveryFunctionHasALuaTest(t *testing.T) {
	p := &process{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, lookup: func(string) (string, bool) { return "", false }}
	host, err := p.openHost(&grammar{UseSandbox: true}, hostStreams{name: "test", stdin: p.stdin, stdout: p.stdout, stderr: p.stderr})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	}()
	reference := host.Registry().All()
	var globals strings.Builder
	for _, file := range globalTests {
		globals.WriteString(readFile(t, file))
	}
	mustName(t, "the tests of tasks and schedules", globals.String(), globalFunctions, `\b%s\b`)

	modules := reference.Modules
	modules = append(modules, bind.Module{Name: "store"})
	for _, module := range modules {
		if slices.Contains(withoutLuaTest, module.Name) {
			continue
		}
		text := testsOf(t, module.Name)
		names := namesOf(module.Funcs)
		for _, class := range methodsTested[module.Name] {
			i := slices.IndexFunc(reference.Classes, func(c bind.Class) bool { return c.Name == class })
			if i < 0 {
				t.Fatalf("there is no class %s", class)
			}
			names = append(names, namesOf(reference.Classes[i].Methods)...)
		}
		mustName(t, module.Name+"_test.lua", text, names, `\b`+module.Name+`\.%[1]s\b|:%[1]s\b|"%[1]s"|\b%[1]s = \d`)
	}
}

func namesOf(funcs []bind.Func) (names []string) {
	for _, f := range funcs {
		names = append(names, f.Name)
	}
	return names
}

// testsOf reads the tests of a module, which stand in the folder testdata of the package that holds it. Those of discord.op are in the
// file of discord.
func testsOf(t *testing.T, module string) string {
	t.Helper()
	module, _, _ = strings.Cut(module, ".")
	var found []string
	for _, pattern := range []string{"*/testdata/", "*/*/testdata/"} {
		files, err := filepath.Glob(pattern + module + "_test.lua")
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, files...)
	}
	if len(found) != 1 {
		t.Errorf("the module %s has %d files %[1]s_test.lua in a folder testdata, expected one", module, len(found))
		return ""
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mustName fails for each name that a text does not call, or list for a loop that does: pattern is how that looks.
func mustName(t *testing.T, what, text string, names []string, pattern string) {
	t.Helper()
	for _, name := range names {
		if !regexp.MustCompile(fmt.Sprintf(pattern, name)).MatchString(text) {
			t.Errorf("%s does not test %s", what, name)
		}
	}
}
