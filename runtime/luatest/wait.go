package luatest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// eventually calls the function when all has come to rest, and then lets the clock go on to whatever is due next.
func (t *trial) eventually(c *bind.Call) (any, error) {
	fn := c.Func("fn")
	until := t.world.Clock.Now().Add(c.Duration("timeout"))
	step := t.world.Time.Settle
	moved := true
	for {
		results, err := t.host.Call(c.L, fn)
		switch {
		case c.Context().Err() != nil || t.skipped != nil:
			return nil, err
		case err == nil && len(results) > 0 && !lua.LVIsFalse(results[0]):
			return results[0], nil
		case t.host.Failure() != nil:
			return nil, fmt.Errorf("t.eventually: the script has failed meanwhile: %w", t.host.Failure())
		case !moved:
			return nil, failure(c, fmt.Sprintf("%s has not become true in %s; %s", t.host.Label(fn), c.Duration("timeout"), last(c.L, results, err)))
		}
		if err := c.Wait(step); err != nil {
			return nil, err
		}
		step = func(ctx context.Context) (err error) {
			moved, err = t.world.Time.Step(ctx, until)
			return err
		}
	}
}

// last tells what a function has given or raised the last time.
func last(L *lua.LState, results []lua.LValue, err error) string {
	switch {
	case err != nil:
		return "its last error:\n" + runtime.Explain(err)
	case len(results) == 0:
		return "it has returned nothing"
	}
	return "it has returned " + shown(L, results[0])
}

// beginTime is how long a script may take to begin its work, by the test's clock.
const beginTime = time.Minute

func (t *trial) loadScript(c *bind.Call) (any, error) {
	var args []string
	for _, arg := range c.Args() {
		args = append(args, arg.(string))
	}
	return nil, c.Wait(func(ctx context.Context) error {
		path := t.path(c.String("path"))
		err := t.host.LoadFile(ctx, path, args...)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("t.load: there is no file %s; what t.load gets is relative to the folder of the test", path)
		case err != nil:
			return scriptError(err)
		}
		return t.begin(ctx)
	})
}

// scriptError is the error of a script that was loaded: a text brings the script's own traceback, an object stays what it is.
func scriptError(err error) error {
	if raised, ok := errors.AsType[*runtime.Error](err); ok && raised.Value.Type() != lua.LTString {
		return err
	}
	return errors.New(runtime.Explain(err))
}

// begin lets time pass until the scripts that were loaded have begun their work.
func (t *trial) begin(ctx context.Context) error {
	if err := t.world.Time.Settle(ctx); err != nil {
		return err
	}
	until := t.world.Clock.Now().Add(beginTime)
	for t.r.o.Starting != nil && t.r.o.Starting(t.host.Host) {
		moved, err := t.world.Time.Step(ctx, until)
		switch {
		case err != nil:
			return err
		case !moved:
			return fmt.Errorf("t.load: the script has not begun its work in %s: its bot is not connected, or its commands are not known yet", beginTime)
		}
	}
	if err := t.host.Failure(); err != nil {
		return fmt.Errorf("t.load: the script has failed: %w", err)
	}
	return nil
}
