package mls

import (
	"bytes"
	"slices"
)

// ExternalSender proposes members of groups that it is not in. It holds no secret of a group.
type ExternalSender struct {
	signer   *Signer
	identity []byte
}

// NewExternalSender makes an external sender with a new key. A group names it by what Bytes gives.
func NewExternalSender(identity []byte) *ExternalSender {
	return &ExternalSender{NewSigner(), bytes.Clone(identity)}
}

// Bytes is the ExternalSender on the wire: key and credential (section 12.1.8.1).
func (s *ExternalSender) Bytes() []byte {
	return slices.Concat(vec(s.signer.public), marshalCredential(s.identity))
}

// SignedProposal is an external sender's proposal.
type SignedProposal struct {
	Message   []byte // the MLSMessage
	Reference []byte // the hash by which commits name it
}

// ProposeAdd proposes the owner of a key package as a member.
func (s *ExternalSender) ProposeAdd(group []byte, epoch uint64, k *KeyPackage) SignedProposal {
	return s.propose(group, epoch, slices.Concat(u16(proposalAdd), k.wire))
}

// ProposeRemove proposes that the member at a leaf goes.
func (s *ExternalSender) ProposeRemove(group []byte, epoch uint64, leaf uint32) SignedProposal {
	return s.propose(group, epoch, slices.Concat(u16(proposalRemove), u32(leaf)))
}

func (s *ExternalSender) propose(group []byte, epoch uint64, body []byte) SignedProposal {
	from := sender{senderExternal, 0}
	m := &publicMessage{content: framedContent(group, epoch, from, contentProposal, body), sender: from, kind: contentProposal}
	m.signature = s.signer.sign("FramedContentTBS", m.signed(nil))
	return SignedProposal{m.marshal(), m.reference()}
}

// MarshalProposals is the vector of messages that [Group.Proposals] reads.
func MarshalProposals(proposals []SignedProposal) []byte {
	var messages []byte
	for _, p := range proposals {
		messages = append(messages, p.Message...)
	}
	return vec(messages)
}

// MarshalReferences is the vector that [ParseReferences] reads.
func MarshalReferences(proposals []SignedProposal) []byte {
	var list []byte
	for _, p := range proposals {
		list = append(list, vec(p.Reference)...)
	}
	return vec(list)
}

// CommitHeader is what can be known of a commit without being a member. Nothing of it is authenticated.
type CommitHeader struct {
	Message    []byte // the whole MLSMessage
	Group      []byte
	Epoch      uint64
	Leaf       uint32 // the sender's
	References [][]byte
	Identity   []byte // in the leaf of the path; nil without a path
}

// ParseCommit reads a member's commit; rest is what follows it.
func ParseCommit(data []byte) (header CommitHeader, rest []byte, err error) {
	r := &reader{data: bytes.Clone(data)}
	m := parsePublicMessage(r)
	if r.err == nil && (m.commit == nil || m.sender.kind != senderMember) {
		r.fail("message is not a member's commit")
	}
	if r.err != nil {
		return CommitHeader{}, nil, r.err
	}
	header = CommitHeader{Message: r.since(0), Group: m.group, Epoch: m.epoch, Leaf: m.sender.index, References: m.commit.references}
	if m.commit.path != nil {
		header.Identity = m.commit.path.leaf.identity
	}
	return header, r.data[r.at:], nil
}
