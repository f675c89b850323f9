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

func newCredential(variable, header string) (credential, error) {
	if strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r > '~' }) {
		return credential{}, fmt.Errorf("the token in %s contains characters that no token has: copy it again", variable)
	}
	return credential{variable: variable, header: header, refused: new(atomic.Bool)}, nil
}

// botHeader is the Authorization header of a bot's token, which may come with its scheme already.
func botHeader(token string) string {
	if token == "" || strings.HasPrefix(token, "Bot ") || strings.HasPrefix(token, "Bearer ") {
		return token
	}
	return "Bot " + token
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
