package runtime

import (
	"reflect"

	"github.com/yuin/gopher-lua/ast"
)

// oneValueFields mends what gopher-lua makes of a table such as {1, x = f()}:
// when the last field has a name and is a call or "...", its values would
// become elements of the list as well. A field with a name takes one value, as
// if it stood in parentheses.
func oneValueFields(chunk []ast.Stmt) {
	eachNode(reflect.ValueOf(chunk), func(t *ast.TableExpr) {
		if len(t.Fields) == 0 {
			return
		}
		last := t.Fields[len(t.Fields)-1]
		if last.Key == nil {
			return
		}
		switch value := last.Value.(type) {
		case *ast.FuncCallExpr:
			value.AdjustRet = true
		case *ast.Comma3Expr:
			value.AdjustRet = true
		}
	})
}

// eachNode visits the nodes of a kind in a part of a syntax tree, which
// consists of pointers, lists and structs.
func eachNode[N any](v reflect.Value, visit func(N)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		if n, ok := v.Interface().(N); ok && v.Kind() == reflect.Pointer {
			visit(n)
		}
		eachNode(v.Elem(), visit)
	case reflect.Slice:
		for i := range v.Len() {
			eachNode(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			eachNode(v.Field(i), visit)
		}
	}
}
