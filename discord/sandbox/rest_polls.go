package sandbox

import "strconv"

var pollRoutes = routes{
	"get_answer_voters": listVoters,
	"poll_expire":       expirePoll,
}

func listVoters(c *call) (any, error) {
	answer, _ := strconv.Atoi(c.params["answer_id"]) // a number from 1 to 10, as has been checked
	users, err := c.w.Voters(c.actor, c.id("channel_id"), c.id("message_id"), answer, c.snowflake("after"), c.number("limit", 25))
	return map[string][]*User{"users": users}, err
}

func expirePoll(c *call) (any, error) {
	return c.w.ExpirePoll(c.actor, c.id("channel_id"), c.id("message_id"))
}
