package luabind

import (
	"os"

	"cordial/discord"
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
					if err := b.mayWrite(path); err != nil {
						return nil, err
					}
					return nil, c.Wait(func(waiter) error { return dumpWorld(s, path) })
				},
			},
			{
				Name: "allow_intents", Doc: "Switches the privileged intents of the bot on, and those that are not named off, as the developer portal does.",
				Params:  []bind.Param{{Name: "intents", Type: intentsType, Required: true}},
				Example: `sandbox.allow_intents{"GUILD_MEMBERS", "GUILD_PRESENCES"}`,
				Call: func(c *bind.Call) (any, error) {
					s.World().AllowIntents(bind.Get[discord.Intents](c, "intents"))
					return nil, nil
				},
			},
			faultFunc(s),
			{
				Name: "clear_faults", Doc: "Forgets the faults that have not happened yet.",
				Call: func(*bind.Call) (any, error) { s.ClearFaults(); return nil, nil },
			},
		}...),
		Fields: b.sandboxClock(),
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
