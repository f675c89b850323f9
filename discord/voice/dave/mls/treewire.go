package mls

import (
	"fmt"
	"slices"
)

// Kinds of nodes on the wire.
const (
	leafNodeType   = 1
	parentNodeType = 2
)

// maxNodes bounds the tree that a Welcome may bring: 16,384 members, more than a voice channel takes.
const maxNodes = 1 << 15

// marshal writes the ratchet_tree extension: all nodes up to the last that is not blank (section 12.4.3.3).
func (t *tree) marshal() []byte {
	last := len(t.nodes)
	for last > 0 && t.nodes[last-1].blank() {
		last--
	}
	var b []byte
	for _, n := range t.nodes[:last] {
		switch {
		case n.leaf != nil:
			b = append(append(b, present, leafNodeType), n.leaf.wire...)
		case n.parent != nil:
			b = append(append(b, present, parentNodeType), n.parent.marshal()...)
		default:
			b = append(b, absent)
		}
	}
	return vec(b)
}

// parseTree reads a ratchet_tree extension. The tree is not checked yet.
func parseTree(data []byte) (*tree, error) {
	r := &reader{data: data}
	t := &tree{}
	r.each(func(items *reader) {
		if len(t.nodes) == maxNodes {
			items.fail("the tree has more than %d nodes", maxNodes)
			return
		}
		t.nodes = append(t.nodes, parseNode(items, uint32(len(t.nodes))))
	})
	if err := r.end(); err != nil {
		return nil, err
	}
	if len(t.nodes) == 0 || t.nodes[len(t.nodes)-1].blank() {
		return nil, fmt.Errorf("%w: the tree is empty or ends with a blank node", ErrMalformed)
	}
	width := 1
	for width < len(t.nodes) {
		width = 2*width + 1
	}
	t.nodes = append(t.nodes, make([]node, width-len(t.nodes))...)
	return t, nil
}

func parseNode(r *reader, index uint32) node {
	if !r.optional() {
		return node{}
	}
	switch kind := r.u8(); {
	case kind == leafNodeType && isLeaf(index):
		return node{leaf: parseLeaf(r)}
	case kind == parentNodeType && !isLeaf(index):
		return node{parent: parseParent(r)}
	default:
		r.fail("node %d is of type %d", index, kind)
		return node{}
	}
}

func parseParent(r *reader) *parentNode {
	p := &parentNode{encryptionKey: r.vec(), parentHash: r.vec()}
	r.each(func(items *reader) { p.unmerged = append(p.unmerged, items.u32()) })
	if !slices.IsSorted(p.unmerged) || len(slices.Compact(slices.Clone(p.unmerged))) != len(p.unmerged) {
		r.fail("unmerged leaves are not in ascending order")
	}
	return p
}
