package sandbox

import (
	"maps"
	"slices"
)

// routes maps operations of the catalogue to what serves them.
type routes map[string]handler

// handler serves one request. A nil answer is 204; an answer of type reply says its own status; any other is sent with the
// operation's first documented status.
type handler func(c *call) (any, error)

// reply is an answer with a status of its own choice.
type reply struct {
	status int
	body   any
}

// resources lists the routes of every resource, one file each.
var resources = []routes{
	absentRoutes,
	auditRoutes,
	banRoutes,
	channelRoutes,
	commandRoutes,
	emojiRoutes,
	gatewayRoutes,
	guildRoutes,
	interactionRoutes,
	inviteRoutes,
	memberRoutes,
	messageRoutes,
	pinRoutes,
	pollRoutes,
	reactionRoutes,
	roleRoutes,
	scheduledEventRoutes,
	searchRoutes,
	stickerRoutes,
	threadRoutes,
	userRoutes,
	voiceRoutes,
	webhookRoutes,
}

// served is every operation that the sandbox serves.
var served = func() routes {
	all := routes{}
	for _, r := range resources {
		maps.Copy(all, r)
	}
	return all
}()

// Served lists the operations that the sandbox serves, by their ids in the catalogue.
func Served() []string { return slices.Sorted(maps.Keys(served)) }
