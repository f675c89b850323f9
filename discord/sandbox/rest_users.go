package sandbox

import "cordial/discord"

var userRoutes = routes{
	"get_my_user":               getMe,
	"update_my_user":            updateMe,
	"get_user":                  getUser,
	"get_my_application":        getMyApplication,
	"get_my_oauth2_application": getMyApplication,
	"create_dm":                 createDM,
}

func getMe(c *call) (any, error) { return c.w.Me(c.actor) }

func updateMe(c *call) (any, error) {
	var p UserParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.ModifySelf(c.actor, p)
}

func getUser(c *call) (any, error) { return c.w.User(c.id("user_id")) }

func getMyApplication(c *call) (any, error) { return c.w.MyApplication(c.actor) }

func createDM(c *call) (any, error) {
	var p struct {
		RecipientID Field[discord.Snowflake] `json:"recipient_id"`
	}
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	if p.RecipientID.Value == "" { // group DMs are made with people's OAuth2 tokens, which nobody here has
		return nil, formError("BASE_TYPE_REQUIRED", "This field is required", "recipient_id")
	}
	return c.w.OpenDM(c.actor, p.RecipientID.Value)
}
