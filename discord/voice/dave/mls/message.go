package mls

import (
	"bytes"
	"slices"
)

// Wire formats (section 17.2), senders and contents (section 6) of messages.
const (
	wirePublicMessage = 1
	wireKeyPackage    = 5

	senderMember   = 1
	senderExternal = 2

	contentProposal = 2
	contentCommit   = 3

	proposalAdd    = 1
	proposalRemove = 3

	byReference = 2
)

// sender is who wrote a message: the leaf of a member or the place of an external sender.
type sender struct {
	kind  uint8
	index uint32
}

func (s sender) marshal() []byte { return append([]byte{s.kind}, u32(s.index)...) }

// publicMessage is a PublicMessage taken apart (section 6.2).
type publicMessage struct {
	content []byte // the FramedContent
	group   []byte
	epoch   uint64
	sender  sender
	kind    uint8

	proposal *proposalContent
	commit   *commitContent

	signature       []byte
	confirmationTag []byte // commits
	membershipTag   []byte // members
}

type proposalContent struct {
	add    *KeyPackage // nil for a Remove
	remove uint32
}

type commitContent struct {
	references [][]byte
	path       *updatePath // nil without one
}

// updatePath renews the keys above the committer (section 7.6).
type updatePath struct {
	leaf  *leafNode
	nodes []updatePathNode
}

type updatePathNode struct {
	encryptionKey []byte
	pathSecrets   []sealed // one for each node that the copath child resolves to
}

// framedContent is what comes before the signature of a message.
func framedContent(group []byte, epoch uint64, from sender, kind uint8, body []byte) []byte {
	noData := vec()
	return slices.Concat(vec(group), u64(epoch), from.marshal(), noData, []byte{kind}, body)
}

// parsePublicMessage reads an MLSMessage that holds a PublicMessage with an Add, a Remove or a Commit; nil when r failed.
func parsePublicMessage(r *reader) *publicMessage {
	if version, format := r.u16(), r.u16(); version != version10 || format != wirePublicMessage {
		r.fail("message of version %d and wire format %d is not a PublicMessage", version, format)
		return nil
	}
	start := r.at
	m := &publicMessage{group: r.vec(), epoch: r.u64()}
	m.sender.kind = r.u8()
	if m.sender.kind != senderMember && m.sender.kind != senderExternal {
		r.fail("sender of type %d", m.sender.kind)
	}
	m.sender.index = r.u32()
	r.vec() // authenticated data
	switch m.kind = r.u8(); m.kind {
	case contentProposal:
		m.proposal = parseProposal(r)
	case contentCommit:
		m.commit = parseCommitContent(r)
	default:
		r.fail("content of type %d", m.kind)
	}
	m.content = r.since(start)
	m.signature = r.vec()
	if m.kind == contentCommit {
		m.confirmationTag = r.vec()
	}
	if m.sender.kind == senderMember {
		m.membershipTag = r.vec()
	}
	if r.err != nil {
		return nil
	}
	return m
}

func parseProposal(r *reader) *proposalContent {
	switch kind := r.u16(); kind {
	case proposalAdd:
		return &proposalContent{add: parseKeyPackage(r)}
	case proposalRemove:
		return &proposalContent{remove: r.u32()}
	default:
		r.fail("proposal of type %d", kind)
		return nil
	}
}

func parseCommitContent(r *reader) *commitContent {
	c := &commitContent{}
	r.each(func(items *reader) {
		if kind := items.u8(); kind != byReference {
			items.fail("a commit holds a proposal itself, not its reference")
		}
		c.references = append(c.references, items.vec())
	})
	if r.optional() {
		c.path = parseUpdatePath(r)
	}
	return c
}

func parseUpdatePath(r *reader) *updatePath {
	p := &updatePath{leaf: parseLeaf(r)}
	r.each(func(items *reader) {
		n := updatePathNode{encryptionKey: items.vec()}
		items.each(func(secrets *reader) { n.pathSecrets = append(n.pathSecrets, parseSealed(secrets)) })
		p.nodes = append(p.nodes, n)
	})
	return p
}

// signed is what the signature is over: the group's context belongs to it when a member signs.
func (m *publicMessage) signed(context []byte) []byte {
	signed := slices.Concat(u16(version10), u16(wirePublicMessage), m.content)
	if m.sender.kind == senderMember {
		signed = append(signed, context...)
	}
	return signed
}

// auth is the FramedContentAuthData.
func (m *publicMessage) auth() []byte {
	if m.kind == contentCommit {
		return slices.Concat(vec(m.signature), vec(m.confirmationTag))
	}
	return vec(m.signature)
}

// membership is what the membership tag is over.
func (m *publicMessage) membership(context []byte) []byte {
	return slices.Concat(m.signed(context), m.auth())
}

// reference is the hash by which a commit names a proposal.
func (m *publicMessage) reference() []byte {
	return reference(proposalReference, slices.Concat(u16(wirePublicMessage), m.content, m.auth()))
}

// marshal is the whole MLSMessage.
func (m *publicMessage) marshal() []byte {
	b := slices.Concat(u16(version10), u16(wirePublicMessage), m.content, m.auth())
	if m.sender.kind == senderMember {
		b = append(b, vec(m.membershipTag)...)
	}
	return b
}

// confirmedTranscript goes on from the interim transcript hash of the epoch before (section 8.2).
func (m *publicMessage) confirmedTranscript(interim []byte) []byte {
	return hash(interim, u16(wirePublicMessage), m.content, vec(m.signature))
}

// ofGroup says whether the message is for a group.
func (m *publicMessage) ofGroup(id []byte) bool { return bytes.Equal(m.group, id) }
