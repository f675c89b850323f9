package dave

import "slices"

// Version is the protocol version that frames are sent with; 0 is without encryption.
func (s *Session) Version() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// State is how a session stands at one moment.
type State struct {
	Version int    // of the protocol that frames are sent with; 0 is without encryption
	Ready   bool   // frames are sent encrypted
	Epoch   uint64 // that of the group, 0 without one and for a member who is alone
	Code    string // the call's privacy code of 30 digits, "" without a group. All members of an epoch see the same
}

// State tells how the session stands.
func (s *Session) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{Version: s.version, Ready: s.version > 0 && s.sender != nil}
	if group := s.epoch.group; group != nil {
		state.Epoch, state.Code = group.Epoch(), displayable(group.Authenticator(), codeDigits)
	}
	return state
}

// Members lists the users in the group, ascending, none without one.
func (s *Session) Members() (users []uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch.group == nil {
		return nil
	}
	for _, member := range s.epoch.group.Members() {
		if user, ok := userOf(member.Identity); ok {
			users = append(users, user)
		}
	}
	slices.Sort(users)
	return users
}
