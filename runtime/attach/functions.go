package attach

import (
	"context"
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
	"cordial/runtime/repl"
)

// Banner is what a person is told first.
const Banner = `tasks(), jobs(), tail "logs" and tail "events" tell what happens, cancel(id) ends a task. Ctrl-C ends a line, Ctrl-D leaves.`

// taskName is what tasks() and errors call what is evaluated.
const taskName = "attach"

// equip gives a new session what attached ones have beside the script's
// globals.
func (s *Server) equip(ctx context.Context, session *repl.Local) error {
	return s.options.Host.Do(ctx, taskName, func(*lua.LState) error {
		if s.functions == nil { // the Lua state is held
			s.functions = map[string]*lua.LFunction{}
			for _, f := range s.declarations() {
				s.functions[f.Name] = s.options.Host.Registry().Function(f)
			}
		}
		for name, fn := range s.functions {
			session.Declare(name, fn)
		}
		return nil
	})
}

func (s *Server) declarations() []bind.Func {
	return []bind.Func{
		{
			Name: "tail", Doc: "Shows events, or what the script writes, as it comes, until Ctrl-C. It changes nothing about which events Discord sends.",
			Params: []bind.Param{
				{Name: "what", Type: bind.OneOf(tailEvents, tailLogs), Required: true},
				{Name: "events", Type: bind.ListOf(bind.String), Doc: "the names of events; all without it"},
			},
			Example: `tail("events", {"MESSAGE_CREATE"})`,
			Call:    s.tail,
		},
		{
			Name: "cancel", Doc: "Cancels the task with a number that tasks() shows.",
			Params:  []bind.Param{{Name: "id", Type: bind.Integer, Required: true}},
			Returns: "Task", Example: "cancel(12)",
			Call: s.cancel,
		},
	}
}

func (s *Server) tail(c *bind.Call) (any, error) {
	console := s.options.Host.Console()
	if console == nil { // a task has kept the function
		return nil, errGone
	}
	var names []string
	for _, name := range c.List("events") {
		names = append(names, name.(string))
	}
	t, err := s.newTail(c.String("what"), names)
	if err != nil {
		return nil, err
	}
	line := s.options.Host.Task(c.L).Name() == taskName // and no task that it has started
	return nil, c.Wait(func(ctx context.Context) error {
		err := t.follow(ctx, console.Write)
		if line && errors.Is(err, runtime.ErrReplaced) {
			(*clientConn)(console.Terminal.(*terminal)).outlived = t
			return err
		}
		t.stop()
		return err
	})
}

func (s *Server) cancel(c *bind.Call) (any, error) {
	task, err := s.cancelTask(int64(c.Int("id")))
	if err != nil {
		return nil, fmt.Errorf("%s: %w; tasks() lists them", c.Name(), err)
	}
	return task, nil
}

// errCancelled is why a task ends that a person has cancelled.
var errCancelled = errors.New("cancel() was called over cordial attach")
