package runtime

import (
	"slices"
	"strings"
	"sync"
)

// environment is what scripts see of the process's environment, and what they
// add to it for themselves. The process itself stays as it is.
type environment struct {
	lookup  func(name string) (string, bool)
	secrets []string
	mu      sync.Mutex
	added   map[string]string
}

// Secret tells whether a variable is one of Options.Secrets.
func (h *Host) Secret(name string) bool {
	return slices.ContainsFunc(h.env.secrets, func(secret string) bool { return strings.EqualFold(secret, name) })
}

// Getenv looks a variable up as os.getenv does: in Options.Getenv, then among
// those of AddEnv. Those of Options.Secrets are not found.
func (h *Host) Getenv(name string) (string, bool) {
	if h.Secret(name) {
		return "", false
	}
	if value, ok := h.env.lookup(name); ok {
		return value, true
	}
	h.env.mu.Lock()
	defer h.env.mu.Unlock()
	value, ok := h.env.added[name]
	return value, ok
}

// AddEnv gives a variable a value for the scripts, unless it has one or is one
// of Options.Secrets. It reports whether it did.
func (h *Host) AddEnv(name, value string) bool {
	if _, ok := h.Getenv(name); ok || h.Secret(name) {
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
