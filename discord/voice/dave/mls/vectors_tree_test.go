package mls

import (
	"crypto/hpke"
	"slices"
	"testing"
)

func TestVectorTreeValidation(t *testing.T) {
	type vector struct {
		Suite       int        `json:"cipher_suite"`
		Tree        octets     `json:"tree"`
		Group       octets     `json:"group_id"`
		Hashes      []octets   `json:"tree_hashes"`
		Resolutions [][]uint32 `json:"resolutions"`
	}
	list := ours(t, vectors[vector](t, "tree-validation"), func(v vector) int { return v.Suite })
	for i, v := range list {
		tree, err := parseTree(v.Tree)
		if err != nil {
			t.Fatalf("tree %d: %v", i, err)
		}
		if err := tree.check(v.Group); err != nil {
			t.Errorf("tree %d: %v", i, err)
		}
		same(t, "tree", tree.marshal(), v.Tree)
		for x := range uint32(len(tree.nodes)) {
			same(t, "tree hash", tree.hash(x), v.Hashes[x])
			if got := tree.resolution(x); !slices.Equal(got, v.Resolutions[x]) {
				t.Errorf("tree %d: node %d resolves to %v, want %v", i, x, got, v.Resolutions[x])
			}
		}
	}
	t.Logf("%d trees", len(list))
}

// Only Adds and Removes are of use to DAVE. The vectors are of another suite: leaves are not verified here.
func TestVectorTreeOperations(t *testing.T) {
	type vector struct {
		Before     octets `json:"tree_before"`
		HashBefore octets `json:"tree_hash_before"`
		Proposal   octets `json:"proposal"`
		After      octets `json:"tree_after"`
		HashAfter  octets `json:"tree_hash_after"`
	}
	count := 0
	for i, v := range vectors[vector](t, "tree-operations") {
		tree, err := parseTree(v.Before)
		if err != nil {
			t.Fatalf("tree %d: %v", i, err)
		}
		same(t, "hash before", tree.hash(tree.root()), v.HashBefore)
		r := &reader{data: v.Proposal}
		switch r.u16() {
		case proposalAdd:
			r.take(4) // version and suite
			r.vec()   // init key
			tree.add(parseLeaf(r))
		case proposalRemove:
			if err := tree.remove(r.u32()); err != nil {
				t.Errorf("tree %d: %v", i, err)
			}
		default:
			continue
		}
		count++
		same(t, "tree", tree.marshal(), v.After)
		same(t, "hash after", tree.hash(tree.root()), v.HashAfter)
	}
	t.Logf("%d operations", count)
}

func TestVectorTreeKEM(t *testing.T) {
	type vector struct {
		Suite     int    `json:"cipher_suite"`
		Group     octets `json:"group_id"`
		Epoch     uint64 `json:"epoch"`
		Confirmed octets `json:"confirmed_transcript_hash"`
		Tree      octets `json:"ratchet_tree"`
		Leaves    []struct {
			Index      uint32 `json:"index"`
			Encryption octets `json:"encryption_priv"`
			Secrets    []struct {
				Node   uint32 `json:"node"`
				Secret octets `json:"path_secret"`
			} `json:"path_secrets"`
		} `json:"leaves_private"`
		Updates []struct {
			Sender uint32 `json:"sender"`
			Path   octets `json:"update_path"`
			Commit octets `json:"commit_secret"`
			After  octets `json:"tree_hash_after"`
		} `json:"update_paths"`
	}
	paths := 0
	for i, v := range ours(t, vectors[vector](t, "treekem"), func(v vector) int { return v.Suite }) {
		for _, leaf := range v.Leaves {
			for _, update := range v.Updates {
				if update.Sender == leaf.Index {
					continue
				}
				tree, err := parseTree(v.Tree)
				if err != nil {
					t.Fatalf("tree %d: %v", i, err)
				}
				g := &Group{id: v.Group, epoch: v.Epoch, confirmed: v.Confirmed, tree: tree, self: leaf.Index}
				g.private = map[uint32]hpke.PrivateKey{2 * leaf.Index: must(kem.NewPrivateKey(leaf.Encryption))}
				for _, s := range leaf.Secrets {
					g.private[s.Node] = nodeKey(s.Secret)
					same(t, "public key of a node", g.private[s.Node].PublicKey().Bytes(), tree.nodes[s.Node].encryptionKey())
				}
				r := &reader{data: update.Path}
				p := parseUpdatePath(r)
				if err := r.end(); err != nil {
					t.Fatal(err)
				}
				secret, err := g.follow(p, update.Sender, nil)
				if err != nil {
					t.Errorf("tree %d: leaf %d follows %d: %v", i, leaf.Index, update.Sender, err)
				}
				same(t, "commit secret", secret, update.Commit)
				same(t, "tree hash", tree.hash(tree.root()), update.After)
				paths++
			}
		}
	}
	t.Logf("%d paths", paths)
}
