package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave"
	"cordial/discord/voice/dave/delivery"
)

// host is the call: the server and the members of ours. Messages wait in queues, so that the other program says who is faster.
type host struct {
	channel uint64
	server  *delivery.Call
	users   []uint64                 // all in the call
	members map[uint64]*dave.Session // ours

	inward  []delivery.Message // for our members
	upward  []sent             // from our members
	outward []message          // for the other program's
	refused string             // why the last commit did not count
	broken  uint64             // whose next commit or Welcome arrives broken; 0 for nobody
}

// sent is a message of a member of ours.
type sent struct {
	from uint64
	dave.Message
}

func (h *host) join(user uint64, version int, ours bool) {
	for _, other := range h.users {
		h.connect(other, user)
	}
	h.users = append(h.users, user)
	version, messages := h.server.Join(user, version)
	if ours {
		s := dave.New(user, h.channel, time.Now)
		s.ClientsConnect(h.users...)
		h.members[user] = s
		h.send(user, s.SessionDescription(version))
	} else {
		h.outward = append(h.outward, message{To: user, Op: discord.VoiceOpSessionDescription, Version: version})
		h.connect(user, h.users...)
	}
	h.post(messages)
}

// connect tells a member who is in the call.
func (h *host) connect(to uint64, users ...uint64) {
	if s := h.members[to]; s != nil {
		s.ClientsConnect(users...)
		return
	}
	m := message{To: to, Op: discord.VoiceOpClientsConnect}
	for _, user := range users {
		m.Users = append(m.Users, fmt.Sprint(user))
	}
	h.outward = append(h.outward, m)
}

// leave takes a user out of the call, with what was on its way from and to them.
func (h *host) leave(user uint64) {
	delete(h.members, user)
	h.inward = slices.DeleteFunc(h.inward, func(m delivery.Message) bool { return m.To == user })
	h.upward = slices.DeleteFunc(h.upward, func(m sent) bool { return m.from == user })
	h.users = slices.DeleteFunc(h.users, func(other uint64) bool { return other == user })
	for _, s := range h.members {
		s.ClientDisconnect(user)
	}
	h.post(h.server.Leave(user))
}

// post takes messages of the server to whom they are for.
func (h *host) post(messages []delivery.Message) {
	for _, m := range messages {
		isChange := m.Op == discord.VoiceOpDAVEMLSAnnounceCommitTransition || m.Op == discord.VoiceOpDAVEMLSWelcome
		if isChange && m.To == h.broken {
			m.Binary[len(m.Binary)-1] ^= 1
			h.broken = 0
		}
		if h.members[m.To] != nil {
			h.inward = append(h.inward, m)
			continue
		}
		h.outward = append(h.outward, message{m.To, m.Op, m.Binary, m.Transition, m.Version, m.Epoch, nil})
	}
}

func (h *host) send(from uint64, messages []dave.Message) {
	for _, m := range messages {
		h.upward = append(h.upward, sent{from, m})
	}
}

// step lets our members take what waits for them, and the server what they have sent.
func (h *host) step() error {
	var errs []error
	inward := h.inward
	h.inward = nil
	for _, m := range inward {
		if err := h.give(m); err != nil {
			errs = append(errs, err)
		}
	}
	upward := h.upward
	h.upward = nil
	for _, m := range upward {
		errs = append(errs, h.receive(m.from, m.Message))
	}
	return errors.Join(errs...)
}

// give hands a message to a member of ours. What the member cannot use it answers; that is no error here.
func (h *host) give(m delivery.Message) error {
	s := h.members[m.To]
	switch m.Op {
	case discord.VoiceOpDAVEPrepareTransition:
		h.send(m.To, s.PrepareTransition(m.Transition, m.Version))
	case discord.VoiceOpDAVEExecuteTransition:
		s.ExecuteTransition(m.Transition)
	case discord.VoiceOpDAVEPrepareEpoch:
		h.send(m.To, s.PrepareEpoch(m.Epoch, m.Version))
	default:
		answer, err := s.Binary(m.Op, m.Binary)
		h.send(m.To, answer)
		if err != nil && len(answer) == 0 {
			return err
		}
	}
	return nil
}

// receive is the server taking a message of a member.
func (h *host) receive(from uint64, m dave.Message) error {
	var messages []delivery.Message
	var err error
	switch m.Op {
	case discord.VoiceOpDAVEMLSKeyPackage:
		messages, err = h.server.KeyPackage(from, m.Binary)
	case discord.VoiceOpDAVEMLSCommitWelcome:
		messages, err = h.server.CommitWelcome(from, m.Binary)
		if errors.Is(err, delivery.ErrCommit) {
			h.refused, err = err.Error(), nil
		}
	case discord.VoiceOpDAVETransitionReady:
		messages = h.server.TransitionReady(from, m.Transition)
	case discord.VoiceOpDAVEMLSInvalidCommitWelcome:
		h.server.InvalidCommitWelcome(from)
	default:
		return fmt.Errorf("%v is not for the server", m.Op)
	}
	h.post(messages)
	return err
}
