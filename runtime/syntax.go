package runtime

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// SyntaxError says where a text is not Lua.
type SyntaxError struct {
	Source     string // the chunk's name
	Line       int    // 0 for the whole of it
	Column     int    // 0 when unknown
	Reason     string
	Text       string // the line of the source
	Incomplete bool   // the text ends too early; more lines may mend it

	atEnd bool // what is wrong shows at the end of the text
}

func (e *SyntaxError) Error() string {
	where := e.Source
	if e.Line > 0 {
		where += fmt.Sprintf(":%d", e.Line)
	}
	if e.Column > 0 {
		where += fmt.Sprintf(":%d", e.Column)
	}
	text := where + ": " + e.Reason
	if e.Text == "" {
		return text
	}
	text += "\n\t" + e.Text
	switch {
	case e.Column > 0:
		text += "\n\t" + caretIndent(e.Text, e.Column-1) + "^"
	case e.atEnd:
		text += "\n\t" + caretIndent(e.Text, len(e.Text)) + "^"
	}
	return text
}

// caretIndent is the space in front of a caret; tabs stay tabs.
func caretIndent(line string, width int) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, line[:min(width, len(line))])
}

// sources keeps the texts of chunks for error messages: the newest ones, up to
// a bound.
type sources struct {
	mu    sync.Mutex
	text  map[string]string
	order []string

	coverage *Coverage // of the lines that run; nil for none
}

const maxSources = 256

func (s *sources) add(name, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text == nil {
		s.text = map[string]string{}
	}
	if _, known := s.text[name]; !known {
		s.order = append(s.order, name)
	}
	s.text[name] = text
	if len(s.order) > maxSources {
		delete(s.text, s.order[0])
		s.order = s.order[1:]
	}
}

// line returns a line of a chunk, or "".
func (s *sources) line(name string, number int) string {
	s.mu.Lock()
	text := s.text[name]
	s.mu.Unlock()
	return lineOf(text, number)
}

