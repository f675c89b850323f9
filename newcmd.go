package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"cordial/internal/show"
)

// templates are the beginnings that cordial new writes. NAME in them stands for the name.
//
//go:embed templates/*.lua
var templates embed.FS

type newCommand struct {
	Kind string `arg:"" enum:"bot,script,test" help:"bot, script or test."`
	Name string `arg:"" help:"The name, with a folder if it is to lie there, such as bots/greeter."`
}

// started says for each kind which files it begins with, as templates and what they are called behind the name, and what to do next.
var started = map[string]struct {
	files [][2]string
	next  string
}{
	"bot":    {[][2]string{{"bot.lua", ".lua"}, {"bot_test.lua", "_test.lua"}}, "cordial test %[2]s tests it, cordial run --sandbox %[1]s runs it"},
	"script": {[][2]string{{"script.lua", ".lua"}, {"script_test.lua", "_test.lua"}}, "cordial run --sandbox %[1]s runs it, cordial test %[2]s tests it"},
	"test":   {[][2]string{{"test.lua", "_test.lua"}}, "cordial test %[2]s runs it"},
}

// Run writes the beginning of a bot, a script or a test. It never writes over a file.
func (c *newCommand) Run(p *process) error {
	stem := strings.TrimSuffix(strings.TrimSuffix(c.Name, ".lua"), "_test")
	name := filepath.Base(stem)
	if !plainName.MatchString(name) || strings.HasSuffix(c.Name, string(filepath.Separator)) {
		return &usageError{fmt.Sprintf("%q is no name of a file; such as: cordial new %s greeter", c.Name, c.Kind)}
	}
	start := started[c.Kind]
	for _, file := range start.files {
		if _, err := os.Lstat(stem + file[1]); err == nil {
			return &usageError{fmt.Sprintf("%s exists already; nothing was written", stem+file[1])}
		}
	}
	for _, file := range start.files {
		text, err := templates.ReadFile("templates/" + file[0])
		if err != nil {
			return err
		}
		if err := writeNew(stem+file[1], strings.ReplaceAll(string(text), "NAME", name)); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "wrote %s\n", stem+file[1])
	}
	fmt.Fprintf(p.stderr, start.next+"\n", word(stem+".lua"), word(stem+"_test.lua"))
	return nil
}

// plainName is the name of a file that can stand in a command and in Lua without quotes.
var plainName = regexp.MustCompile(`^[\pL\pN_][\pL\pN_.-]*$`)

// word is a path as it stands in a command.
func word(path string) string {
	if strings.ContainsAny(path, " \t&;()$`\"'") {
		return show.Quoted(path)
	}
	return path
}

// writeNew makes a file that does not exist yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		return &usageError{fmt.Sprintf("there is no folder %s", filepath.Dir(path))}
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
