package delivery

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"cordial/discord"
	"cordial/discord/voice/dave/mls"
)

// ErrCommit is wrapped by the reasons why a commit does not count. Most are no mistake of the client: another commit was faster.
var ErrCommit = errors.New("the commit does not count")

func refuse(format string, args ...any) error {
	return fmt.Errorf("delivery: %w: "+format, append([]any{ErrCommit}, args...)...)
}

// CommitWelcome takes MLS Commit Welcome. The first commit of an epoch that is right counts: those who were members get the
// commit, those it adds their Welcome. Others are an error, and nothing is sent.
func (c *Call) CommitWelcome(user uint64, payload []byte) ([]Message, error) {
	m := c.members[user]
	if m == nil || c.version == 0 {
		return nil, ErrMember
	}
	commit, welcome, err := mls.ParseCommit(payload)
	if err != nil {
		return nil, err
	}
	used, err := c.check(user, commit, welcome)
	if err != nil {
		return nil, err
	}
	welcomes := map[uint64][]byte{}
	for _, p := range used {
		if p.add == nil {
			continue
		}
		if welcomes[p.user], err = mls.SplitWelcome(welcome, p.add.Reference()); err != nil {
			return nil, refuse("its welcome: %w", err)
		}
	}
	c.apply(user, used)
	return c.announce(commit.Message, welcomes), nil
}

// check finds the proposals of a commit (white paper, "Voice gateway commit validity").
func (c *Call) check(user uint64, commit mls.CommitHeader, welcome []byte) (used []*proposal, err error) {
	g := &c.group
	switch {
	case !slices.Equal(commit.Group, identity(c.channel)) || commit.Epoch != g.epoch:
		return nil, refuse("it is for another group or epoch than %d", g.epoch)
	case g.established && (g.leaves[commit.Leaf] != user || c.members[user].lost):
		return nil, refuse("leaf %d is not its sender's", commit.Leaf)
	case !g.established && commit.Leaf != 0:
		return nil, refuse("the first of a group comes from leaf 0, not %d", commit.Leaf)
	case commit.Identity != nil && !slices.Equal(commit.Identity, identity(user)):
		return nil, refuse("it changes the credential of its sender")
	}
	for _, ref := range commit.References {
		p := g.byReference(ref)
		if p == nil || slices.Contains(used, p) {
			return nil, refuse("it names a proposal that does not hold, or one twice")
		}
		used = append(used, p)
	}
	return used, c.checkComplete(user, used, welcome)
}

// checkComplete fails unless a commit uses all the proposals that it must.
func (c *Call) checkComplete(user uint64, used []*proposal, welcome []byte) error {
	want := c.group.proposals
	if !c.group.established {
		want = c.group.pendingFor(user)
	}
	for _, p := range want {
		if !slices.Contains(used, p) {
			return refuse("it uses %d of %d proposals", len(used), len(want))
		}
	}
	adds := slices.ContainsFunc(used, func(p *proposal) bool { return p.add != nil })
	switch {
	case len(used) != len(want) || len(used) == 0:
		return refuse("it adds its own sender, or nobody")
	case adds != (len(welcome) > 0):
		return refuse("it must have a welcome exactly when it adds members")
	}
	return nil
}

// apply moves the group into its next epoch: removes first, then each add takes the lowest free leaf.
func (c *Call) apply(user uint64, used []*proposal) {
	g := &c.group
	if !g.established {
		g.established = true
		g.leaves[0] = user
		c.members[user].keyPackage, c.members[user].lost = nil, false
	}
	for _, p := range used {
		if p.add == nil {
			delete(g.leaves, p.leaf)
		}
	}
	for _, p := range used {
		if p.add != nil {
			g.leaves[g.freeLeaf()] = p.user
			c.members[p.user].keyPackage, c.members[p.user].lost = nil, false
		}
	}
	g.epoch++
	g.proposals = nil
}

// announce sends the commit to those who were members and the Welcomes to those who were not, as one transition.
func (c *Call) announce(commit []byte, welcomes map[uint64][]byte) []Message {
	return c.transition(c.committers(), func(id uint16, user uint64) Message {
		prefix := binary.BigEndian.AppendUint16(nil, id)
		if welcome := welcomes[user]; welcome != nil {
			return Message{To: user, Op: discord.VoiceOpDAVEMLSWelcome, Binary: append(prefix, welcome...)}
		}
		return Message{To: user, Op: discord.VoiceOpDAVEMLSAnnounceCommitTransition, Binary: append(prefix, commit...)}
	})
}
