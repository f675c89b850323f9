package repl

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"cordial/runtime"
)

// errIncomplete says that the source may be the beginning of a longer chunk.
var errIncomplete = errors.New("the chunk is not complete")

// parseChunk reads source as an expression list, or else as statements.
func parseChunk(name, source string) ([]ast.Stmt, error) {
	expression, exprErr := parse.Parse(strings.NewReader("return "+source), name)
	if exprErr == nil && len(expression) == 1 {
		return expression, nil
	}
	statements, stmtErr := parse.Parse(strings.NewReader(source), name)
	switch {
	case stmtErr == nil:
		return statements, nil
	case endsEarly(stmtErr):
		return nil, fmt.Errorf("%w: %w", errIncomplete, stmtErr)
	case endsEarly(exprErr):
		return nil, fmt.Errorf("%w: %w", errIncomplete, exprErr)
	}
	return nil, stmtErr
}

// endsEarly reports whether the parser failed only because the source ended.
func endsEarly(err error) bool {
	e, ok := errors.AsType[*parse.Error](err)
	if !ok {
		return false
	}
	switch e.Message {
	case "unterminated multiline string", "invalid multiline comment":
		return true
	case "unterminated string": // a quoted string ends in its line
		return false
	}
	return e.Pos.Line == parse.EOF
}

// piece is one top-level statement, ready to run. Each is compiled on its own
// so that a local of one is visible to the next as a variable of the session.
type piece struct {
	proto *lua.FunctionProto
	// declares are the locals that the piece's first results go to.
	declares []string
	// recursive says that the piece itself assigns the local that it
	// declares: a local function, which can call itself.
	recursive bool
}

// compile turns source into pieces. visible are the session's variables.
func compile(name, source string, visible []string) ([]piece, error) {
	statements, err := parseChunk(name, source)
	if err != nil {
		return nil, err
	}
	mentioned := words(source)
	scope := map[string]bool{}
	for _, v := range visible {
		if mentioned[v] {
			scope[v] = true
		}
	}
	var pieces []piece
	for _, stmt := range statements {
		p := piece{}
		if local, ok := stmt.(*ast.LocalAssignStmt); ok {
			p.declares = local.Names
			p.recursive = isLocalFunction(local)
		}
		if p.recursive {
			scope[p.declares[0]] = true
		}
		p.proto, err = compilePiece(name, source, body(stmt, p.recursive), slices.Sorted(maps.Keys(scope)))
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, p)
		for _, v := range p.declares {
			scope[v] = true
		}
	}
	return pieces, nil
}

// words returns the words of source that may be names. A compiled function has
// room for 200 variables, so only those of the session that can be meant are
// put around it.
func words(source string) map[string]bool {
	found := map[string]bool{}
	for _, word := range strings.FieldsFunc(source, func(r rune) bool { return !isNameRune(r) }) {
		found[word] = true
	}
	return found
}

func isNameRune(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// isLocalFunction reports whether a function's own name is in scope in it.
// The parser does not keep apart `local function f` and `local f = function`.
func isLocalFunction(stmt *ast.LocalAssignStmt) bool {
	if len(stmt.Names) != 1 || len(stmt.Exprs) != 1 {
		return false
	}
	_, ok := stmt.Exprs[0].(*ast.FunctionExpr)
	return ok
}

// body is what runs for a statement. A declaration returns its values, and a
// leading nil stands before all results: `return f()` alone would be a tail
// call, which loses its line in tracebacks.
func body(stmt ast.Stmt, recursive bool) []ast.Stmt {
	switch s := stmt.(type) {
	case *ast.ReturnStmt:
		return []ast.Stmt{returning(s, s.Exprs...)}
	case *ast.LocalAssignStmt:
		if recursive {
			assign := &ast.AssignStmt{Lhs: []ast.Expr{identifier(s, s.Names[0])}, Rhs: s.Exprs}
			place(assign, s)
			return []ast.Stmt{assign}
		}
		var names []ast.Expr
		for _, name := range s.Names {
			names = append(names, identifier(s, name))
		}
		return []ast.Stmt{s, returning(s, names...)}
	}
	return []ast.Stmt{stmt}
}

func returning(at ast.PositionHolder, values ...ast.Expr) ast.Stmt {
	none := &ast.NilExpr{}
	place(none, at)
	ret := &ast.ReturnStmt{Exprs: append([]ast.Expr{none}, values...)}
	place(ret, at)
	return ret
}

func identifier(at ast.PositionHolder, name string) ast.Expr {
	ident := &ast.IdentExpr{Value: name}
	place(ident, at)
	return ident
}

func place(node, at ast.PositionHolder) {
	node.SetLine(at.Line())
	node.SetLastLine(max(at.Line(), at.LastLine()))
}

// compilePiece compiles statements as the body of a function inside a scope
// that has the variables in scope: those it uses become its upvalues.
func compilePiece(name, source string, statements []ast.Stmt, scope []string) (*lua.FunctionProto, error) {
	fn := &ast.FunctionExpr{ParList: &ast.ParList{}, Stmts: statements}
	place(fn, statements[0])
	outer := []ast.Stmt{
		&ast.LocalAssignStmt{Names: scope},
		&ast.ReturnStmt{Exprs: []ast.Expr{fn}},
	}
	proto, err := runtime.Compile(name, source, outer)
	if err != nil {
		return nil, err
	}
	piece := proto.FunctionPrototypes[0]
	piece.LineDefined = 0 // as tracebacks know a main chunk
	return piece, nil
}
