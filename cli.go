package main

import "github.com/alecthomas/kong"

// grammar is the command line.
type grammar struct {
	UseSandbox bool       `name:"sandbox" help:"Use the built-in sandbox even if there is a token."`
	LogLevel   string     `placeholder:"LEVEL" help:"Log to stderr: debug, info, warn or error. Default is $$CORDIAL_LOG, else warn, and info for what scripts log."`
	LogFormat  string     `enum:"text,json" default:"text" placeholder:"FORMAT" help:"Write log lines as text or json. With run and json all of stderr is JSON, an object a line."`
	AllowDir   folderList `placeholder:"FOLDER" help:"Let the module fs use another folder beside the script's. May be given several times."`

	Safety safetyFlags `embed:""`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`

	Repl    replCommand    `cmd:"" default:"1" hidden:"" help:"Explore Discord in an interactive shell; without a command too."`
	Run     runCommand     `cmd:"" help:"Run a Lua script until nothing is left to wait for."`
	Attach  attachCommand  `cmd:"" help:"Work with a script that runs: a shell in it, its tasks, its events and its log."`
	Scripts scriptsCommand `cmd:"" help:"List the scripts that ship inside, or show one."`
	Eval    evalCommand    `cmd:"" help:"Evaluate one expression and print its value."`
	Doc     docCommand     `cmd:"" help:"Show the reference of Lua functions and objects."`
	Jobs    jobsCommand    `cmd:"" help:"List the jobs of scripts: next run, last run, its result."`
	New     newCommand     `cmd:"" help:"Write the beginning of a bot, a script or a test."`
	Test    testCommand    `cmd:"" help:"Run the tests in *_test.lua, each in a sandbox of its own."`
	Store   storeCommand   `cmd:"" help:"List what scripts keep in their store; dump or load it."`
	Sandbox sandboxCommand `cmd:"" help:"Serve the sandbox, a Discord on this machine, to other programs."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

const description = `Lua for Discord.

Without a command cordial opens a shell. Without a token everything runs on the
built-in sandbox.

Environment:
  DISCORD_BOT_TOKEN    the bot's token
  DISCORD_USER_TOKEN   a person's token, for the calls that ask for it
                       Each may stand in a file that NAME_FILE names, or be printed
                       by the command of NAME_COMMAND, such as DISCORD_BOT_TOKEN_FILE.
  CORDIAL_API_URL      another server's REST address, such as http://127.0.0.1:8080/api/v10
  CORDIAL_GATEWAY_URL  another gateway; the default is the one that the REST address names
  CORDIAL_STATE_DIR    where the history, the store and the gateway's sessions are kept
  CORDIAL_LOG          the log level
  NO_COLOR             no colours

Exit codes: 0 fine, 1 script error, 2 usage, 3 authentication, 4 network,
5 a limit of --max-memory or --max-run, 130 interrupted.`

// helped is the panic that ends parsing after the help was printed.
type helped struct{}

// command runs the command that args name.
func (p *process) command(args []string) (err error) {
	defer func() {
		if r := recover(); r != nil && r != (helped{}) {
			panic(r)
		}
	}()
	var g grammar
	parser, err := kong.New(&g,
		kong.Name("cordial"),
		kong.Description(description),
		kong.Writers(p.stdout, p.stderr),
		kong.Vars{"version": versionText()},
		kong.Exit(func(int) { panic(helped{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return err
	}
	if err := refuseTokens(args); err != nil {
		return err
	}
	chosen, err := parser.Parse(testArguments(args))
	if err != nil {
		return usage(err, args)
	}
	if err := g.Safety.check(chosen.Command()); err != nil {
		return err
	}
	return chosen.Run(p, &g)
}
