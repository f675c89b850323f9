package runtime

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// rule explains one of gopher-lua's messages. explain returns "" when it
// cannot say more than the message.
type rule struct {
	pattern *regexp.Regexp
	explain func(f *failure, match []string) string
}

// The rules for messages of the instruction that failed in a Lua function, and
// for those of a Go function that a Lua function has called.
var inLua, inGo []rule

// The rules are set here because an explanation may print a value, whose
// __tostring may fail and be explained in turn.
func init() {
	inLua = []rule{
		{regexp.MustCompile(`^attempt to index a non-table object\((\w+)\)`), (*failure).explainIndex},
		{regexp.MustCompile(`^attempt to call a non-function object`), (*failure).explainCall},
		{regexp.MustCompile(`^cannot perform (add|sub|mul|div|mod|pow) operation`), (*failure).explainArithmetic},
		{regexp.MustCompile(`^__(unm|len) undefined`), (*failure).explainUnary},
		{regexp.MustCompile(`^cannot perform concat operation`), (*failure).explainConcat},
		{regexp.MustCompile(`^attempt to compare`), (*failure).explainCompare},
		{regexp.MustCompile(`^for statement (init|limit|step) must be a number`), (*failure).explainFor},
		{regexp.MustCompile(`^table index is (nil|NaN)`), (*failure).explainKey},
	}
	inGo = []rule{
		{badArgument, (*failure).explainArgument},
		{regexp.MustCompile(`^attempt to compare (\w+) with (\w+)$`), (*failure).explainCompared},
	}
}

// badArgument has the number, the function's name as gopher-lua knows it, and
// what is wrong.
var badArgument = regexp.MustCompile(`^bad argument #(\d+) to (\S+) \((.*)\)$`)

// plain are messages that are explained without looking at the function.
var plain = map[string]string{
	"stack overflow":                        "stack overflow: a function calls itself without end",
	"lua callstack overflow":                "stack overflow: a function calls itself without end",
	"registry overflow":                     "stack overflow: too many values in one call, or a function that calls itself without end",
	"too many recursions in gettable":       "an __index refers to itself in a circle",
	"too many recursions in settable":       "a __newindex refers to itself in a circle",
	"attempt to call a non-function object": "a value that is not a function was given where one is called",
}

// translate turns one of gopher-lua's error texts into one for people. Other
// texts stay as they are. L's frames are those of the error.
func (h *Host) translate(L *lua.LState, text string) string {
	at := position(L, 0)
	raw, ok := strings.CutPrefix(text, at)
	if !ok {
		return text
	}
	raw = strings.TrimLeft(raw, " ")
	if f, ok := h.failureAt(L); ok {
		if explained := apply(inLua, f, raw); explained != "" {
			return at + explained
		}
	} else if f, ok := h.callerFailure(L); ok {
		if explained := apply(inGo, f, raw); explained != "" {
			return at + explained
		}
	}
	if explained, ok := plain[raw]; ok {
		return at + explained
	}
	if match := badArgument.FindStringSubmatch(raw); match != nil {
		return at + fmt.Sprintf("%s: argument %s: %s", h.runningFunction(L, match[2]), match[1], match[3])
	}
	return at + raw
}

// runningFunction is the name of the Go function that L runs, as it is
// declared, or otherwise the one that is known.
func (h *Host) runningFunction(L *lua.LState, known string) string {
	if frame, ok := L.GetStack(0); ok {
		fn, _ := L.GetInfo("f", frame, lua.LNil)
		if _, path, declared := h.registry.Declaration(fn); declared {
			return path
		}
	}
	return strings.Trim(known, "()")
}

func apply(rules []rule, f *failure, raw string) string {
	for _, rule := range rules {
		if match := rule.pattern.FindStringSubmatch(raw); match != nil {
			return rule.explain(f, match)
		}
	}
	return ""
}

func (f *failure) explainIndex(match []string) string {
	i := f.instruction()
	var object operand
	var key operand
	action := "read its field"
	switch i.op() {
	case lua.OP_SELF:
		object, key = f.register(i.b(), f.pc), f.rk(i.c())
		action = "call its method"
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
		object, key = f.register(i.b(), f.pc), f.rk(i.c())
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		object, key = f.register(i.a(), f.pc), f.rk(i.b())
		action = "set its field"
	default:
		return ""
	}
	return because(f.is(object), fmt.Sprintf("can't %s %s", action, keyText(key)))
}

