package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/luabind"
	"cordial/runtime"
	"cordial/runtime/attach"
	"cordial/runtime/luatest"
	"cordial/runtime/modules"
	"cordial/runtime/schedule"
	"cordial/runtime/sqlite"
	"cordial/runtime/store"
	"cordial/runtime/term"
	"cordial/runtime/web"
)

// hosted is a Lua host to which Discord is declared.
type hosted struct {
	*runtime.Host
	sandbox *sandbox.Server // nil when scripts talk to Discord
	streams []io.Closer

	attached  *attach.Server // nil when nobody can attach
	jobs      *schedule.Scheduler
	store     *store.DB
	databases io.Closer   // of the module sqlite
	last      []io.Closer // what the sandbox stands on
	temporary string      // a folder that goes with the process, "" for none
}

// hostStreams are where a host's scripts read and write, and who answers their
// questions.
type hostStreams struct {
	name           string // of the script, as scriptName gives it; what it keeps stands under that
	ledger         string // of its jobs, if it is not name; "" for a file
	stdin          io.Reader
	stdout, stderr io.Writer
	screen         *term.Screen               // nil: nothing to draw on
	confirm        func(question string) bool // nil: nobody to ask, which counts as yes

	test *luatest.World // whose clock and network the host has; nil outside of tests

	path         string          // where the script lies, "" for nowhere
	once         string          // the job that is to run alone, "" for all at their times
	startGateway bool            // by itself, once the script has handlers
	events       *luabind.Events // for who looks on; nil for nobody
	shards       luabind.Shards
}

// openHost makes a host for the command line g.
func (p *process) openHost(g *grammar, streams hostStreams) (*hosted, error) {
	h := &hosted{}
	if err := p.fill(g, h, streams); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// fill connects a host to a server and declares everything to it.
func (p *process) fill(g *grammar, h *hosted, streams hostStreams) error {
	options, err := p.restOptions(g, streams)
	if err != nil {
		return err
	}
	client, err := p.connect(g, h, streams, options)
	if err != nil {
		return err
	}
	stdout, stderr := p.redactor.Writer(streams.stdout), p.redactor.Writer(streams.stderr)
	h.streams = append(h.streams, stdout, stderr)
	hostOptions := runtime.Options{
		Stdin:   streams.stdin,
		Stdout:  stdout,
		Stderr:  stderr,
		Clock:   options.Clock,
		Getenv:  p.lookup,
		Secrets: secretVariables(),
		Logger:  options.Logger,
	}
	if p.journal != nil {
		p.keepJournal(h, &hostOptions)
	}
	h.Host = runtime.New(hostOptions)
	if err := p.installModules(g, h, streams, stderr, p.webOptions(client.BaseURL(), options.Guard)); err != nil {
		return err
	}
	if err := luabind.Install(h.Host, client, p.discordOptions(h, streams, options)); err != nil {
		return err
	}
	if g.Safety.DryRun {
		options.Guard.Held = func(line string) { h.Say(line) }
	}
	return g.Safety.deny(h.Host) // in the end: only what is declared can be taken away
}

// restOptions are those of the client, but for the server.
func (p *process) restOptions(g *grammar, streams hostStreams) (*rest.Options, error) {
	logs := p.stderr
	if streams.test != nil {
		logs = streams.test.Output // where it shows with the test, if that fails
	}
	logger, err := p.logger(g, p.redactor.Writer(logs), slog.LevelWarn)
	if err != nil {
		return nil, err
	}
	guard, err := g.Safety.guard()
	return &rest.Options{
		Guard:       guard,
		GlobalLimit: p.globalLimit,
		UserAgent:   rest.UserAgent{Name: "cordial", Version: version()},
		Logger:      logger,
	}, err
}

// connect makes the client of a host, whose server it adds to the options.
func (p *process) connect(g *grammar, h *hosted, streams hostStreams, options *rest.Options) (*rest.Client, error) {
	var err error
	if streams.test != nil {
		err = h.enter(streams.test, options)
	} else {
		err = p.chooseServer(g, h, options)
	}
	if err != nil {
		return nil, err
	}
	client, err := rest.New(*options)
	if address, ok := errors.AsType[*rest.AddressError](err); ok {
		err = &usageError{"CORDIAL_API_URL: " + address.Reason}
	}
	return client, err
}

// discordOptions are those of what is declared of Discord.
func (p *process) discordOptions(h *hosted, streams hostStreams, options *rest.Options) luabind.Options {
	o := luabind.Options{
		Sandbox: h.sandbox,
		Guard:   options.Guard,
		Token:   options.Token,
		Columns: p.columns,
		Confirm: streams.confirm,
		Screen:  p.progressScreen(streams),
		Logger:  options.Logger,
		HTTP:    options.HTTP,

		StartGateway: streams.startGateway,
		Events:       streams.events,
		Interactive:  streams.confirm != nil,
		GatewayURL:   p.gatewayURL(h),
		StateDir:     p.gatewayDir(h, options.Logger),
		Name:         cmp.Or(streams.ledger, absolute(streams.path)),
		Shards:       streams.shards,
	}
	if streams.test != nil {
		o.TestClock = streams.test.Time
	}
	return o
}

// installModules declares the modules that know nothing of Discord. Scripts log to stderr.
func (p *process) installModules(g *grammar, h *hosted, streams hostStreams, stderr io.Writer, o web.Options) error {
	if streams.screen == nil {
		streams.screen = term.NewScreen(term.Options{})
	}
	term.Install(h.Host, streams.screen)
	logger, err := p.logger(g, stderr, slog.LevelInfo)
	if err != nil {
		return err
	}
	o.Place = modules.Install(h.Host, modules.Options{
		Allow: g.AllowDir, Logger: logger,
		Script: streams.path, Flags: runFlags,
	})
	if streams.test != nil {
		o.Route = streams.test.Network.Route
	}
	web.Install(h.Host, o)
	h.databases = sqlite.Install(h.Host, sqlite.Place(o.Place))
	h.store = p.newStore(h)
	store.Install(h.Host, h.store, streams.name)
	h.jobs = p.installJobs(h, streams)
	return nil
}

// chooseServer decides between Discord, another server and the sandbox.
func (p *process) chooseServer(g *grammar, h *hosted, options *rest.Options) error {
	var token string
	address := p.getenv("CORDIAL_API_URL")
	if !g.UseSandbox {
		var err error
		if token, err = p.secret("DISCORD_BOT_TOKEN"); err != nil {
			return err
		}
	}
	switch {
	case g.UseSandbox:
	case token != "":
		user, err := p.secret("DISCORD_USER_TOKEN")
		options.Token, options.UserToken, options.BaseURL = token, user, address
		return err
	case address != "":
		return &missingToken{address}
	default:
		p.tell(runtime.Notice{Text: "DISCORD_BOT_TOKEN is not set: using the built-in sandbox"})
	}
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		return fmt.Errorf("the sandbox does not start: %w", err)
	}
	h.sandbox = server
	options.Token, options.UserToken, options.BaseURL = server.BotToken(), server.OwnerToken(), server.APIURL()
	return nil
}

