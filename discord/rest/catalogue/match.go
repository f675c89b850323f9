package catalogue

import (
	"errors"
	"net/url"
	"sync"
)

// Reasons why a request matches no operation.
var (
	ErrNoPath   = errors.New("no operation has this path")
	ErrNoMethod = errors.New("no operation has this method on this path")
)

// Match finds the operation that a request is for, by its method and its escaped path below the API's base, and the values of the
// path's parameters, unescaped. Where a literal segment and a parameter both fit, the literal one wins if it leads to an operation.
func Match(method, path string) (*Operation, map[string]string, error) {
	segs := segments(path)
	for i, seg := range segs {
		plain, err := url.PathUnescape(seg)
		if err != nil {
			return nil, nil, ErrNoPath
		}
		segs[i] = plain
	}
	found := walk{method: method}
	if !found.from(routes(), segs) {
		if found.otherMethod {
			return nil, nil, ErrNoMethod
		}
		return nil, nil, ErrNoPath
	}
	params := make(map[string]string, len(found.op.PathParams))
	for i, seg := range segments(found.op.Path) {
		if name, ok := parameter(seg); ok {
			params[name] = segs[i]
		}
	}
	return found.op, params, nil
}

// node is a position in the tree of paths.
type node struct {
	literal map[string]*node
	any     *node // a parameter
	ops     map[string]*Operation
}

// routes is the tree of all operations' paths.
var routes = sync.OnceValue(func() *node {
	root := &node{}
	for i := range operations {
		n := root
		for _, seg := range segments(operations[i].Path) {
			n = n.child(seg)
		}
		if n.ops == nil {
			n.ops = map[string]*Operation{}
		}
		n.ops[operations[i].Method] = &operations[i]
	}
	return root
})

func (n *node) child(seg string) *node {
	if _, ok := parameter(seg); ok {
		if n.any == nil {
			n.any = &node{}
		}
		return n.any
	}
	if n.literal == nil {
		n.literal = map[string]*node{}
	}
	if n.literal[seg] == nil {
		n.literal[seg] = &node{}
	}
	return n.literal[seg]
}

// walk is a search for an operation in the tree.
type walk struct {
	method      string
	op          *Operation
	otherMethod bool // the path exists with another method
}

func (w *walk) from(n *node, path []string) bool {
	if len(path) == 0 {
		w.op = n.ops[w.method]
		w.otherMethod = w.otherMethod || n.ops != nil
		return w.op != nil
	}
	if next := n.literal[path[0]]; next != nil && w.from(next, path[1:]) {
		return true
	}
	return n.any != nil && path[0] != "" && w.from(n.any, path[1:])
}

// parameter gives the name of a parameter that a path segment stands for.
func parameter(seg string) (string, bool) {
	if len(seg) < 3 || seg[0] != '{' || seg[len(seg)-1] != '}' {
		return "", false
	}
	return seg[1 : len(seg)-1], true
}
