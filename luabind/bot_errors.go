package luabind

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/discord/interaction"
	"cordial/discord/rest"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// maxErrors bounds bot.errors. When it is full the oldest falls out.
const maxErrors = 100

// handlerError is the error of a handler, with what the handler was called for.
type handlerError struct {
	handler *handler
	context lua.LValue // a Message or an Interaction
	answer  *interaction.Responder
	err     error
}

func (e *handlerError) Error() string { return e.err.Error() }
func (e *handlerError) Unwrap() error { return e.err }

// reportError is the error of a function of bot.on_error, to which it is not given again.
type reportError struct{ err error }

func (e *reportError) Error() string { return e.err.Error() }
func (e *reportError) Unwrap() error { return e.err }

// botError is an entry of bot.errors.
type botError struct {
	task    string // the handler's label, or the task's name
	context lua.LValue
	err     error
	at      time.Time
}

// errorLog holds the last errors, the newest last.
type errorLog struct{ entries []*botError }

func (l *errorLog) add(e *botError) {
	if len(l.entries) == maxErrors {
		l.entries = append(l.entries[:0], l.entries[1:]...)
	}
	l.entries = append(l.entries, e)
}

func (e *botError) raised() (luaErr *runtime.Error, ok bool) {
	return errors.AsType[*runtime.Error](e.err)
}

// value is what pcall would have given.
func (e *botError) value() lua.LValue {
	if raised, ok := e.raised(); ok {
		return raised.Value
	}
	return lua.LString(e.err.Error())
}

// errorEntryClass declares the entries of bot.errors.
func errorEntryClass() bind.Class {
	get := func(name, typ, doc string, value func(e *botError) any) bind.Field {
		return bind.Field{Name: name, Type: typ, Doc: doc, Get: func(self any) (any, error) { return value(self.(*botError)), nil }}
	}
	return bind.Class{
		Name: "BotError", Doc: "An error of a handler or of another task.",
		Fields: []bind.Field{
			get("error", "any", "What was raised: a text, or an error object.", func(e *botError) any { return e.value() }),
			get("message", "string", "The error as text, with its file and line.", func(e *botError) any { return e.err.Error() }),
			get("command", "string", "What failed: a command, a component, or the task's name.", func(e *botError) any { return e.task }),
			get("context", "Message or Interaction", "What it was about, if that is known.", func(e *botError) any { return e.context }),
			get("time", "number", "When it happened, in seconds since 1970.", func(e *botError) any { return float64(e.at.UnixMilli()) / 1000 }),
			get("traceback", "string", "The functions that were running, one on a line.", func(e *botError) any {
				if raised, ok := e.raised(); ok {
					return raised.Traceback
				}
				return ""
			}),
		},
		ToString: func(self any) string {
			e := self.(*botError)
			return fmt.Sprintf("BotError(%s, %s: %s)", e.at.UTC().Format(time.TimeOnly), e.task, e.err)
		},
	}
}

func (bt *bot) errorList() any {
	list := bt.b.r.L.NewTable()
	for _, e := range bt.errors.entries {
		list.Append(bt.b.r.Wrap("BotError", e))
	}
	bt.b.host.MarkArray(list)
	return list
}

func (bt *bot) clearErrors(v lua.LValue) error {
	if t, ok := v.(*lua.LTable); v != lua.LNil && (!ok || t.Len() > 0) {
		return bind.Expected("{}, which forgets them", v)
	}
	bt.errors.entries = nil
	return nil
}

// failed is told of every error of a task that nobody waits for. The host has shown it already.
func (bt *bot) failed(task *runtime.Task, err error) {
	entry := &botError{task: task.Name(), context: lua.LNil, err: err, at: bt.b.host.Clock().Now()}
	handled, ok := errors.AsType[*handlerError](err)
	if ok {
		entry.task, entry.context = handled.handler.label(), handled.context
	}
	bt.errors.add(entry)
	if _, own := errors.AsType[*reportError](err); own {
		return
	}
	answer, told := ok && handled.answer != nil, bt.declaredBy(task.Generation())
	if answer || len(told.onError) > 0 {
		name := "bot.on_error"
		if len(told.onError) == 0 {
			name = entry.task // which only apologizes
		}
		bt.spawn(told.of, name, func(L *lua.LState) error {
			err := told.report(L, entry)
			if answer {
				err = errors.Join(err, bt.apologize(L, handled.answer))
			}
			if err != nil {
				return &reportError{err}
			}
			return nil
		})
	}
}

// report gives an error to the functions of bot.on_error.
func (bt *declarations) report(L *lua.LState, entry *botError) error {
	var errs []error
	for _, fn := range bt.onError {
		_, err := bt.b.host.Call(L, fn, entry.context, entry.value(), bt.b.r.Wrap("BotError", entry))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// spawn starts a task of the bot's own, for a generation. When the host takes no more, that is said, and the task does not happen.
func (bt *bot) spawn(of *runtime.Generation, name string, fn func(L *lua.LState) error) {
	if _, err := of.Go(name, fn); err != nil && !errors.Is(err, runtime.ErrClosed) && !errors.Is(err, runtime.ErrReplaced) {
		bt.b.host.Warn(fmt.Sprintf("%s: %v", name, err))
	}
}

// forbidden reports whether Discord does not let the bot write there.
func forbidden(err error) bool {
	refused, ok := errors.AsType[*rest.Error](err)
	return ok && refused.Status == http.StatusForbidden
}
