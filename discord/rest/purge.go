package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cordial/discord"
)

// Discord deletes in bulk between 2 and 100 messages that are younger than 14 days, judged by their ids.
const (
	bulkMost   = 100
	bulkMaxAge = 14 * 24 * time.Hour
	// bulkSafeAge keeps a day between a message's age now and the limit when the request arrives.
	bulkSafeAge = 13 * 24 * time.Hour
)

const codeUnknownMessage = 10008

// TooOldError says that messages are too old to be deleted in bulk.
type TooOldError struct {
	Messages []discord.Snowflake
}

func (e *TooOldError) Error() string {
	return fmt.Sprintf("Discord does not delete messages older than 14 days in bulk; %d of these are, the first is %s of %s; delete them one by one with delete_message",
		len(e.Messages), e.Messages[0], e.Messages[0].Time().Format(time.DateOnly))
}

// BulkDelete deletes messages of one channel, by 100 at a time. If one of them is too old for that, nothing is deleted and the error is
// a *TooOldError. It returns how many messages it asked Discord to delete.
func (c *Client) BulkDelete(ctx context.Context, channel discord.Snowflake, messages []discord.Snowflake, reason string) (int, error) {
	messages = unique(messages)
	oldest := discord.SnowflakeAt(c.Now().Add(-bulkMaxAge))
	old := slices.DeleteFunc(slices.Clone(messages), func(id discord.Snowflake) bool { return id.Compare(oldest) >= 0 })
	if len(old) > 0 {
		return 0, &TooOldError{old}
	}
	done := 0
	for chunk := range slices.Chunk(messages, bulkMost) {
		if err := c.deleteChunk(ctx, channel, chunk, reason); err != nil {
			return done, err
		}
		done += len(chunk)
	}
	return done, nil
}

// deleteChunk deletes up to 100 messages; a single one cannot be deleted in bulk.
func (c *Client) deleteChunk(ctx context.Context, channel discord.Snowflake, ids []discord.Snowflake, reason string) error {
	if len(ids) == 1 {
		_, err := c.DeleteMessage(ctx, channel, ids[0], reason)
		return err
	}
	_, err := c.Call(ctx, "bulk_delete_messages", withReason(Args{"channel_id": channel, "messages": ids}, reason))
	return err
}

// DeleteMessage deletes one message. It reports false when the message was already gone.
func (c *Client) DeleteMessage(ctx context.Context, channel, message discord.Snowflake, reason string) (bool, error) {
	_, err := c.Call(ctx, "delete_message", withReason(Args{"channel_id": channel, "message_id": message}, reason))
	if e, ok := errors.AsType[*Error](err); ok && e.Code == codeUnknownMessage {
		return false, nil
	}
	return err == nil, err
}

// PurgeOptions bound Purge.
type PurgeOptions struct {
	Delay    time.Duration         // between requests
	Reason   string                // for the audit log
	Progress func(done, total int) // called after each request, when set
}

// Purge deletes messages of any age and of any channels: young ones in bulk, old ones one by one, and skips what is already gone. It
// returns how many it deleted.
func (c *Client) Purge(ctx context.Context, messages []*discord.Object, o PurgeOptions) (int, error) {
	young := discord.SnowflakeAt(c.Now().Add(-bulkSafeAge))
	var channels []discord.Snowflake
	recent := map[discord.Snowflake][]discord.Snowflake{}
	var old []*discord.Object
	for _, m := range messages {
		channel := discord.Snowflake(m.Str("channel_id"))
		if m.ID().Compare(young) < 0 {
			old = append(old, m)
			continue
		}
		if recent[channel] == nil {
			channels = append(channels, channel)
		}
		recent[channel] = append(recent[channel], m.ID())
	}
	done, tried := 0, 0
	step := func(deleted, n int) error {
		done += deleted
		tried += n
		if o.Progress != nil {
			o.Progress(tried, len(messages))
		}
		if tried >= len(messages) {
			return nil
		}
		return c.sleep(ctx, o.Delay)
	}
	for _, channel := range channels {
		for chunk := range slices.Chunk(recent[channel], bulkMost) {
			if err := c.deleteChunk(ctx, channel, chunk, o.Reason); err != nil {
				return done, err
			}
			if err := step(len(chunk), len(chunk)); err != nil {
				return done, err
			}
		}
	}
	for _, m := range old {
		ok, err := c.DeleteMessage(ctx, discord.Snowflake(m.Str("channel_id")), m.ID(), o.Reason)
		if err != nil {
			return done, err
		}
		deleted := 0
		if ok {
			deleted = 1
		}
		if err := step(deleted, 1); err != nil {
			return done, err
		}
	}
	return done, nil
}

func withReason(args Args, reason string) Args {
	if reason != "" {
		args["reason"] = reason
	}
	return args
}

func unique(ids []discord.Snowflake) []discord.Snowflake {
	seen := map[discord.Snowflake]bool{}
	return slices.DeleteFunc(slices.Clone(ids), func(id discord.Snowflake) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}
