package rest

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// credential is a token and what is known of it.
type credential struct {
	variable string // the environment variable it usually comes from, for error texts
	header   string // the Authorization header, "" without a token
	refused  *atomic.Bool
}

func newCredential(variable, token string) (credential, error) {
	c := credential{variable: variable, refused: new(atomic.Bool)}
	token = strings.TrimSpace(token)
	if token == "" {
		return c, nil
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r < ' ' || r > '~' }) {
		return c, fmt.Errorf("the token in %s contains characters that no token has: copy it again", variable)
	}
	c.header = token
	if variable == "DISCORD_BOT_TOKEN" && !strings.HasPrefix(token, "Bot ") && !strings.HasPrefix(token, "Bearer ") {
		c.header = "Bot " + token
	}
	return c, nil
}

// check tells before a request is sent that the token cannot work.
func (c *credential) check() error {
	if c.header == "" {
		return &AuthError{Variable: c.variable, Missing: true}
	}
	if c.refused.Load() {
		return &AuthError{Variable: c.variable}
	}
	return nil
}
