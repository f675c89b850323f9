package runtime

import "sync"

// scheduler is the lock of the Lua state. Whoever wants to run Lua code waits
// in one queue: tasks that have not started yet and goroutines that come back
// from a wait. The lock is handed over in the order of arrival, so tasks start
// in the order in which they were spawned and none starves.
type scheduler struct {
	mu    sync.Mutex
	busy  bool
	first *turn
	last  *turn
	work  func(*Task) // runs tasks on a new goroutine, holding the lock
}

// turn is a place in the queue.
type turn struct {
	next  *turn
	start *Task         // the task to start, or nil for a parked goroutine
	ready chan struct{} // wakes the parked goroutine; room for one
}

func (t *turn) prepare() {
	if t.ready == nil {
		t.ready = make(chan struct{}, 1)
	}
}

// acquire takes the lock for the calling goroutine, which parks until it is
// its turn.
func (s *scheduler) acquire(t *turn) {
	if s.queue(t) {
		<-t.ready
	}
}

// acquireUntil is acquire for a goroutine that leaves the queue when done is
// closed. It tells whether the lock was taken.
func (s *scheduler) acquireUntil(t *turn, done <-chan struct{}) bool {
	if !s.queue(t) {
		return true
	}
	select {
	case <-t.ready:
		return true
	case <-done:
	}
	if s.leave(t) {
		return false
	}
	<-t.ready // its turn had come just before
	return true
}

// queue takes the lock if it is free. Else it puts the turn in the queue, and
// tells so.
func (s *scheduler) queue(t *turn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.busy {
		s.busy = true
		return false
	}
	t.prepare()
	s.push(t)
	return true
}

// leave takes a turn out of the queue. It fails if the turn has come.
func (s *scheduler) leave(t *turn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	var before *turn
	for at := s.first; at != t; before, at = at, at.next {
		if at == nil {
			return false
		}
	}
	if before == nil {
		s.first = t.next
	} else {
		before.next = t.next
	}
	if s.last == t {
		s.last = before
	}
	t.next = nil
	return true
}

// rejoin takes the lock for a goroutine that waits on t.ready, from another
// goroutine.
func (s *scheduler) rejoin(t *turn) {
	s.mu.Lock()
	if s.busy {
		s.push(t)
		s.mu.Unlock()
		return
	}
	s.busy = true
	s.mu.Unlock()
	t.ready <- struct{}{}
}

// submit puts a new task in the queue. The caller may or may not hold the
// lock.
func (s *scheduler) submit(task *Task) {
	s.mu.Lock()
	if s.busy {
		task.turn.start = task
		s.push(&task.turn)
		s.mu.Unlock()
		return
	}
	s.busy = true
	s.mu.Unlock()
	go s.work(task)
}

// release gives up the lock, for a goroutine that is about to wait.
func (s *scheduler) release() {
	if task := s.handOver(); task != nil {
		go s.work(task)
	}
}

// handOver gives up the lock. If a new task is next, the lock stays taken and
// the caller must run the task: on its own goroutine when it has nothing else
// to do, which saves a switch.
func (s *scheduler) handOver() *Task {
	s.mu.Lock()
	t := s.first
	if t == nil {
		s.busy = false
		s.mu.Unlock()
		return nil
	}
	s.first = t.next
	if s.first == nil {
		s.last = nil
	}
	t.next = nil
	start := t.start
	t.start = nil // from now on it is the task's place when it waits
	s.mu.Unlock()
	if start == nil {
		t.ready <- struct{}{}
	}
	return start
}

func (s *scheduler) push(t *turn) {
	if s.last == nil {
		s.first = t
	} else {
		s.last.next = t
	}
	s.last = t
}
