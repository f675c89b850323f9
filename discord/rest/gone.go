package rest

import (
	"net/http"
	"sync"
)

// codeUnknownWebhook is the answer for a webhook that does not exist. Discord asks not to call such a webhook again.
const codeUnknownWebhook = 10015

// maxGone bounds how many deleted webhooks are remembered.
const maxGone = 1024

// goneWebhooks remembers the webhooks that Discord has said do not exist.
type goneWebhooks struct {
	mu   sync.Mutex
	keys map[string]bool // major parameters
}

func (g *goneWebhooks) note(x *exchange, e *Error) {
	if !x.route.tokened || e.Status != http.StatusNotFound || e.Code != codeUnknownWebhook {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.keys == nil || len(g.keys) >= maxGone {
		g.keys = map[string]bool{}
	}
	g.keys[x.route.major] = true
}

// check gives the answer that Discord gave before.
func (g *goneWebhooks) check(x *exchange) error {
	if !x.route.tokened {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.keys[x.route.major] {
		return nil
	}
	return &Error{
		Status: http.StatusNotFound, Code: codeUnknownWebhook, Message: "Unknown Webhook",
		Method: x.Method, Path: shownPath(x.Path),
		Hint: "Discord has said before that this webhook is gone, so the request was not sent; make a new webhook",
	}
}
