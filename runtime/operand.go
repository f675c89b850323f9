package runtime

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cordial/internal/suggest"
	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// failure is the place in a Lua function at which an error was raised.
type failure struct {
	host  *Host
	L     *lua.LState
	frame *lua.Debug
	fn    *lua.LFunction
	code  *code
	pc    int // the instruction that failed
}

// failureAt finds the failing instruction of L's running function. It fails if
// that is a Go function.
func (h *Host) failureAt(L *lua.LState) (*failure, bool) { return h.failureIn(L, 0) }

// callerFailure finds the call instruction that runs the Go function in which
// an error was raised.
func (h *Host) callerFailure(L *lua.LState) (*failure, bool) {
	f, ok := h.failureIn(L, 1)
	if !ok {
		return nil, false
	}
	op := f.instruction().op()
	return f, op == lua.OP_CALL || op == lua.OP_TAILCALL
}

// failureIn is the place at which a function stands, by its level on the call
// stack.
func (h *Host) failureIn(L *lua.LState, level int) (*failure, bool) {
	frame, ok := L.GetStack(level)
	if !ok {
		return nil, false
	}
	fn, _ := L.GetInfo("fSl", frame, lua.LNil)
	f, ok := fn.(*lua.LFunction)
	if !ok || f.IsG {
		return nil, false
	}
	pc := frameInt(frame, "Pc") - 1
	if pc < 0 || pc >= len(f.Proto.Code) {
		return nil, false
	}
	return &failure{host: h, L: L, frame: frame, fn: f, code: readCode(f.Proto), pc: pc}, true
}

func (f *failure) instruction() instruction { return f.code.at(f.pc) }

// operandKind says where a value came from.
type operandKind int

const (
	unnamed operandKind = iota
	constant
	global
	localVariable
	upvalue
	field
	method
	result
)

// operand is a value of the failing instruction, and what the script calls it.
type operand struct {
	kind  operandKind
	text  string   // the expression: m.author.name
	key   string   // of a field or method
	owner *operand // of a field or method
	value lua.LValue
}

// register is the operand in a register, as it was before pc.
func (f *failure) register(register, pc int) operand {
	return f.named(register, pc, f.registerValue(register), 0)
}

// rk is an operand that is a register or a constant.
func (f *failure) rk(rk int) operand {
	if rk&constantBit != 0 {
		v := f.code.proto.Constants[rk&^constantBit]
		return operand{kind: constant, text: Format(f.L, v), value: v}
	}
	return f.register(rk, f.pc)
}

func (f *failure) registerValue(register int) lua.LValue {
	_, v := f.L.GetLocal(f.frame, register+1)
	if v == nil {
		return lua.LNil
	}
	return v
}

// operandDepth bounds how far back an expression is followed.
const operandDepth = 8

// named follows a register back to the instruction that set it.
func (f *failure) named(register, pc int, value lua.LValue, depth int) operand {
	o := operand{value: value}
	written := f.code.lastWrite(register, pc)
	if name, ok := f.code.localAt(register, written, pc); ok {
		if f.onLine(name) {
			o.kind, o.text = localVariable, name
		}
		return o
	}
	if written < 0 || depth == operandDepth {
		return o
	}
	i := f.code.at(written)
	switch i.op() {
	case lua.OP_GETGLOBAL:
		o.kind, o.text = global, f.code.proto.Constants[i.bx()].String()
	case lua.OP_LOADK:
		o.kind, o.value = constant, f.code.proto.Constants[i.bx()]
		o.text = Format(f.L, o.value)
	case lua.OP_GETUPVAL:
		o.kind, o.text = upvalue, f.code.proto.DbgUpvalues[i.b()]
	case lua.OP_MOVE, lua.OP_MOVEN:
		return f.named(i.b(), written, value, depth+1)
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
		f.member(&o, field, i, written, depth)
	case lua.OP_SELF:
		if register == i.a() {
			f.member(&o, method, i, written, depth)
			break
		}
		return f.named(i.b(), written, value, depth+1)
	case lua.OP_CALL:
		if callee := f.named(i.a(), written, lua.LNil, depth+1); callee.text != "" && register == i.a() {
			o.kind, o.text = result, callee.text+"()"
		}
	}
	return o
}

// member fills in an operand that is owner.key, owner[key] or owner:key.
func (f *failure) member(o *operand, kind operandKind, i instruction, pc, depth int) {
	owner := f.named(i.b(), pc, lua.LNil, depth+1)
	owner.value = f.evaluate(&owner)
	if owner.value == lua.LNil && kind == method {
		owner.value = f.registerValue(i.a() + 1)
	}
	key := operand{kind: constant}
	if i.c()&constantBit != 0 {
		key.value = f.code.proto.Constants[i.c()&^constantBit]
		key.text = Format(f.L, key.value)
	} else {
		key = f.named(i.c(), pc, lua.LNil, depth+1)
	}
	name, isName := key.value.(lua.LString)
	isName = isName && key.kind == constant
	if owner.text == "" && !isName || key.text == "" {
		return
	}
	o.kind, o.owner = kind, &owner
	switch {
	case !isName:
		o.text = owner.text + "[" + key.text + "]"
	case kind == method:
		o.key, o.text = string(name), owner.text+":"+string(name)
	default:
		o.key, o.text = string(name), owner.text+"."+string(name)
	}
	if owner.text == "" {
		o.text = ""
	}
}

