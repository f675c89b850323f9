package voice

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/jonboulle/clockwork"

	"cordial/discord"
)

// TestServerFirst joins where the two halves of the seat come in the other order.
func TestServerFirst(t *testing.T) {
	r := newRig(t)
	r.answering(func(channel discord.Snowflake) []any { return []any{r.assign(channel), r.state(channel)} })
	if c := r.join(lounge); c.State() != Ready || c.ChannelID() != lounge || r.manager.Connection(guild) != c {
		t.Errorf("%s in %s", c.State(), c.ChannelID())
	}
}

func TestJoinWithoutAnswer(t *testing.T) {
	var clock *clockwork.FakeClock
	r := newRig(t, frozen(&clock))
	r.answering(func(discord.Snowflake) []any { return nil })
	failed := make(chan error)
	go func() {
		_, err := r.manager.Join(t.Context(), guild, lounge, JoinOptions{})
		failed <- err
	}()
	for range answerWait / staleWait {
		r.pass(2, staleWait) // Join itself waits as well
	}
	err := receive(t, failed, "error of Join")
	if e, ok := errors.AsType[*NoAnswerError](err); !ok || e.Channel != lounge {
		t.Errorf("Join: %v", err)
	}
	if c := r.manager.Connection(guild); c != nil {
		t.Errorf("there is a connection: %s", c.State())
	}
}

// TestJoinOverStaleState joins where an earlier run left the bot in the channel: Discord names no server to who is there already.
func TestJoinOverStaleState(t *testing.T) {
	for _, known := range []string{"from GUILD_CREATE", "from the answer"} {
		t.Run(known, func(t *testing.T) {
			var clock *clockwork.FakeClock
			r := newRig(t, frozen(&clock))
			there := true
			r.answering(func(channel discord.Snowflake) []any {
				switch {
				case channel == "":
					there = false
					return []any{r.state("")}
				case !there:
					return []any{r.state(channel), r.assign(channel)}
				case known == "from the answer":
					return []any{r.state(channel)}
				}
				return nil
			})
			if known == "from GUILD_CREATE" {
				r.manager.Handle("GUILD_CREATE", []byte(`{"id":"2001","voice_states":[{"user_id":"1","channel_id":"9"},{"user_id":"1001","channel_id":"3001"}]}`))
			}
			joined := make(chan error)
			go func() {
				_, err := r.manager.Join(t.Context(), guild, lounge, JoinOptions{})
				joined <- err
			}()
			r.pass(2, staleWait)
			r.joins(joined)
			if got, want := r.requests(), []string{"3001", "", "3001"}; !slices.Equal(got, want) {
				t.Errorf("asked for %q, want %q", got, want)
			}
		})
	}
}

func TestJoinGivenUp(t *testing.T) {
	r := newRig(t)
	r.answering(func(discord.Snowflake) []any { return nil })
	ctx, cancel := context.WithCancelCause(t.Context())
	want := errors.New("changed my mind")
	cancel(want)
	if _, err := r.manager.Join(ctx, guild, lounge, JoinOptions{}); !errors.Is(err, want) {
		t.Errorf("Join: %v", err)
	}
	if got := r.manager.Connections(); len(got) != 0 {
		t.Errorf("%d connections are left", len(got))
	}
}

func TestJoinRefusesTargets(t *testing.T) {
	r := newRig(t)
	for _, target := range [][2]discord.Snowflake{{"", lounge}, {guild, ""}, {guild, "lounge"}} {
		_, err := r.manager.Join(t.Context(), target[0], target[1], JoinOptions{})
		if _, ok := errors.AsType[*TargetError](err); !ok {
			t.Errorf("%q: %v", target, err)
		}
	}
}

// TestJoinElsewhere moves the connection that there is.
func TestJoinElsewhere(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	if again := r.join(lounge); again != c {
		t.Error("joining the same channel made another connection")
	}
	if again := r.join(kitchen); again != c || c.ChannelID() != kitchen || c.State() != Ready {
		t.Errorf("another connection, or in %s, %s", c.ChannelID(), c.State())
	}
}

