package sandbox

var reactionRoutes = routes{
	"add_my_message_reaction":               addMyReaction,
	"delete_my_message_reaction":            deleteMyReaction,
	"delete_user_message_reaction":          deleteUserReaction,
	"delete_all_message_reactions":          deleteAllReactions,
	"delete_all_message_reactions_by_emoji": deleteAllReactions,
	"list_message_reactions_by_emoji":       listReactions,
}

func addMyReaction(c *call) (any, error) {
	return nil, c.w.AddReaction(c.actor, c.id("channel_id"), c.id("message_id"), c.params["emoji_name"])
}

func deleteMyReaction(c *call) (any, error) {
	return nil, c.w.RemoveReaction(c.actor, c.id("channel_id"), c.id("message_id"), c.params["emoji_name"], c.actor.User)
}

func deleteUserReaction(c *call) (any, error) {
	return nil, c.w.RemoveReaction(c.actor, c.id("channel_id"), c.id("message_id"), c.params["emoji_name"], c.id("user_id"))
}

func deleteAllReactions(c *call) (any, error) {
	return nil, c.w.ClearReactions(c.actor, c.id("channel_id"), c.id("message_id"), c.params["emoji_name"])
}

func listReactions(c *call) (any, error) {
	return c.w.Reactors(c.actor, c.id("channel_id"), c.id("message_id"), c.params["emoji_name"], c.number("type", normalReaction),
		c.snowflake("after"), c.number("limit", 25))
}
