package sandbox

import (
	"encoding/json"

	"cordial/discord"
)

// ChannelType says what a channel is.
type ChannelType int

// The types of channels.
const (
	TextChannel         ChannelType = 0
	DMChannel           ChannelType = 1
	VoiceChannel        ChannelType = 2
	CategoryChannel     ChannelType = 4
	AnnouncementChannel ChannelType = 5
	AnnouncementThread  ChannelType = 10
	PublicThread        ChannelType = 11
	PrivateThread       ChannelType = 12
	StageChannel        ChannelType = 13
	ForumChannel        ChannelType = 15
	MediaChannel        ChannelType = 16
)

// IsThread reports whether a channel of this type is a thread.
func (t ChannelType) IsThread() bool { return t >= AnnouncementThread && t <= PrivateThread }

// IsForum reports whether a channel of this type has posts: threads instead of messages.
func (t ChannelType) IsForum() bool { return t == ForumChannel || t == MediaChannel }

// IsVoice reports whether people can talk in a channel of this type.
func (t ChannelType) IsVoice() bool { return t == VoiceChannel || t == StageChannel }

// HasMessages reports whether messages can be sent to a channel of this type.
func (t ChannelType) HasMessages() bool { return t != CategoryChannel && !t.IsForum() }

// Flags of channels.
const (
	ChannelPinned     = 1 << 1 // a post pinned in its forum
	ChannelRequireTag = 1 << 4 // a forum whose posts need a tag
)

// Channel is a channel of a guild, a thread or a DM. Which fields it has in the API's JSON follows from its type; the tags are for
// world files, which have all of them.
type Channel struct {
	ID               discord.Snowflake   `json:"id,omitempty"`
	Type             ChannelType         `json:"-"`
	GuildID          discord.Snowflake   `json:"-"` // "" for a DM
	Name             string              `json:"name"`
	Position         int                 `json:"position,omitempty"`
	ParentID         discord.Snowflake   `json:"-"` // the category, or a thread's channel
	Overwrites       []discord.Overwrite `json:"-"`
	Topic            string              `json:"topic,omitempty"`
	NSFW             bool                `json:"nsfw,omitempty"`
	RateLimitPerUser int                 `json:"rate_limit_per_user,omitempty"` // seconds
	LastMessageID    discord.Snowflake   `json:"last_message_id,omitempty"`
	LastPinTimestamp Timestamp           `json:"last_pin_timestamp,omitzero"`
	Flags            int                 `json:"flags,omitempty"`

	// Of voice and stage channels.
	Bitrate          int    `json:"bitrate,omitempty"`
	UserLimit        int    `json:"user_limit,omitempty"`
	RTCRegion        string `json:"rtc_region,omitempty"`
	VideoQualityMode int    `json:"video_quality_mode,omitempty"`

	// Of channels that threads can be in.
	DefaultAutoArchiveDuration int `json:"default_auto_archive_duration,omitempty"`      // minutes, 0 when not set
	DefaultThreadRateLimit     int `json:"default_thread_rate_limit_per_user,omitempty"` // seconds

	// Of forum and media channels.
	AvailableTags     []ForumTag       `json:"available_tags,omitempty"`
	DefaultReaction   *DefaultReaction `json:"default_reaction_emoji,omitempty"`
	DefaultSortOrder  *int             `json:"default_sort_order,omitempty"`
	DefaultLayout     int              `json:"default_forum_layout,omitempty"`
	DefaultTagSetting string           `json:"default_tag_setting,omitempty"`

	// Of threads.
	OwnerID          discord.Snowflake   `json:"-"`
	Thread           *ThreadMetadata     `json:"thread_metadata,omitempty"`
	AppliedTags      []discord.Snowflake `json:"applied_tags,omitempty"`
	MessageCount     int                 `json:"message_count,omitempty"`
	TotalMessageSent int                 `json:"total_message_sent,omitempty"`
	MemberCount      int                 `json:"-"`
	Me               *ThreadMember       `json:"-"` // the reader's own membership; filled in when the thread is handed out

	// Of DMs.
	Recipients []*User `json:"-"` // without the reader, when the channel is handed out
}

// ForumTag can be put on the posts of a forum.
type ForumTag struct {
	ID        discord.Snowflake `json:"id"`
	Name      string            `json:"name"`
	Moderated bool              `json:"moderated"`
	EmojiID   Nullable          `json:"emoji_id"`
	EmojiName Nullable          `json:"emoji_name"`
}

// DefaultReaction is the emoji that a forum offers on its posts.
type DefaultReaction struct {
	EmojiID   Nullable `json:"emoji_id"`
	EmojiName Nullable `json:"emoji_name"`
}

// ThreadMetadata is what a thread has beyond other channels.
type ThreadMetadata struct {
	Archived            bool      `json:"archived"`
	ArchiveTimestamp    Timestamp `json:"archive_timestamp"`
	AutoArchiveDuration int       `json:"auto_archive_duration"` // minutes
	Locked              bool      `json:"locked"`
	CreateTimestamp     Timestamp `json:"create_timestamp,omitzero"`
	Invitable           *bool     `json:"invitable,omitempty"` // of private threads
}