// because says what cannot be done for a reason. A reason that ends with a
// suggestion is enough.
func because(reason, consequence string) string {
	if strings.HasSuffix(reason, "?") {
		return reason
	}
	return reason + ", " + consequence
}

// keyText is a key in an error: 'send', [1], [i].
func keyText(key operand) string {
	if s, ok := key.value.(lua.LString); ok && key.kind == constant {
		return "'" + string(s) + "'"
	}
	if key.text != "" {
		return "[" + key.text + "]"
	}
	return "[" + bind.Describe(key.value) + "]"
}

func (f *failure) explainCall([]string) string {
	i := f.instruction()
	switch i.op() {
	case lua.OP_CALL, lua.OP_TAILCALL:
		callee := f.register(i.a(), f.pc)
		text := f.is(callee)
		if callee.value == lua.LNil && (callee.kind == global || callee.kind == method) {
			return text
		}
		return because(text, "can't call it")
	case lua.OP_TFORLOOP:
		iterator := f.registerValue(i.a())
		return fmt.Sprintf("the for loop needs an iterator after 'in', got %s; to walk a table: for k, v in pairs(t)", bind.Describe(iterator))
	}
	return ""
}

var arithmetic = map[string]string{
	"add": "add %s and %s", "sub": "take from %s the value %s", "mul": "multiply %s by %s",
	"div": "divide %s by %s", "mod": "take %s modulo %s", "pow": "raise %s to the power of %s",
}

func (f *failure) explainArithmetic(match []string) string {
	i := f.instruction()
	return "can't " + fmt.Sprintf(arithmetic[match[1]], f.names(f.rk(i.b())), f.names(f.rk(i.c())))
}

func (f *failure) explainUnary(match []string) string {
	verb := map[string]string{"unm": "negate", "len": "take the length of"}[match[1]]
	return fmt.Sprintf("can't %s %s", verb, f.names(f.rk(f.instruction().b())))
}

// explainConcat names the last operand that is neither text nor number: texts
// are joined from right to left.
func (f *failure) explainConcat([]string) string {
	i := f.instruction()
	for register := i.c(); register >= i.b(); register-- {
		if v := f.registerValue(register); !lua.LVCanConvToString(v) {
			return fmt.Sprintf("can't join %s with '..'; tostring() makes a text of it", f.names(f.register(register, f.pc)))
		}
	}
	return ""
}

func (f *failure) explainCompare([]string) string {
	i := f.instruction()
	if op := i.op(); op != lua.OP_LT && op != lua.OP_LE {
		return ""
	}
	return fmt.Sprintf("can't compare %s with %s", f.names(f.rk(i.b())), f.names(f.rk(i.c())))
}

// explainCompared is about values that a Go function compares: table.sort.
func (f *failure) explainCompared(match []string) string {
	return fmt.Sprintf("can't compare a %s with a %s", match[1], match[2])
}

func (f *failure) explainFor(match []string) string {
	part := map[string]struct {
		name   string
		offset int
	}{"init": {"start", 0}, "limit": {"end", 1}, "step": {"step", 2}}[match[1]]
	register := f.instruction().a() + part.offset
	return fmt.Sprintf("the %s of the for loop must be a number, got %s", part.name, f.names(f.register(register, f.pc)))
}

func (f *failure) explainKey(match []string) string {
	i := f.instruction()
	if op := i.op(); op != lua.OP_SETTABLE && op != lua.OP_SETTABLEKS {
		return ""
	}
	return fmt.Sprintf("can't set a table's key that is %s: %s", match[1], f.names(f.rk(i.b())))
}

// explainArgument says what the script passed to a function of Lua's library.
func (f *failure) explainArgument(match []string) string {
	n, _ := strconv.Atoi(match[1])
	i := f.instruction()
	argument := f.register(i.a()+n, f.pc)
	callee := f.host.runningFunction(f.L, match[2])
	if argument.text == "" || argument.kind == constant {
		return fmt.Sprintf("%s: argument %d: %s", callee, n, match[3])
	}
	return fmt.Sprintf("%s: argument %d, '%s': %s", callee, n, argument.text, match[3])
}
