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
	segs, to, err := find(method, path)
	if err != nil {
		return nil, nil, err
	}
	params := make(map[string]string, len(to.params))
	for _, p := range to.params {
		params[p.name] = segs[p.at]
	}
	return to.op, params, nil
}

// Find is Match for those who need no parameters. It returns nil when there is no such operation.
func Find(method, path string) *Operation {
	_, to, err := find(method, path)
	if err != nil {
		return nil
	}
	return to.op
}

func find(method, path string) ([]string, *target, error) {
	segs := segments(path)
	for i, seg := range segs {
		plain, err := url.PathUnescape(seg)
		if err != nil {
			return nil, nil, ErrNoPath
		}
		segs[i] = plain
	}
	found := walk{method: method}
	switch {
	case found.from(routes(), segs):
		return segs, found.to, nil
	case found.otherMethod:
		return nil, nil, ErrNoMethod
	}
	return nil, nil, ErrNoPath
}

// node is a position in the tree of paths.
type node struct {
	literal map[string]*node
	any     *node              // a parameter
	ops     map[string]*target // by method
}

// target is an operation and where the parameters are in its path.
type target struct {
	op     *Operation
	params []param
}

type param struct {
	at   int // the segment
	name string
}

// routes is the tree of all operations' paths.
var routes = sync.OnceValue(func() *node {
	root := &node{}
	for i := range operations {
		n, to := root, &target{op: &operations[i]}
		for at, seg := range segments(to.op.Path) {
			n = n.child(seg)
			if name, ok := parameter(seg); ok {
				to.params = append(to.params, param{at, name})
			}
		}
		if n.ops == nil {
			n.ops = map[string]*target{}
		}
		n.ops[to.op.Method] = to
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
	to          *target
	otherMethod bool // the path exists with another method
}

func (w *walk) from(n *node, path []string) bool {
	if len(path) == 0 {
		w.to = n.ops[w.method]
		w.otherMethod = w.otherMethod || n.ops != nil
		return w.to != nil
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
