package gateway

import (
	"context"

	"cordial/discord"
)

// maxFrame is the most bytes that Discord takes in a frame.
const maxFrame = 4096

// Send sends a frame on a shard. It waits until the shard is ready and for the frame's turn: Discord allows 120 frames a minute, of
// which some are kept for heartbeats. It returns when the frame is on its way; one that is on its way when the connection breaks may be lost.
// It fails with *SizeError, *QueueFullError, *ShardsError, *StoppedError, or the context's cause.
func (c *Client) Send(ctx context.Context, shard int, op discord.Opcode, d any) error { return &StoppedError{} }

// SetPresence shows a presence on all shards, now and in later sessions. It waits its turn: Discord takes 5 in 20 s per shard.
func (c *Client) SetPresence(ctx context.Context, p Presence) error { return &StoppedError{} }

// UpdateVoiceState joins a voice channel, moves to it or, with channel "", leaves the guild's.
func (c *Client) UpdateVoiceState(ctx context.Context, guild, channel discord.Snowflake, mute, deaf bool) error {
	return &StoppedError{}
}
