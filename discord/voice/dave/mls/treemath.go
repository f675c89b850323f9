package mls

import "math/bits"

// The tree is a full binary tree in an array (appendix C): leaf i is node 2i, parents have odd numbers.

// level is a node's height above the leaves.
func level(node uint32) int { return bits.TrailingZeros32(^node) }

func left(node uint32) uint32  { return node ^ 1<<(level(node)-1) }
func right(node uint32) uint32 { return node ^ 3<<(level(node)-1) }

func parentOf(node uint32) uint32 {
	k := level(node)
	return (node | 1<<k) &^ (1 << (k + 1))
}

func siblingOf(node uint32) uint32 {
	parent := parentOf(node)
	if node < parent {
		return right(parent)
	}
	return left(parent)
}

func isLeaf(node uint32) bool { return node%2 == 0 }

// covers says whether a leaf's node lies in the subtree of another.
func covers(node, leafNode uint32) bool {
	span := uint32(1)<<level(node) - 1
	return leafNode >= node-span && leafNode <= node+span
}