// gatewayDir is where the gateway keeps its sessions, "" for nowhere. Those of
// the built-in sandbox end with the process.
func (p *process) gatewayDir(h *hosted, logger *slog.Logger) string {
	dir, err := p.keepDir(h)
	if err != nil {
		logger.Warn("a restart will begin a new gateway session, and miss what happens meanwhile", "error", err)
		return ""
	}
	return filepath.Join(dir, "gateway")
}

// keepDir is where the host keeps files between runs: the state folder, or one that ends with the process if it is the built-in
// sandbox's.
func (p *process) keepDir(h *hosted) (string, error) {
	if h.sandbox == nil {
		return p.stateDir()
	}
	var err error
	if h.temporary == "" {
		h.temporary, err = os.MkdirTemp("", "cordial-")
	}
	return h.temporary, err
}

// absolute is where a script lies, whatever the working folder is; "" for nowhere.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil && path != "" {
		return full
	}
	return path
}

// gatewayURL is the gateway of another server, "" for the one that the API names.
func (p *process) gatewayURL(h *hosted) string {
	if h.sandbox != nil {
		return ""
	}
	return p.getenv("CORDIAL_GATEWAY_URL")
}

// missingToken says that another server is named without a token for it.
type missingToken struct{ address string }

func (e *missingToken) Error() string {
	return fmt.Sprintf("CORDIAL_API_URL names %s, but DISCORD_BOT_TOKEN is not set: set it to a token of that server, or unset CORDIAL_API_URL to use the built-in sandbox", e.address)
}

// Unwrap makes it an error of authentication.
func (e *missingToken) Unwrap() error {
	return &rest.AuthError{Variable: "DISCORD_BOT_TOKEN", Missing: true}
}

// progressScreen is where the bars of long calls are drawn: on a terminal only, not between lines of JSON, and not in tests. nil is nowhere.
func (p *process) progressScreen(streams hostStreams) *term.Screen {
	if streams.screen != nil || p.columns == nil || p.journal != nil || streams.test != nil {
		return streams.screen
	}
	return term.NewScreen(term.Options{Progress: streams.stderr})
}

// Close ends the tasks and the sandbox.
func (h *hosted) Close() error {
	var errs []error
	if h.Host != nil {
		err := h.Host.Close()
		if h.attached != nil && !errors.Is(err, runtime.ErrStuck) {
			h.attached.Wait()
		}
		errs = append(errs, err)
	}
	if h.jobs != nil {
		errs = append(errs, h.jobs.Close())
	}
	if h.store != nil {
		errs = append(errs, h.store.Close())
	}
	if h.databases != nil {
		errs = append(errs, h.databases.Close())
	}
	for _, stream := range h.streams {
		errs = append(errs, stream.Close())
	}
	if h.sandbox != nil {
		errs = append(errs, h.sandbox.Close())
	}
	for _, c := range h.last {
		errs = append(errs, c.Close())
	}
	if h.temporary != "" {
		errs = append(errs, os.RemoveAll(h.temporary))
	}
	return errors.Join(errs...)
}
