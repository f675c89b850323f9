package delivery

import (
	"bytes"
	"slices"

	"cordial/discord/voice/dave/mls"
)

// group is what the server knows of the MLS group.
type group struct {
	established bool              // by its first commit
	epoch       uint64            // 0 before
	leaves      map[uint32]uint64 // who sits where
	proposals   []*proposal       // of the epoch, not revoked
}

// proposal is one that waits for a commit.
type proposal struct {
	mls.SignedProposal
	user uint64
	add  *mls.KeyPackage // nil for a Remove
	leaf uint32          // of a Remove
}

// adds says whether the proposal is to add a user.
func (p *proposal) adds(user uint64) bool { return p.add != nil && p.user == user }

func newGroup() group { return group{leaves: map[uint32]uint64{}} }

// seats says whether a user sits in the group.
func (g *group) seats(user uint64) bool {
	for _, u := range g.leaves {
		if u == user {
			return true
		}
	}
	return false
}

// freeLeaf is the lowest one that is not taken.
func (g *group) freeLeaf() (leaf uint32) {
	for {
		if _, taken := g.leaves[leaf]; !taken {
			return leaf
		}
		leaf++
	}
}

// addsOf is the waiting Add of a user, if there is one.
func (g *group) addsOf(user uint64) []*proposal {
	return g.where(func(p *proposal) bool { return p.adds(user) })
}

// removes says whether the Remove of a leaf waits.
func (g *group) removes(leaf uint32) bool {
	return len(g.where(func(p *proposal) bool { return p.add == nil && p.leaf == leaf })) > 0
}

// pendingFor lists the proposals that a user may commit: nobody adds themselves.
func (g *group) pendingFor(user uint64) []*proposal {
	return g.where(func(p *proposal) bool { return !p.adds(user) })
}

func (g *group) where(keep func(*proposal) bool) (list []*proposal) {
	for _, p := range g.proposals {
		if keep(p) {
			list = append(list, p)
		}
	}
	return list
}

func (g *group) byReference(ref []byte) *proposal {
	i := slices.IndexFunc(g.proposals, func(p *proposal) bool { return bytes.Equal(p.Reference, ref) })
	if i < 0 {
		return nil
	}
	return g.proposals[i]
}
