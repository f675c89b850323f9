package term

import (
	"context"
	"fmt"
	"strings"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// module is the module term of one host.
type module struct {
	host     *runtime.Host
	screen   *Screen
	keyboard keyboard
}

// Install declares the module term to a host's scripts. When they end, or are to end, the screen is closed, before what was installed
// later is stopped.
func Install(host *runtime.Host, screen *Screen) {
	m := &module{host: host, screen: screen}
	m.keyboard = keyboard{read: host.Read, clock: host.Clock(), interrupt: func() { host.Fail(runtime.ErrInterrupted) }}
	host.OnStop(func(context.Context) {
		m.keyboard.close(true)
		if err := screen.Close(); err != nil {
			host.Warn("the terminal could not be given back: " + err.Error() + "; the command reset does that")
		}
	})
	host.Registry().AddClass(progressClass())
	host.Registry().AddModule(m.declaration())
}

func (m *module) declaration() bind.Module {
	text := bind.Param{Name: "text", Type: bind.String, Required: true}
	return bind.Module{
		Name: "term", Doc: "Programs for a terminal: drawing, keys, styles. cordial run gives a script the terminal.", Global: true,
		Funcs: []bind.Func{
			{
				Name: "size", Doc: "The number of columns and rows, 80 and 24 without a terminal.", Returns: "columns, rows",
				Example: "local columns, rows = term.size()",
				Call: func(*bind.Call) (any, error) {
					width, height := m.screen.Size()
					return bind.Values{width, height}, nil
				},
			},
			{
				Name: "keys",
				Doc: `Walks the keys that are pressed: "a", "up", "enter", "space", "escape", "f1", "ctrl-c", "alt-x". ` +
					"What is typed is not shown from then on. Ctrl-C ends a script that does not take it as a key within half a second.",
				Returns: "iterator", Example: "for key in term.keys() do\n  if key == \"q\" or key == \"ctrl-c\" then break end\nend",
				Call: m.keys,
			},
			{
				Name:    "draw",
				Doc:     "Shows lines in place of those drawn before, each cut to the terminal's width. What is printed meanwhile appears at the end.",
				Params:  []bind.Param{{Name: "lines", Type: bind.Either(bind.ListOf(bind.String), bind.String), Required: true, Doc: "a list, or a text of several lines"}},
				Example: "term.draw{\"Level\", string.rep(\"█\", 10)}",
				Call:    m.draw,
			},
			m.progressFunc(),
			{
				Name: "restore", Doc: "Gives the terminal back as it was before term.draw and term.keys. The end of the script does so too.",
				Call: func(c *bind.Call) (any, error) {
					return nil, c.Wait(func(context.Context) error {
						m.keyboard.close(false)
						return m.screen.Restore()
					})
				},
			},
			{
				Name: "style", Doc: "Writes a text in styles and colours. Without a terminal, and for colours with NO_COLOR, it stays as it is.",
				Params:  []bind.Param{text, {Name: "styles", Type: bind.OneOf(styleNames()...), Rest: true}},
				Returns: "string", Example: "print(term.style(\"done\", \"bold\", \"green\"))",
				Call: func(c *bind.Call) (any, error) {
					var names []string
					for _, name := range c.Args() {
						names = append(names, name.(string))
					}
					return m.screen.style(c.String("text"), names), nil
				},
			},
			{
				Name: "fit", Doc: "Cuts a text to a width, or fills it up with spaces: a column of a table. Characters that cannot be seen are left out.",
				Params:  []bind.Param{text, {Name: "width", Type: bind.Integer, Required: true, Doc: "in columns of the terminal"}},
				Returns: "string", Example: "print(term.fit(member.name, 20) .. \"|\")",
				Call: func(c *bind.Call) (any, error) {
					return fit(c.String("text"), max(0, min(c.Int("width"), maxFit))), nil
				},
			},
			{
				Name: "width", Doc: "How many columns of the terminal a text takes when term.fit writes it.", Params: []bind.Param{text},
				Returns: "integer", Example: "local column = math.max(term.width(\"漢字\"), term.width(\"abc\"))   -- 4",
				Call: func(c *bind.Call) (any, error) { return width(c.String("text")), nil },
			},
		},
		Fields: []bind.Field{{
			Name: "is_terminal", Type: "boolean", Doc: "Whether the script has a terminal to draw on and to read keys from.",
			Value: m.screen.options.Terminal != nil,
		}},
	}
}

// maxFit bounds the width of term.fit.
const maxFit = 1 << 16

func (m *module) keys(c *bind.Call) (any, error) {
	if err := m.screen.makeRaw(); err != nil {
		return nil, fail(c, err)
	}
	m.keyboard.start()
	return bind.Iterator(func(c *bind.Call) (key any, err error) {
		err = c.Wait(func(ctx context.Context) error {
			name, ok, err := m.keyboard.next(ctx)
			if ok {
				key = name
			}
			return err
		})
		return key, err
	}), nil
}

func (m *module) draw(c *bind.Call) (any, error) {
	var lines []string
	if text, ok := c.Value("lines").(string); ok {
		lines = strings.Split(text, "\n")
	}
	for _, line := range c.List("lines") {
		lines = append(lines, line.(string))
	}
	return nil, fail(c, m.screen.Draw(lines))
}

// fail puts the function before an error.
func fail(c *bind.Call, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", c.Name(), err)
}