// ThreadMember is a member of a thread.
type ThreadMember struct {
	ID            discord.Snowflake `json:"id"` // the thread
	UserID        discord.Snowflake `json:"user_id"`
	JoinTimestamp Timestamp         `json:"join_timestamp"`
	Flags         int               `json:"flags"`
	Member        *Member           `json:"member,omitempty"`
}

// MarshalJSON writes the fields that a channel of its type has.
func (c *Channel) MarshalJSON() ([]byte, error) {
	switch {
	case c.Type == DMChannel:
		return json.Marshal(dmFields{c.common(), orEmpty(c.Recipients)})
	case c.Type.IsThread():
		return json.Marshal(c.threadFields())
	case c.Type == CategoryChannel:
		return json.Marshal(struct {
			baseFields
			guildFields
		}{c.base(), c.guildFields()})
	case c.Type.IsVoice():
		return json.Marshal(struct {
			commonFields
			guildFields
			talkFields
			voiceFields
		}{c.common(), c.guildFields(), c.talk(), voiceFields{c.Bitrate, c.UserLimit, Nullable(c.RTCRegion), c.VideoQualityMode}})
	case c.Type.IsForum():
		return json.Marshal(struct {
			commonFields
			guildFields
			talkFields
			threadDefaults
			forumFields
		}{c.common(), c.guildFields(), c.talk(), c.threadDefaults(), c.forumFields()})
	}
	return json.Marshal(struct {
		commonFields
		guildFields
		talkFields
		threadDefaults
	}{c.common(), c.guildFields(), c.talk(), c.threadDefaults()})
}

type baseFields struct {
	ID    discord.Snowflake `json:"id"`
	Type  ChannelType       `json:"type"`
	Flags int               `json:"flags"`
}

type commonFields struct {
	baseFields
	LastMessageID    Nullable  `json:"last_message_id"`
	LastPinTimestamp Timestamp `json:"last_pin_timestamp,omitzero"`
}

type guildFields struct {
	GuildID    discord.Snowflake   `json:"guild_id"`
	Name       string              `json:"name"`
	ParentID   Nullable            `json:"parent_id"`
	Position   int                 `json:"position"`
	Overwrites []discord.Overwrite `json:"permission_overwrites"`
}

type talkFields struct {
	Topic            Nullable `json:"topic"`
	NSFW             bool     `json:"nsfw"`
	RateLimitPerUser int      `json:"rate_limit_per_user"`
}

type voiceFields struct {
	Bitrate          int      `json:"bitrate"`
	UserLimit        int      `json:"user_limit"`
	RTCRegion        Nullable `json:"rtc_region"`
	VideoQualityMode int      `json:"video_quality_mode,omitempty"`
}

type threadDefaults struct {
	AutoArchiveDuration int `json:"default_auto_archive_duration,omitempty"`
	RateLimitPerUser    int `json:"default_thread_rate_limit_per_user,omitempty"`
}

type forumFields struct {
	AvailableTags     []ForumTag       `json:"available_tags"`
	DefaultReaction   *DefaultReaction `json:"default_reaction_emoji"`
	DefaultSortOrder  *int             `json:"default_sort_order"`
	DefaultLayout     int              `json:"default_forum_layout"`
	DefaultTagSetting Nullable         `json:"default_tag_setting"`
}

type threadFields struct {
	commonFields
	GuildID          discord.Snowflake   `json:"guild_id"`
	Name             string              `json:"name"`
	ParentID         Nullable            `json:"parent_id"`
	RateLimitPerUser int                 `json:"rate_limit_per_user"`
	OwnerID          discord.Snowflake   `json:"owner_id"`
	Metadata         *ThreadMetadata     `json:"thread_metadata"`
	MessageCount     int                 `json:"message_count"`
	MemberCount      int                 `json:"member_count"`
	TotalMessageSent int                 `json:"total_message_sent"`
	AppliedTags      []discord.Snowflake `json:"applied_tags,omitempty"`
	Me               *ThreadMember       `json:"member,omitempty"`
}

type dmFields struct {
	commonFields
	Recipients []*User `json:"recipients"`
}

func (c *Channel) base() baseFields { return baseFields{c.ID, c.Type, c.Flags} }

func (c *Channel) common() commonFields {
	return commonFields{c.base(), nullID(c.LastMessageID), c.LastPinTimestamp}
}

func (c *Channel) guildFields() guildFields {
	return guildFields{c.GuildID, c.Name, nullID(c.ParentID), c.Position, orEmpty(c.Overwrites)}
}

func (c *Channel) talk() talkFields { return talkFields{Nullable(c.Topic), c.NSFW, c.RateLimitPerUser} }

func (c *Channel) threadDefaults() threadDefaults {
	return threadDefaults{c.DefaultAutoArchiveDuration, c.DefaultThreadRateLimit}
}

func (c *Channel) forumFields() forumFields {
	return forumFields{orEmpty(c.AvailableTags), c.DefaultReaction, c.DefaultSortOrder, c.DefaultLayout, Nullable(c.DefaultTagSetting)}
}

func (c *Channel) threadFields() threadFields {
	return threadFields{c.common(), c.GuildID, c.Name, nullID(c.ParentID), c.RateLimitPerUser, c.OwnerID, c.Thread, c.MessageCount,
		c.MemberCount, c.TotalMessageSent, c.AppliedTags, c.Me}
}

// orEmpty turns nil into an empty list, which is [] in JSON instead of null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
