package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// testedFolders must have tests in Lua; others may.
var testedFolders = []string{
	"examples", "scripts/testdata", "runtime/testdata", "runtime/luatest/testdata", "runtime/modules/testdata", "runtime/schedule/testdata",
	"runtime/store/testdata", "runtime/web/testdata", "runtime/term/testdata", "runtime/sqlite/testdata", "luabind/testdata",
}

// Every *_test.lua of the examples and below a folder testdata passes cordial test.
func TestLua(t *testing.T) {
	files := luaTests(t)
	for _, folder := range testedFolders {
		if !slices.ContainsFunc(files, func(file string) bool { return filepath.Dir(file) == filepath.FromSlash(folder) }) {
			t.Errorf("%s has no *_test.lua", folder)
		}
	}
	for _, file := range files {
		t.Run(filepath.ToSlash(file), func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			environment := map[string]string{"CORDIAL_STATE_DIR": t.TempDir(), "PATH": os.Getenv("PATH")}
			p := &process{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr,
				lookup: func(name string) (string, bool) { value, ok := environment[name]; return value, ok }}
			code := p.run([]string{"test", file})
			if code != exitOK || !strings.Contains(stdout.String(), "passed") || strings.HasPrefix(stdout.String(), "0 passed") {
				t.Errorf("cordial test %s: exit code %d\n%s%s", file, code, stdout.String(), stderr.String())
			}
		})
	}
}

// luaTests lists the files.
func luaTests(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		folder := strings.Split(filepath.ToSlash(filepath.Dir(path)), "/")
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, "_test.lua") && (folder[0] == "examples" || slices.Contains(folder, "testdata")) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// The page about tests shows a bot and tests of it that pass. They leave no goroutine behind.
func TestTheTestsInTheDocsPass(t *testing.T) {
	page := readFile(t, "docs/testing.md")
	_, page, _ = strings.Cut(page, "## A first test\n")
	blocks := regexp.MustCompile("(?s)```lua\n-- (\\S+)\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(blocks) != 2 {
		t.Fatalf("the page has %d files", len(blocks))
	}
	t.Chdir(t.TempDir())
	for _, file := range blocks {
		if err := os.WriteFile(file[1], []byte(file[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	var stdout, stderr bytes.Buffer
	p := &process{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, lookup: func(string) (string, bool) { return "", false }}
	if code := p.run([]string{"test"}); code != exitOK || !strings.HasPrefix(stdout.String(), "3 passed in ") {
		t.Errorf("exit code %d\n%s%s", code, stdout.String(), stderr.String())
	}
}
