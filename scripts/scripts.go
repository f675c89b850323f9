// Package scripts holds the Lua scripts that ship inside the binary and are run by name.
package scripts

import (
	"embed"
	"path"
	"strings"
)

// Script is one script.
type Script struct {
	Name    string // without .lua
	Summary string // the comment of its first line
	Source  string
}

//go:embed *.lua
var files embed.FS

var all = read()

// read reads the embedded files, whose list and text cannot fail.
func read() []Script {
	entries, _ := files.ReadDir(".")
	scripts := make([]Script, 0, len(entries))
	for _, entry := range entries {
		source, _ := files.ReadFile(entry.Name())
		first, _, _ := strings.Cut(string(source), "\n")
		scripts = append(scripts, Script{
			Name:    strings.TrimSuffix(entry.Name(), path.Ext(entry.Name())),
			Summary: strings.TrimSpace(strings.TrimLeft(first, "-")),
			Source:  string(source),
		})
	}
	return scripts
}

// All are the scripts, by name. The slice must not be changed.
func All() []Script { return all }

// Find finds a script by its name.
func Find(name string) (Script, bool) {
	for _, script := range all {
		if script.Name == name {
			return script, true
		}
	}
	return Script{}, false
}
