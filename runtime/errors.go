package runtime

import (
	"errors"
	"fmt"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// Errors of the host itself.
var (
	// ErrClosed is the cause of everything that ends because of [Host.Close].
	ErrClosed = errors.New("the host is closed")

	// ErrInterrupted is returned by RunFile when its context ends.
	ErrInterrupted = errors.New("interrupted")

	// ErrStuck says that a cancelled task did not end in the grace time: it
	// is inside a Go call that does not heed its context.
	ErrStuck = errors.New("a cancelled task did not end in time")

	errCancelled     = errors.New("task:cancel() was called")
	errSiblingFailed = errors.New("another function of the same gather failed")
	errScriptEnded   = errors.New("the script has ended")
)

// Error is an error that Lua code raised.
type Error struct {
	Value     lua.LValue // what was raised: a text or an error object
	Message   string     // as text, with "file:line: " where the script has it
	Where     string     // "file:line: " of an error object, which has none in its text
	Traceback string     // the script's functions, one on a line
}

func (e *Error) Error() string { return e.Where + e.Message }

// Unwrap returns the Go error inside an error object.
func (e *Error) Unwrap() error {
	if ud, ok := e.Value.(*lua.LUserData); ok {
		err, _ := ud.Value.(error)
		return err
	}
	return nil
}

// LuaValue is what pcall gives a script for the error.
func (e *Error) LuaValue() lua.LValue { return e.Value }

// CancelError is the end of a task that was cancelled.
type CancelError struct {
	Task      string
	Cause     error
	Traceback string // the script's functions that were running, one on a line; "" when the task has not told
}

func (e *CancelError) Error() string { return title(e.Task) + " was cancelled: " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *CancelError) Unwrap() error { return e.Cause }

// ScriptError is the error that a script ended with.
type ScriptError struct {
	Path string
	Err  error
}

func (e *ScriptError) Error() string { return e.Err.Error() }

// Unwrap returns the error without the path.
func (e *ScriptError) Unwrap() error { return e.Err }

// ExitError says that a script called os.exit.
type ExitError struct {
	Code int
}

func (e *ExitError) Error() string { return fmt.Sprintf("the script called os.exit(%d)", e.Code) }

// TimeoutError is raised by with_timeout.
type TimeoutError struct {
	Seconds float64
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("TimeoutError: not done after %gs", e.Seconds)
}

// detailed is an error that can say more than its one line.
type detailed interface {
	error
	Detail() string
}

// errorText is a raised value as text: an object's __tostring, a short literal
// of a plain table.
func errorText(L *lua.LState, value lua.LValue) string {
	switch v := value.(type) {
	case lua.LString:
		return string(v)
	case *lua.LNilType:
		return "error(nil)"
	default:
		return Format(L, v)
	}
}

func (h *Host) installErrors() {
	h.registry.AddClass(bind.Class{
		Name: "TimeoutError",
		Doc:  "What with_timeout raises.",
		Fields: []bind.Field{
			{Name: "message", Type: "string", Doc: "The error as text.",
				Get: func(self any) (any, error) { return self.(*TimeoutError).Error(), nil }},
			{Name: "seconds", Type: "number", Doc: "The time that was allowed.",
				Get: func(self any) (any, error) { return self.(*TimeoutError).Seconds, nil }},
		},
		ToString: func(self any) string { return self.(*TimeoutError).Error() },
	})
	h.registry.Convert(func(v any) (lua.LValue, bool) {
		if e, ok := v.(*TimeoutError); ok {
			return h.registry.Wrap("TimeoutError", e), true
		}
		return nil, false
	})
}
