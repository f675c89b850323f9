package dave

import "errors"

// RecoverAfter is the number of frames that fail one after another before a client should call Recover.
const RecoverAfter = 36

// Stats counts frames since the session was made.
type Stats struct {
	Encrypted    uint64 // of ours
	Decrypted    uint64
	Plain        uint64 // let in unencrypted
	Refused      uint64 // not encrypted where they must be
	Early        uint64 // without a key yet, tries counted
	Replayed     uint64
	Forged       uint64 // no key opened them
	InvalidInRow int    // times that the group was given up since one was entered
	FailedInRow  int    // Forged since the last Decrypted or restart, while members did not change keys
}

// Stats are the counters as they are now.
func (s *Session) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// count takes the outcome of decrypting a frame. Failures while members change keys say nothing about the group.
func (s *Session) count(err error) {
	switch {
	case err == nil:
		s.stats.Decrypted++
		s.stats.FailedInRow = 0
	case errors.Is(err, ErrNoKey):
		s.stats.Early++
	case errors.Is(err, ErrReplay):
		s.stats.Replayed++
	default:
		s.stats.Forged++
		if s.settled() {
			s.stats.FailedInRow++
		}
	}
}

// settled says whether we are in a group and nobody is about to join, to leave or to change keys.
func (s *Session) settled() bool {
	return s.epoch.group != nil && len(s.epoch.proposals) == 0 && len(s.transitions) == 0
}
