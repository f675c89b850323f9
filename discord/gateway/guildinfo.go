package gateway

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/tidwall/gjson"

	"cordial/discord"
)

// maxGuilds is how many guilds a request for sounds names, so that it fits in a frame.
const maxGuilds = 150

// RequestSoundboardSounds asks for the soundboard sounds of guilds: for each a list of sounds. Do not call it in Handle, see
// RequestMembers.
func (c *Client) RequestSoundboardSounds(ctx context.Context, guilds ...discord.Snowflake) (map[discord.Snowflake]json.RawMessage, error) {
	byShard := map[int][]discord.Snowflake{}
	for _, guild := range guilds {
		shard, err := c.shardOf(ctx, guild)
		if err != nil {
			return nil, err
		}
		byShard[shard] = append(byShard[shard], guild)
	}
	sounds := map[discord.Snowflake]json.RawMessage{}
	for _, shard := range slices.Sorted(maps.Keys(byShard)) {
		for part := range slices.Chunk(byShard[shard], maxGuilds) {
			if err := c.requestSounds(ctx, shard, part, sounds); err != nil {
				return nil, err
			}
		}
	}
	return sounds, nil
}

// requestSounds asks for the sounds of some guilds of one shard.
func (c *Client) requestSounds(ctx context.Context, shard int, guilds []discord.Snowflake, sounds map[discord.Snowflake]json.RawMessage) error {
	missing := map[discord.Snowflake]bool{}
	return c.ask(ctx, &ask{
		shard: shard, op: discord.OpRequestSoundboardSounds, guild: guilds[0], d: SoundboardRequest{guilds}, event: "SOUNDBOARD_SOUNDS",
		mine: func(data []byte) bool { return slices.Contains(guilds, guildOf(data)) },
		collect: func(data []byte) (bool, error) {
			sounds[guildOf(data)] = raw(data, "soundboard_sounds")
			delete(missing, guildOf(data))
			return len(missing) == 0, nil
		},
		restart: func() {
			for _, guild := range guilds {
				missing[guild] = true
			}
		},
	})
}

// RequestChannelInfo asks for what a guild's channels do not tell by themselves, fields status and voice_start_time: a list of
// objects with the channel's id. Do not call it in Handle, see RequestMembers.
func (c *Client) RequestChannelInfo(ctx context.Context, guild discord.Snowflake, fields ...string) (json.RawMessage, error) {
	shard, err := c.shardOf(ctx, guild)
	if err != nil {
		return nil, err
	}
	var channels json.RawMessage
	err = c.ask(ctx, &ask{
		shard: shard, op: discord.OpRequestChannelInfo, guild: guild, d: ChannelInfoRequest{guild, fields}, event: "CHANNEL_INFO",
		mine: func(data []byte) bool { return guildOf(data) == guild },
		collect: func(data []byte) (bool, error) {
			channels = raw(data, "channels")
			return true, nil
		},
		restart: func() {},
	})
	return channels, err
}

// guildOf is the guild that an event is about.
func guildOf(data []byte) discord.Snowflake {
	return discord.Snowflake(gjson.GetBytes(data, "guild_id").String())
}

// raw is a field as it is written, "[]" where there is none.
func raw(data []byte, field string) json.RawMessage {
	if v := gjson.GetBytes(data, field); v.IsArray() {
		return json.RawMessage(v.Raw)
	}
	return json.RawMessage("[]")
}
