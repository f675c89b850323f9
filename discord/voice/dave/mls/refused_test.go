package mls

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"
)

// Not a bit of a message may be changed.
func TestChangedMessagesAreRefused(t *testing.T) {
	c := clubOf(t, 4)
	joiner := c.candidate()
	proposals := c.proposals(append(c.remove("m3"), c.add(joiner)...))
	commit := c.commit(t, "m1", proposals)
	welcome, err := SplitWelcome(commit.Welcome, joiner.Reference())
	if err != nil {
		t.Fatal(err)
	}
	member := c.members["m2"]
	known, err := member.Proposals(proposals, testTime)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data []byte
		take func([]byte) error
	}{
		{"proposals", proposals, func(b []byte) error { _, err := member.Proposals(b, testTime); return err }},
		{"commit", commit.Message, func(b []byte) error { _, err := member.Process(b, known); return err }},
		{"welcome", welcome, func(b []byte) error { _, err := Join(b, joiner, testGroup, c.sender.Bytes()); return err }},
		{"key package", joiner.Bytes(), func(b []byte) error { _, err := ParseKeyPackage(b); return err }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.take(test.data); err != nil {
				t.Fatalf("unchanged: %v", err)
			}
			for i := range test.data {
				changed := bytes.Clone(test.data)
				changed[i] ^= 1 << (i % 8)
				if test.take(changed) == nil {
					t.Errorf("byte %d may be changed", i)
				}
			}
			for i := 0; i < len(test.data); i += 7 {
				if test.take(test.data[:i]) == nil {
					t.Errorf("it may be cut to %d bytes", i)
				}
			}
		})
	}
}

func TestKeyPackagesThatMustNotBeAdded(t *testing.T) {
	unlimited := slices.Concat(u64(0), u64(math.MaxUint64))
	leaf := func(name string, capabilities, lifetime, extensions []byte) *leafNode {
		signer := NewSigner()
		key := newPrivateKey().PublicKey().Bytes()
		signed := slices.Concat(vec(key), vec(signer.public), marshalCredential([]byte(name)), capabilities)
		signed = slices.Concat(signed, []byte{byte(fromKeyPackage)}, lifetime, extensions)
		return parseLeaf(&reader{data: slices.Concat(signed, vec(signer.sign("LeafNodeTBS", signed)))})
	}
	second := testTime.Unix()
	unknown := vec(u16(0xff00), vec())
	tests := []struct {
		name string
		leaf *leafNode
		want bool
	}{
		{"good", leaf("n", ownCapabilities, unlimited, vec()), true},
		{"valid for this second", leaf("n", ownCapabilities, slices.Concat(u64(uint64(second)), u64(uint64(second))), vec()), true},
		{"not valid yet", leaf("n", ownCapabilities, slices.Concat(u64(uint64(second+1)), u64(math.MaxUint64)), vec()), false},
		{"expired", leaf("n", ownCapabilities, slices.Concat(u64(0), u64(uint64(second-1))), vec()), false},
		{"another version", leaf("n", slices.Concat(vec(u16(2)), vec(u16(suite)), vec(), vec(), vec(u16(1))), unlimited, vec()), false},
		{"another suite", leaf("n", slices.Concat(vec(u16(1)), vec(u16(1)), vec(), vec(), vec(u16(1))), unlimited, vec()), false},
		{"other credentials", leaf("n", slices.Concat(vec(u16(1)), vec(u16(suite)), vec(), vec(), vec(u16(2))), unlimited, vec()), false},
		{"unknown extension", leaf("n", ownCapabilities, unlimited, unknown), false},
		{"known extension", leaf("n", slices.Concat(vec(u16(1)), vec(u16(suite)), vec(u16(0xff00)), vec(), vec(u16(1))), unlimited, unknown), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := errors.Join(test.leaf.check(nil, 0), test.leaf.checkLifetime(testTime)); (err == nil) != test.want {
				t.Errorf("it may be added: %v, want %v: %v", err == nil, test.want, err)
			}
		})
	}
}

func TestMembersAreNotAddedTwice(t *testing.T) {
	c := clubOf(t, 2)
	again := NewCandidate(NewSigner(), []byte("m2"))
	list, err := c.members["m1"].Proposals(c.proposals(c.add(again)), testTime)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.members["m1"].Commit(list); err == nil {
		t.Error("a member is added twice")
	}
}

