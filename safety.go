package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// safetyFlags say what scripts may not do. docs/safety.md tells what each of
// them covers.
type safetyFlags struct {
	ReadOnly   bool       `help:"Refuse whatever changes something on Discord."`
	AllowGuild guildList  `placeholder:"ID" help:"Touch these servers only; the word dm adds direct messages. May be given several times, or with commas."`
	DryRun     bool       `help:"Tell of calls that delete, ban or take away, in place of doing them."`
	Deny       moduleList `placeholder:"NAME" help:"Take modules away from scripts: io, os, net, or any by its name."`
	MaxMemory  byteSize   `placeholder:"SIZE" help:"End the script when it uses more memory, such as 512MB."`
	MaxRun     timeSpan   `placeholder:"TIME" help:"End the script after this time, such as 1h30m."`
}

// safetyNames are the flags' names, for commands that pass on what they do not
// know.
var safetyNames = []string{"--read-only", "--allow-guild", "--dry-run", "--deny", "--max-memory", "--max-run"}

// directMessages stands for direct messages in --allow-guild.
const directMessages = "dm"

// guard is what keeps requests back; nil when nothing does.
func (f *safetyFlags) guard() (*rest.Guard, error) {
	if !f.ReadOnly && !f.DryRun && len(f.AllowGuild) == 0 {
		return nil, nil
	}
	g := &rest.Guard{ReadOnly: f.ReadOnly}
	for _, text := range f.AllowGuild {
		if text == directMessages {
			g.Direct = true
			continue
		}
		id, err := discord.ParseSnowflake(text)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("--allow-guild: %q: expected the id of a server, or dm", text)}
		}
		g.Guilds = append(g.Guilds, id)
	}
	if g.Direct && len(g.Guilds) == 0 {
		return nil, &usageError{"--allow-guild: dm stands beside the id of a server"}
	}
	return g, nil
}

// refuseWeb keeps the module http from what the guard keeps back from dc: it may read from Discord only, and with servers that are allowed
// it may not even read from the API, whose paths it does not know.
func refuseWeb(g *rest.Guard, method string, to *url.URL, api string) error {
	if g == nil || !mayBeDiscord(to, api) {
		return nil
	}
	reads := method == http.MethodGet || method == http.MethodHead
	if reads && (len(g.Guilds) == 0 || !strings.HasPrefix(strings.ToLower(path.Clean("/"+to.Path)), "/api")) {
		return nil
	}
	flag := "--dry-run"
	if g.ReadOnly {
		flag = "--read-only"
	} else if len(g.Guilds) > 0 {
		flag = "--allow-guild"
	}
	return fmt.Errorf("%s %s was not sent: with %s, Discord is spoken to through dc", method, to.Host, flag)
}

// deny takes away what is denied, once everything is declared.
func (f *safetyFlags) deny(host *runtime.Host) error {
	for _, name := range []string{"dc", "discord", "gateway", "bot", "voice"} {
		if slices.Contains(f.Deny, name) {
			return &usageError{fmt.Sprintf("--deny: %s is Discord itself, which has many ways in; --read-only and --allow-guild keep scripts from it", name)}
		}
	}
	err := host.Deny(f.Deny...)
	if unknown, ok := errors.AsType[*runtime.UnknownDenialError](err); ok {
		return &usageError{"--deny: " + unknown.Error()}
	}
	return err
}

// limited is a context that the limits of the flags end. stop must be called.
func (f *safetyFlags) limited(ctx context.Context, clock clockwork.Clock) (limited context.Context, stop func()) {
	return runtime.Limits{Memory: int64(f.MaxMemory), Run: time.Duration(f.MaxRun)}.Context(ctx, clock)
}

// withScripts are the commands that run scripts.
var withScripts = []string{"repl", "run", "eval", "test"}

// check refuses flags where they would do nothing.
func (f *safetyFlags) check(command string) error {
	command, _, _ = strings.Cut(command, " ")
	set := f.ReadOnly || f.DryRun || len(f.AllowGuild)+len(f.Deny) > 0 || f.MaxMemory != 0 || f.MaxRun != 0
	if set && !slices.Contains(withScripts, command) {
		return &usageError{fmt.Sprintf("%s are for scripts; cordial %s runs none", strings.Join(safetyNames, ", "), command)}
	}
	return nil
}

