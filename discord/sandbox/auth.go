package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// tokenOf makes the token of a user. Its first part is the unpadded base64 of the id, as on Discord; the rest follows from the id,
// so that a world has the same tokens every time.
func tokenOf(id discord.Snowflake) string {
	sum := sha256.Sum256([]byte("token of " + id))
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(id)) + "." + enc.EncodeToString(sum[:4]) + "." + enc.EncodeToString(sum[4:31])
}

// token is what a user authenticates with now. After a reset it is not what the world began with.
func (w *World) token(id discord.Snowflake) string {
	token := tokenOf(id)
	if n := w.resets[id]; n > 0 {
		token += strconv.Itoa(n)
	}
	return token
}

// resetToken makes a bot's token worthless and gives it another one.
func (w *World) resetToken(id discord.Snowflake) {
	delete(w.tokens, w.token(id))
	w.resets[id]++
	w.tokens[w.token(id)] = id
}

// blockedAgents begin the User-Agents of HTTP libraries that Discord's front turns away.
var blockedAgents = []string{"Python-urllib/", "Go-http-client/", "libwww-perl/", "Java/"}

// checkAgent refuses requests without a User-Agent, or with the one that a library sends by itself.
func checkAgent(r *http.Request) error {
	agent := r.UserAgent()
	if agent == "" {
		return errBadAgent
	}
	for _, prefix := range blockedAgents {
		if strings.HasPrefix(agent, prefix) {
			return errBadAgent
		}
	}
	return nil
}

var errBadAgent = &Error{Status: http.StatusForbidden, Code: 40333, Message: "internal network error"}

// authenticate finds out whose token a request carries: "Bot <token>" for bots, the bare token for people.
func (w *World) authenticate(r *http.Request, op *catalogue.Operation) (Actor, error) {
	header := r.Header.Get("Authorization")
	if header == "" && !op.NeedsAuth() {
		return Actor{}, nil
	}
	token, bot := strings.CutPrefix(header, "Bot ")
	w.mu.Lock()
	defer w.mu.Unlock()
	user := w.users[w.tokens[token]]
	if user == nil || user.Bot != bot {
		return Actor{}, errUnauthorized
	}
	return Actor{User: user.ID}, nil
}
