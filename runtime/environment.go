package runtime

import "sync"

// environment is what scripts see of the process's environment, and what they
// add to it for themselves. The process itself stays as it is.
type environment struct {
	lookup func(name string) (string, bool)
	mu     sync.Mutex
	added  map[string]string
}

// Getenv looks a variable up as os.getenv does: in Options.Getenv, then among
// those of AddEnv.
func (h *Host) Getenv(name string) (string, bool) {
	if value, ok := h.env.lookup(name); ok {
		return value, true
	}
	h.env.mu.Lock()
	defer h.env.mu.Unlock()
	value, ok := h.env.added[name]
	return value, ok
}

// AddEnv gives a variable a value for the scripts, unless it has one. It
// reports whether it did.
func (h *Host) AddEnv(name, value string) bool {
	if _, ok := h.Getenv(name); ok {
		return false
	}
	h.env.mu.Lock()
	defer h.env.mu.Unlock()
	if h.env.added == nil {
		h.env.added = map[string]string{}
	}
	h.env.added[name] = value
	return true
}
