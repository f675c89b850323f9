package discord

// The types of channels that are treated apart; channel_types has all. https://discord.com/developers/docs/resources/channel#channel-object-channel-types
const (
	ChannelText     = 0
	ChannelVoice    = 2
	ChannelCategory = 4
	ChannelStage    = 13
)
