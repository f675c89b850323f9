package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkLuaTests is cordial test with two hundred tests of two bots, each in a sandbox of its own.
func BenchmarkLuaTests(b *testing.B) {
	const tests = 200
	folder := b.TempDir()
	for _, name := range []string{"echo.lua", "slash.lua"} {
		source, err := os.ReadFile(filepath.Join("examples", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), source, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	source := fmt.Sprintf(`
for i = 1, %d do
  test("answers " .. i, function(t)
    t.load("echo.lua")
    sandbox.user("nathan"):say("general", "!echo hello there")
    t.eventually(function() return dc:guilds()[1]:channel("general"):messages(1)[1].content == "You said: hello there" end)
  end)
  test("rolls dice " .. i, function(t)
    t.load("slash.lua")
    t.match(sandbox.user("nathan"):slash("roll", {sides = 6, count = 2}).content, "= (%%d+)")
  end)
end`, tests/2)
	if err := os.WriteFile(filepath.Join(folder, "many_test.lua"), []byte(source), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var stdout, stderr bytes.Buffer
		p := &process{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, lookup: func(string) (string, bool) { return "", false }}
		if code := p.run([]string{"test", folder}); code != exitOK || !strings.HasPrefix(stdout.String(), fmt.Sprint(tests, " passed")) {
			b.Fatalf("exit code %d\n%s%s", code, stdout.String(), stderr.String())
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*tests), "ms/test")
}
