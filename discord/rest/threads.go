package rest

import (
	"context"
	"errors"
	"net/http"

	"cordial/discord"
)

// Threads lists a channel's threads: the active ones that the token may see and, on request, the archived public ones.
func (c *Client) Threads(ctx context.Context, guild, channel discord.Snowflake, archived bool) ([]*discord.Object, error) {
	active, err := c.Object(ctx, "get_active_guild_threads", Args{"guild_id": guild})
	if err != nil {
		return nil, err
	}
	var threads []*discord.Object
	for _, t := range active.Objects("threads") {
		if discord.Snowflake(t.Str("parent_id")) == channel {
			threads = append(threads, t)
		}
	}
	if !archived {
		return threads, nil
	}
	old, err := c.archive(channel, publicArchive).Collect(ctx)
	return append(threads, old...), err
}

// The archives of a channel, by the operations that list them.
const (
	publicArchive  = "list_public_archived_threads"
	privateArchive = "list_private_archived_threads"    // needs MANAGE_THREADS
	joinedArchive  = "list_my_private_archived_threads" // of the private ones, those that the token is in
)

// ArchivedThreads walks over a channel's archived threads: the public ones, the latest archived first, and then if private is set the
// private ones. Who may not manage threads sees those private ones that they are in.
func (c *Client) ArchivedThreads(channel discord.Snowflake, private bool) *Pages {
	at, pages := publicArchive, c.archive(channel, publicArchive)
	return &Pages{fetch: func(ctx context.Context) ([]*discord.Object, bool, error) {
		page, err := pages.Next(ctx)
		refused, ok := errors.AsType[*Error](err)
		switch {
		case at == privateArchive && ok && refused.Status == http.StatusForbidden:
			at = joinedArchive
		case err != nil || len(page) > 0:
			return page, false, err
		case at == publicArchive && private:
			at = privateArchive
		default:
			return nil, true, nil
		}
		pages = c.archive(channel, at)
		return nil, false, nil
	}}
}

// archive walks over one of a channel's archives.
func (c *Client) archive(channel discord.Snowflake, operation string) *Pages {
	args := Args{"channel_id": channel, "limit": messagePage}
	return &Pages{fetch: func(ctx context.Context) ([]*discord.Object, bool, error) {
		answer, err := c.Object(ctx, operation, args)
		if err != nil {
			return nil, false, err
		}
		page := answer.Objects("threads")
		if len(page) == 0 {
			return nil, true, nil
		}
		last := page[len(page)-1]
		if operation == joinedArchive { // which is sorted by id
			args["before"] = last.ID()
		} else if meta := last.Object("thread_metadata"); meta != nil {
			args["before"] = meta.Str("archive_timestamp")
		}
		return page, !answer.Bool("has_more"), nil
	}}
}
