package luabind_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cordial/luabind"
	"cordial/runtime/bind"
)

// The examples of docs/ui.md, and those in the help of ui, are sent in the sandbox.
func TestTheExamplesOfUIWork(t *testing.T) {
	page, err := os.ReadFile("../docs/ui.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```lua\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(examples) < 5 {
		t.Fatalf("docs/ui.md has %d examples", len(examples))
	}
	t.Chdir(t.TempDir())
	writeFiles(t)
	var out strings.Builder
	h, _ := newHost(t, &out, luabind.Options{})
	run := func(source string) {
		t.Helper()
		if err := h.RunString(context.Background(), "ui.md", `local channel = dc:channel("1327046393453613079") `+source); err != nil {
			t.Errorf("%s\n%v", source, err)
		}
	}
	for _, example := range examples {
		run(example[1])
	}
	modules := h.Registry().All().Modules
	i := slices.IndexFunc(modules, func(m bind.Module) bool { return m.Name == "ui" })
	for _, f := range modules[i].Funcs {
		example := strings.ReplaceAll(f.Example, "notes.txt", "a.txt")
		if strings.HasPrefix(example, "ui.") {
			example = "return " + example
		}
		run(example)
	}
	if got, want := out.String(), "Report\t5\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}
