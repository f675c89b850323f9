package luabind

import (
	"os"

	"cordial/discord/rest/catalogue"
	"cordial/discord/sandbox"
	"cordial/runtime/bind"
)

// sandboxModule declares the global sandbox, which scripts have only while the client talks to one.
func (b *binding) sandboxModule(s *sandbox.Server) bind.Module {
	return bind.Module{
		Name: "sandbox", Global: true, Singleton: true, Doc: "The Discord of this machine that the client talks to.",
		Funcs: append(b.userFuncs(s), []bind.Func{
			{
				Name: "info", Doc: "Tells the sandbox's addresses, channels and people.", Returns: "table",
				Call: func(*bind.Call) (any, error) {
					info, err := plainTable(s.Info())
					if err != nil {
						return nil, err
					}
					return b.shown(info.(map[string]any)), nil
				},
			},
			{
				Name: "served", Doc: "Lists the operations that the sandbox serves; the others answer with an error that names them.", Returns: "list of string",
				Call: func(*bind.Call) (any, error) { return sandbox.Served(), nil },
			},
			{
				Name: "dump", Doc: "Writes the world to a JSON file, which cordial sandbox --world reads.",
				Params: []bind.Param{{Name: "path", Type: bind.String, Required: true}},
				Call: func(c *bind.Call) (any, error) {
					path := c.String("path")
					return nil, c.Wait(func(waiter) error { return dumpWorld(s, path) })
				},
			},
			faultFunc(s),
			{
				Name: "clear_faults", Doc: "Forgets the faults that have not happened yet.",
				Call: func(*bind.Call) (any, error) { s.ClearFaults(); return nil, nil },
			},
		}...),
	}
}

func dumpWorld(s *sandbox.Server, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	return s.World().Dump(f)
}

func faultFunc(s *sandbox.Server) bind.Func {
	return bind.Func{
		Name: "fault", Doc: "Makes the next requests fail in a way that Discord sometimes does.",
		Params: []bind.Param{
			{Name: "operation", Type: operationName(), Doc: "an operation's id; every operation without it"},
			{Name: "method", Type: bind.OneOf(methods...), Named: true},
			{Name: "times", Type: bind.Integer, Named: true, Default: 1, Doc: "how many requests it hits"},
			{Name: "delay", Type: bind.Duration, Named: true, Doc: "wait before answering"},
			{Name: "status", Type: bind.Integer, Named: true, Doc: "answer with this status, such as 502"},
			{Name: "body", Type: bind.String, Named: true, Doc: "the text of that answer"},
			{Name: "scope", Type: bind.OneOf("user", "global", "shared"), Named: true, Doc: "answer 429 with this scope"},
			{Name: "retry_after", Type: bind.Duration, Named: true, Doc: "what a 429 asks to wait"},
			{Name: "cut", Type: bind.Boolean, Named: true, Doc: "cut the connection in the middle of the answer"},
		},
		Example: `sandbox.fault("create_message", {status=503, times=2})`,
		Call: func(c *bind.Call) (any, error) {
			s.Fault(sandbox.Fault{
				Operation: c.String("operation"), Method: c.String("method"), Times: c.Int("times"), Delay: c.Duration("delay"),
				Status: c.Int("status"), Body: c.String("body"), Scope: c.String("scope"), Retry: c.Duration("retry_after"), Cut: c.Bool("cut"),
			})
			return nil, nil
		},
	}
}

// operationName is the id of an operation that the catalogue knows.
func operationName() bind.Type {
	operations := catalogue.Operations()
	names := make([]string, len(operations))
	for i := range operations {
		names[i] = operations[i].ID
	}
	t := bind.OneOf(names...)
	t.Name = "operation"
	return t
}
