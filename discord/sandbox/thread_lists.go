package sandbox

import (
	"slices"

	"cordial/discord"
)

// ThreadList is a list of threads with the reader's own memberships in them.
type ThreadList struct {
	Threads []*Channel      `json:"threads"`
	Members []*ThreadMember `json:"members"`
	HasMore bool            `json:"has_more"`
}

// listThreads makes the list that a reader gets.
func (w *World) listThreads(reader discord.Snowflake, threads []*channel, more bool) *ThreadList {
	list := &ThreadList{Threads: []*Channel{}, Members: []*ThreadMember{}, HasMore: more}
	for _, t := range threads {
		list.Threads = append(list.Threads, w.channelView(reader, t))
		if m := t.threadMembers[reader]; m != nil {
			list.Members = append(list.Members, m)
		}
	}
	return list
}

// ActiveThreads lists the threads of a guild that are not archived and that the actor can see, newest first.
func (w *World) ActiveThreads(actor Actor, guildID discord.Snowflake) (*ThreadList, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	var active []*channel
	for _, t := range slices.Backward(sortedByID(g.threads)) {
		if !t.Thread.Archived && w.channelPermissions(t, actor.User).Has(discord.PermissionViewChannel) {
			active = append(active, t)
		}
	}
	return w.listThreads(actor.User, active, false), nil
}

// ArchivedThreads lists archived threads of a channel, the last archived first: public ones, or for those who manage threads private
// ones. Before is a time of archiving, or zero.
func (w *World) ArchivedThreads(actor Actor, channelID discord.Snowflake, private bool, before Timestamp, limit int) (*ThreadList, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	need := discord.PermissionReadMessageHistory
	if private {
		need |= discord.PermissionManageThreads
	}
	c, err := w.channelWith(actor, channelID, need)
	if err != nil {
		return nil, err
	}
	archived, err := w.archivedIn(c, func(t *channel) bool {
		return (t.Type == PrivateThread) == private && (before.IsZero() || t.Thread.ArchiveTimestamp.Before(before.Time))
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(archived, func(a, b *channel) int { return b.Thread.ArchiveTimestamp.Compare(a.Thread.ArchiveTimestamp.Time) })
	return w.listThreads(actor.User, archived[:min(limit, len(archived))], len(archived) > limit), nil
}

// MyArchivedThreads lists the archived private threads of a channel that the actor is a member of, newest first. Before is the id of
// a thread, or "".
func (w *World) MyArchivedThreads(actor Actor, channelID, before discord.Snowflake, limit int) (*ThreadList, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.channelWith(actor, channelID, discord.PermissionReadMessageHistory)
	if err != nil {
		return nil, err
	}
	archived, err := w.archivedIn(c, func(t *channel) bool {
		return t.Type == PrivateThread && t.threadMembers[actor.User] != nil && (before == "" || t.ID.Compare(before) < 0)
	})
	if err != nil {
		return nil, err
	}
	return w.listThreads(actor.User, archived[:min(limit, len(archived))], len(archived) > limit), nil
}

// archivedIn finds archived threads of a channel, newest first.
func (w *World) archivedIn(c *channel, wanted func(*channel) bool) ([]*channel, error) {
	g := w.guilds[c.GuildID]
	if g == nil || c.Type.IsThread() || c.Type.IsVoice() || c.Type == CategoryChannel {
		return nil, errWrongChannelType
	}
	var found []*channel
	for _, t := range slices.Backward(sortedByID(g.threads)) {
		if t.ParentID == c.ID && t.Thread.Archived && wanted(t) {
			found = append(found, t)
		}
	}
	return found, nil
}
