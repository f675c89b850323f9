package modules

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"maps"
	"regexp"
	"strings"
	"text/template"
	"text/template/parse"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// Bounds of one rendering.
const (
	templateOutput = 1 << 20   // bytes, unless the call says otherwise
	templateSteps  = 1_000_000 // turns of loops
	templateDepth  = 100       // templates inside one another, and tables inside one another
)

// compiled is a template that is ready to be rendered. The Lua state is held
// while it is, so that it is rendered once at a time.
type compiled struct {
	tree   *template.Template
	source string
	run    run
}

// run is the state of one rendering.
type run struct {
	out    strings.Builder
	limit  int
	steps  int
	depth  int
	escape bool
}

var errOutput = errors.New("the text becomes too long; limit= sets how many bytes it may have")

// Write takes what the template gives.
func (r *run) Write(b []byte) (int, error) {
	if r.out.Len()+len(b) > r.limit {
		return 0, errOutput
	}
	return r.out.Write(b)
}

func installTemplate(host *runtime.Host) {
	var templates cache[*compiled]
	r := host.Registry()
	source := bind.Param{Name: "template", Type: bind.String, Required: true, Doc: "a text with {{…}} as in Go's text/template"}
	data := bind.Param{Name: "data", Type: bind.Any, Doc: "what . is: a table, an object, any value"}
	options := []bind.Param{
		{Name: "escape", Type: bind.OneOf("html"), Named: true, Doc: "writes all values as text of HTML"},
		{Name: "limit", Type: bind.Integer, Named: true, Default: templateOutput, Doc: "bytes of the result at most"},
	}
	r.AddClass(bind.Class{
		Name: "Template", Doc: "A text with places for values.",
		Methods: []bind.Func{{
			Name: "render", Doc: "Fills in values.", Params: append([]bind.Param{data}, options...), Returns: "string",
			Example: `template.compile("Hi {{.name}}"):render{name = "Ann"}`,
			Call:    func(c *bind.Call) (any, error) { return render(c, c.Self.(*compiled)) },
		}},
		ToString: func(self any) string { return fmt.Sprintf("Template(%q)", clip(self.(*compiled).source)) },
	})
	r.AddModule(bind.Module{
		Name: "template", Doc: "Texts with places for values: {{.name}}, {{if .x}}…{{else}}…{{end}}, {{range .list}}{{.}}{{else}}none{{end}}, {{with .x}}…{{end}}, {{/* … */}}. " +
			"As in Go, 0, \"\" and an empty list count as false; lists begin at 1. Functions: and, or, not, eq, ne, lt, le, gt, ge, len, index, printf, html, urlquery, upper, lower, trim, join.",
		Global: true,
		Funcs: []bind.Func{
			{
				Name: "render", Doc: "Fills in values. A value that is missing is an error, except in if, with, and and or.",
				Params: append([]bind.Param{source, data}, options...), Returns: "string",
				Example: `template.render("{{.name}} has {{len .roles}} roles{{range .roles}}, {{.}}{{end}}", {name = "Ann", roles = {"admin"}})`,
				Call: func(c *bind.Call) (any, error) {
					t, err := templates.get(c.String("template"), compileTemplate)
					if err != nil {
						return nil, fail(c, err)
					}
					return render(c, t)
				},
			},
			{
				Name: "compile", Doc: "Reads a template, which shows mistakes in it at once.", Params: []bind.Param{source}, Returns: "Template",
				Example: `local greeting = template.compile("Hi {{.name}}")`,
				Call: func(c *bind.Call) (any, error) {
					t, err := templates.get(c.String("template"), compileTemplate)
					if err != nil {
						return nil, fail(c, err)
					}
					return r.Wrap("Template", t), nil
				},
			},
			{
				Name: "escape_html", Doc: "Writes a text so that HTML shows it as it is.", Params: []bind.Param{{Name: "text", Type: bind.String, Required: true}},
				Returns: "string", Example: `template.escape_html("a < b")   -- "a &lt; b"`,
				Call: func(c *bind.Call) (any, error) { return html.EscapeString(c.String("text")), nil },
			},
		},
	})
}

func compileTemplate(source string) (*compiled, error) {
	t := &compiled{source: source}
	tree, err := template.New("").Funcs(t.functions()).Parse(source)
	if err != nil {
		return nil, templateError(err)
	}
	t.tree = tree
	for _, defined := range tree.Templates() {
		if defined.Tree != nil && defined.Root != nil {
			prepare(defined.Root)
			wrapDefinition(defined.Root)
		}
	}
	return t, nil
}

func render(c *bind.Call, t *compiled) (any, error) {
	data, err := templateData(c.L, c.Lua("data"), 0)
	if err != nil {
		return nil, fail(c, err)
	}
	t.run = run{limit: c.Int("limit"), escape: c.Has("escape")}
	defer func() { t.run = run{} }()
	if err := t.tree.Execute(&t.run, data); err != nil {
		return nil, fail(c, templateError(err))
	}
	return t.run.out.String(), nil
}

// templatePlace is the place in the errors of text/template, which name the
// template, too.
var templatePlace = regexp.MustCompile(`^template: [^:]*:(\d+)(?::\d+)?: (?:executing "[^"]*" at )?(?:<([^>]*)>: )?(.*)$`)

