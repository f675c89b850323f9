package runtime

// Idle reports whether no task runs Lua code or is about to: all of them wait.
func (h *Host) Idle() bool {
	h.sched.mu.Lock()
	defer h.sched.mu.Unlock()
	return !h.sched.busy
}
