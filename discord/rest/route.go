package rest

import (
	"net/http"
	"strings"
	"time"

	"cordial/discord"
)

// route tells which rate limit a request falls under as far as its method and path say; the rest comes with the answers.
type route struct {
	key   string // method and path with ids, codes and tokens taken out
	major string // the channel, guild, or webhook whose limit it counts for; may contain a token
	// tokened is true for paths with a webhook's or an interaction's token. They need no Authorization and do not count for the
	// bot's global limit.
	tokened bool
	// inTurn is true for messages: people see their order, so each waits for the answer to the one before.
	inTurn bool
}

// Messages of different age are deleted under different limits (observed, discord-api-docs issue 8330).
const (
	freshMessage = 10 * time.Second
	oldMessage   = 14 * 24 * time.Hour
)

// inTurnKeys are the routes of requests that make messages.
var inTurnKeys = map[string]bool{
	http.MethodPost + " /channels/{}/messages": true,
	http.MethodPost + " /webhooks/{}/{}":       true,
}

const deleteMessageKey = http.MethodDelete + " /channels/{}/messages/{}"

func routeOf(method, path string, now time.Time) route {
	var r route
	var key strings.Builder
	key.Grow(len(method) + 1 + len(path))
	key.WriteString(method)
	key.WriteByte(' ')
	last := ""
	for s := range pathSegments(path) {
		key.WriteByte('/')
		if s.role == literal {
			key.WriteString(s.text)
		} else {
			key.WriteString("{}")
		}
		switch {
		case s.role == token:
			r.major, r.tokened = s.after+"/"+s.text, true
		case s.role == id && r.major == "" && (s.after == "channels" || s.after == "guilds" || s.after == "webhooks"):
			r.major = s.text
		}
		last = s.text
	}
	r.key = key.String()
	r.inTurn = inTurnKeys[r.key]
	if r.key == deleteMessageKey {
		switch age := now.Sub(discord.Snowflake(last).Time()); {
		case age < freshMessage:
			r.key += " fresh"
		case age > oldMessage:
			r.key += " old"
		}
	}
	return r
}

// shownPath is the path without tokens, for errors and logs.
func shownPath(path string) string {
	var b strings.Builder
	for s := range pathSegments(path) {
		b.WriteByte('/')
		if s.role == token {
			b.WriteString("***")
		} else {
			b.WriteString(s.text)
		}
	}
	return b.String()
}

// shownMajor is the major parameter without a token.
func (r route) shownMajor() string {
	if !r.tokened {
		return r.major
	}
	before, _, _ := strings.Cut(r.major, "/")
	return before + "/***"
}

// role is what a segment of a path stands for.
type role uint8

const (
	literal role = iota
	id
	code  // an emoji, an invite's code and the like
	token // a webhook's or an interaction's
)

type segment struct {
	text  string
	after string // the segment before; for a token, the id before it
	role  role
}

// coded lists the segments that a code follows.
var coded = map[string]bool{"reactions": true, "invites": true, "templates": true, "activity-instances": true}

// pathSegments splits a path without its query.
func pathSegments(path string) func(yield func(segment) bool) {
	return func(yield func(segment) bool) {
		path, _, _ = strings.Cut(path, "?")
		var before [2]string
		for text := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
			s := segment{text: text, after: before[1]}
			switch {
			case (before[0] == "webhooks" || before[0] == "interactions") && isDigits(before[1]):
				s.role = token
			case isDigits(text):
				s.role = id
			case coded[s.after]:
				s.role = code
			}
			if !yield(s) {
				return
			}
			before = [2]string{before[1], text}
		}
	}
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