func lineOf(text string, number int) string {
	for line := range strings.Lines(text) {
		if number--; number == 0 {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}

// Clean removes what may stand before a script: a byte order mark, and a "#!"
// line, which becomes a comment to keep the line numbers.
func Clean(source string) string {
	source = strings.TrimPrefix(source, "\ufeff")
	if strings.HasPrefix(source, "#!") {
		source = "--" + source
	}
	return source
}

// compile makes a function of a chunk. The error is a [*SyntaxError].
func (h *Host) compile(name, source string) (*lua.LFunction, error) {
	source = Clean(source)
	chunk, err := parseChunk(name, source)
	if err != nil {
		return nil, err
	}
	return h.compileChunk(name, source, chunk)
}

// compileExpression makes a function of an expression that returns its value,
// or of statements.
func (h *Host) compileExpression(name, source string) (*lua.LFunction, error) {
	source = Clean(source)
	chunk, exprErr := parseExpression(name, source)
	if exprErr != nil {
		var err error
		if chunk, err = parseChunk(name, source); err != nil {
			return nil, furtherError(exprErr, err)
		}
	}
	return h.compileChunk(name, source, chunk)
}

func parseExpression(name, source string) ([]ast.Stmt, error) {
	const prefix = "return "
	chunk, err := parseChunk(name, prefix+source)
	if e, ok := errors.AsType[*SyntaxError](err); ok && e.Line == 1 {
		e.Column = max(0, e.Column-len(prefix))
		e.Text = strings.TrimPrefix(e.Text, prefix)
	}
	return chunk, err
}

// furtherError is the one of two errors about the same text that comes later
// in it: the other way of reading the text did not lead as far.
func furtherError(a, b error) error {
	x, xOK := errors.AsType[*SyntaxError](a)
	y, yOK := errors.AsType[*SyntaxError](b)
	switch {
	case !xOK || !yOK || y.Column == 0: // at the very end
		return b
	case x.Incomplete || x.Line > y.Line || x.Line == y.Line && x.Column > y.Column:
		return a
	default:
		return b
	}
}

func (h *Host) compileChunk(name, source string, chunk []ast.Stmt) (*lua.LFunction, error) {
	proto, err := Compile(name, source, chunk)
	if err != nil {
		return nil, err
	}
	h.sources.add(name, source)
	if c := h.sources.coverage; c != nil {
		c.add(name, proto)
	}
	fn := h.L.NewFunctionFromProto(proto)
	fn.Env = h.Generation().globals
	return fn, nil
}

// Compile compiles a chunk that was parsed from source. The error is a
// [*SyntaxError].
func Compile(name, source string, chunk []ast.Stmt) (proto *lua.FunctionProto, err error) {
	defer func() {
		if v := recover(); v != nil { // the compiler panics on what it did not expect
			err = &SyntaxError{Source: name, Reason: fmt.Sprintf("cannot be compiled: %v", v)}
		}
	}()
	oneValueFields(chunk)
	loopsOfJumps(chunk)
	if proto, err = lua.Compile(chunk, name); err != nil {
		return nil, ExplainSyntax(name, source, err)
	}
	if line, found := overlongList(proto); found {
		return nil, &SyntaxError{Source: name, Line: line, Reason: "a table has more than 25550 values in one pair of braces; build it in steps"}
	}
	return proto, nil
}

// overlongList finds a list that gopher-lua compiles wrongly: what is behind
// its 511 times 50 values would be lost.
func overlongList(proto *lua.FunctionProto) (line int, found bool) {
	for pc, word := range proto.Code {
		if i := instruction(word); i.op() == lua.OP_SETLIST && i.c() == 0 {
			return proto.DbgSourcePositions[pc], true
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		if line, found := overlongList(inner); found {
			return line, true
		}
	}
	return 0, false
}

func parseChunk(name, source string) ([]ast.Stmt, error) {
	chunk, err := parse.Parse(strings.NewReader(source), name)
	if err != nil {
		return nil, ExplainSyntax(name, source, err)
	}
	return chunk, nil
}

// ExplainSyntax makes a [*SyntaxError] of an error of gopher-lua's parser or
// compiler, if it is not one.
func ExplainSyntax(name, source string, err error) error {
	if explained, ok := errors.AsType[*SyntaxError](err); ok {
		return explained
	}
	if parseErr, ok := errors.AsType[*parse.Error](err); ok {
		return explainSyntax(name, source, parseErr)
	}
	if compileErr, ok := errors.AsType[*lua.CompileError](err); ok {
		line := compileErr.Line
		if m := gotoLine.FindStringSubmatch(compileErr.Message); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		reason := cmp.Or(compilerLimits[compileErr.Message], compileErr.Message)
		return &SyntaxError{Source: name, Line: line, Reason: reason, Text: lineOf(source, line)}
	}
	return &SyntaxError{Source: name, Line: 1, Reason: err.Error()}
}

// compilerLimits explains the limits of a compiled function. The error has the
// line where the function begins, none for a whole script.
var compilerLimits = map[string]string{
	"too many local variables":                    "too many local variables in one function; put some of them into a table",
	"register overflow":                           "an expression is too long for one function; build it in steps",
	"register overflow(too many local variables)": "an expression is too long for one function; build it in steps",
	"too many constants":                          "too many different texts and numbers in one function; split it",
	"too long to jump.":                           "a block is too long for one function; split it",
}

// gotoLine is where a message names the line of a goto. The error itself has
// the last line of the function.
var gotoLine = regexp.MustCompile(`<goto.*> at line (\d+)`)

func explainSyntax(name, source string, parseErr *parse.Error) *SyntaxError {
	e := &SyntaxError{Source: name, Line: parseErr.Pos.Line, Reason: parseErr.Message}
	if e.Line == parse.EOF {
		e.Line = strings.Count(strings.TrimRight(source, "\n"), "\n") + 1
		e.Incomplete = parseErr.Message != "unterminated string"
		if parseErr.Message == "syntax error" {
			e.Reason = "unexpected end of the text" + unclosed(source)
		}
		e.Text, e.atEnd = lineOf(source, e.Line), true
		return e
	}
	e.Text = lineOf(source, e.Line)
	e.Column = tokenColumn(e.Text, parseErr)
	if r, foreign := foreignRune(e.Text, e.Column); foreign {
		e.Reason = explainRune(r)
	} else if parseErr.Message == "syntax error" {
		e.Reason = fmt.Sprintf("unexpected '%s'", parseErr.Token)
	} else if parseErr.Token != "" {
		e.Reason = fmt.Sprintf("%s near '%s'", strings.ToLower(parseErr.Message), parseErr.Token)
	}
	return e
}

// foreignRune is the character at a column if Lua has it in texts and comments
// only.
func foreignRune(line string, column int) (rune, bool) {
	if column < 1 || column > len(line) {
		return 0, false
	}
	r, _ := utf8.DecodeRuneInString(line[column-1:])
	return r, r >= utf8.RuneSelf || r < ' ' && r != '\t'
}

func explainRune(r rune) string {
	switch {
	case strings.ContainsRune("“”„‟«»‘’‚‛", r):
		return fmt.Sprintf("unexpected %c; a text stands between \" and \", or ' and '", r)
	case unicode.IsLetter(r):
		return fmt.Sprintf("unexpected '%c'; a name has letters from a to z, digits and _", r)
	default:
		return fmt.Sprintf("unexpected character %+q", r)
	}
}

// tokenColumn finds where the token begins. The parser's position is that of
// its last character.
func tokenColumn(line string, e *parse.Error) int {
	end := min(e.Pos.Column, len(line))
	if i := strings.LastIndex(line[:end], e.Token); i >= 0 && e.Token != "" {
		return i + 1
	}
	return max(end, 1)
}

// unclosed names the innermost block or bracket that a text leaves open.
func unclosed(source string) string {
	type opener struct {
		word, want string
		line       int
	}
	var open []opener
	scanner, lexer := parse.NewScanner(strings.NewReader(source), ""), &parse.Lexer{}
	loop := "" // a while or for that has not come to its do
	for {
		token, err := scanner.Scan(lexer)
		if err != nil || token.Type == parse.EOF {
			break
		}
		lexer.PrevTokenType = token.Type
		switch token.Str {
		case "while", "for":
			loop = token.Str
		case "do":
			open = append(open, opener{cmp.Or(loop, "do"), "end", token.Pos.Line})
			loop = ""
		case "if", "function":
			open = append(open, opener{token.Str, "end", token.Pos.Line})
		case "repeat":
			open = append(open, opener{token.Str, "until", token.Pos.Line})
		case "(", "[", "{":
			open = append(open, opener{token.Str, map[string]string{"(": ")", "[": "]", "{": "}"}[token.Str], token.Pos.Line})
		case "end", "until", ")", "]", "}":
			if n := len(open); n > 0 && open[n-1].want == token.Str {
				open = open[:n-1]
			}
		}
	}
	if len(open) == 0 {
		return ""
	}
	last := open[len(open)-1]
	return fmt.Sprintf("; the '%s' of line %d has no '%s'", last.word, last.line, last.want)
}
