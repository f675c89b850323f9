package dave

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"cordial/discord"
	"cordial/discord/voice/dave/mls"
)

// maxProposals bounds the proposals of an epoch: a server that sends more is refused.
const maxProposals = 1024

// Operations of MLS Proposals.
const (
	appendProposals = 0
	revokeProposals = 1
)

// Binary takes a binary message of the gateway: External Sender (25), Proposals (27), Announce Commit Transition (29) or Welcome
// (30), without the sequence number and opcode. The messages are to be sent also when there is an error: the error says what
// was wrong with the gateway's message, they begin the recovery. Other opcodes are an error.
func (s *Session) Binary(op discord.VoiceOpcode, payload []byte) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch op {
	case discord.VoiceOpDAVEMLSExternalSender:
		return nil, s.externalSender(payload)
	case discord.VoiceOpDAVEMLSProposals:
		return s.propose(payload)
	case discord.VoiceOpDAVEMLSAnnounceCommitTransition, discord.VoiceOpDAVEMLSWelcome:
		if len(payload) < 2 {
			return nil, fmt.Errorf("dave: %v is too short for a transition id", op)
		}
		id := binary.BigEndian.Uint16(payload)
		s.lastTransition = id
		if op == discord.VoiceOpDAVEMLSWelcome {
			return s.welcome(id, payload[2:])
		}
		return s.announceCommit(id, payload[2:])
	}
	return nil, fmt.Errorf("dave: %v is not a binary message of the gateway", op)
}

// externalSender keeps who may propose. In a group it is known already.
func (s *Session) externalSender(external []byte) error {
	e := &s.epoch
	if e.group != nil || bytes.Equal(e.external, external) {
		return nil
	}
	if err := mls.CheckExternalSender(external); err != nil {
		return fmt.Errorf("dave: external sender: %w", err)
	}
	s.dropCommit()
	e.external = bytes.Clone(external)
	return e.create(s.channel)
}

// propose changes the set of proposals and commits all of it again.
func (s *Session) propose(payload []byte) ([]Message, error) {
	e := &s.epoch
	group := e.current()
	if group == nil {
		return nil, errors.New("dave: proposals came before the external sender")
	}
	changed, err := s.changedProposals(group, payload)
	if errors.Is(err, mls.ErrEpoch) && e.group == nil { // of a group that we are not in: a Welcome follows
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("dave: proposals: %w", err)
	}
	s.dropCommit()
	e.proposals = changed
	if len(changed) == 0 {
		return nil, nil
	}
	if e.commit, err = group.Commit(changed); err != nil {
		return nil, fmt.Errorf("dave: committing proposals: %w", err)
	}
	payload = slices.Concat(e.commit.Message, e.commit.Welcome)
	return []Message{{Op: discord.VoiceOpDAVEMLSCommitWelcome, Binary: payload}}, nil
}

// changedProposals is the set of proposals after a message that appends or revokes some.
func (s *Session) changedProposals(group *mls.Group, payload []byte) ([]*mls.Proposal, error) {
	if len(payload) == 0 {
		return nil, errors.New("the message is empty")
	}
	known := slices.Clone(s.epoch.proposals)
	switch operation, list := payload[0], payload[1:]; operation {
	case appendProposals:
		added, err := group.Proposals(list, s.now())
		if err != nil {
			return nil, err
		}
		return s.appendProposals(known, added)
	case revokeProposals:
		revoked, err := mls.ParseReferences(list)
		return slices.DeleteFunc(known, func(p *mls.Proposal) bool { return contains(revoked, p) }), err
	default:
		return nil, fmt.Errorf("operation %d is not known", operation)
	}
}

func contains(references [][]byte, p *mls.Proposal) bool {
	return slices.ContainsFunc(references, func(ref []byte) bool { return bytes.Equal(ref, p.Reference()) })
}

// appendProposals adds those that are not there yet. None may add a user whom the gateway has not announced.
func (s *Session) appendProposals(known, added []*mls.Proposal) ([]*mls.Proposal, error) {
	for _, p := range added {
		user, ok := userOf(p.Identity())
		if p.Adds() && (!ok || !s.announced[user]) {
			return nil, errors.New("they add a user who is not in the call")
		}
		if !slices.ContainsFunc(known, func(q *mls.Proposal) bool { return bytes.Equal(q.Reference(), p.Reference()) }) {
			known = append(known, p)
		}
	}
	if len(known) > maxProposals {
		return nil, fmt.Errorf("there are more than %d in an epoch", maxProposals)
	}
	return known, nil
}

// announceCommit takes the commit that counts: ours, or another member's.
func (s *Session) announceCommit(id uint16, commit []byte) ([]Message, error) {
	e := &s.epoch
	if e.commit != nil && bytes.Equal(commit, e.commit.Message) {
		next := e.commit.Group
		e.commit = nil
		return s.enter(id, next), nil
	}
	var next *mls.Group
	err := errors.New("it is not the commit that we have made")
	switch {
	case e.group != nil:
		next, err = e.group.Process(commit, e.proposals)
	case e.foreign(commit):
		return nil, nil // of a group that we are not in: a Welcome follows
	}
	if err != nil {
		return s.invalid(id), fmt.Errorf("dave: the commit of transition %d: %w", id, err)
	}
	return s.enter(id, next), nil
}

// foreign says whether a commit can be somebody else's while there is only a group of our own: it names a proposal that we were not
// told of, to add us at least.
func (e *epoch) foreign(commit []byte) bool {
	header, _, err := mls.ParseCommit(commit)
	return err == nil && slices.ContainsFunc(header.References, func(ref []byte) bool {
		return !slices.ContainsFunc(e.proposals, func(p *mls.Proposal) bool { return bytes.Equal(p.Reference(), ref) })
	})
}

// outrun reports whether a Welcome is for a key package that we have replaced when it was under way. The server answers the new one next;
// to report this Welcome would replace that one, too, and so on with each that follows. Each key package is forgiven one Welcome.
func (s *Session) outrun(welcome []byte) bool {
	i := slices.IndexFunc(s.replaced, func(reference []byte) bool {
		_, err := mls.SplitWelcome(welcome, reference)
		return err == nil
	})
	if i < 0 {
		return false
	}
	s.replaced = slices.Delete(s.replaced, 0, i+1)
	return true
}

// welcome joins the group that we were added to.
func (s *Session) welcome(id uint16, welcome []byte) ([]Message, error) {
	e := &s.epoch
	if e.candidate == nil || e.external == nil {
		return s.invalid(id), fmt.Errorf("dave: the welcome of transition %d came without a key package of ours waiting", id)
	}
	if s.outrun(welcome) {
		return nil, nil
	}
	group, err := mls.Join(welcome, e.candidate, identity(s.channel), e.external)
	if err != nil {
		return s.invalid(id), fmt.Errorf("dave: the welcome of transition %d: %w", id, err)
	}
	return s.enter(id, group), nil
}
