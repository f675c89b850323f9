package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/jonboulle/clockwork"

	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/runtime"
	"cordial/runtime/luatest"
)

type testCommand struct {
	Pattern  string    `name:"run" placeholder:"PATTERN" help:"Run only tests whose names fit a regular expression."`
	Verbose  bool      `short:"v" help:"Show every test and what it prints."`
	JSON     bool      `name:"json" help:"Print one line of JSON for each test, and one for all."`
	JUnit    string    `name:"junit" placeholder:"FILE" help:"Write the results as JUnit XML, too."`
	Cover    coverFlag `help:"Tell which lines of scripts have run; --cover=FILE writes them for lcov, too."`
	Parallel int       `short:"p" placeholder:"N" help:"Run N tests side by side. Default is the number of processors."`
	Timeout  timeSpan  `default:"1m" help:"How long one test may take, in real time."`

	Paths []string `arg:"" optional:"" name:"path" help:"Files, and folders to look for *_test.lua in. Default is the working folder."`
}

// coverFlag is a flag that can stand alone or have a file.
type coverFlag struct {
	on   bool
	file string
}

// IsBool tells kong that the flag can stand alone.
func (*coverFlag) IsBool() bool { return true }

// Decode implements [kong.MapperValue].
func (f *coverFlag) Decode(ctx *kong.DecodeContext) error {
	f.on = true
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		f.file = ctx.Scan.Pop().String()
	}
	return nil
}

// testArguments lets -run be written as for go test.
func testArguments(args []string) []string {
	if firstArgument(args) != "test" {
		return args
	}
	args = slices.Clone(args)
	for i, arg := range args {
		if arg == "-run" || strings.HasPrefix(arg, "-run=") {
			args[i] = "-" + arg
		}
	}
	return args
}

// Run runs the tests of Lua files, each in a sandbox of its own.
func (c *testCommand) Run(p *process, g *grammar) error {
	pattern, err := regexp.Compile(c.Pattern)
	if err != nil {
		return &usageError{fmt.Sprintf("--run: %q is no regular expression: %s", c.Pattern, strings.TrimPrefix(err.Error(), "error parsing regexp: "))}
	}
	files, err := luatest.Find(c.paths())
	if err != nil {
		return &usageError{err.Error()}
	}
	if len(files) == 0 {
		return &usageError{fmt.Sprintf("there is no file *_test.lua in %s; cordial new test NAME writes one", strings.Join(c.paths(), ", "))}
	}
	report, err := c.newReport(p)
	if err != nil {
		return err
	}
	if err := luatest.LabelGoroutines(); err != nil {
		return err
	}
	ctx, stop := p.interruptible(nil)
	defer stop()
	ctx, end := g.Safety.limited(ctx, clockwork.NewRealClock())
	defer end()
	if p.getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(testGarbage))
	}
	summary := luatest.Run(ctx, files, luatest.Options{
		Open:     func(w *luatest.World) (*luatest.Opened, error) { return p.openTest(g, w) },
		Starting: starting,
		Pattern:  pattern,
		Parallel: c.parallel(),
		Timeout:  time.Duration(c.Timeout),
		Cover:    c.Cover.on,
		Report:   report.add,
	})
	if ctx.Err() != nil {
		return errors.Join(context.Cause(ctx), report.close(summary))
	}
	return cmp.Or(report.close(summary), c.verdict(summary))
}

// testGarbage is how much garbage may gather while tests run, in percent of what is in use: little is, because each test leaves all of its
// own behind.
const testGarbage = 400

// verdict is the error of a run in which a test has failed, or none was run.
func (c *testCommand) verdict(s luatest.Summary) error {
	switch {
	case s.Failed > 0:
		return &runtime.ExitError{Code: exitScript}
	case s.Passed+s.Skipped == 0:
		return &usageError{fmt.Sprintf("no test has a name that fits --run %s", c.Pattern)}
	}
	return nil
}

func (c *testCommand) paths() []string {
	if len(c.Paths) == 0 {
		return []string{"."}
	}
	return c.Paths
}

