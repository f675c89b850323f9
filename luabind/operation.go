package luabind

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"cordial/discord/rest"
	"cordial/discord/rest/catalogue"
	"cordial/runtime/bind"
)

// operation declares a method that is one operation of Discord's API. What the operation takes beyond the path is offered as named
// options, so that a new field in the catalogue is there without a line here.
type operation struct {
	name, doc, returns, example string

	id     string                 // the operation in the catalogue
	path   func(o *ref) rest.Args // the values that follow from the object
	params []bind.Param           // positional parameters, and options that the operation does not have
	hide   []string               // options of the operation that are not offered

	// prepare changes the arguments before they are sent, and result what comes back. Both may be nil.
	prepare func(c *bind.Call, args rest.Args) error
	result  func(c *bind.Call, o *ref, v any) (any, error)
}

// method makes the declaration of an object's method.
func (b *binding) method(op operation) bind.Func {
	decl := catalogue.Lookup(op.id)
	if decl == nil {
		panic("luabind: no operation " + op.id)
	}
	return bind.Func{
		Name: op.name, Doc: op.doc, Returns: op.returns, Example: op.example,
		Params: b.operationParams(decl, op.params, op.hide),
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			args := givenArgs(c)
			if op.path != nil {
				maps.Copy(args, op.path(o))
			}
			if op.prepare != nil {
				if err := op.prepare(c, args); err != nil {
					return nil, err
				}
			}
			v, err := o.client.call(c, op.id, args)
			if err != nil {
				return nil, err
			}
			if op.result != nil {
				return op.result(c, o, v)
			}
			return o.client.wrapIn(o.guildID(), v), nil
		}),
	}
}

// givenArgs takes the arguments that the caller gave by name.
func givenArgs(c *bind.Call) rest.Args {
	args := rest.Args{}
	for _, name := range c.Given() {
		args[name] = c.Value(name)
	}
	return args
}

// operationParams completes parameters without a type from the operation and adds its other parameters as options. Path parameters
// are offered only when they are among params.
func (b *binding) operationParams(op *catalogue.Operation, params []bind.Param, hide []string) []bind.Param {
	fields := slices.Concat(op.Query, op.BodyFields())
	all := slices.Concat(op.PathParams, fields)
	var out []bind.Param
	for _, p := range params {
		if p.Type.From == nil {
			i := slices.IndexFunc(all, func(f catalogue.Field) bool { return f.Name == p.Name })
			if i < 0 {
				panic(fmt.Sprintf("luabind: %s has no parameter %s", op.ID, p.Name))
			}
			p.Type = b.catalogueType(p.Name, all[i].Type)
		}
		out = append(out, p)
	}
	known := func(name string) bool {
		return slices.Contains(hide, name) || slices.ContainsFunc(out, func(p bind.Param) bool { return p.Name == name })
	}
	for _, f := range fields {
		if !known(f.Name) {
			out = append(out, bind.Param{Name: f.Name, Type: b.catalogueType(f.Name, f.Type), Named: true})
		}
	}
	if op.Body != nil && op.Body.MaxFiles > 0 && !known("files") {
		out = append(out, bind.Param{Name: "files", Type: files, Named: true, Doc: fmt.Sprintf("up to %d files: paths, or tables {name=, data=}", op.Body.MaxFiles)})
	}
	if op.Reason && !known("reason") {
		out = append(out, reasonParam)
	}
	return out
}

var reasonParam = bind.Param{Name: "reason", Type: bind.String, Named: true, Doc: "shown in the audit log"}

// with makes a copy of args with one more value.
func with(args rest.Args, name string, value any) rest.Args {
	args = maps.Clone(args)
	args[name] = value
	return args
}

// errNoGuild is the error of methods that need to know the guild of an object from a direct message.
var errNoGuild = errors.New("this is not in a guild: it comes from a direct message")

// inGuild gives the guild of the object, or the error that it has none.
func (o *ref) inGuild() (string, error) {
	if id := o.guildID(); id != "" {
		return id, nil
	}
	return "", errNoGuild
}
