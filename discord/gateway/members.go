package gateway

import (
	"context"
	"encoding/json"

	"cordial/discord"
)

// Members is the answer to a MembersRequest, of all its chunks.
type Members struct {
	Members   []json.RawMessage
	Presences []json.RawMessage   // of those members that are not offline, if asked for
	NotFound  []discord.Snowflake // of the users asked for
}

// RequestMembers asks for members of a guild and waits for all of them. Discord answers requests for everyone once in 30 s per
// guild; others wait. Do not call it in Handle, which would keep the answer from being read.
func (c *Client) RequestMembers(ctx context.Context, r MembersRequest) (*Members, error) {
	return nil, &StoppedError{}
}

// RequestSoundboardSounds asks for the soundboard sounds of guilds: for each a list of sounds.
func (c *Client) RequestSoundboardSounds(ctx context.Context, guilds ...discord.Snowflake) (map[discord.Snowflake]json.RawMessage, error) {
	return nil, &StoppedError{}
}

// RequestChannelInfo asks for what a guild's channels do not tell by themselves, fields status and voice_start_time: a list of
// objects with the channel's id.
func (c *Client) RequestChannelInfo(ctx context.Context, guild discord.Snowflake, fields ...string) (json.RawMessage, error) {
	return nil, &StoppedError{}
}