func (c *testCommand) parallel() int {
	if c.Parallel < 1 {
		return goruntime.GOMAXPROCS(0)
	}
	return c.Parallel
}

// starting reports whether the bot of a script has still to connect, or to tell Discord its commands.
func starting(h *runtime.Host) bool {
	values, err := h.Eval(context.Background(), "test", "gateway.state")
	if err != nil || len(values) != 1 || !slices.Contains([]string{"ready", "stopped"}, values[0].String()) {
		return err == nil
	}
	return slices.ContainsFunc(h.Tasks(), func(t *runtime.Task) bool { return t.Name() == "bot.sync" })
}

// openTest makes the host of a test.
func (p *process) openTest(g *grammar, w *luatest.World) (*luatest.Opened, error) {
	host, err := p.openHost(g, hostStreams{
		name: "test", stdin: strings.NewReader(""), stdout: w.Output, stderr: w.Output, startGateway: true, test: w,
	})
	if err != nil {
		return nil, err
	}
	return &luatest.Opened{Host: host.Host, Close: host.Close}, nil
}

// rareBeats is how often the gateway's connections beat in tests: so seldom that a clock which goes through a month need not stop at every
// beat, 60 000 times. It is close to the longest that a client accepts.
const rareBeats = 20 * 24 * time.Hour

// enter starts a sandbox in the world of a test.
func (h *hosted) enter(w *luatest.World, options *rest.Options) error {
	limits := sandbox.DefaultGatewayLimits()
	limits.Heartbeat = rareBeats
	world := sandbox.DefaultWorld(w.Clock)
	server, err := sandbox.Start(sandbox.Options{World: world, Listen: w.Network.Listen, Gateway: &limits})
	if err != nil {
		return errors.Join(fmt.Errorf("the sandbox does not start: %w", err), world.Close())
	}
	h.sandbox = server
	client := w.Network.Client()
	h.streams = append(h.streams, closer(func() error { client.CloseIdleConnections(); return nil }))
	h.last = append(h.last, world)
	options.Token, options.UserToken, options.BaseURL = server.BotToken(), server.OwnerToken(), server.APIURL()
	options.Clock, options.HTTP = w.Clock, client
	return nil
}

// closer is a function that closes something.
type closer func() error

// Close implements [io.Closer].
func (c closer) Close() error { return c() }

// testReport writes results where the command line wants them.
type testReport struct {
	one    func(luatest.Result) error
	all    func(luatest.Summary) error
	junit  *luatest.JUnit
	files  map[string]func(io.Writer, luatest.Summary) error // what is written in the end
	failed error
}

func (c *testCommand) newReport(p *process) (*testReport, error) {
	out := p.redactor.Writer(p.stdout)
	r := &testReport{files: map[string]func(io.Writer, luatest.Summary) error{}}
	if c.JSON {
		w := luatest.JSON{To: out}
		r.one, r.all = w.Report, w.Close
	} else {
		w := luatest.Text{To: out, Verbose: c.Verbose}
		r.one, r.all = w.Report, w.Close
	}
	if c.JUnit != "" {
		r.junit = &luatest.JUnit{}
		r.files[c.JUnit] = r.junit.Write
	}
	if c.Cover.file != "" {
		r.files[c.Cover.file] = func(w io.Writer, s luatest.Summary) error { return s.Coverage.WriteLCOV(w) }
	}
	for path := range r.files {
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return nil, &usageError{fmt.Sprintf("%s cannot be written: there is no folder %s", path, filepath.Dir(path))}
		}
	}
	return r, nil
}

func (r *testReport) add(result luatest.Result) {
	if r.junit != nil {
		r.junit.Add(result)
	}
	r.failed = errors.Join(r.failed, r.one(result))
}

// close writes the end of the report, and its files.
func (r *testReport) close(s luatest.Summary) error {
	err := errors.Join(r.failed, r.all(s))
	for path, write := range r.files {
		err = errors.Join(err, writeFile(path, func(w io.Writer) error { return write(w, s) }))
	}
	return err
}

// writeFile makes a file, or a new one in place of it.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}
