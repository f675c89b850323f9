package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"cordial/discord"
)

// Limits of channels that the catalogue does not know, because they depend on the channel's type or on its guild.
const (
	maxChannels       = 500 // in a guild
	maxInCategory     = 50
	maxOverwrites     = 1000
	maxTopic          = 1024 // characters; forums have 4096
	maxVoiceUsers     = 99
	maxStageUsers     = 10_000
	maxStageBitrate   = 64_000
	flagHideDownloads = 1 << 15 // of media channels
)

// maxBitrates is the highest bitrate of voice channels by the guild's boost tier.
var maxBitrates = [...]int{96_000, 128_000, 256_000, 384_000}

// ChannelParams describe a channel of a guild; what is not set stays, or has its default in a new channel.
type ChannelParams struct {
	Name                       Field[string]            `json:"name"`
	Type                       Field[ChannelType]       `json:"type"`
	Position                   Field[int]               `json:"position"`
	Topic                      Field[string]            `json:"topic"`
	NSFW                       Field[bool]              `json:"nsfw"`
	RateLimitPerUser           Field[int]               `json:"rate_limit_per_user"`
	Bitrate                    Field[int]               `json:"bitrate"`
	UserLimit                  Field[int]               `json:"user_limit"`
	ParentID                   Field[discord.Snowflake] `json:"parent_id"`
	Overwrites                 Field[[]OverwriteParams] `json:"permission_overwrites"`
	RTCRegion                  Field[string]            `json:"rtc_region"`
	VideoQualityMode           Field[int]               `json:"video_quality_mode"`
	DefaultAutoArchiveDuration Field[int]               `json:"default_auto_archive_duration"`
	DefaultThreadRateLimit     Field[int]               `json:"default_thread_rate_limit_per_user"`
	DefaultReaction            Field[*DefaultReaction]  `json:"default_reaction_emoji"`
	DefaultSortOrder           Field[*int]              `json:"default_sort_order"`
	DefaultLayout              Field[int]               `json:"default_forum_layout"`
	DefaultTagSetting          Field[string]            `json:"default_tag_setting"`
	AvailableTags              Field[[]ForumTag]        `json:"available_tags"`
	Flags                      Field[int]               `json:"flags"`
}

// OverwriteParams describe a permission overwrite; what is null is nothing.
type OverwriteParams struct {
	ID    discord.Snowflake      `json:"id"`
	Type  *discord.OverwriteType `json:"type"`
	Allow *discord.Permissions   `json:"allow"`
	Deny  *discord.Permissions   `json:"deny"`
}

func (p OverwriteParams) overwrite() discord.Overwrite {
	o := discord.Overwrite{ID: p.ID}
	if p.Type != nil {
		o.Type = *p.Type
	}
	if p.Allow != nil {
		o.Allow = *p.Allow & discord.AllPermissions
	}
	if p.Deny != nil {
		o.Deny = *p.Deny & discord.AllPermissions
	}
	return o
}

// check compares the parameters with what a channel of this type, in this guild, may have.
func (p *ChannelParams) check(g *guild, typ ChannelType) error {
	userLimit, bitrate, topic := maxVoiceUsers, maxBitrates[g.PremiumTier], maxTopic
	switch {
	case typ == StageChannel:
		userLimit, bitrate = maxStageUsers, maxStageBitrate
	case typ.IsForum():
		topic = 4 * maxTopic
	}
	switch {
	case utf8.RuneCountInString(p.Topic.Value) > topic:
		return formError("BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", topic), "topic")
	case typ.IsVoice() && p.UserLimit.Value > userLimit:
		return formError("NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", userLimit), "user_limit")
	case typ.IsVoice() && p.Bitrate.Value > bitrate:
		return Refuse(http.StatusBadRequest, 30052)
	case len(p.Overwrites.Value) > maxOverwrites:
		return Refuse(http.StatusBadRequest, 30060)
	case p.Name.Set && strings.TrimSpace(p.Name.Value) == "":
		return formError("BASE_TYPE_REQUIRED", "This field is required", "name")
	}
	names := map[string]bool{}
	for _, t := range p.AvailableTags.Value {
		if names[t.Name] {
			return Refuse(http.StatusBadRequest, 40061)
		}
		names[t.Name] = true
	}
	return nil
}

// checkParent makes sure that a channel, "" for a new one, can be in the category that it is to be in.
func (g *guild) checkParent(parent, channel discord.Snowflake, typ ChannelType) error {
	c := g.channels[parent]
	switch {
	case c == nil:
		return formError("CHANNEL_PARENT_INVALID", "Category does not exist", "parent_id")
	case c.Type != CategoryChannel:
		return formError("CHANNEL_PARENT_INVALID_TYPE", "Not a category", "parent_id")
	case typ == CategoryChannel:
		return formError("CHANNEL_PARENT_INVALID_TYPE", "A category cannot be in a category", "parent_id")
	}
	children := 0
	for _, other := range g.channels {
		if other.ParentID == parent && other.ID != channel {
			children++
		}
	}
	if children >= maxInCategory {
		return formError("CHANNEL_PARENT_MAX_CHANNELS", "Maximum number of channels in category reached (50)", "parent_id")
	}
	return nil
}

// apply changes a channel. The world gives ids to new tags.
func (p *ChannelParams) apply(c *Channel, newID func() discord.Snowflake) {
	if p.Name.Set {
		c.Name = channelName(c.Type, p.Name.Value)
	}
	c.Position = p.Position.or(c.Position)
	p.Topic.into(&c.Topic)
	p.NSFW.into(&c.NSFW)
	p.RateLimitPerUser.into(&c.RateLimitPerUser)
	p.ParentID.into(&c.ParentID)
	if p.Overwrites.Set {
		c.Overwrites = nil
		for _, o := range p.Overwrites.Value {
			c.Overwrites = append(c.Overwrites, o.overwrite())
		}
	}
	p.DefaultAutoArchiveDuration.into(&c.DefaultAutoArchiveDuration)
	p.DefaultThreadRateLimit.into(&c.DefaultThreadRateLimit)
	if c.Type.IsVoice() {
		c.Bitrate = p.Bitrate.or(c.Bitrate)
		p.UserLimit.into(&c.UserLimit)
		p.RTCRegion.into(&c.RTCRegion)
		p.VideoQualityMode.into(&c.VideoQualityMode)
	}
	if c.Type.IsForum() {
		p.applyForum(c, newID)
	}
}

func (p *ChannelParams) applyForum(c *Channel, newID func() discord.Snowflake) {
	p.DefaultReaction.into(&c.DefaultReaction)
	p.DefaultSortOrder.into(&c.DefaultSortOrder)
	p.DefaultLayout.into(&c.DefaultLayout)
	p.DefaultTagSetting.into(&c.DefaultTagSetting)
	if p.Flags.Set {
		c.Flags = p.Flags.Value & (ChannelRequireTag | flagHideDownloads)
	}
	if !p.AvailableTags.Set {
		return
	}
	tags := slices.Clone(p.AvailableTags.Value)
	for i := range tags {
		known := slices.ContainsFunc(c.AvailableTags, func(t ForumTag) bool { return t.ID == tags[i].ID })
		if !known {
			tags[i].ID = newID()
		}
	}
	c.AvailableTags = tags
}

// channelName is how a name is written in a channel of this type: where people talk in text, small and without spaces.
func channelName(t ChannelType, name string) string {
	name = strings.TrimSpace(name)
	if t.IsVoice() || t == CategoryChannel {
		return name
	}
	return strings.Join(strings.Fields(strings.ToLower(name)), "-")
}
