package main

import (
	"errors"

	"cordial/discord/gateway"
	"cordial/discord/rest"
	"cordial/runtime"
	"cordial/runtime/web"
)

// The exit codes of all commands.
const (
	exitOK          = 0
	exitScript      = 1 // the script, or what it was asked to do, failed
	exitUsage       = 2 // the command line is wrong
	exitAuth        = 3 // there is no token, or Discord does not accept it or what the bot asks for
	exitNetwork     = 4 // there was no answer
	exitLimit       = 5 // the script has used all of the time or the memory that it was given
	exitInterrupted = 130
)

// usageError says what is wrong with the command line, and what to do.
type usageError struct{ reason string }

func (e *usageError) Error() string { return e.reason }

// exitCode is the code that a command which ended with err exits with. A
// script's own os.exit(code) is passed on.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	if exit, ok := errors.AsType[*runtime.ExitError](err); ok {
		return exit.Code
	}
	if _, ok := errors.AsType[*runtime.LimitError](err); ok {
		return exitLimit
	}
	if errors.Is(err, runtime.ErrInterrupted) {
		return exitInterrupted
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	if isAuth(err) {
		return exitAuth
	}
	if _, ok := errors.AsType[*rest.NetworkError](err); ok {
		return exitNetwork
	}
	if answer, ok := errors.AsType[*web.Error](err); ok && answer.Unanswered() {
		return exitNetwork
	}
	return exitScript
}

// isAuth tells whether Discord does not let the bot in: its token, its intents, its shards, or one start too many.
func isAuth(err error) bool {
	_, token := errors.AsType[*rest.AuthError](err)
	_, closed := errors.AsType[*gateway.CloseError](err)
	_, limited := errors.AsType[*gateway.LimitError](err)
	_, shards := errors.AsType[*gateway.ShardsError](err)
	return token || closed || limited || shards
}
