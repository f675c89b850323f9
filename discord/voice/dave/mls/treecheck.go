package mls

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// check validates a tree that somebody sent: every leaf, that no key or name is there twice, unmerged leaves and parent hashes
// (section 12.4.3.1).
func (t *tree) check(group []byte) error {
	if err := t.checkUnique(); err != nil {
		return err
	}
	for i := range t.nodes { // first of all: resolutions are only safe to look at after it
		if err := t.checkUnmerged(uint32(i)); err != nil {
			return fmt.Errorf("node %d of the tree: %w", i, err)
		}
	}
	for i, n := range t.nodes {
		var err error
		switch index := uint32(i); {
		case n.leaf != nil:
			err = n.leaf.check(group, index/2)
		case n.parent != nil:
			err = errors.Join(checkPublicKey(n.parent.encryptionKey), t.checkParentHash(index))
		}
		if err != nil {
			return fmt.Errorf("node %d of the tree: %w", i, err)
		}
	}
	return nil
}

// checkUnique fails when a public key or a member's identity is in the tree twice.
func (t *tree) checkUnique() error {
	keys, signers, identities := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, n := range t.nodes {
		if n.blank() {
			continue
		}
		key := string(n.encryptionKey())
		if keys[key] {
			return errors.New("mls: an encryption key is in the tree twice")
		}
		keys[key] = true
		if l := n.leaf; l != nil {
			if signers[string(l.signatureKey)] || identities[string(l.identity)] {
				return errors.New("mls: a member is in the tree twice")
			}
			signers[string(l.signatureKey)], identities[string(l.identity)] = true, true
		}
	}
	return nil
}

// checkUnmerged fails unless the unmerged leaves of a parent are members below it and unmerged in every parent between.
func (t *tree) checkUnmerged(parent uint32) error {
	if t.nodes[parent].parent == nil {
		return nil
	}
	for _, leaf := range t.nodes[parent].parent.unmerged {
		if t.leaf(leaf) == nil || !covers(parent, 2*leaf) {
			return fmt.Errorf("mls: unmerged leaf %d is not a member below", leaf)
		}
		for between := parentOf(2 * leaf); between != parent; between = parentOf(between) {
			if p := t.nodes[between].parent; p != nil && !slices.Contains(p.unmerged, leaf) {
				return fmt.Errorf("mls: unmerged leaf %d is merged in node %d", leaf, between)
			}
		}
	}
	return nil
}

// checkParentHash fails unless a node below vouches for the parent by the hash it keeps (section 7.9.2).
func (t *tree) checkParentHash(parent uint32) error {
	if t.vouched(parent, left(parent), right(parent)) || t.vouched(parent, right(parent), left(parent)) {
		return nil
	}
	return errors.New("mls: no node below has the parent's hash")
}

// vouched looks below one child for a node that has the parent's hash. Everything else in the resolution of that child must be
// the parent's unmerged leaves: otherwise the key of the parent could be known to somebody who has left.
func (t *tree) vouched(parent, child, sibling uint32) bool {
	var unmerged []uint32 // those of the parent below the child
	for _, leaf := range t.nodes[parent].parent.unmerged {
		if covers(child, 2*leaf) {
			unmerged = append(unmerged, 2*leaf)
		}
	}
	var others []uint32 // what is in the resolution besides them
	for _, node := range t.resolution(child) {
		if !slices.Contains(unmerged, node) {
			others = append(others, node)
		}
	}
	if len(others) != 1 || len(t.resolution(child)) != len(unmerged)+1 {
		return false
	}
	want := t.parentHash(parent, sibling)
	if n := t.nodes[others[0]]; n.leaf != nil {
		return n.leaf.source == fromCommit && bytes.Equal(n.leaf.parentHash, want)
	} else {
		return bytes.Equal(n.parent.parentHash, want)
	}
}
