package voice

// lock takes the server's lock.
func (s *Server) lock() { s.mu.Lock() }

// unlock does what has to follow on what was done, in order, and gives the lock back. So nobody hears an answer to a message that they
// have not got yet.
func (s *Server) unlock() {
	for len(s.following) > 0 {
		next := s.following[0]
		s.following = s.following[1:]
		next()
	}
	s.mu.Unlock()
}

// follow has something done when the present change is complete, still under the lock.
func (s *Server) follow(next func()) { s.following = append(s.following, next) }
