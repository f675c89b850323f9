package mls

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	testGroup = []byte("channel1")
	testTime  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// club is a group with all its members, as they see it themselves, and the external sender.
type club struct {
	sender  *ExternalSender
	members map[string]*Group
	made    int // members so far, for their names
}

// fataler is what tests, fuzz targets and rapid have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func newClub(t fataler) *club {
	t.Helper()
	c := &club{sender: NewExternalSender([]byte("server")), members: map[string]*Group{}}
	founder := c.candidate()
	g, err := Create(testGroup, founder, c.sender.Bytes())
	if err != nil {
		t.Fatalf("%v", err)
	}
	c.members[string(founder.Identity())] = g
	return c
}

// clubOf is a club with more members, each added by the first.
func clubOf(t fataler, size int) *club {
	t.Helper()
	c := newClub(t)
	for range size - 1 {
		c.change(t, "m1", c.add(c.candidate()))
	}
	return c
}

// candidate makes the next member: m1, m2, ...
func (c *club) candidate() *Candidate {
	c.made++
	return NewCandidate(NewSigner(), fmt.Appendf(nil, "m%d", c.made))
}

func (c *club) any() *Group {
	for _, g := range c.members {
		return g
	}
	return nil
}

// change is something that is proposed: a candidate to add or a name to remove.
type change struct {
	add    *Candidate
	remove string
}

func (c *club) add(candidates ...*Candidate) (list []change) {
	for _, k := range candidates {
		list = append(list, change{add: k})
	}
	return list
}

func (c *club) remove(name string) []change { return []change{{remove: name}} }

// proposals signs changes for the epoch that the club is in.
func (c *club) proposals(changes []change) []byte {
	var list []SignedProposal
	epoch := c.any().epoch
	for _, change := range changes {
		if change.add != nil {
			list = append(list, c.sender.ProposeAdd(testGroup, epoch, &change.add.KeyPackage))
			continue
		}
		list = append(list, c.sender.ProposeRemove(testGroup, epoch, c.members[change.remove].self))
	}
	return MarshalProposals(list)
}

// commit is one member's commit of proposals, which are given back as that member knows them.
func (c *club) commit(t fataler, committer string, proposals []byte) *Commit {
	t.Helper()
	g := c.members[committer]
	list, err := g.Proposals(proposals, testTime)
	if err != nil {
		t.Fatalf("%v", err)
	}
	commit, err := g.Commit(list)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return commit
}

// change has a member commit changes and everybody follow.
func (c *club) change(t fataler, committer string, changes []change) {
	t.Helper()
	proposals := c.proposals(changes)
	commit := c.commit(t, committer, proposals)
	for _, change := range changes {
		delete(c.members, change.remove)
	}
	for name, g := range c.members {
		if name == committer {
			c.members[name] = commit.Group
			continue
		}
		next, err := g.follows(commit.Message, proposals)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c.members[name] = next
	}
	for _, change := range changes {
		if k := change.add; k != nil {
			c.members[string(k.Identity())] = c.welcomed(t, commit.Welcome, k)
		}
	}
	c.agree(t)
}

func (g *Group) follows(commit, proposals []byte) (*Group, error) {
	known, err := g.Proposals(proposals, testTime)
	if err != nil {
		return nil, err
	}
	return g.Process(commit, known)
}

func (c *club) welcomed(t fataler, welcome []byte, k *Candidate) *Group {
	t.Helper()
	own, err := SplitWelcome(welcome, k.Reference())
	if err != nil {
		t.Fatalf("%v", err)
	}
	g, err := Join(own, k, testGroup, c.sender.Bytes())
	if err != nil {
		t.Fatalf("%s: %v", k.Identity(), err)
	}
	return g
}

// agree fails unless all members share the epoch and its secrets, and their tree is one that a new member would accept.
func (c *club) agree(t fataler) {
	t.Helper()
	first := c.any()
	for name, g := range c.members {
		if g.Epoch() != first.Epoch() || !bytes.Equal(g.Authenticator(), first.Authenticator()) || len(g.Members()) != len(c.members) {
			t.Fatalf("%s is at epoch %d with %d members and other secrets", name, g.Epoch(), len(g.Members()))
		}
		if !bytes.Equal(g.Export("label", nil, 16), first.Export("label", nil, 16)) {
			t.Fatalf("%s exports another secret", name)
		}
	}
	if err := first.tree.check(testGroup); err != nil {
		t.Fatalf("the tree of epoch %d: %v", first.epoch, err)
	}
}

// Whoever commits whatever, all members agree, and new ones accept the tree.
func TestGroupsChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newClub(t)
		for range rapid.IntRange(1, 12).Draw(t, "commits") {
			names := slices.Sorted(mapKeys(c.members))
			committer := rapid.SampledFrom(names).Draw(t, "committer")
			var changes []change
			for _, name := range names {
				if name != committer && rapid.IntRange(0, 3).Draw(t, "leaves") == 0 {
					changes = append(changes, change{remove: name})
				}
			}
			for range rapid.IntRange(0, 3).Draw(t, "joins") {
				changes = append(changes, change{add: c.candidate()})
			}
			c.change(t, committer, changes)
		}
	})
}

func mapKeys(m map[string]*Group) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for name := range m {
			if !yield(name) {
				return
			}
		}
	}
}

func TestWhoLeavesDoesNotFollow(t *testing.T) {
	c := clubOf(t, 4)
	gone := c.members["m3"]
	proposals := c.proposals(c.remove("m3"))
	commit := c.commit(t, "m2", proposals)
	if _, err := gone.follows(commit.Message, proposals); err == nil {
		t.Error("a member follows the commit that removes it")
	}
}

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
	c := clubOf(t, 2)
	unlimited := slices.Concat(u64(0), u64(math.MaxUint64))
	leaf := func(name string, capabilities, lifetime, extensions []byte) *leafNode {
		signer := NewSigner()
		key := newPrivateKey().PublicKey().Bytes()
		signed := slices.Concat(vec(key), vec(signer.public), marshalCredential([]byte(name)), capabilities, []byte{byte(fromKeyPackage)}, lifetime, extensions)
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

func TestWipe(t *testing.T) {
	g := clubOf(t, 2).members["m1"]
	g.Wipe()
	if !bytes.Equal(g.Authenticator(), make([]byte, hashSize)) || len(g.private) > 0 {
		t.Error("secrets are left")
	}
}
