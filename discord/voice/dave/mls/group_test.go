package mls

import (
	"bytes"
	"fmt"
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
		for range rapid.IntRange(1, 8).Draw(t, "commits") {
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

func TestWipe(t *testing.T) {
	g := clubOf(t, 2).members["m1"]
	g.Wipe()
	if !bytes.Equal(g.Authenticator(), make([]byte, hashSize)) || len(g.private) > 0 {
		t.Error("secrets are left")
	}
}
