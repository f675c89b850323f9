package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	goruntime "runtime"
	"strings"
	"time"

	"cordial/discord"
	"cordial/discord/rest"
)

// secret finds the token of a variable: its value, the content of the file
// that NAME_FILE names, or the first line that the command of NAME_COMMAND
// prints; the first of them that is set counts. It is "" when none is. No
// output shows it from then on.
func (p *process) secret(name string) (string, error) {
	if value := p.getenv(name); value != "" {
		return value, nil
	}
	source, read := name+"_FILE", p.secretFile
	if p.getenv(source) == "" {
		source, read = name+"_COMMAND", p.secretCommand
	}
	place := p.getenv(source)
	if place == "" {
		return "", nil
	}
	value, err := read(place)
	if err == nil && value == "" {
		err = errors.New("there is nothing in it")
	}
	if err == nil && strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		err = errors.New("there is more than one line, or what no token has")
	}
	if err != nil {
		return "", &secretError{name, source, err}
	}
	p.redactor.Add(value)
	return value, nil
}

// secretVariables are those that hold a token or say where it is. Scripts have
// no use for them: dc has the token.
func secretVariables() []string {
	var names []string
	for _, token := range []string{"DISCORD_BOT_TOKEN", "DISCORD_USER_TOKEN"} {
		names = append(names, token, token+"_FILE", token+"_COMMAND")
	}
	return names
}

// secretError says why a token could not be had from where it should be.
type secretError struct {
	variable string // that the token is for
	source   string // the variable that says where it is
	err      error
}

func (e *secretError) Error() string { return e.source + ": " + e.err.Error() }

// Unwrap makes it an error of authentication.
func (e *secretError) Unwrap() []error {
	return []error{e.err, &rest.AuthError{Variable: e.variable, Missing: true}}
}

// maxSecret bounds what is read for a token, in bytes.
const maxSecret = 64 << 10

// secretFile reads a token from a file.
func (p *process) secretFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	const byOthers fs.FileMode = 0o004
	if goruntime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode()&byOthers != 0 {
		p.warn(fmt.Sprintf("warning: everybody on this machine can read the token in %s: chmod 600 %s", path, path))
	}
	data, err := io.ReadAll(io.LimitReader(file, maxSecret))
	return strings.TrimSpace(string(data)), err
}

// secretTime is how long a command has to print a token: a person may have to
// unlock a keyring.
const secretTime = 2 * time.Minute

// secretCommand takes a token from a command. It is run without a shell. What
// it says on stderr is shown; what it prints is not.
func (p *process) secretCommand(line string) (string, error) {
	args, err := splitCommand(line)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), secretTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr, cmd.WaitDelay = p.stderr, time.Second
	if p.journal != nil {
		lines := p.lines()
		defer lines.Close()
		cmd.Stderr = lines
	}
	var printed strings.Builder
	cmd.Stdout = &capped{w: &printed, left: maxSecret}
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("%s printed no token within %s", args[0], secretTime)
	case err != nil:
		return "", fmt.Errorf("%s failed: %w", args[0], err)
	}
	first, _, _ := strings.Cut(strings.TrimLeft(printed.String(), "\r\n"), "\n")
	return strings.TrimSpace(first), nil
}

// capped passes on so many bytes, and drops the rest.
type capped struct {
	w    io.Writer
	left int
}

func (c *capped) Write(p []byte) (int, error) {
	part := p[:min(len(p), c.left)]
	c.left -= len(part)
	_, err := c.w.Write(part)
	return len(p), err
}

// splitCommand splits a command at its spaces. Quotes, single or double, keep
// spaces together; nothing else has a meaning.
func splitCommand(line string) ([]string, error) {
	var args []string
	var arg strings.Builder
	var quote rune
	inside := false // of an argument, which may be empty
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			arg.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inside = r, true
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			if inside {
				args = append(args, arg.String())
			}
			arg.Reset()
			inside = false
		default:
			arg.WriteRune(r)
			inside = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a %c in the command is not closed", quote)
	}
	if inside {
		args = append(args, arg.String())
	}
	if len(args) == 0 || args[0] == "" {
		return nil, errors.New("there is no command in it")
	}
	return args, nil
}

// tokenFlags are what people try for a token.
var tokenFlags = regexp.MustCompile(`^--?(bot-?|user-?|discord-?)*token(=|$)`)

// refuseTokens refuses a token among the arguments, wherever it is: everybody
// on the machine can see them, and shells keep them.
func refuseTokens(args []string) error {
	positional := 0
	for _, arg := range args {
		own := positional < 2 // later ones belong to the script
		if !strings.HasPrefix(arg, "-") {
			positional++
		}
		if own && tokenFlags.MatchString(arg) || discord.NewRedactor().String(arg) != arg {
			return &usageError{"a token does not belong in the arguments, where everybody on this machine can see it: put it into DISCORD_BOT_TOKEN, " +
				"or name a file with it in DISCORD_BOT_TOKEN_FILE, or a command that prints it in DISCORD_BOT_TOKEN_COMMAND"}
		}
	}
	return nil
}
