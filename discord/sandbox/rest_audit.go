package sandbox

var auditRoutes = routes{
	"list_guild_audit_log_entries": listAuditLog,
}

func listAuditLog(c *call) (any, error) {
	return c.w.AuditLog(c.actor, c.id("guild_id"), AuditQuery{
		User: c.snowflake("user_id"), Target: c.snowflake("target_id"), Action: c.number("action_type", 0),
		Before: c.snowflake("before"), After: c.snowflake("after"), Limit: c.number("limit", 50),
	})
}
