package sandbox

import (
	"errors"
	"net/http"
)

var searchRoutes = routes{"guild_search": searchGuild}

// Defaults of a search.
const (
	maxSearchPage = 25
	defaultSlop   = 2
)

func searchGuild(c *call) (any, error) {
	found, err := c.w.Search(c.actor, c.id("guild_id"), SearchQuery{
		Content: c.query.Get("content"), Slop: c.number("slop", defaultSlop),
		MinID: c.snowflake("min_id"), MaxID: c.snowflake("max_id"), Channels: c.ids("channel_id"),
		Authors: c.ids("author_id"), AuthorTypes: c.query["author_type"],
		Mentions: c.ids("mentions"), MentionedRoles: c.ids("mentions_role_id"), MentionEveryone: c.choice("mention_everyone"),
		RepliedToUsers: c.ids("replied_to_user_id"), RepliedToMessages: c.ids("replied_to_message_id"),
		Pinned: c.choice("pinned"), Has: c.query["has"], LinkHosts: c.query["link_hostname"],
		EmbedTypes: c.query["embed_type"], EmbedProviders: c.query["embed_provider"],
		AttachmentNames: c.query["attachment_filename"], AttachmentExtensions: c.query["attachment_extension"],
		IncludeNSFW: c.flag("include_nsfw"), ByRelevance: c.query.Get("sort_by") == "relevance",
		OldestFirst: c.query.Get("sort_order") == "asc", Offset: c.number("offset", 0), Limit: c.number("limit", maxSearchPage),
	})
	return searchAnswer(found, err)
}

// searchAnswer answers 202 while the index is being built.
func searchAnswer(found any, err error) (any, error) {
	if wait, ok := errors.AsType[*IndexNotReady](err); ok {
		return reply{http.StatusAccepted, wait}, nil
	}
	return found, err
}
