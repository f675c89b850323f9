package main

import (
	"fmt"
	"io"
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
}

// globalTests are the files that test functions of the project's own that belong to no module, but for help and what shows the gateway's
// events; and the class of what they return.
var globalTests = []struct {
	file, class string
	functions   []string
}{
	{"runtime/testdata/tasks_test.lua", "Task", []string{"sleep", "spawn", "gather", "tasks", "after", "with_timeout"}},
	{"runtime/schedule/testdata/schedule_test.lua", "Job", []string{"cron", "every", "at", "jobs"}},
}

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
	for _, test := range globalTests {
		text := withoutComments(readFile(t, test.file))
		mustName(t, test.file, text, test.functions, `\b%s\s*[({"]`)
		mustName(t, test.file, text, methodsOf(t, reference, test.class), `:%s\(`)
	}

	modules := reference.Modules
	modules = append(modules, bind.Module{Name: "store"})
	for _, module := range modules {
		if slices.Contains(withoutLuaTest, module.Name) {
			continue
		}
		text := testsOf(t, module.Name)
		names := namesOf(module.Funcs)
		for _, class := range methodsTested[module.Name] {
			names = append(names, methodsOf(t, reference, class)...)
		}
		mustName(t, module.Name+"_test.lua", text, names, `\b`+module.Name+`\.%[1]s\b|:%[1]s\b|"%[1]s"|\b%[1]s = \d`)
	}
}

// methodsOf lists the methods of a class.
func methodsOf(t *testing.T, reference bind.Reference, class string) []string {
	t.Helper()
	i := slices.IndexFunc(reference.Classes, func(c bind.Class) bool { return c.Name == class })
	if i < 0 {
		t.Fatalf("there is no class %s", class)
	}
	return namesOf(reference.Classes[i].Methods)
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
	return withoutComments(readFile(t, found[0]))
}

// withoutComments drops what stands behind two dashes, also in texts.
func withoutComments(lua string) string { return regexp.MustCompile(`--.*`).ReplaceAllString(lua, "") }

// mustName fails for each name that a text does not call, or list for a loop that does: pattern is how that looks.
func mustName(t *testing.T, what, text string, names []string, pattern string) {
	t.Helper()
	for _, name := range names {
		if !regexp.MustCompile(fmt.Sprintf(pattern, name)).MatchString(text) {
			t.Errorf("%s does not test %s", what, name)
		}
	}
}
