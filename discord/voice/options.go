package voice

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// Gateway is what a Manager needs of the gateway's client.
type Gateway interface {
	// UpdateVoiceState asks for a voice channel of a guild, or with channel "" for none. It returns when that is sent.
	UpdateVoiceState(ctx context.Context, guild, channel discord.Snowflake, mute, deaf bool) error
}

// Options configure a Manager. User and Gateway are needed, zero values of all else mean the defaults.
type Options struct {
	User    discord.Snowflake // the bot's own
	Gateway Gateway

	Clock    clockwork.Clock
	HTTP     *http.Client // opens the websockets, and follows no redirects; default http.DefaultClient, which knows the environment's proxy
	Insecure bool         // connects without TLS, which only a sandbox takes

	// OnNotice is called with what an operator may want to know, on several goroutines. It must be quick and not wait for a
	// Connection.
	OnNotice func(Notice)
}

// JoinOptions say how the bot appears in the channel. A deaf bot is sent no sound.
type JoinOptions struct{ Mute, Deaf bool }

// check completes the options, and tells what cannot work before anything is sent.
func (o *Options) check() error {
	switch {
	case o.User.Uint() == 0:
		return errors.New("voice: Options.User is missing: it is the bot's own id, which READY names")
	case o.Gateway == nil:
		return errors.New("voice: Options.Gateway is missing: voice channels are joined over the gateway")
	}
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	own := *cmp.Or(o.HTTP, http.DefaultClient)
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.HTTP = &own
	return nil
}
