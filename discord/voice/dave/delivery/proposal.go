package delivery

import (
	"maps"
	"slices"

	"cordial/discord"
	"cordial/discord/voice/dave/mls"
)

// Operations of MLS Proposals.
const (
	appendProposals = 0
	revokeProposals = 1
)

// Propose proposes what is still to be proposed: to remove who has gone, to add who has sent a key package. It does so by itself after
// each message; it is for proposals that were revoked.
func (c *Call) Propose() []Message {
	if c.group.established && len(c.committers()) == 0 {
		c.group = newGroup() // nobody is left who could commit
	}
	group, g := identity(c.channel), &c.group
	var list []*proposal
	for _, leaf := range slices.Sorted(maps.Keys(g.leaves)) {
		user := g.leaves[leaf]
		if m := c.members[user]; (m == nil || m.lost) && !g.removes(leaf) {
			list = append(list, &proposal{SignedProposal: c.sender.ProposeRemove(group, g.epoch, leaf), user: user, leaf: leaf})
		}
	}
	for _, user := range c.users() {
		if k := c.members[user].keyPackage; k != nil && len(g.addsOf(user)) == 0 {
			list = append(list, &proposal{SignedProposal: c.sender.ProposeAdd(group, g.epoch, k), user: user, add: k})
		}
	}
	g.proposals = append(g.proposals, list...)
	return c.send(c.committers(), appendProposals, list)
}

// Revoke takes back every proposal that no commit has used yet, as a voice server may at any time.
func (c *Call) Revoke() []Message { return c.revoke(c.group.proposals) }

func (c *Call) revoke(list []*proposal) []Message {
	c.group.proposals = c.group.where(func(p *proposal) bool { return !slices.Contains(list, p) })
	return c.send(c.committers(), revokeProposals, list)
}

// send tells users of proposals, all in one message. Nobody is told to add themselves.
func (c *Call) send(to []uint64, operation byte, list []*proposal) (messages []Message) {
	for _, user := range to {
		var signed []mls.SignedProposal
		for _, p := range list {
			if !p.adds(user) {
				signed = append(signed, p.SignedProposal)
			}
		}
		if len(signed) == 0 {
			continue
		}
		content := mls.MarshalProposals(signed)
		if operation == revokeProposals {
			content = mls.MarshalReferences(signed)
		}
		payload := append([]byte{operation}, content...)
		messages = append(messages, Message{To: user, Op: discord.VoiceOpDAVEMLSProposals, Binary: payload})
	}
	return messages
}

// committers lists who may commit: the members of the group, or everybody before there is one.
func (c *Call) committers() []uint64 {
	if !c.group.established {
		return c.users()
	}
	return slices.DeleteFunc(c.Members(), func(user uint64) bool { return c.members[user] == nil || c.members[user].lost })
}