// evaluate finds the value of an operand again, without running Lua code.
func (f *failure) evaluate(o *operand) lua.LValue {
	switch o.kind {
	case global:
		return f.fn.Env.RawGetString(o.text)
	case localVariable:
		for i := len(f.code.locals) - 1; i >= 0; i-- {
			if l := f.code.locals[i]; l.name == o.text && l.start <= f.pc {
				return f.registerValue(l.register)
			}
		}
	case upvalue:
		if i := slices.Index(f.code.proto.DbgUpvalues, o.text); i >= 0 {
			return f.fn.Upvalues[i].Value()
		}
	case field:
		if table, ok := o.owner.value.(*lua.LTable); ok && o.key != "" {
			return table.RawGetString(o.key)
		}
	}
	return lua.LNil
}

// onLine reports whether the name stands on the failing line. Registers tell
// the names of locals nearly always; this keeps a wrong one from being shown.
func (f *failure) onLine(name string) bool {
	line := f.host.sources.line(f.code.proto.SourceName, f.code.line(f.pc))
	if line == "" {
		return true
	}
	for _, word := range strings.FieldsFunc(line, func(r rune) bool { return !isIdentifier("a" + string(r)) }) {
		if word == name {
			return true
		}
	}
	return false
}

// is says what the operand is: "'ch' is nil (local)", "field 'author' of 'm'
// is nil", with a suggestion for a name that may be misspelt.
func (f *failure) is(o operand) string {
	state := "is " + what(o.value)
	switch o.kind {
	case global:
		if o.value == lua.LNil {
			return fmt.Sprintf("'%s' is not defined%s", o.text, didYouMean(o.text, f.globals()))
		}
		return fmt.Sprintf("'%s' %s", o.text, state)
	case localVariable, upvalue:
		return fmt.Sprintf("'%s' %s (local)", o.text, state)
	case method:
		if o.value == lua.LNil {
			return f.missing(o)
		}
		return fmt.Sprintf("'%s' %s", o.text, state)
	case field:
		if o.key == "" { // owner[key]
			return fmt.Sprintf("'%s' %s", o.text, state)
		}
		if o.value == lua.LNil {
			return f.missing(o)
		}
		return fmt.Sprintf("field '%s' %s", cmp.Or(o.text, o.key), state)
	case result:
		return fmt.Sprintf("the result of %s %s", o.text, state)
	case constant:
		return o.text + " " + state
	default:
		return "a value here " + state
	}
}

// missing says that an object has no such field or method.
func (f *failure) missing(o operand) string {
	known := memberNames(f.host.registry, o.owner.value)
	hint := didYouMean(o.key, known)
	owner := "'" + o.owner.text + "'"
	if class := f.host.registry.Called(o.owner.value); class != "" && o.kind == method {
		owner = class
	} else if o.owner.text == "" {
		owner = what(o.owner.value)
	}
	if o.kind == method {
		return fmt.Sprintf("%s has no method '%s'%s", owner, o.key, hint)
	}
	return fmt.Sprintf("field '%s' of %s is nil%s", o.key, owner, hint)
}

// names is how an operand stands in a list: 'count' (nil), 5, a table.
func (f *failure) names(o operand) string {
	switch {
	case o.kind == constant:
		return o.text
	case o.text == "":
		return bind.Describe(o.value)
	case o.kind == global && o.value == lua.LNil:
		return fmt.Sprintf("'%s' (not defined%s)", o.text, didYouMean(o.text, f.globals()))
	default:
		return fmt.Sprintf("'%s' (%s)", o.text, bind.Describe(o.value))
	}
}

// globals lists the names that the function can reach as globals.
func (f *failure) globals() []string {
	names := map[string]bool{}
	for _, table := range []*lua.LTable{f.fn.Env, f.L.G.Global} {
		table.ForEach(func(key, _ lua.LValue) {
			if s, ok := key.(lua.LString); ok {
				names[string(s)] = true
			}
		})
	}
	return slices.Sorted(maps.Keys(names))
}

func memberNames(r *bind.Registry, v lua.LValue) []string {
	var names []string
	for _, m := range r.Members(v) {
		names = append(names, m.Name)
	}
	return names
}

func didYouMean(name string, known []string) string {
	if near, ok := suggest.Nearest(name, known); ok {
		return fmt.Sprintf("; did you mean '%s'?", near)
	}
	return ""
}

// what is a value's kind as in "is a number", "is a Channel".
func what(v lua.LValue) string {
	switch v.(type) {
	case *lua.LNilType:
		return "nil"
	case *lua.LUserData:
		return bind.Describe(v)
	}
	return "a " + v.Type().String()
}
