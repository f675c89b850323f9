package mls

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Proposal is a verified Add or Remove of a group's external sender, in the epoch of the group that read it.
type Proposal struct {
	reference []byte
	identity  []byte
	add       *KeyPackage // nil for a Remove
	leaf      uint32      // of a Remove
}

// Reference is the hash by which commits name the proposal.
func (p *Proposal) Reference() []byte { return p.reference }

// Identity is the name of who is added or removed.
func (p *Proposal) Identity() []byte { return p.identity }

// Adds says whether the proposal adds a member; otherwise it removes one.
func (p *Proposal) Adds() bool { return p.add != nil }

// Proposals reads a vector of MLSMessages, which must all be proposals of the external sender that hold in this epoch. now is
// for the lifetimes of key packages.
func (g *Group) Proposals(data []byte, now time.Time) ([]*Proposal, error) {
	r := &reader{data: bytes.Clone(data)}
	var messages []*publicMessage
	r.each(func(items *reader) { messages = append(messages, parsePublicMessage(items)) })
	if err := r.end(); err != nil {
		return nil, err
	}
	var list []*Proposal
	for _, m := range messages {
		p, err := g.proposal(m, now)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (g *Group) proposal(m *publicMessage, now time.Time) (*Proposal, error) {
	if err := g.accepts(m); err != nil {
		return nil, err
	}
	if m.proposal == nil || m.sender != (sender{senderExternal, 0}) {
		return nil, errors.New("mls: message is not a proposal of the external sender")
	}
	if err := verify(g.external, "FramedContentTBS", m.signed(nil), m.signature); err != nil {
		return nil, err
	}
	p := &Proposal{reference: m.reference(), add: m.proposal.add, leaf: m.proposal.remove}
	if p.add == nil {
		l := g.tree.leaf(p.leaf)
		if l == nil {
			return nil, fmt.Errorf("mls: leaf %d, which is to be removed, is blank", p.leaf)
		}
		p.identity = l.identity
		return p, nil
	}
	p.identity = p.add.Identity()
	return p, errors.Join(p.add.check(), p.add.leaf.checkLifetime(now))
}

// ParseReferences reads a vector of references to proposals.
func ParseReferences(data []byte) (list [][]byte, err error) {
	r := &reader{data: bytes.Clone(data)}
	r.each(func(items *reader) { list = append(list, items.vec()) })
	return list, r.end()
}

// resolve finds the proposals that a commit names.
func (c *commitContent) resolve(known []*Proposal) (list []*Proposal, err error) {
	for _, ref := range c.references {
		i := slices.IndexFunc(known, func(p *Proposal) bool { return bytes.Equal(p.reference, ref) })
		if i < 0 {
			return nil, errors.New("mls: a commit names a proposal that is not known")
		}
		list = append(list, known[i])
	}
	return list, nil
}