// TestGivesUp stops to join where every session ends at once.
func TestGivesUp(t *testing.T) {
	tests := []struct {
		name  string
		joins int
		spoil func(r *rig, server voiceServer) voiceServer
	}{
		{"a token that is refused", maxFailures + 1, func(_ *rig, s voiceServer) voiceServer { s.Token = "wrong"; return s }},
		{"a server that is not there", maxFailures + 1, func(r *rig, s voiceServer) voiceServer {
			nowhere := "127.0.0.1:1"
			s.Endpoint = &nowhere
			return s
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var clock *clockwork.FakeClock
			r := newRig(t, frozen(&clock))
			r.answering(func(channel discord.Snowflake) []any {
				if channel == "" {
					return []any{r.state("")}
				}
				return []any{r.state(channel), test.spoil(r, r.assign(channel))}
			})
			failed := make(chan error)
			go func() {
				_, err := r.manager.Join(t.Context(), guild, lounge, JoinOptions{})
				failed <- err
			}()
			for range test.joins - 1 {
				r.pass(2, r.noticed(NoticeReconnect).Wait) // Join waits too
			}
			err := receive(t, failed, "error of Join")
			if _, ok := errors.AsType[*LostError](err); !ok {
				t.Errorf("Join: %v", err)
			}
			if got := r.requests(); len(got) != test.joins+1 || got[test.joins] != "" {
				t.Errorf("asked for %q, want %d joins and a leave", got, test.joins)
			}
		})
	}
}

func TestLeave(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	if err := c.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.State() != Closed || c.Err() != nil || r.manager.Connection(guild) != nil {
		t.Errorf("%s, %v", c.State(), c.Err())
	}
	if err := c.Leave(t.Context()); err != nil {
		t.Errorf("the second time: %v", err)
	}
	for name, err := range map[string]error{
		"SendOpus": c.SendOpus(numbered(0)), "Speaking": c.Speaking(Microphone), "SetMute": c.SetMute(t.Context(), true),
		"Move": c.Move(t.Context(), kitchen),
	} {
		if _, ok := errors.AsType[*ClosedError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if again := r.join(lounge); again == c || again.State() != Ready {
		t.Error("the channel could not be joined again")
	}
}

// TestLeaveIsNoLoss has the voice server close before the gateway confirms that the bot leaves.
func TestLeaveIsNoLoss(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	r.answering(func(discord.Snowflake) []any {
		r.server.Expel(guild, bot, discord.VoiceCloseDisconnected)
		r.until(c, "loss of the voice server", func() bool { return c.machine.state == Waiting })
		return []any{r.state("")}
	})
	if err := c.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	for len(r.notices) > 0 {
		t.Error(<-r.notices)
	}
}

// TestJoinWhileLeaving waits for the end of the connection that there was.
func TestJoinWhileLeaving(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	asked, confirm := make(chan bool), make(chan bool)
	r.answering(func(discord.Snowflake) []any {
		close(asked)
		<-confirm
		return []any{r.state("")}
	})
	left := make(chan error)
	go func() { left <- c.Leave(t.Context()) }()
	receive(t, asked, "request to leave")
	joined := r.begin()
	r.answering(nil)
	close(confirm)
	if err := receive(t, left, "end of Leave"); err != nil {
		t.Error(err)
	}
	r.joins(joined)
	if again := r.manager.Connection(guild); again == c || again.State() != Ready {
		t.Errorf("%s", again.State())
	}
}

func TestClose(t *testing.T) {
	r := newRig(t)
	c := r.join(lounge)
	if err := r.manager.Close(); err != nil {
		t.Fatal(err)
	}
	receive(t, c.Done(), "end")
	_, err := r.manager.Join(t.Context(), guild, lounge, JoinOptions{})
	if _, ok := errors.AsType[*ClosedError](err); !ok {
		t.Errorf("Join after Close: %v", err)
	}
}
