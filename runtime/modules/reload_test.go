package modules_test

import (
	"path/filepath"
	"strings"
	"testing"

	"cordial/runtime"
	"cordial/runtime/modules"
	"cordial/runtime/watch/watchtest"
)

// TestWrittenFilesAreNotWatched loads code from files that the script has written in all ways there are, and from one that it has not.
func TestWrittenFilesAreNotWatched(t *testing.T) {
	s, _ := newScripts(t)
	path := filepath.Join(s.dir, "bot.lua")
	write(t, filepath.Join(s.dir, "code.lua"), "return true")
	write(t, filepath.Join(s.dir, "cut.lua"), "return true = 1")
	write(t, path, `
		local code = "return true"
		fs.write("written.lua", code)
		fs.append("appended.lua", code)
		fs.truncate("cut.lua", #code)
		fs.copy("code.lua", "copied.lua")
		fs.write("fs.tmp", code) fs.move("fs.tmp", "moved.lua")
		fs.write("os.tmp", code) os.rename(fs.dir .. "/os.tmp", fs.dir .. "/renamed.lua")
		local file = io.open(fs.dir .. "/opened.lua", "w") file:write(code) file:close()
		for _, name in ipairs(fs.glob("*.lua")) do
			if name ~= "bot.lua" then assert(dofile(fs.dir .. "/" .. name)) end
		end`)
	host := runtime.New(runtime.Options{Stdout: &s.said, Stderr: &s.said, Getenv: lookup})
	defer host.Close()
	modules.Install(host, s.options)
	if got := strings.Join(watchtest.Watched(t, host, path), " "); got != "bot.lua code.lua" {
		t.Errorf("watched are %s; said %s", got, s.said.String())
	}
}
