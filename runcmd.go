package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cordial/internal/suggest"
	"cordial/luabind"
	"cordial/runtime"
	"cordial/scripts"
)

type runCommand struct {
	Shards shardsFlag `placeholder:"N|IDS/N" help:"Run N shards, or some of them: 4, or 0,2-3/4. Default is what Discord recommends."`

	Once jobName `placeholder:"JOB" help:"Run that job of the script now, once, and end with its result. The gateway is not started."`

	Watch bool `help:"Load the script anew when it or a file that it requires is saved. Handlers, commands, timers and jobs are replaced; the gateway's session, voice and keep stay."`

	NoAttach bool `help:"Do not let cordial attach in."`

	Script []string `arg:"" optional:"" passthrough:"" name:"file" help:"The script, a file or one of those that cordial scripts lists, and arguments for it, which it finds in arg."`
}

// jobName is the name of a job. It is not empty, as a variable of the shell is that is not set: the script would run with all its jobs.
type jobName string

// UnmarshalText makes it a value of the command line.
func (n *jobName) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return fmt.Errorf("%q: expected the name of a job", text)
	}
	*n = jobName(text)
	return nil
}

// Run runs a script: a file, or else the one of that name that ships inside.
// It starts the gateway if the script has handlers. Ctrl-C stops
// the gateway, lets handlers end, and cancels the other tasks; a second Ctrl-C
// ends at once. SIGTERM is the same, and how a bot is stopped that has nothing
// to do but wait: then all went well.
func (c *runCommand) Run(p *process, g *grammar) (err error) {
	screen, log := p.takeScreen(g), p.takeLog()
	if len(c.Script) > 0 {
		p.script = scriptName(c.Script[0])
	}
	defer p.openJournal(g)()
	script, err := c.chosen()
	if err != nil {
		return err
	}
	p.checkZone()
	if flag, ok := misplaced(script.name, script.args); ok {
		p.warn(fmt.Sprintf("%s stands after %s, which gets it as an argument; to bound the script: cordial run %[1]s … %[2]s", flag, script.name))
	}
	streams := hostStreams{
		name: p.script, stdin: p.stdin, stdout: p.stdout, stderr: p.stderr, screen: screen, shards: luabind.Shards(c.Shards),
		ledger: script.ledger(), path: script.name, once: string(c.Once), startGateway: c.Once == "", events: &luabind.Events{},
	}
	host, err := p.openHost(g, streams)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	if !c.NoAttach {
		detach := p.serveAttach(g, host, streams, log)
		defer func() { err = errors.Join(err, detach()) }()
	}
	ctx, stop := p.interruptible(nil)
	defer stop()
	ctx, end := g.Safety.limited(ctx, host.Clock())
	defer end()
	loaded := false
	host.OnLoad(func() { loaded = true })
	err = c.run(ctx, host, script)
	if c.Once != "" {
		return onceResult(err)
	}
	if loaded && errors.Is(err, runtime.ErrInterrupted) && context.Cause(ctx) == errTerminated {
		return nil
	}
	return err
}

// run runs the script in a host.
func (c *runCommand) run(ctx context.Context, host *hosted, script chosenScript) error {
	switch {
	case c.Watch:
		return host.runWatched(ctx, script.name, script.args)
	case script.inside:
		return forItsUser(script.name, host.RunString(ctx, script.name+".lua", script.shipped.Source, script.args...))
	default:
		return host.RunFile(ctx, script.name, script.args...)
	}
}

// chosenScript is the script that a command line names.
type chosenScript struct {
	name    string // a file's, or the one of a script that ships inside
	args    []string
	inside  bool
	shipped scripts.Script // if it is inside
}

// chosen finds the script, and what is wrong with the command line.
func (c *runCommand) chosen() (s chosenScript, err error) {
	if len(c.Script) == 0 {
		return s, &usageError{"run needs a script: cordial run FILE.lua" + scriptsIn("examples")}
	}
	s.name, s.args = c.Script[0], c.Script[1:]
	s.shipped, s.inside = shippedScript(s.name)
	if err := checkScript(s.name); err != nil && !s.inside {
		return s, err
	}
	switch {
	case c.Watch && s.inside:
		return s, &usageError{fmt.Sprintf("%s ships inside, where it does not change; --watch is for files", s.name)}
	case c.Watch && c.Once != "":
		return s, &usageError{"--watch and --once exclude each other"}
	}
	return s, nil
}

// ledger is where the script's jobs are kept, if not under its name.
func (s chosenScript) ledger() string {
	if s.inside {
		return ledgerOf(s.name, s.args)
	}
	return ""
}

// shippedScript finds the script that ships inside under a name that is no
// file. A folder is none: cordial run archive makes one of its own name.
func shippedScript(name string) (scripts.Script, bool) {
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		return scripts.Script{}, false
	}
	return scripts.Find(name)
}

// runFlags are the flags that can stand before a script.
var runFlags = append([]string{"--shards", "--once", "--watch", "--no-attach", "--sandbox", "--log-level", "--log-format", "--allow-dir", "--help"}, safetyNames...)

// checkScript says why path cannot be run, with the nearest file or flag that
// can.
func checkScript(path string) error {
	if near, ok := suggest.Nearest(path, runFlags); ok && strings.HasPrefix(path, "-") {
		return &usageError{fmt.Sprintf("unknown flag %s; did you mean %s?", path, near)}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, "-"):
		return &usageError{fmt.Sprintf("unknown flag %s; cordial run --help lists them", path)}
	case errors.Is(err, fs.ErrNotExist):
		reason := fmt.Sprintf("there is no file %s", path)
		if near, ok := nearScript(path); ok {
			return &usageError{reason + fmt.Sprintf("; did you mean %s?", near)}
		}
		return &usageError{reason + nearShipped(path)}
	case err != nil:
		return &usageError{err.Error()}
	case info.IsDir():
		return &usageError{fmt.Sprintf("%s is a folder; name a script in it%s", path, scriptsIn(path))}
	}
	return nil
}

// checkZone says so if TZ names a time zone that is not known: Go takes UTC then, without a word, and jobs run at other times than meant.
// Zones that are known keep their name.
func (p *process) checkZone() {
	zone := strings.TrimPrefix(p.getenv("TZ"), ":")
	if zone != "" && zone != "UTC" && time.Local.String() == "UTC" {
		p.warn(fmt.Sprintf("TZ: there is no time zone %q; times are in UTC", zone))
	}
}

// scriptFolders are where a script whose name is not quite right is looked for.
var scriptFolders = []string{".", "examples", "scripts"}

// nearScript finds the script that a path most likely stands for.
func nearScript(path string) (string, bool) {
	var names, paths []string
	for _, folder := range append([]string{filepath.Dir(path)}, scriptFolders...) {
		for _, script := range luaFiles(folder) {
			name := strings.TrimSuffix(filepath.Base(script), ".lua")
			if name == strings.TrimSuffix(filepath.Base(path), ".lua") {
				return script, true
			}
			names, paths = append(names, name), append(paths, script)
		}
	}
	near, ok := suggest.Nearest(strings.TrimSuffix(filepath.Base(path), ".lua"), names)
	for i, name := range names {
		if ok && name == near {
			return paths[i], true
		}
	}
	return "", false
}

func luaFiles(folder string) []string {
	// The pattern is right, which is all that Glob complains about.
	files, _ := filepath.Glob(filepath.Join(folder, "*.lua"))
	return files
}

func scriptsIn(folder string) string {
	files := luaFiles(folder)
	if len(files) == 0 {
		return ""
	}
	return ", such as " + files[0]
}
