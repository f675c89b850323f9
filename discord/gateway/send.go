package gateway

import (
	"context"
	"fmt"

	"cordial/discord"
)

// maxFrame is the most bytes that Discord takes in a frame.
const maxFrame = 4096

// maxWaiting bounds the frames that wait for their turn, per shard.
const maxWaiting = 1000

// Send sends a frame on a shard. It waits until the shard is ready and for the frame's turn: Discord allows 120 frames a minute,
// of which some are kept for heartbeats. It returns when the frame is on its way; one that is on its way when the connection
// breaks may be lost. It fails with *SizeError, *QueueFullError, *ShardsError, *StoppedError, what Options.Check says, or the context's
// cause.
func (c *Client) Send(ctx context.Context, shard int, op discord.Opcode, d any) error {
	_, err := c.send(ctx, shard, op, d)
	return err
}

// send is Send, and gives the number of the shard's session that the frame was sent in.
func (c *Client) send(ctx context.Context, shard int, op discord.Opcode, d any) (int, error) {
	if err := c.check(op, d); err != nil {
		return 0, err
	}
	frame, err := encode(op, d)
	if err != nil {
		return 0, err
	}
	select {
	case <-c.opened:
	case <-c.done:
		return 0, &StoppedError{}
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	for _, s := range c.running() {
		if s.id == shard {
			if op == discord.OpPresenceUpdate {
				if err := c.await(ctx, s.shows, 0); err != nil {
					return 0, err
				}
			}
			return s.send(ctx, frame)
		}
	}
	return 0, &ShardsError{fmt.Sprintf("shard %d does not run here", shard)}
}

func (c *Client) check(op discord.Opcode, d any) error {
	if c.o.Check == nil {
		return nil
	}
	return c.o.Check(op, d)
}

// send waits for the frame's turn and sends it. Frames go in the order in which they came.
func (s *shard) send(ctx context.Context, frame []byte) (int, error) {
	defer s.waits.Add(-1)
	if n := s.waits.Add(1); n > maxWaiting {
		return 0, &QueueFullError{maxWaiting}
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	case <-s.client.done:
		return 0, &StoppedError{}
	}
	for {
		c, session, err := s.awaitReady(ctx)
		if err != nil {
			return 0, err
		}
		gone, err := s.awaitRoom(ctx, c)
		if err != nil {
			return 0, err
		}
		if !gone && c.write(frame) == nil {
			return session, nil
		}
	}
}

// awaitReady waits for a connection whose session is ready.
func (s *shard) awaitReady(ctx context.Context) (*conn, int, error) {
	for {
		s.mu.Lock()
		c, state, session, changed := s.conn, s.machine.state, s.count.Identifies, s.changed
		s.mu.Unlock()
		if state == Ready && c != nil && !c.ended() {
			return c, session, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, 0, context.Cause(ctx)
		case <-s.client.done:
			return nil, 0, &StoppedError{}
		}
	}
}

// awaitRoom waits until Discord's limits leave room for a frame, or until the connection is gone.
func (s *shard) awaitRoom(ctx context.Context, c *conn) (gone bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(c.ctx, func() { cancel(errEnded) })
	defer stop()
	err = s.client.await(ctx, c.budget, heartbeatReserve)
	if err == errEnded {
		return true, nil
	}
	return false, err
}

// await waits for room in a budget.
func (c *Client) await(ctx context.Context, b *budget, reserve int) error {
	for {
		wait := b.take(c.o.Clock.Now(), reserve)
		if err := sleep(ctx, c.o.Clock, wait); err != nil || wait == 0 {
			return err
		}
	}
}

// SetPresence shows a presence on all shards, now and in later sessions. It waits its turn: Discord takes 5 in 20 s per shard.
func (c *Client) SetPresence(ctx context.Context, p Presence) error {
	if err := c.check(discord.OpPresenceUpdate, p); err != nil {
		return err
	}
	if _, err := encode(discord.OpPresenceUpdate, p); err != nil {
		return err
	}
	c.mu.Lock()
	c.presence = &p
	c.mu.Unlock()
	select {
	case <-c.opened:
	default:
		return nil // the sessions will begin with it
	}
	failures := make(chan error)
	shards := c.running()
	for _, s := range shards {
		go func() { failures <- c.Send(ctx, s.id, discord.OpPresenceUpdate, p) }()
	}
	var failure error
	for range shards {
		if err := <-failures; err != nil {
			failure = err
		}
	}
	return failure
}

// UpdateVoiceState joins a voice channel, moves to it or, with channel "", leaves the guild's.
func (c *Client) UpdateVoiceState(ctx context.Context, guild, channel discord.Snowflake, mute, deaf bool) error {
	state := VoiceState{Guild: guild, Mute: mute, Deaf: deaf}
	if channel != "" {
		state.Channel = &channel
	}
	shard, err := c.shardOf(ctx, guild)
	if err != nil {
		return err
	}
	return c.Send(ctx, shard, discord.OpVoiceStateUpdate, state)
}

// shardOf is ShardOf as soon as the number of shards is known.
func (c *Client) shardOf(ctx context.Context, guild discord.Snowflake) (int, error) {
	select {
	case <-c.opened:
		return c.ShardOf(guild), nil
	case <-c.done:
		return 0, &StoppedError{}
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}