// misplaced finds a flag among the arguments of a script that knows nothing of it, by its text: such a script runs without the bounds that
// were meant. One that has args.parse is left out, because that refuses the flag.
func misplaced(script string, args []string) (flag string, ok bool) {
	if info, err := os.Stat(script); err != nil || !info.Mode().IsRegular() {
		return "", false // a pipe can be read only once, by who runs it
	}
	source, err := os.ReadFile(script)
	if err != nil || strings.Contains(string(source), "args.parse") {
		return "", false // what cannot be read cannot be run, which is told then
	}
	for _, arg := range args {
		flag, _, _ := strings.Cut(arg, "=")
		if slices.Contains(safetyNames, flag) && !knows(string(source), flag) {
			return flag, true
		}
	}
	return "", false
}

// knows tells whether a script has a flag as a string, "--deny", or as a key, ["deny"].
func knows(source, flag string) bool {
	for _, mark := range []string{`"`, "'"} {
		if strings.Contains(source, mark+flag) || strings.Contains(source, "["+mark+strings.TrimPrefix(flag, "--")+mark+"]") {
			return true
		}
	}
	return false
}

// The values of flags that may be given several times. An empty one is refused, also between commas: a variable of the shell that is not set
// would take the bound away without a word.
type (
	guildList  []string
	moduleList []string
	folderList []string
)

// UnmarshalText makes it a value of the command line.
func (l *guildList) UnmarshalText(text []byte) error {
	return addFilled((*[]string)(l), strings.Split(string(text), ","), "the id of a server, or dm")
}

// UnmarshalText makes it a value of the command line.
func (l *moduleList) UnmarshalText(text []byte) error {
	return addFilled((*[]string)(l), strings.Split(string(text), ","), "the name of a module")
}

// UnmarshalText makes it a value of the command line. The name of a folder may have commas. The folder must be there: scripts can only
// make others inside of it.
func (l *folderList) UnmarshalText(text []byte) error {
	if info, err := os.Stat(string(text)); len(text) > 0 && (err != nil || !info.IsDir()) {
		return fmt.Errorf("there is no folder %s: make it first", text)
	}
	return addFilled((*[]string)(l), []string{string(text)}, "a folder")
}

func addFilled(list *[]string, values []string, expected string) error {
	if slices.Contains(values, "") {
		return fmt.Errorf("%q: expected %s, got an empty text", strings.Join(values, ","), expected)
	}
	*list = append(*list, values...)
	return nil
}

// byteSize is a number of bytes as a person gives it: 512MB, 2GB.
type byteSize int64

// leastMemory is the smallest limit that makes sense: cordial itself, with the
// sandbox, needs nearly as much.
const leastMemory = 32 << 20

var byteUnits = []struct {
	suffix string
	bytes  int64
}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"B", 1}, {"", 1}}

// UnmarshalText makes it a value of the command line.
func (s *byteSize) UnmarshalText(text []byte) error {
	given := strings.Replace(strings.ToUpper(string(text)), "IB", "B", 1)
	for _, unit := range byteUnits {
		number, ok := strings.CutSuffix(given, unit.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		bytes := n * float64(unit.bytes)
		switch {
		case err != nil || !(bytes < 1<<62):
			return fmt.Errorf("%q: expected a size such as 512MB", text)
		case bytes < leastMemory:
			return fmt.Errorf("%q: expected at least %dMB, which cordial itself may need", text, leastMemory>>20)
		}
		*s = byteSize(bytes)
		return nil
	}
	return nil
}

// timeSpan is a time as a person gives it, written as scripts write one: 90s, 1h30m, 2d. It is more than zero.
type timeSpan time.Duration

// UnmarshalText makes it a value of the command line.
func (t *timeSpan) UnmarshalText(text []byte) error {
	d, ok := bind.ParseDuration(string(text))
	if !ok || d <= 0 {
		return fmt.Errorf("%q: expected a time such as 90s or 1h30m", text)
	}
	*t = timeSpan(d)
	return nil
}
