package dave

import (
	"encoding/binary"
	"slices"
	"time"

	"cordial/discord"
	"cordial/discord/voice/dave/mls"
)

const (
	// retention is for how long keys of the past, and plain frames after an upgrade, are accepted.
	retention = 10 * time.Second

	// maxTransitions bounds those that are open; beyond it the oldest is forgotten.
	maxTransitions = 32

	// maxReceivers bounds the epochs whose keys are kept for one user; beyond it the oldest is forgotten.
	maxReceivers = 16

	// initTransition is the id of transitions that happen at once.
	initTransition = 0

	frameKeyLabel = "Discord Secure Frames v0"
	baseKeySize   = 16
)

// transition is one that the gateway has announced.
type transition struct {
	id      uint16
	version int
	keys    *epochKeys // nil when the epoch stays
}

// epochKeys are the keys of an epoch that was prepared: to receive with at once, to send with when its transition is executed.
type epochKeys struct {
	number int // counts prepared epochs
	base   []byte
}

// PrepareTransition takes Prepare Transition: another protocol version is to come. Version 0 means no encryption.
func (s *Session) PrepareTransition(id uint16, version int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastTransition = id
	t := transition{id: id, version: version}
	if version > 0 && id == initTransition && s.epoch.group == nil && s.epoch.local != nil {
		t.keys = s.prepare(s.epoch.local) // alone in the call: the group of our own is the group
	}
	s.nextVersion = version
	return s.open(t)
}

// ExecuteTransition takes Execute Transition. Those announced before it are over with it. An id that is not open is ignored: the
// gateway may repeat it.
func (s *Session) ExecuteTransition(id uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.transitions, func(t transition) bool { return t.id == id })
	if i < 0 {
		return
	}
	t := s.transitions[i]
	s.transitions = slices.Delete(s.transitions, 0, i+1)
	s.execute(t)
}

// enter takes a group as the one that the server knows us in.
func (s *Session) enter(id uint16, group *mls.Group) []Message {
	s.leaveGroup()
	s.epoch.group, s.replaced = group, nil
	s.stats.InvalidInRow = 0
	return s.open(transition{id: id, version: s.nextVersion, keys: s.prepare(group)})
}

// open executes a transition at once or waits for the gateway to say so.
func (s *Session) open(t transition) []Message {
	if t.id == initTransition {
		s.execute(t)
		return nil
	}
	s.transitions = slices.DeleteFunc(s.transitions, func(old transition) bool { return old.id == t.id })
	if len(s.transitions) == maxTransitions {
		s.transitions = slices.Delete(s.transitions, 0, 1)
	}
	s.transitions = append(s.transitions, t)
	return []Message{{Op: discord.VoiceOpDAVETransitionReady, Transition: t.id}}
}

// execute begins to send with the version and keys of a transition.
func (s *Session) execute(t transition) {
	before := s.version
	s.version = t.version
	if t.version == 0 {
		s.sender = nil
		s.retire(s.prepared + 1)
		if s.nextVersion == 0 { // otherwise a new group is on its way already
			s.leaveGroup()
		}
		return
	}
	if before == 0 {
		s.plainUntil = s.now().Add(retention)
	}
	if t.keys == nil || s.sender != nil && t.keys.number < s.sender.epoch {
		return // the epoch stays, or a later one is in use already
	}
	s.sender = newSender(t.keys)
	s.retire(t.keys.number)
}

// prepare derives the keys of an epoch and is ready to receive with them.
func (s *Session) prepare(group *mls.Group) *epochKeys {
	s.prepared++
	for _, member := range group.Members() {
		user, ok := userOf(member.Identity)
		if !ok || user == s.user {
			continue
		}
		list := append(s.receivers[user], newReceiver(s.prepared, baseKey(group, user)))
		if len(list) > maxReceivers {
			list = slices.Delete(list, 0, 1)
		}
		s.receivers[user] = list
	}
	return &epochKeys{s.prepared, baseKey(group, s.user)}
}

// baseKey is where a member's frame keys of an epoch come from. The user id is little-endian here.
func baseKey(group *mls.Group, user uint64) []byte {
	return group.Export(frameKeyLabel, binary.LittleEndian.AppendUint64(nil, user), baseKeySize)
}

// retire sets an end to the keys of epochs before one, and forgets those whose end has come.
func (s *Session) retire(epoch int) {
	now := s.now()
	for user, list := range s.receivers {
		for _, r := range list {
			if r.epoch < epoch && r.expires.IsZero() {
				r.expires = now.Add(retention)
			}
		}
		list = slices.DeleteFunc(list, func(r *receiver) bool { return r.expired(now) })
		if s.receivers[user] = list; len(list) == 0 {
			delete(s.receivers, user)
		}
	}
}

// acceptsPlain says whether frames may come unencrypted: in version 0, when it is to come, and for a while after it.
func (s *Session) acceptsPlain() bool {
	if s.version == 0 || s.now().Before(s.plainUntil) {
		return true
	}
	return slices.ContainsFunc(s.transitions, func(t transition) bool { return t.version == 0 })
}
