package rest

import (
	"fmt"
	"strings"
	"time"
)

// Error is an answer of Discord's that says no.
type Error struct {
	Status  int    // the HTTP status
	Code    int    // Discord's code, see discord.ErrorMessage; 0 when there is none
	Message string // as Discord words it
	Errors  []FieldError
	Method  string
	Path    string // relative to the API's address, tokens hidden
	Hint    string // what to do about it, "" when unknown
	// RetryAfter is how long Discord asked to wait, 0 when it did not.
	RetryAfter time.Duration
	// Repeated is set when the request had been sent before and its answer was lost, or was an error of Discord's: this error may be
	// about what the request itself had done then.
	Repeated bool
}

// FieldError is what Discord says about one field of a request.
type FieldError struct {
	Path    string // such as "embeds[0].title"; "" for the whole body
	Code    string // such as "BASE_TYPE_REQUIRED"
	Message string
}

// Error is the error in one line, such as "DiscordError(403): [50013] Missing Permissions".
func (e *Error) Error() string {
	return fmt.Sprintf("DiscordError(%d): [%d] %s", e.Status, e.Code, e.Message)
}

// Detail is Error with the request, the field errors and the hint on lines of their own.
func (e *Error) Detail() string {
	var b strings.Builder
	b.WriteString(e.Error())
	fmt.Fprintf(&b, "\n  in %s %s", e.Method, e.Path)
	for _, f := range e.Errors {
		if f.Path == "" {
			fmt.Fprintf(&b, "\n  %s", f.Message)
		} else {
			fmt.Fprintf(&b, "\n  %s: %s", f.Path, f.Message)
		}
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "\n  hint: %s", e.Hint)
	}
	return b.String()
}

// AuthError says that there is no token, or that Discord refuses the one there is. Once refused, a token is not sent again.
type AuthError struct {
	Variable string // the environment variable that should hold the token
	Missing  bool
}

func (e *AuthError) Error() string {
	if e.Missing {
		return "there is no token for this request: set " + e.Variable
	}
	return "Discord does not accept the token: set " + e.Variable + " to one that is valid; a bot's comes from the developer portal (Bot, Reset Token)"
}

// NetworkError says that a request got no answer, or not all of it.
type NetworkError struct {
	Method, Path string
	Host         string
	Err          error
}

func (e *NetworkError) Error() string {
	return fmt.Sprintf("%s %s: the connection to %s failed: %v", e.Method, e.Path, e.Host, e.Err)
}

func (e *NetworkError) Unwrap() error { return e.Err }

// AddressError says that Options.BaseURL is not the address of an API.
type AddressError struct{ Reason string }

func (e *AddressError) Error() string { return "API address: " + e.Reason }

// FileError says why a file could not be uploaded or saved.
type FileError struct {
	Name string
	Err  error
}

func (e *FileError) Error() string { return fmt.Sprintf("file %s: %v", e.Name, e.Err) }

func (e *FileError) Unwrap() error { return e.Err }

// RateLimitError says that a request would have had to wait longer than Options.MaxWait.
type RateLimitError struct {
	Method, Path string
	Scope        string        // "user", "shared" or "global" when Discord answered 429, else ""
	RetryAfter   time.Duration // how long Discord asks to wait, 0 when the request stood behind too many others
	MaxWait      time.Duration
}

func (e *RateLimitError) Error() string {
	if e.RetryAfter > 0 {
		return fmt.Sprintf("%s %s: rate limited: Discord asks to wait %s, which is more than the %s that a request may wait", e.Method, e.Path, e.RetryAfter.Round(time.Millisecond), e.MaxWait)
	}
	return fmt.Sprintf("%s %s: rate limited: did not get its turn within %s; send less at a time", e.Method, e.Path, e.MaxWait)
}

// QueueFullError says that too many requests wait for rate limits already.
type QueueFullError struct{ Waiting int }

func (e *QueueFullError) Error() string {
	return fmt.Sprintf("%d requests wait for rate limits already: wait for some of them before sending more", e.Waiting)
}

// BreakerError says that the client has stopped because Discord would soon block its address for invalid requests.
type BreakerError struct {
	Invalid int           // answers 401, 403 and 429 within the last ten minutes
	Retry   time.Duration // when some of them will be old enough
}

func (e *BreakerError) Error() string {
	return fmt.Sprintf("stopped after %d invalid requests (401, 403, 429) within ten minutes, before Discord blocks this address: find what causes them; requests go on in %s", e.Invalid, e.Retry.Round(time.Second))
}

// ArgumentError says what is wrong with the arguments of a Call before anything is sent.
type ArgumentError struct {
	Operation string
	Argument  string // where, such as "embeds[0].title"; "" when it is about the call
	Message   string
}

func (e *ArgumentError) Error() string {
	if e.Argument == "" {
		return e.Operation + ": " + e.Message
	}
	return fmt.Sprintf("%s: %s: %s", e.Operation, e.Argument, e.Message)
}
