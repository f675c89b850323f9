package sandbox

import (
	"strings"

	"cordial/discord"
)

var threadRoutes = routes{
	"create_thread_from_message":       createThreadFromMessage,
	"create_thread":                    createThread,
	"get_active_guild_threads":         listActiveThreads,
	"list_public_archived_threads":     listPublicArchivedThreads,
	"list_private_archived_threads":    listPrivateArchivedThreads,
	"list_my_private_archived_threads": listMyArchivedThreads,
	"thread_search":                    searchThreads,
	"list_thread_members":              listThreadMembers,
	"get_thread_member":                getThreadMember,
	"join_thread":                      joinThread,
	"leave_thread":                     leaveThread,
	"add_thread_member":                addThreadMember,
	"delete_thread_member":             deleteThreadMember,
}

func createThreadFromMessage(c *call) (any, error) {
	var p NewThread
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.StartThreadFromMessage(c.actor, c.id("channel_id"), c.id("message_id"), p)
}

// createThread checks the body as the channel's type asks: a post of a forum has a message.
func createThread(c *call) (any, error) {
	form := "CreateTextThreadWithoutMessageRequest"
	if c.w.isForum(c.id("channel_id")) {
		form = "CreateForumThreadRequest"
	}
	if err := c.checkAs(form); err != nil {
		return nil, err
	}
	var p NewThread
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	if p.Message != nil {
		p.Message.Files = c.uploads
	} else {
		discard(c.uploads)
	}
	return c.w.StartThread(c.actor, c.id("channel_id"), p)
}

func (w *World) isForum(id discord.Snowflake) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.channels[id]
	return c != nil && c.Type.IsForum()
}

// updateThread serves update_channel for threads.
func updateThread(c *call) (any, error) {
	if err := c.checkAs("UpdateThreadRequestPartial"); err != nil {
		return nil, err
	}
	var p ThreadParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.ModifyThread(c.actor, c.id("channel_id"), p)
}

func listActiveThreads(c *call) (any, error) { return c.w.ActiveThreads(c.actor, c.id("guild_id")) }

func listPublicArchivedThreads(c *call) (any, error) {
	return c.w.ArchivedThreads(c.actor, c.id("channel_id"), false, c.time("before"), c.number("limit", 50))
}

func listPrivateArchivedThreads(c *call) (any, error) {
	return c.w.ArchivedThreads(c.actor, c.id("channel_id"), true, c.time("before"), c.number("limit", 50))
}

func listMyArchivedThreads(c *call) (any, error) {
	return c.w.MyArchivedThreads(c.actor, c.id("channel_id"), c.snowflake("before"), c.number("limit", 50))
}

func searchThreads(c *call) (any, error) {
	q := ThreadQuery{
		Name: c.query.Get("name"), Slop: c.number("slop", defaultSlop), MinID: c.snowflake("min_id"), MaxID: c.snowflake("max_id"),
		AllTags: c.query.Get("tag_setting") == "match_all", Archived: c.choice("archived"), SortBy: c.query.Get("sort_by"),
		OldestFirst: c.query.Get("sort_order") == "asc", Offset: c.number("offset", 0), Limit: c.number("limit", maxSearchPage),
	}
	for _, tags := range c.query["tag"] {
		for tag := range strings.SplitSeq(tags, ",") {
			q.Tags = append(q.Tags, discord.Snowflake(tag))
		}
	}
	found, err := c.w.SearchThreads(c.actor, c.id("channel_id"), q)
	return searchAnswer(found, err)
}

func listThreadMembers(c *call) (any, error) {
	return c.w.ThreadMembers(c.actor, c.id("channel_id"), c.flag("with_member"), c.snowflake("after"), c.number("limit", 100))
}

func getThreadMember(c *call) (any, error) {
	return c.w.ThreadMember(c.actor, c.id("channel_id"), c.id("user_id"), c.flag("with_member"))
}

func joinThread(c *call) (any, error) { return nil, c.w.JoinThread(c.actor, c.id("channel_id")) }

func leaveThread(c *call) (any, error) { return nil, c.w.LeaveThread(c.actor, c.id("channel_id")) }

func addThreadMember(c *call) (any, error) {
	return nil, c.w.AddThreadMember(c.actor, c.id("channel_id"), c.id("user_id"))
}

func deleteThreadMember(c *call) (any, error) {
	return nil, c.w.RemoveThreadMember(c.actor, c.id("channel_id"), c.id("user_id"))
}
