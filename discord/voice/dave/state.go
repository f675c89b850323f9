package dave

import "slices"

// Version is the protocol version that frames are sent with; 0 is without encryption.
func (s *Session) Version() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// Ready says whether frames are sent encrypted.
func (s *Session) Ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version > 0 && s.sender != nil
}

// Epoch is that of the group, 0 without one and for a member who is alone.
func (s *Session) Epoch() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch.group == nil {
		return 0
	}
	return s.epoch.group.Epoch()
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
