package runtime

import (
	"reflect"

	"github.com/yuin/gopher-lua/ast"
)

// loopsOfJumps mends what gopher-lua makes of a loop whose body begins with a
// jump, such as "for k in pairs(t) do break end". The jump back to the body is
// led on to where that jump goes, but reads its distance, which is known by
// then, as the number of a label: it leads anywhere in the function. A local
// variable that nobody sees begins such a body.
func loopsOfJumps(chunk []ast.Stmt) {
	mend := func(loop ast.Stmt, body *[]ast.Stmt) {
		if beginsWithJump(*body) {
			first := &ast.LocalAssignStmt{Names: []string{"(loop)"}}
			first.SetLine(loop.Line())
			first.SetLastLine(loop.Line())
			*body = append([]ast.Stmt{first}, *body...)
		}
	}
	tree := reflect.ValueOf(chunk)
	eachNode(tree, func(loop *ast.GenericForStmt) { mend(loop, &loop.Stmts) })
	eachNode(tree, func(loop *ast.WhileStmt) { mend(loop, &loop.Stmts) })
	eachNode(tree, func(loop *ast.RepeatStmt) { mend(loop, &loop.Stmts) })
}

// beginsWithJump tells whether the first instruction of statements may be a
// jump. A goto is not: it closes variables first.
func beginsWithJump(stmts []ast.Stmt) bool {
	for _, stmt := range stmts {
		switch stmt := stmt.(type) {
		case *ast.LabelStmt: // is no instruction
			continue
		case *ast.DoBlockStmt:
			if len(stmt.Stmts) == 0 {
				continue
			}
			return beginsWithJump(stmt.Stmts)
		case *ast.BreakStmt:
			return true
		case *ast.IfStmt:
			return isConstant(stmt.Condition)
		case *ast.WhileStmt:
			return isConstant(stmt.Condition)
		case *ast.RepeatStmt:
			return beginsWithJump(stmt.Stmts)
		}
		return false
	}
	return false
}

// isConstant tells of a condition whether it begins with a constant, which
// needs no instruction but a jump.
func isConstant(condition ast.Expr) bool {
	switch e := condition.(type) {
	case *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr, *ast.NumberExpr, *ast.StringExpr:
		return true
	case *ast.UnaryNotOpExpr:
		return isConstant(e.Expr)
	case *ast.LogicalOpExpr:
		return isConstant(e.Lhs)
	}
	return false
}
