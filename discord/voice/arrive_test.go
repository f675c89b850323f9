package voice

import (
	"context"
	"errors"
	"testing"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// moves moves the bot to the kitchen in the background, and waits until the gateway is asked, which answers with some events.
func (r *rig) moves(ctx context.Context, c *Connection, answers ...any) <-chan error {
	r.Helper()
	asked := make(chan bool, 10)
	r.answering(func(discord.Snowflake) []any {
		asked <- true
		return answers
	})
	moved := make(chan error, 1)
	go func() { moved <- c.Move(ctx, kitchen) }()
	receive(r.T, asked, "request for the kitchen")
	return moved
}

// TestSetMuteWhileArriving mutes the bot while it is in the channel already and waits for the voice server.
func TestSetMuteWhileArriving(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	c := r.join(lounge)
	ctx, giveUp := context.WithCancelCause(t.Context())
	moved := r.moves(ctx, c, r.state(kitchen))
	muted := make(chan error, 1)
	go func() { muted <- c.SetMute(t.Context(), true) }()
	if err := receive(t, muted, "end of SetMute"); err != nil {
		t.Error(err)
	}
	r.answering(nil)
	want := errors.New("changed my mind")
	giveUp(want)
	if err := receive(t, moved, "end of Move"); !errors.Is(err, want) {
		t.Errorf("Move: %v", err)
	}
}

// TestAskingInTurn has nothing else asked while the gateway does not answer to a move, and nothing taken for its answer.
func TestAskingInTurn(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	moved := r.moves(t.Context(), c)
	want := errors.New("changed my mind")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(want)
	if err := c.SetMute(ctx, true); !errors.Is(err, want) {
		t.Errorf("SetMute: %v", err)
	}
	if _, err := r.manager.Join(ctx, guild, kitchen, JoinOptions{}); !errors.Is(err, want) {
		t.Errorf("the bot joined where it is not yet: %v", err)
	}
	r.answering(nil)
	r.tell(r.state(kitchen))
	r.tell(r.assign(kitchen))
	if err := receive(t, moved, "end of Move"); err != nil {
		t.Error(err)
	}
	if c.State() != Ready || c.ChannelID() != kitchen {
		t.Errorf("%s in %s", c.State(), c.ChannelID())
	}
}
