package sandbox

import (
	"cmp"
	"slices"

	"cordial/discord"
)

// ThreadQuery says which threads of a channel to find.
type ThreadQuery struct {
	Name          string
	Slop          int
	MinID, MaxID  discord.Snowflake
	Tags          []discord.Snowflake
	AllTags       bool  // a thread must have all of the tags instead of any
	Archived      *bool // nil for both
	SortBy        string
	OldestFirst   bool
	Offset, Limit int
}

// FoundThreads is a page of found threads with the messages that they began with.
type FoundThreads struct {
	ThreadList
	FirstMessages []*Message `json:"first_messages,omitempty"`
	TotalResults  int        `json:"total_results"`
}

// SearchThreads finds threads of a channel by their names, tags and state.
func (w *World) SearchThreads(actor Actor, channelID discord.Snowflake, q ThreadQuery) (*FoundThreads, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionReadMessageHistory)
	if err != nil {
		return nil, err
	}
	g := w.guilds[c.GuildID]
	if g == nil || c.Type.IsThread() {
		return nil, errWrongChannelType
	}
	if err := w.indexing(); err != nil {
		return nil, err
	}
	name := newPhrase(q.Name, q.Slop)
	var hits []*channel
	for _, t := range sortedByID(g.threads) {
		if t.ParentID == c.ID && q.fits(t) && name.matches(t.Name) && w.channelPermissions(t, actor.User).Has(discord.PermissionViewChannel) {
			hits = append(hits, t)
		}
	}
	q.sort(hits)
	page := hits[min(q.Offset, len(hits)):min(q.Offset+q.Limit, len(hits))]
	result := &FoundThreads{ThreadList: *w.listThreads(actor.User, page, q.Offset+len(page) < len(hits)), TotalResults: len(hits)}
	for _, t := range page {
		if m := t.message(t.ID); m != nil {
			result.FirstMessages = append(result.FirstMessages, w.show(actor.User, t, m))
		}
	}
	return result, nil
}

func (q *ThreadQuery) fits(t *channel) bool {
	tagged := func(id discord.Snowflake) bool { return slices.Contains(t.AppliedTags, id) }
	untagged := func(id discord.Snowflake) bool { return !tagged(id) }
	switch {
	case q.Archived != nil && *q.Archived != t.Thread.Archived,
		q.MinID != "" && t.ID.Compare(q.MinID) <= 0,
		q.MaxID != "" && t.ID.Compare(q.MaxID) >= 0,
		q.AllTags && slices.ContainsFunc(q.Tags, untagged):
		return false
	}
	return len(q.Tags) == 0 || slices.ContainsFunc(q.Tags, tagged)
}

// sort orders threads by what the query says, newest first unless it says otherwise.
func (q *ThreadQuery) sort(threads []*channel) {
	slices.SortStableFunc(threads, func(a, b *channel) int {
		order := b.ID.Compare(a.ID)
		switch q.SortBy {
		case "last_message_time":
			order = cmp.Or(b.LastMessageID.Compare(a.LastMessageID), order)
		case "archive_time":
			order = cmp.Or(b.Thread.ArchiveTimestamp.Compare(a.Thread.ArchiveTimestamp.Time), order)
		}
		if q.OldestFirst {
			return -order
		}
		return order
	})
}
