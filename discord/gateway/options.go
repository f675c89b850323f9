package gateway

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
)

// Options configure a Client. Token and Rest are needed, zero values of all else mean the defaults.
type Options struct {
	Token   string       // a bot's token, with or without "Bot "
	Rest    *rest.Client // asks for the gateway's address, the number of shards and how many sessions may begin
	URL     string       // the gateway's address, such as "wss://gateway.discord.gg"; "" takes the one that Rest is told
	Intents discord.Intents

	Total       int   // the number of shards; 0 takes what Discord recommends
	Shards      []int // those that this client runs; empty for all
	Compression Compression
	Presence    *Presence // from the beginning; nil for online without activities
	// LargeThreshold is the number of members, 50 to 250, above which a guild comes without those who are offline. Default 50.
	LargeThreshold int

	Clock  clockwork.Clock
	Logger *slog.Logger
	HTTP   *http.Client // opens the connections, and follows no redirects; default http.DefaultClient, which knows the environment's proxy

	// Check may refuse a frame that the program wants to send, with its opcode and data: the error is what the sender gets. Frames that
	// keep the sessions are not asked about. nil refuses none.
	Check func(op discord.Opcode, d any) error

	// StateDir is a folder of the bot's own, made when missing. It keeps how many sessions were begun, and over a stop the
	// sessions themselves. "" keeps nothing.
	StateDir string

	// Name tells the bot's programs that use the StateDir from each other: each resumes its own sessions, while all together count how
	// many were begun. Of several clients of one Name that run the same shard at the same time, the first one resumes its session and
	// saves it. The others begin new ones, and save theirs if they stop when nobody else has the shard. A client that finds the first
	// one in another process gets a NoticeTwin, unless its Name is "".
	Name string

	// Interested tells by its name whether an event is wanted; one that is not is dropped without a look at its data. It is asked
	// with "" about frames that are no events. nil wants everything. It is called on many goroutines at once and must be quick.
	Interested func(event string) bool

	// Handle is called with each wanted event: one at a time and in order per shard, for several shards at once. The Event is used
	// again when it returns, its Data is not. It may block: then its shard reads nothing more, which makes Discord wait, while its
	// heart goes on beating and no event is lost. But answers that it waits for, such as RequestMembers', come on the same way: who
	// waits for them in Handle waits in vain. When it returns, the event counts as handled and does not come again after a resume.
	// It is never called after Run has returned.
	Handle func(*Event)

	// Settle is called once, when Run ends, after the last Handle. A program whose Handle only takes events over can wait here until they
	// are dealt with, and names for each shard the first one that is not: that one and what follows it come again after a resume.
	Settle func() map[int]int64

	// OnState is called when a shard's state has changed, in order per shard. It must be quick and not call the client.
	OnState func(ShardInfo)
	// OnNotice is called with what an operator may want to know. It must be quick and not call the client.
	OnNotice func(Notice)
}

// Compression is how Discord compresses what it sends.
type Compression int

// The compressions. Zstd travels smallest, but a shard needs its window for it, which Discord decides, and 0.5 MB more: about 0.75 MB
// with a window of 256 KB, and at the most 8.5 MB. With Zlib a shard needs 0.1 MB.
const (
	Zstd Compression = iota
	Zlib
	NoCompression
)

// String is the value of the gateway's query parameter "compress", "" for none.
func (c Compression) String() string {
	switch c {
	case Zstd:
		return "zstd-stream"
	case Zlib:
		return "zlib-stream"
	}
	return ""
}

// check completes the options, and tells what cannot work before anything is sent.
func (o *Options) check() error {
	o.Token = strings.TrimPrefix(strings.TrimSpace(o.Token), "Bot ")
	switch {
	case o.Token == "":
		return &rest.AuthError{Variable: "DISCORD_BOT_TOKEN", Missing: true}
	case o.Rest == nil:
		return fmt.Errorf("gateway: Options.Rest is missing: it asks Discord where the gateway is")
	case o.Total < 0 || o.Total == 0 && len(o.Shards) > 0:
		return &ShardsError{fmt.Sprintf("shards %v of %d: say of how many shards these are", o.Shards, o.Total)}
	case o.LargeThreshold != 0 && (o.LargeThreshold < 50 || o.LargeThreshold > 250):
		return fmt.Errorf("gateway: large threshold %d: it goes from 50 to 250", o.LargeThreshold)
	}
	o.Shards = slices.Clone(o.Shards)
	slices.Sort(o.Shards)
	o.Shards = slices.Compact(o.Shards)
	for _, id := range o.Shards {
		if id < 0 || id >= o.Total {
			return &ShardsError{fmt.Sprintf("shard %d of %d: they go from 0 to %d", id, o.Total, o.Total-1)}
		}
	}
	if o.URL != "" {
		if _, err := address(o.URL, o.Compression); err != nil {
			return err
		}
	}
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	own := *cmp.Or(o.HTTP, http.DefaultClient)
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.HTTP = &own
	return nil
}

// parseAddress takes a gateway's address apart.
func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
		return nil, &AddressError{address}
	}
	return u, nil
}

// resumeAddress is where a session is resumed: at the address that READY named, or else at the gateway's general one. READY comes from
// whom the token was given to, so that any host will do; but what goes to the general address encrypted is not sent in the clear.
func resumeAddress(named, base string) string {
	to, err := parseAddress(named)
	if err != nil {
		return base
	}
	if from, err := parseAddress(base); err != nil || from.Scheme == "wss" && to.Scheme == "ws" {
		return base
	}
	return named
}

// address adds to a gateway's address what Discord wants in its query. What else is there stays.
func address(base string, compression Compression) (string, error) {
	u, err := parseAddress(base)
	if err != nil {
		return "", err
	}
	q := u.Query()
	q.Set("v", "10")
	q.Set("encoding", "json")
	q.Del("compress")
	if compression != NoCompression {
		q.Set("compress", compression.String())
	}
	u.RawQuery = q.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}
