package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"cordial/internal/suggest"
	"cordial/runtime"
	"cordial/scripts"
)

type scriptsCommand struct {
	Name string `arg:"" optional:"" help:"A script to show, for reading or as the beginning of one's own."`
}

// Run lists the scripts that ship inside the binary, or prints the text of one.
func (c *scriptsCommand) Run(p *process) error {
	if c.Name == "" {
		return p.write(scriptTable() + "\ncordial run NAME runs one, cordial scripts NAME shows its text\n")
	}
	script, ok := scripts.Find(c.Name)
	if !ok {
		return &usageError{fmt.Sprintf("no script is called %s%s; cordial scripts lists them", c.Name, nearShipped(c.Name))}
	}
	return p.write(script.Source)
}

// scriptTable has a line for each script.
func scriptTable() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, script := range scripts.All() {
		fmt.Fprintf(w, "%s\t%s\n", script.Name, script.Summary)
	}
	w.Flush()
	return b.String()
}

// shippedError is what a script that ships inside has failed with, for who runs it and has not written it: with its name, without its lines.
type shippedError struct {
	text  string
	cause error // nil if the script has raised a text
}

func (e *shippedError) Error() string { return e.text }

// Unwrap returns the error of Go that the script has raised.
func (e *shippedError) Unwrap() error { return e.cause }

var (
	withLine = regexp.MustCompile(`^\S+:\d+: `)
	denied   = regexp.MustCompile(`^\S+:\d+: (.* is denied \(--deny \w+\))$`)
)

// forItsUser makes a [*shippedError] of what a script inside has raised. A text with a line in it is a mistake of the script, unless it
// tells of --deny: it stays as it is, so that it can be reported.
func forItsUser(name string, err error) error {
	raised, ok := errors.AsType[*runtime.Error](err)
	if !ok {
		return err
	}
	text := raised.Message
	if denial := denied.FindStringSubmatch(text); denial != nil {
		text = denial[1]
	} else if withLine.MatchString(text) {
		return err
	}
	return &shippedError{name + ": " + text, raised.Unwrap()}
}

// nearShipped suggests the script inside the binary that a name most likely stands for, or nothing.
func nearShipped(name string) string {
	var names []string
	for _, script := range scripts.All() {
		names = append(names, script.Name)
	}
	near := strings.TrimSuffix(name, ".lua")
	if !slices.Contains(names, near) {
		near, _ = suggest.Nearest(near, names)
	}
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", near)
}
