package rest

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"cordial/discord"
)

// Pages walks over a list that Discord gives out page by page. It holds one page at a time and no goroutine, so it may be
// abandoned anywhere.
type Pages struct {
	fetch func(ctx context.Context) (page []*discord.Object, last bool, err error)
	done  bool
}

// Next fetches the next page; an empty one means the end.
func (p *Pages) Next(ctx context.Context) ([]*discord.Object, error) {
	for !p.done {
		page, last, err := p.fetch(ctx)
		if err != nil {
			return nil, err
		}
		p.done = last
		if len(page) > 0 {
			return page, nil
		}
	}
	return nil, nil
}

// All yields the objects of all pages. It ends after an error.
func (p *Pages) All(ctx context.Context) iter.Seq2[*discord.Object, error] {
	return func(yield func(*discord.Object, error) bool) {
		for {
			page, err := p.Next(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, o := range page {
				if !yield(o, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

// Collect gathers the objects of all pages.
func (p *Pages) Collect(ctx context.Context) ([]*discord.Object, error) {
	var all []*discord.Object
	for {
		page, err := p.Next(ctx)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
	}
}

// Range bounds a walk over a channel's messages; both bounds are exclusive, and a Limit of 0 means everything.
type Range struct {
	Before, After discord.Snowflake
	Limit         int
}

// messagePage is the most messages that Discord gives out at once.
const messagePage = 100

// History walks over a channel's messages: from the newest to older ones, or, when only After is given, from there to newer ones.
func (c *Client) History(channel discord.Snowflake, r Range) *Pages {
	forward := r.After != "" && r.Before == ""
	cursor := cmp.Or(r.Before, r.After)
	left := r.Limit
	return &Pages{fetch: func(ctx context.Context) ([]*discord.Object, bool, error) {
		n := messagePage
		if r.Limit > 0 {
			n = min(n, left)
		}
		args := Args{"channel_id": channel, "limit": n}
		switch {
		case cursor == "":
		case forward:
			args["after"] = cursor
		default:
			args["before"] = cursor
		}
		page, err := c.List(ctx, "list_messages", args)
		if err != nil {
			return nil, false, err
		}
		last := len(page) < n
		left -= len(page)
		if forward {
			slices.Reverse(page)
		} else if i := slices.IndexFunc(page, func(m *discord.Object) bool { return r.After != "" && m.ID().Compare(r.After) <= 0 }); i >= 0 {
			page, last = page[:i], true
		}
		if len(page) > 0 {
			cursor = page[len(page)-1].ID()
		}
		return page, last || (r.Limit > 0 && left <= 0), nil
	}}
}

// memberPage is the most members that Discord gives out at once.
const memberPage = 1000

// Members walks over a guild's members in the order of their ids; a limit of 0 means everyone. It needs the GUILD_MEMBERS intent.
func (c *Client) Members(guild discord.Snowflake, limit int) *Pages {
	var after discord.Snowflake
	left := limit
	return &Pages{fetch: func(ctx context.Context) ([]*discord.Object, bool, error) {
		n := memberPage
		if limit > 0 {
			n = min(n, left)
		}
		args := Args{"guild_id": guild, "limit": n}
		if after != "" {
			args["after"] = after
		}
		page, err := c.List(ctx, "list_guild_members", args)
		if err != nil {
			return nil, false, err
		}
		left -= len(page)
		if len(page) > 0 {
			after = discord.UserID(page[len(page)-1])
		}
		return page, len(page) < n || (limit > 0 && left <= 0), nil
	}}
}

// pinPage is the most pinned messages that Discord gives out at once.
const pinPage = 50

// Pins walks over a channel's pinned messages, the newest pin first.
func (c *Client) Pins(channel discord.Snowflake) *Pages {
	args := Args{"channel_id": channel, "limit": pinPage}
	return &Pages{fetch: func(ctx context.Context) ([]*discord.Object, bool, error) {
		answer, err := c.Object(ctx, "list_pins", args)
		if err != nil {
			return nil, false, err
		}
		var page []*discord.Object
		for _, pin := range answer.Objects("items") {
			args["before"] = pin.Str("pinned_at")
			if m := pin.Object("message"); m != nil {
				page = append(page, m)
			}
		}
		return page, !answer.Bool("has_more") || len(page) == 0, nil
	}}
}
