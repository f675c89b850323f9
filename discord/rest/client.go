package rest

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// DefaultBaseURL is where Discord serves version 10 of its API.
const DefaultBaseURL = "https://discord.com/api/v10"

// Options configure a Client. Zero values mean the defaults.
type Options struct {
	Token     string // a bot's token, with or without "Bot "; an OAuth2 token with "Bearer "
	UserToken string // a person's token, for requests with UseUser only
	AsUser    bool   // send UserToken with every request, and warn nobody of it; for the people of a sandbox
	BaseURL   string // default DefaultBaseURL
	UserAgent UserAgent
	HTTP      *http.Client // default: a client of its own with the proxy of the environment
	Clock     clockwork.Clock
	Logger    *slog.Logger
	Guard     *Guard // keeps requests back; nil keeps none

	// Timeout is how long a try may go on without a byte sent or received. Default 30 s.
	Timeout time.Duration
	// MaxWait is the longest that one request waits for rate limits altogether. Default 15 min, which outlasts every limit that
	// Discord documents for ordinary operations.
	MaxWait time.Duration
	// Retries is how often a failed request that may be repeated is sent again. Default 4; negative for never.
	Retries int
	// MaxWaiting bounds how many requests wait at a time. Default 10 000.
	MaxWaiting int
	// GlobalLimit is the number of requests per second across all routes. Default 50, which is Discord's for ordinary bots.
	GlobalLimit int
	// InvalidLimit is the number of invalid requests (401, 403, 429) within ten minutes after which the client stops by itself.
	// Discord blocks the address at 10 000. Default 5 000.
	InvalidLimit int
}

// UserAgent names the program in the User-Agent header, which Discord requires.
type UserAgent struct{ Name, Version string }

// Client sends requests to Discord. It is safe for concurrent use and has nothing to close.
type Client struct {
	base         string       // the API's address
	api          *http.Client // for the API: takes no redirects
	plain        *http.Client // for everything else: never sends a token
	bot, user    credential
	asUser       bool // bot is the user's
	agent        string
	clock        clockwork.Clock
	log          *slog.Logger
	timeout      time.Duration
	maxWait      time.Duration
	retries      int
	limits       *limiter
	gone         goneWebhooks
	guard        *Guard // nil for none
	homes        homes
	warnUserOnce sync.Once
}

// New makes a client. It sends nothing yet.
func New(o Options) (*Client, error) {
	base, err := checkBase(cmp.Or(o.BaseURL, DefaultBaseURL))
	if err != nil {
		return nil, err
	}
	bot, err := newCredential("DISCORD_BOT_TOKEN", botHeader(strings.TrimSpace(o.Token)))
	if err != nil {
		return nil, err
	}
	user, err := newCredential("DISCORD_USER_TOKEN", strings.TrimSpace(o.UserToken))
	if err != nil {
		return nil, err
	}
	if o.AsUser {
		bot = user
	}
	agent := fmt.Sprintf("DiscordBot (%s, %s)", cmp.Or(o.UserAgent.Name, "cordial"), cmp.Or(o.UserAgent.Version, "0"))
	if strings.ContainsFunc(agent, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, fmt.Errorf("user agent %q: name and version must be printable ASCII", agent)
	}
	c := &Client{
		base: base, bot: bot, user: user, asUser: o.AsUser, agent: agent,
		clock:   o.Clock,
		log:     o.Logger,
		guard:   o.Guard,
		timeout: cmp.Or(o.Timeout, 30*time.Second),
		maxWait: cmp.Or(o.MaxWait, 15*time.Minute),
		retries: max(0, cmp.Or(o.Retries, 4)),
	}
	if c.clock == nil {
		c.clock = clockwork.NewRealClock()
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.setHTTP(o.HTTP)
	c.limits = newLimiter(c.clock, bounds{
		global:  cmp.Or(o.GlobalLimit, 50),
		invalid: cmp.Or(o.InvalidLimit, 5_000),
		waiting: cmp.Or(o.MaxWaiting, 10_000),
	})
	c.limits.slow = c.tellWait
	return c, nil
}

// Now is the time by the client's clock.
func (c *Client) Now() time.Time { return c.clock.Now() }

// BaseURL is the address of the API that the client talks to.
func (c *Client) BaseURL() string { return c.base }

// setHTTP derives both HTTP clients. The API sends no redirects, and following one could carry the token elsewhere.
func (c *Client) setHTTP(h *http.Client) {
	if h == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 32
		h = &http.Client{Transport: transport}
	}
	api, plain := *h, *h
	api.Jar, plain.Jar = nil, nil
	api.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	plain.CheckRedirect = nil
	c.api, c.plain = &api, &plain
}

// checkBase gives the API's address without slashes at its end.
func checkBase(s string) (string, error) {
	s = strings.TrimRight(s, "/")
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return "", &AddressError{fmt.Sprintf("%q: expected something like %s", s, DefaultBaseURL)}
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return "", &AddressError{"it takes no user, query or fragment"}
	}
	return s, nil
}
