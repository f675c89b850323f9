package sandbox

import "time"

// The routes that are called deprecated are the ones from before pages.
var pinRoutes = routes{
	"list_pins":             listPins,
	"create_pin":            createPin,
	"delete_pin":            deletePin,
	"deprecated_list_pins":  listOldPins,
	"deprecated_create_pin": createPin,
	"deprecated_delete_pin": deletePin,
}

// oldPinsShown is how many pinned messages the route without pages gives.
const oldPinsShown = 50

func listPins(c *call) (any, error) {
	pins, more, err := c.w.Pins(c.actor, c.id("channel_id"), c.time("before"), c.number("limit", 50))
	return struct {
		Items   []Pin `json:"items"`
		HasMore bool  `json:"has_more"`
	}{pins, more}, err
}

func listOldPins(c *call) (any, error) {
	pins, _, err := c.w.Pins(c.actor, c.id("channel_id"), Timestamp{}, oldPinsShown)
	messages := []*Message{}
	for _, p := range pins {
		messages = append(messages, p.Message)
	}
	return messages, err
}

func createPin(c *call) (any, error) {
	return nil, c.w.PinMessage(c.actor, c.id("channel_id"), c.id("message_id"))
}

func deletePin(c *call) (any, error) {
	return nil, c.w.UnpinMessage(c.actor, c.id("channel_id"), c.id("message_id"))
}

// time is a time of the query, or zero.
func (c *call) time(name string) Timestamp {
	t, err := time.Parse(time.RFC3339Nano, c.query.Get(name))
	if err != nil {
		return Timestamp{}
	}
	return Timestamp{t}
}
