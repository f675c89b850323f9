package interaction

import (
	"context"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
	"cordial/discord/rest"
)

// Type says what a person did.
type Type int

// The types of interactions.
const (
	Ping         Type = 1
	UseCommand   Type = 2
	UseComponent Type = 3
	Autocomplete Type = 4
	SubmitModal  Type = 5
)

// DeferAfter is how long a Responder waits for an answer before it defers the interaction by itself. Discord gives up after three seconds.
const DeferAfter = 2 * time.Second

// Deferral says how an interaction is deferred.
type Deferral int

// The ways to defer.
const (
	DeferUsual    Deferral = iota // a component, or a modal that one opened, in silence; everything else visibly
	DeferThinking                 // with a message that shows that the application is thinking
	DeferQuietly                  // with nothing to see; only for components and modals that one opened
)

// ResponderOptions say how an interaction is answered.
type ResponderOptions struct {
	Clock clockwork.Clock // default: the real one

	// Deferral and Ephemeral say how the interaction is deferred by itself.
	Deferral  Deferral
	Ephemeral bool

	// Failed is told when that deferral fails, from a goroutine of its own; nil for nobody.
	Failed func(error)
}

// Responder answers one interaction, with the request that each state asks for. It defers the interaction by itself when nothing has
// answered it after DeferAfter, except an autocompletion, which knows no deferral. It is safe for concurrent use: answers that come
// at the same time go one after the other.
type Responder struct {
	ctx     context.Context
	client  *rest.Client
	options ResponderOptions
	origin  origin
	born    time.Time

	turn   chan struct{}   // holds one value while somebody answers; it guards what follows
	timer  clockwork.Timer // nil when it is not deferred by itself
	state  State
	late   bool   // it was deferred because nobody had answered
	hidden bool   // the message of Thinking is ephemeral
	answer string // the message of the first reply: an id, or @original; "" for none
}

// origin is what an answer needs of the interaction.
type origin struct {
	id, application discord.Snowflake
	token           string
	kind            Type
	component       bool // there is a message with a component behind it
}

// original names the first answer in paths.
const original = "@original"

// NewResponder makes the responder of an interaction that has just come in. When ctx ends, the interaction is not deferred any more.
func NewResponder(ctx context.Context, client *rest.Client, interaction *discord.Object, options ResponderOptions) *Responder {
	if options.Clock == nil {
		options.Clock = clockwork.NewRealClock()
	}
	r := &Responder{
		ctx: ctx, client: client, options: options, born: options.Clock.Now(), turn: make(chan struct{}, 1),
		origin: origin{
			id: interaction.ID(), application: discord.Snowflake(interaction.Str("application_id")), token: interaction.Str("token"),
			kind: Type(interaction.Int("type")), component: interaction.Object("message") != nil,
		},
	}
	r.turn <- struct{}{} // the timer may ring before it is noted
	defer r.release()
	if r.origin.kind != Autocomplete {
		r.timer = options.Clock.AfterFunc(DeferAfter, r.deferLate)
	}
	return r
}

// deferLate defers an interaction that nobody has answered in time.
func (r *Responder) deferLate() {
	if err := r.acquire(r.ctx, "defer"); err != nil {
		return
	}
	defer r.release()
	if r.state != Fresh {
		return
	}
	r.late = true
	err := r.acknowledge(r.ctx, r.options.Deferral, r.options.Ephemeral)
	if err != nil && r.ctx.Err() == nil && r.options.Failed != nil {
		r.options.Failed(err)
	}
}

// acquire waits for the answer that is under way.
func (r *Responder) acquire(ctx context.Context, action string) error {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if age := r.options.Clock.Since(r.born); age >= Lifetime {
		r.release()
		return &ExpiredError{action, age}
	}
	return nil
}

func (r *Responder) release() { <-r.turn }

// State tells how the interaction has been acknowledged so far. It waits for an answer that is under way.
func (r *Responder) State() State {
	r.turn <- struct{}{}
	defer r.release()
	return r.state
}

// Waits reports whether a person waits for an answer that nobody has promised: the interaction was deferred by itself, and shows since
// that the application is thinking.
func (r *Responder) Waits() bool {
	r.turn <- struct{}{}
	defer r.release()
	return r.late && r.state == Thinking
}

// acknowledged notes the new state; nothing will be deferred any more.
func (r *Responder) acknowledged(s State) {
	r.state = s
	if r.timer != nil {
		r.timer.Stop()
	}
}

// quiet reports whether a deferral shows nothing.
func (o origin) quiet(d Deferral) bool {
	return d == DeferQuietly || d == DeferUsual && o.component
}
