package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path that all of the project's packages begin with.
const module = "cordial"

// importRules say what the packages of a folder must not import, tests
// included. The first rule whose folder holds a package applies to it.
var importRules = []struct {
	folder    string
	forbidden []string
	allowed   []string // parts of what is forbidden that it may import all the same
	tests     []string // what tests may import although the package may not
	why       string
}{
	{"discord/gateway", []string{"discord/voice", "discord/sandbox", "runtime", "luabind", "."}, nil, []string{"discord/sandbox"}, "the parts of the client stand side by side"},
	{"discord/voice/calltest", []string{"discord/gateway", "discord/sandbox", "runtime", "luabind", "."}, nil, []string{"discord/sandbox", "discord/gateway"}, "calls need the whole client"},
	{"discord/voice", []string{"discord/gateway", "discord/sandbox", "runtime", "luabind", "."}, nil, []string{"discord/sandbox"}, "the parts of the client stand side by side"},
	{"discord/sandbox", []string{"discord/gateway", "discord/voice", "runtime", "luabind", "."}, []string{"discord/voice/dave", "discord/voice/rtp", "discord/voice/audio"}, nil, "the sandbox is a Discord of its own; it speaks the same protocols"},
	{"discord/rest", []string{"discord/gateway", "discord/voice", "discord/sandbox", "runtime", "luabind", "."}, nil, []string{"discord/sandbox"}, "everything else stands on requests"},
	{"discord/interaction", []string{"discord/gateway", "discord/voice", "discord/sandbox", "runtime", "luabind", "."}, nil, []string{"discord/sandbox", "discord/gateway"}, "commands and answers are requests"},
	{"discord", []string{"discord/rest", "discord/gateway", "discord/voice", "discord/sandbox", "runtime", "luabind", "."}, nil, []string{"discord/sandbox"}, "the client is usable from Go alone"},
	{"runtime", []string{"discord", "luabind", "."}, nil, nil, "the host knows nothing of Discord"},
	{"luabind", []string{"."}, nil, nil, "imports point one way"},
}

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportRules(t *testing.T) {
	for _, pkg := range listPackages(t) {
		for _, imported := range slices.Concat(pkg.Imports, pkg.TestImports, pkg.XTestImports) {
			testsOnly := !slices.Contains(pkg.Imports, imported)
			if why := violation(pkg.ImportPath, imported, testsOnly); why != "" {
				t.Errorf("%s imports %s: %s", pkg.ImportPath, imported, why)
			}
		}
	}
}

func TestImportRulesForbid(t *testing.T) {
	tests := []struct {
		importer, imported string
		testsOnly, allowed bool
	}{
		{"cordial", "cordial/luabind", false, true},
		{"cordial/luabind", "cordial/runtime", false, true},
		{"cordial/runtime", "cordial/discord", false, false},
		{"cordial/runtime/bind", "cordial/luabind", true, false},
		{"cordial/discord", "cordial/discord/rest", false, false},
		{"cordial/discord/rest", "cordial/discord", false, true},
		{"cordial/discord/rest/catalogue", "cordial/discord/sandbox", false, false},
		{"cordial/discord/rest", "cordial/discord/sandbox", true, true},
		{"cordial/discord/gateway", "cordial/discord/rest", false, true},
		{"cordial/discord/gateway", "cordial/discord/voice", true, false},
		{"cordial/discord/voice/dave", "cordial/runtime/bind", false, false},
		{"cordial/discord/sandbox", "cordial/discord/voice/dave/mls", false, true},
		{"cordial/discord/sandbox", "cordial/discord/voice", false, false},
		{"cordial/luabind", "cordial", false, false},
		{"cordial/runtime", "fmt", false, true},
	}
	for _, test := range tests {
		if why := violation(test.importer, test.imported, test.testsOnly); (why == "") != test.allowed {
			t.Errorf("%s imports %s: allowed %v, want %v", test.importer, test.imported, why == "", test.allowed)
		}
	}
}

// violation says why a package must not import another, or "".
func violation(importer, imported string, testsOnly bool) string {
	if imported != module && !strings.HasPrefix(imported, module+"/") {
		return ""
	}
	to := folderOf(imported)
	isWithin := func(folder string) bool { return within(to, folder) }
	for _, rule := range importRules {
		switch {
		case !within(folderOf(importer), rule.folder):
			continue
		case slices.ContainsFunc(rule.allowed, isWithin) || testsOnly && slices.ContainsFunc(rule.tests, isWithin):
			return ""
		case slices.ContainsFunc(rule.forbidden, isWithin):
			return rule.why
		}
		return ""
	}
	return ""
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...").Output()
	if err != nil {
		exit, _ := errors.AsType[*exec.ExitError](err)
		t.Fatalf("go list: %v\n%s", err, exit.Stderr)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg listed
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, pkg)
	}
}

// folderOf is the folder of one of the project's packages, "." for the root.
func folderOf(path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

func within(folder, parent string) bool {
	return folder == parent || strings.HasPrefix(folder, parent+"/")
}
