package sandbox

import "cordial/discord"

var scheduledEventRoutes = routes{
	"list_guild_scheduled_events":       listScheduledEvents,
	"get_guild_scheduled_event":         getScheduledEvent,
	"create_guild_scheduled_event":      createScheduledEvent,
	"update_guild_scheduled_event":      updateScheduledEvent,
	"delete_guild_scheduled_event":      deleteScheduledEvent,
	"list_guild_scheduled_event_users":  listScheduledEventUsers,
	"count_guild_scheduled_event_users": countScheduledEventUsers,
}

// eventID is the scheduled event of the path.
func (c *call) eventID() discord.Snowflake { return c.id("guild_scheduled_event_id") }

func listScheduledEvents(c *call) (any, error) {
	return c.w.ScheduledEvents(c.actor, c.id("guild_id"), c.flag("with_user_count"))
}

func getScheduledEvent(c *call) (any, error) {
	return c.w.ScheduledEvent(c.actor, c.id("guild_id"), c.eventID(), c.flag("with_user_count"))
}

func createScheduledEvent(c *call) (any, error) {
	var p ScheduledEventParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.CreateScheduledEvent(c.actor, c.id("guild_id"), p)
}

func updateScheduledEvent(c *call) (any, error) {
	var p ScheduledEventParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.ModifyScheduledEvent(c.actor, c.id("guild_id"), c.eventID(), p)
}

func deleteScheduledEvent(c *call) (any, error) {
	return nil, c.w.DeleteScheduledEvent(c.actor, c.id("guild_id"), c.eventID())
}

func listScheduledEventUsers(c *call) (any, error) {
	return c.w.ScheduledEventUsers(c.actor, c.id("guild_id"), c.eventID(), EventUserQuery{
		Before: c.snowflake("before"), After: c.snowflake("after"), Limit: c.number("limit", 100), WithMember: c.flag("with_member")})
}

// countScheduledEventUsers counts for the event only: exceptions from its recurrence are not served.
func countScheduledEventUsers(c *call) (any, error) {
	e, err := c.w.ScheduledEvent(c.actor, c.id("guild_id"), c.eventID(), true)
	if err != nil {
		return nil, err
	}
	return map[string]any{"guild_scheduled_event_count": *e.UserCount, "guild_scheduled_event_exception_counts": map[string]int{}}, nil
}
