package rest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"cordial/discord"
)

// The bounds of Discord's message search (REST facts, section 6).
const (
	searchPage      = 25
	searchMaxOffset = 9975
	codeNotIndexed  = 110000
)

// indexWait is how long to wait for a search index when Discord does not say.
const indexWait = 2 * time.Second

// Search is a search over a guild's messages.
type Search struct {
	Guild     discord.Snowflake
	Filters   Args // the query parameters of the operation guild_search, and use_user
	NoThreads bool // leave out messages in threads
}

// SearchResult is one page of a search, newest first unless the filters sort it differently.
type SearchResult struct {
	Messages []*discord.Object
	Total    int // how many messages match, as far as Discord knows

	size   int               // how many hits Discord gave, including those left out
	oldest discord.Snowflake // the smallest id of them
}

// Search asks for one page. While Discord still builds the guild's index, it waits and asks again until ctx ends.
func (c *Client) Search(ctx context.Context, s Search) (*SearchResult, error) {
	args := maps.Clone(s.Filters)
	if args == nil {
		args = Args{}
	}
	args["guild_id"] = s.Guild
	for {
		o, err := c.Object(ctx, "guild_search", args)
		if err != nil {
			return nil, err
		}
		if o.Int("code") != codeNotIndexed {
			return s.result(o), nil
		}
		wait := indexWait
		if after := o.Int("retry_after"); after > 0 {
			wait = time.Duration(after) * time.Second
		}
		if err := c.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func (s Search) result(o *discord.Object) *SearchResult {
	threads := map[discord.Snowflake]bool{}
	for _, t := range o.Objects("threads") {
		threads[t.ID()] = true
	}
	r := &SearchResult{Total: o.Int("total_results")}
	groups, _ := o.Get("messages").(*discord.List)
	if groups == nil {
		return r
	}
	for _, group := range groups.Items {
		hits, _ := group.(*discord.List)
		for _, m := range hits.Objects() {
			r.size++
			if r.oldest == "" || m.ID().Compare(r.oldest) < 0 {
				r.oldest = m.ID()
			}
			if s.NoThreads && threads[discord.Snowflake(m.Str("channel_id"))] {
				continue
			}
			if m.Str("guild_id") == "" {
				m.Set("guild_id", string(s.Guild))
			}
			r.Messages = append(r.Messages, m)
		}
	}
	return r
}

// SearchAllOptions bound SearchAll.
type SearchAllOptions struct {
	Limit    int                   // at most this many messages; 0 means all
	Delay    time.Duration         // between pages
	Progress func(done, total int) // called after each page, when set
}

// expected is how many messages there will be in the end, as far as one can tell.
func (o SearchAllOptions) expected(done, total int) int {
	total = max(done, total)
	if o.Limit > 0 {
		total = min(total, o.Limit)
	}
	return total
}

// SearchAll pages through a search. Discord pages by offset only up to 9975; past it, and while new messages push old ones to
// the next page, it continues below the oldest id seen, so that nothing is missed or given twice.
func (c *Client) SearchAll(ctx context.Context, s Search, o SearchAllOptions) ([]*discord.Object, error) {
	filters := maps.Clone(s.Filters)
	if filters == nil {
		filters = Args{}
	}
	if order, ok := filters["sort_order"]; ok && order != "desc" {
		return nil, fmt.Errorf("search_all: sort_order must be 'desc', it pages from the newest message to the oldest; got '%v'", order)
	}
	if by, ok := filters["sort_by"]; ok && by != "timestamp" {
		return nil, fmt.Errorf("search_all: sort_by must be 'timestamp', pages by relevance would overlap; got '%v'", by)
	}
	var all []*discord.Object
	seen := map[discord.Snowflake]bool{}
	var oldest discord.Snowflake
	for offset, handled := 0, 0; ; {
		filters["limit"], filters["offset"] = searchPage, offset
		page, err := c.Search(ctx, Search{s.Guild, filters, s.NoThreads})
		if err != nil {
			return all, err
		}
		for _, m := range page.Messages {
			if !seen[m.ID()] {
				seen[m.ID()] = true
				all = append(all, m)
			}
		}
		handled += page.size
		if o.Progress != nil {
			o.Progress(len(all), o.expected(len(all), page.Total))
		}
		if o.Limit > 0 && len(all) >= o.Limit {
			return slices.Clip(all[:o.Limit]), nil
		}
		if page.size == 0 {
			return all, nil
		}
		if oldest == "" || page.oldest.Compare(oldest) < 0 {
			oldest = page.oldest
		}
		if offset += page.size; offset > searchMaxOffset {
			filters["max_id"], offset = oldest, 0
		} else if page.size < searchPage {
			return all, nil
		}
		if err := c.sleep(ctx, o.Delay); err != nil {
			return all, err
		}
	}
}