func TestMessagesOfOthersAreRefused(t *testing.T) {
	c := clubOf(t, 3)
	g := c.members["m1"]
	other := NewExternalSender([]byte("server"))
	k := &c.candidate().KeyPackage
	tests := []struct {
		name     string
		proposal SignedProposal
	}{
		{"another sender", other.ProposeAdd(testGroup, g.epoch, k)},
		{"another group", c.sender.ProposeAdd([]byte("channel2"), g.epoch, k)},
		{"an epoch before", c.sender.ProposeAdd(testGroup, g.epoch-1, k)},
		{"a blank leaf", c.sender.ProposeRemove(testGroup, g.epoch, 3)},
		{"no leaf", c.sender.ProposeRemove(testGroup, g.epoch, math.MaxUint32)},
		{"a leaf that wraps", c.sender.ProposeRemove(testGroup, g.epoch, 1<<31)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := g.Proposals(MarshalProposals([]SignedProposal{test.proposal}), testTime); err == nil {
				t.Error("it is accepted")
			}
		})
	}
	commit := c.commit(t, "m2", c.proposals(c.remove("m3")))
	if _, err := g.Process(commit.Message, nil); err == nil {
		t.Error("a commit of unknown proposals is accepted")
	}
	if _, err := g.Proposals(MarshalProposals([]SignedProposal{tests[2].proposal}), testTime); !errors.Is(err, ErrEpoch) {
		t.Errorf("a proposal of another epoch gives %v", err)
	}
	if _, err := g.Commit(nil); err != nil {
		t.Errorf("a commit of nothing, which renews keys, gives %v", err)
	}
}

func TestJoinOnlyTheExpectedGroup(t *testing.T) {
	c := clubOf(t, 2)
	joiner := c.candidate()
	commit := c.commit(t, "m1", c.proposals(c.add(joiner)))
	other := NewExternalSender([]byte("server"))
	for _, test := range []struct {
		name          string
		candidate     *Candidate
		group, sender []byte
	}{
		{"another group", joiner, []byte("channel2"), c.sender.Bytes()},
		{"another sender", joiner, testGroup, other.Bytes()},
		{"another key package", c.candidate(), testGroup, c.sender.Bytes()},
	} {
		if _, err := Join(commit.Welcome, test.candidate, test.group, test.sender); err == nil {
			t.Errorf("%s: it joins", test.name)
		}
	}
}

// A tree that does not hold together must be refused, though every signature in it is right.
func TestTreesThatDoNotHoldTogether(t *testing.T) {
	c := clubOf(t, 7)
	c.change(t, "m1", append(c.remove("m3"), c.add(c.candidate())...)) // a path from m1, with the new member unmerged
	c.change(t, "m5", append(c.remove("m7"), c.add(c.candidate())...))
	good := c.members["m1"].tree
	if good.nodes[good.root()].parent == nil || good.nodes[1].parent == nil {
		t.Fatal("the tree has no parents to damage")
	}
	tests := []struct {
		name   string
		damage func(t *tree)
	}{
		{"nothing", func(*tree) {}},
		{"key of a parent", func(t *tree) { t.nodes[t.root()].parent.encryptionKey = newPrivateKey().PublicKey().Bytes() }},
		{"parent hash of a parent", func(t *tree) { t.nodes[1].parent.parentHash = make([]byte, hashSize) }},
		{"parent without a child", func(t *tree) {
			t.nodes[13] = node{parent: &parentNode{encryptionKey: newPrivateKey().PublicKey().Bytes()}}
		}},
		{"key twice", func(t *tree) { t.nodes[t.root()].parent.encryptionKey = t.nodes[0].leaf.encryptionKey }},
		{"member twice", func(t *tree) { t.nodes[14].leaf = t.nodes[2].leaf }},
		{"merged leaf called unmerged", func(t *tree) { t.nodes[t.root()].parent.unmerged = []uint32{0} }},
		{"blank leaf called unmerged", func(t *tree) { t.nodes[t.root()].parent.unmerged = []uint32{7} }},
		{"leaf outside called unmerged", func(t *tree) { t.nodes[1].parent.unmerged = []uint32{4} }},
		{"leaf outside called unmerged in a right child", func(t *tree) {
			t.nodes[11] = node{parent: &parentNode{encryptionKey: newPrivateKey().PublicKey().Bytes(), unmerged: []uint32{1 << 20}}}
		}},
		{"key that is none", func(t *tree) { t.nodes[t.root()].parent.encryptionKey = make([]byte, 65) }},
		{"leaf at another place", func(t *tree) { t.nodes[0], t.nodes[14] = node{}, t.nodes[0] }},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			damaged := good.clone()
			test.damage(damaged)
			if err := damaged.check(testGroup); (err == nil) != (i == 0) {
				t.Errorf("the tree gives %v", err)
			}
		})
	}
}
