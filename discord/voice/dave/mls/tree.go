package mls

import (
	"fmt"
	"slices"
)

// parentNode is a node between the leaves and the root (section 7.1).
type parentNode struct {
	encryptionKey []byte
	parentHash    []byte
	unmerged      []uint32 // leaves below that do not know the key, ascending
}

func (p *parentNode) marshal() []byte {
	var unmerged []byte
	for _, leaf := range p.unmerged {
		unmerged = append(unmerged, u32(leaf)...)
	}
	return slices.Concat(vec(p.encryptionKey), vec(p.parentHash), vec(unmerged))
}

// node is a leaf, a parent, or blank.
type node struct {
	leaf   *leafNode
	parent *parentNode
}

func (n node) blank() bool { return n.leaf == nil && n.parent == nil }

func (n node) encryptionKey() []byte {
	if n.leaf != nil {
		return n.leaf.encryptionKey
	}
	return n.parent.encryptionKey
}

// tree is a group's ratchet tree (section 7). Its width is always 2^k-1 nodes.
type tree struct{ nodes []node }

// clone copies what changes: leaves never do.
func (t *tree) clone() *tree {
	c := &tree{slices.Clone(t.nodes)}
	for i, n := range c.nodes {
		if n.parent != nil {
			p := *n.parent
			p.unmerged = slices.Clone(p.unmerged)
			c.nodes[i].parent = &p
		}
	}
	return c
}

func (t *tree) leaves() uint32 { return uint32(len(t.nodes)+1) / 2 }
func (t *tree) root() uint32   { return uint32(len(t.nodes)) / 2 }

// leaf is nil for a blank leaf and for one that is outside the tree.
func (t *tree) leaf(index uint32) *leafNode {
	if index >= t.leaves() {
		return nil
	}
	return t.nodes[2*index].leaf
}

// directPath lists the nodes above a node, the root last.
func (t *tree) directPath(node uint32) (path []uint32) {
	for node != t.root() {
		node = parentOf(node)
		path = append(path, node)
	}
	return path
}

// resolution lists the nodes whose keys together reach every leaf below a node (section 4.1.1).
func (t *tree) resolution(node uint32) []uint32 {
	n := t.nodes[node]
	switch {
	case n.parent != nil:
		list := []uint32{node}
		for _, leaf := range n.parent.unmerged {
			list = append(list, 2*leaf)
		}
		return list
	case n.leaf != nil:
		return []uint32{node}
	case isLeaf(node):
		return nil
	}
	return append(t.resolution(left(node)), t.resolution(right(node))...)
}

// filteredPath lists the nodes above a leaf that a commit gives keys, and the child of each on the other side (section 4.1.2).
func (t *tree) filteredPath(leaf uint32) (path, copath []uint32) {
	node := 2 * leaf
	for _, parent := range t.directPath(node) {
		if other := siblingOf(node); len(t.resolution(other)) > 0 {
			path, copath = append(path, parent), append(copath, other)
		}
		node = parent
	}
	return path, copath
}

// add puts a member at the lowest free leaf (section 7.7).
func (t *tree) add(l *leafNode) (index uint32) {
	for index < t.leaves() && t.nodes[2*index].leaf != nil {
		index++
	}
	if index == t.leaves() {
		t.nodes = append(t.nodes, make([]node, len(t.nodes)+1)...)
	}
	t.nodes[2*index].leaf = l
	for _, above := range t.directPath(2 * index) {
		if p := t.nodes[above].parent; p != nil {
			at, _ := slices.BinarySearch(p.unmerged, index)
			p.unmerged = slices.Insert(p.unmerged, at, index)
		}
	}
	return index
}

// remove blanks a leaf and what is above it, and cuts the tree when its right half is blank (section 7.7).
func (t *tree) remove(index uint32) error {
	if t.leaf(index) == nil {
		return fmt.Errorf("mls: leaf %d, which is to be removed, is blank", index)
	}
	t.nodes[2*index] = node{}
	t.blankPath(index)
	for len(t.nodes) > 1 {
		half := len(t.nodes) / 2
		if slices.ContainsFunc(t.nodes[half+1:], func(n node) bool { return n.leaf != nil }) {
			break
		}
		t.nodes = t.nodes[:half:half]
	}
	return nil
}

func (t *tree) blankPath(leaf uint32) {
	for _, above := range t.directPath(2 * leaf) {
		t.nodes[above] = node{}
	}
}

// setPath gives a committer's path its new keys and gives back the parent hash for the committer's leaf (section 7.5).
func (t *tree) setPath(leaf uint32, path, copath []uint32, keys [][]byte) (parentHash []byte) {
	t.blankPath(leaf)
	for i := len(path) - 1; i >= 0; i-- { // from the root down: each hash is over the node above
		t.nodes[path[i]].parent = &parentNode{encryptionKey: keys[i], parentHash: parentHash}
		parentHash = t.parentHash(path[i], copath[i])
	}
	return parentHash
}

// hash is the tree hash of a node (section 7.8).
func (t *tree) hash(node uint32) []byte { return t.hashWithout(node, nil) }

// hashWithout is the tree hash of a node as if some leaves, in ascending order, had not been added.
func (t *tree) hashWithout(node uint32, dropped []uint32) []byte {
	n := t.nodes[node]
	drop := func(leaf uint32) bool {
		_, found := slices.BinarySearch(dropped, leaf)
		return found
	}
	if isLeaf(node) {
		if n.leaf == nil || drop(node/2) {
			return hash([]byte{leafNodeType}, u32(node/2), []byte{absent})
		}
		return hash([]byte{leafNodeType}, u32(node/2), []byte{present}, n.leaf.wire)
	}
	content := []byte{absent}
	if n.parent != nil {
		p := *n.parent
		p.unmerged = slices.DeleteFunc(slices.Clone(p.unmerged), drop)
		content = append([]byte{present}, p.marshal()...)
	}
	below := slices.Concat(vec(t.hashWithout(left(node), dropped)), vec(t.hashWithout(right(node), dropped)))
	return hash([]byte{parentNodeType}, content, below)
}

// parentHash is what the node below a parent keeps of it, sibling being the parent's other child (section 7.9).
func (t *tree) parentHash(parent, sibling uint32) []byte {
	p := t.nodes[parent].parent
	return hash(vec(p.encryptionKey), vec(p.parentHash), vec(t.hashWithout(sibling, p.unmerged)))
}