// templateError puts the template's line before an error.
func templateError(err error) error {
	if errors.Is(err, errOutput) {
		return errOutput
	}
	text := err.Error()
	m := templatePlace.FindStringSubmatch(text)
	if m == nil {
		return err
	}
	reason := m[3]
	if _, after, ok := strings.Cut(reason, "error calling "); ok {
		if _, cause, ok := strings.Cut(after, ": "); ok {
			reason = cause
		}
	}
	return fmt.Errorf("line %s of the template: %s", m[1], inWords(m[2], reason))
}

// inWords says of what a field was asked for that has none.
func inWords(source, reason string) string {
	if m := wrongField.FindStringSubmatch(reason); m != nil {
		if m[2] == "map[int]interface {}" {
			return "a list has no field " + m[1]
		}
		return source + ": only a table has fields"
	}
	return reason
}

var wrongField = regexp.MustCompile(`^can't evaluate field (\S+) in type (.*)$`)

// prepare makes every value that is written go through the function show, and
// every turn of a loop through step.
func prepare(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			if len(node.Pipe.Decl) == 0 {
				node.Pipe.Cmds = append(node.Pipe.Cmds, command(node, "show", node.Pipe.String()))
			}
		case *parse.IfNode:
			prepare(node.List)
			prepare(node.ElseList)
		case *parse.WithNode:
			prepare(node.List)
			prepare(node.ElseList)
		case *parse.RangeNode:
			prepare(node.List)
			prepare(node.ElseList)
			node.List.Nodes = append([]parse.Node{action(node, "step")}, node.List.Nodes...)
		}
	}
}

// wrapDefinition counts how deep templates are inside one another.
func wrapDefinition(root *parse.ListNode) {
	nodes := append([]parse.Node{action(root, "enter")}, root.Nodes...)
	root.Nodes = append(nodes, action(root, "leave"))
}

// command is a call of a function in a template, with a text as its argument
// unless that is empty.
func command(at parse.Node, function, text string) *parse.CommandNode {
	c := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: at.Position(), Args: []parse.Node{parse.NewIdentifier(function).SetPos(at.Position())}}
	if text != "" {
		c.Args = append(c.Args, &parse.StringNode{NodeType: parse.NodeString, Pos: at.Position(), Quoted: fmt.Sprintf("%q", text), Text: text})
	}
	return c
}

func action(at parse.Node, function string) parse.Node {
	pipe := &parse.PipeNode{NodeType: parse.NodePipe, Pos: at.Position(), Cmds: []*parse.CommandNode{command(at, function, "")}}
	return &parse.ActionNode{NodeType: parse.NodeAction, Pos: at.Position(), Pipe: pipe}
}

// templateData is a Lua value as templates take it: numbers are float64,
// tables and objects map[string]any, lists map[int]any, which begin at 1.
func templateData(L *lua.LState, v lua.LValue, depth int) (any, error) {
	if depth > templateDepth {
		return nil, fmt.Errorf("more than %d tables inside one another; does a table contain itself?", templateDepth)
	}
	switch v := v.(type) {
	case *lua.LNilType:
		return nil, nil
	case lua.LBool:
		return bool(v), nil
	case lua.LNumber:
		return float64(v), nil
	case lua.LString:
		return string(v), nil
	case *lua.LTable:
		return tableData(L, v, depth)
	case *lua.LUserData:
		if bind.IsNull(v) {
			return nil, nil
		}
		if object, ok := v.Value.(json.Marshaler); ok {
			return objectData(object)
		}
		return runtime.Format(L, v), nil
	}
	return nil, fmt.Errorf("a %s has no place in a template", v.Type())
}

func tableData(L *lua.LState, table *lua.LTable, depth int) (any, error) {
	list, named := map[int]any{}, map[string]any{}
	n := table.Len()
	for key, value := table.Next(lua.LNil); key != lua.LNil; key, value = table.Next(key) {
		data, err := templateData(L, value, depth+1)
		if err != nil {
			return nil, bind.At("."+key.String(), err)
		}
		if i, ok := key.(lua.LNumber); ok && i >= 1 && i <= lua.LNumber(n) {
			list[int(i)] = data
		} else {
			named[key.String()] = data
		}
	}
	if len(list) > 0 && len(named) == 0 {
		return list, nil // an empty table may be either, and does for both
	}
	for i, data := range list {
		named[fmt.Sprint(i)] = data
	}
	return named, nil
}

// objectData is an object by its JSON: a message, a channel.
func objectData(object json.Marshaler) (any, error) {
	text, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var data any
	if err := json.Unmarshal(text, &data); err != nil {
		return nil, err
	}
	return fromOne(data), nil
}

// fromOne makes lists begin at 1, and leaves out what is null.
func fromOne(data any) any {
	switch data := data.(type) {
	case []any:
		list := make(map[int]any, len(data))
		for i, v := range data {
			list[i+1] = fromOne(v)
		}
		return list
	case map[string]any:
		maps.DeleteFunc(data, func(_ string, v any) bool { return v == nil })
		for key, v := range data {
			data[key] = fromOne(v)
		}
	}
	return data
}
