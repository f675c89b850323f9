package sandbox

import "net/http"

var channelRoutes = routes{
	"get_channel":                         getChannel,
	"update_channel":                      updateChannel,
	"delete_channel":                      deleteChannel,
	"list_guild_channels":                 listChannels,
	"create_guild_channel":                createChannel,
	"bulk_update_guild_channels":          moveChannels,
	"set_channel_permission_overwrite":    setOverwrite,
	"delete_channel_permission_overwrite": deleteOverwrite,
}

func getChannel(c *call) (any, error) { return c.w.Channel(c.actor, c.id("channel_id")) }

// updateChannel serves guild channels and threads, whose forms differ: the channel decides.
func updateChannel(c *call) (any, error) {
	channel, err := c.w.Channel(c.actor, c.id("channel_id"))
	switch {
	case err != nil:
		return nil, err
	case channel.Type == DMChannel:
		return nil, Refuse(http.StatusForbidden, 50003)
	case channel.Type.IsThread():
		return updateThread(c)
	}
	if err := c.checkAs("UpdateGuildChannelRequestPartial"); err != nil {
		return nil, err
	}
	var p ChannelParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	if p.Name.Set && p.Name.Value != channel.Name || p.Topic.Set && p.Topic.Value != channel.Topic {
		if err := c.limiter.admitShared("rename:"+string(channel.ID), c.limiter.limits.Rename); err != nil {
			return nil, err
		}
	}
	return c.w.ModifyChannel(c.actor, channel.ID, p)
}

func deleteChannel(c *call) (any, error) { return c.w.DeleteChannel(c.actor, c.id("channel_id")) }

func listChannels(c *call) (any, error) { return c.w.Channels(c.actor, c.id("guild_id")) }

func createChannel(c *call) (any, error) {
	var p ChannelParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	return c.w.CreateChannel(c.actor, c.id("guild_id"), p)
}

func moveChannels(c *call) (any, error) {
	var moves []ChannelMove
	if err := c.decode(&moves); err != nil {
		return nil, err
	}
	return nil, c.w.MoveChannels(c.actor, c.id("guild_id"), moves)
}

func setOverwrite(c *call) (any, error) {
	var p OverwriteParams
	if err := c.decode(&p); err != nil {
		return nil, err
	}
	p.ID = c.id("overwrite_id")
	return nil, c.w.SetOverwrite(c.actor, c.id("channel_id"), p)
}

func deleteOverwrite(c *call) (any, error) {
	return nil, c.w.DeleteOverwrite(c.actor, c.id("channel_id"), c.id("overwrite_id"))
}
