package sandbox

import (
	"encoding/json"

	"cordial/discord"
)

var interactionRoutes = routes{
	"create_interaction_response":     respond,
	"get_original_webhook_message":    getAnswer,
	"update_original_webhook_message": updateAnswer,
	"delete_original_webhook_message": deleteAnswer,
}

// respond answers an interaction.
func respond(c *call) (any, error) {
	var cb Callback
	if err := c.decode(&cb); err != nil {
		return nil, err
	}
	if cb.Type == CallbackChoices { // only the interaction tells which of the forms of choices is meant
		var err error
		if cb.Data, err = json.Marshal(c.sent.(map[string]any)["data"]); err != nil {
			return nil, err
		}
	}
	cb.Files = c.uploads
	result, err := c.w.Respond(c.id("interaction_id"), c.params["interaction_token"], cb)
	if err != nil || !c.flag("with_response") {
		return nil, err
	}
	return result, nil
}

// ofInteraction reports whether the path names the webhook that follow-ups to interactions go by: it has the id of the application.
func (c *call) ofInteraction() bool {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.id("webhook_id") == c.w.app.ID
}

// answerID is the message of the path: one that has answered an interaction, by default the first.
func (c *call) answerID() discord.Snowflake {
	if id := c.id("message_id"); id != "" {
		return id
	}
	return OriginalMessage
}

// checkInteraction refuses @original of other webhooks, which have none.
func (c *call) checkInteraction() error {
	if !c.ofInteraction() {
		return errUnknownMessage
	}
	return nil
}

// followUp sends another message as an answer to an interaction. It is always told what has become of it.
func followUp(c *call) (any, error) {
	if err := c.checkAs("IncomingWebhookRequestPartial"); err != nil {
		return nil, err
	}
	var p MessageParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	p.Files = c.uploads
	return c.w.FollowUp(c.params["webhook_token"], p)
}

func getAnswer(c *call) (any, error) {
	if err := c.checkInteraction(); err != nil {
		return nil, err
	}
	return c.w.AnswerMessage(c.params["webhook_token"], c.answerID())
}

func updateAnswer(c *call) (any, error) {
	var e MessageEdit
	if err := c.decode(&e); err != nil {
		return nil, err
	}
	if err := c.checkInteraction(); err != nil {
		return nil, err
	}
	e.Files = c.uploads
	return c.w.EditAnswer(c.params["webhook_token"], c.answerID(), e)
}

func deleteAnswer(c *call) (any, error) {
	if err := c.checkInteraction(); err != nil {
		return nil, err
	}
	return nil, c.w.DeleteAnswer(c.params["webhook_token"], c.answerID())
}
