package sandbox

import (
	"cordial/discord"
	"cordial/discord/rest/limits"
)

// MessageType says what a message is.
type MessageType int

// The types of messages that happen here.
const (
	DefaultMessage       MessageType = 0
	PinnedMessage        MessageType = 6
	UserJoinMessage      MessageType = 7
	FollowMessage        MessageType = 12
	ThreadCreatedMessage MessageType = 18
	ReplyMessage         MessageType = 19
	ChatInputMessage     MessageType = 20 // the answer to a command for chat input
	ThreadStarterMessage MessageType = 21
	ContextMenuMessage   MessageType = 23 // the answer to a command on a user or a message
	PollResultMessage    MessageType = 46
)

// IsSystem reports whether Discord writes such messages, not people or bots.
func (t MessageType) IsSystem() bool {
	return t != DefaultMessage && t != ReplyMessage && t != ChatInputMessage && t != ContextMenuMessage
}

// Flags of messages.
const (
	MessageCrossposted           = 1 << 0
	MessageIsCrosspost           = 1 << 1
	MessageSuppressEmbeds        = 1 << 2
	MessageHasThread             = 1 << 5
	MessageEphemeral             = 1 << 6 // seen by one person only
	MessageLoading               = 1 << 7 // an answer that is still to come
	MessageSuppressNotifications = 1 << 12
	MessageIsVoiceMessage        = 1 << 13
	MessageHasSnapshot           = 1 << 14
	MessageIsComponentsV2        = 1 << 15
)

// MessageContent is the part of a message that a forward repeats.
type MessageContent struct {
	Type            MessageType         `json:"type"`
	Content         string              `json:"content"`
	Mentions        []*User             `json:"mentions"`
	MentionRoles    []discord.Snowflake `json:"mention_roles"`
	Attachments     []*Attachment       `json:"attachments"`
	Embeds          []Embed             `json:"embeds"`
	Timestamp       Timestamp           `json:"timestamp"`
	EditedTimestamp Timestamp           `json:"edited_timestamp"`
	Flags           int                 `json:"flags"`
	Components      []Component         `json:"components"`
	StickerItems    []StickerItem       `json:"sticker_items,omitempty"`
}

// Message is a message in a channel. Its author and mentions are the current users, and Reactions tell the reader's own, when it is
// handed out.
type Message struct {
	MessageContent
	ID              discord.Snowflake `json:"id"`
	ChannelID       discord.Snowflake `json:"channel_id"`
	Author          *User             `json:"author"`
	Pinned          bool              `json:"pinned"`
	MentionEveryone bool              `json:"mention_everyone"`
	TTS             bool              `json:"tts"`
	Nonce           Nonce             `json:"nonce,omitempty"`
	WebhookID       discord.Snowflake `json:"webhook_id,omitempty"`
	ApplicationID   discord.Snowflake `json:"application_id,omitempty"`
	Reference       *MessageReference `json:"message_reference,omitempty"`
	Snapshots       []MessageSnapshot `json:"message_snapshots,omitempty"`
	Thread          *Channel          `json:"thread,omitempty"`
	Position        *int              `json:"position,omitempty"` // in a thread
	Poll            *Poll             `json:"poll,omitempty"`
	Reactions       []Reaction        `json:"reactions,omitempty"`
	// Referenced is the message replied to: absent on messages that are no replies, null when it is gone.
	Referenced Field[*Message] `json:"referenced_message,omitzero"`
	// Metadata and Interaction tell what the message answers; the latter is the older form, for commands only.
	Metadata    *InteractionMetadata `json:"interaction_metadata,omitempty"`
	Interaction *MessageInteraction  `json:"interaction,omitempty"`

	PinnedAt Timestamp         `json:"-"`
	onlyFor  discord.Snowflake // who sees an ephemeral message, which is in no channel's history
}

// MessageReference points at the message that another one is a reply to, a forward or a crosspost of.
type MessageReference struct {
	Type      int               `json:"type"` // 0 default, 1 forward
	ChannelID discord.Snowflake `json:"channel_id"`
	MessageID discord.Snowflake `json:"message_id,omitempty"`
	GuildID   discord.Snowflake `json:"guild_id,omitempty"`
}

// MessageSnapshot is the copy of a message that a forward carries.
type MessageSnapshot struct {
	Message MessageContent `json:"message"`
}

// Component is a message component in Discord's JSON form.
type Component = limits.Object

// StickerItem is a sticker as a message shows it.
type StickerItem struct {
	ID         discord.Snowflake `json:"id"`
	Name       string            `json:"name"`
	FormatType int               `json:"format_type"`
}

// Attachment is a file of a message. Its URLs are signed when the message is handed out.
type Attachment struct {
	ID           discord.Snowflake `json:"id"`
	Filename     string            `json:"filename"`
	Size         int64             `json:"size"`
	URL          string            `json:"url"`
	ProxyURL     string            `json:"proxy_url"`
	Width        int               `json:"width,omitempty"`
	Height       int               `json:"height,omitempty"`
	DurationSecs float64           `json:"duration_secs,omitempty"`
	Waveform     string            `json:"waveform,omitempty"`
	Description  string            `json:"description,omitempty"`
	ContentType  string            `json:"content_type,omitempty"`
	Flags        int               `json:"flags,omitempty"`
	Title        string            `json:"title,omitempty"`

	blob      *blob
	channelID discord.Snowflake // of its message, which its URLs name
}

// Embed is rich content of a message.
type Embed struct {
	Type        string         `json:"type"`
	URL         string         `json:"url,omitempty"`
	Title       string         `json:"title,omitempty"`
	Description string         `json:"description,omitempty"`
	Color       *int           `json:"color,omitempty"`
	Timestamp   Timestamp      `json:"timestamp,omitzero"`
	Fields      []EmbedField   `json:"fields,omitempty"`
	Author      *EmbedAuthor   `json:"author,omitempty"`
	Provider    *EmbedProvider `json:"provider,omitempty"`
	Image       *EmbedMedia    `json:"image,omitempty"`
	Thumbnail   *EmbedMedia    `json:"thumbnail,omitempty"`
	Video       *EmbedMedia    `json:"video,omitempty"`
	Footer      *EmbedFooter   `json:"footer,omitempty"`
}

// EmbedField is a titled text of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// EmbedAuthor is the line above an embed's title.
type EmbedAuthor struct {
	Name         string `json:"name"`
	URL          string `json:"url,omitempty"`
	IconURL      string `json:"icon_url,omitempty"`
	ProxyIconURL string `json:"proxy_icon_url,omitempty"`
}

// EmbedProvider is the site that an embed was made from.
type EmbedProvider struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// EmbedMedia is an image or a video of an embed.
type EmbedMedia struct {
	URL      string `json:"url,omitempty"`
	ProxyURL string `json:"proxy_url,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
}

// EmbedFooter is the line below an embed.
type EmbedFooter struct {
	Text         string `json:"text"`
	IconURL      string `json:"icon_url,omitempty"`
	ProxyIconURL string `json:"proxy_icon_url,omitempty"`
}

// PartialEmoji is an emoji as reactions and polls name it: a custom one by id, another by the character itself.
type PartialEmoji struct {
	ID       Nullable `json:"id"`
	Name     Nullable `json:"name"`
	Animated bool     `json:"animated,omitempty"`
}

// Reaction is an emoji under a message.
type Reaction struct {
	Emoji        PartialEmoji         `json:"emoji"`
	Count        int                  `json:"count"`
	CountDetails ReactionCountDetails `json:"count_details"`
	BurstColors  []string             `json:"burst_colors"`
	MeBurst      bool                 `json:"me_burst"`
	Me           bool                 `json:"me"`

	users []discord.Snowflake // in ascending order
}

// ReactionCountDetails splits the count of a reaction.
type ReactionCountDetails struct {
	Burst  int `json:"burst"`
	Normal int `json:"normal"`
}

// Poll is a question with answers to vote for.
type Poll struct {
	Question         PollMedia    `json:"question"`
	Answers          []PollAnswer `json:"answers"`
	Expiry           Timestamp    `json:"expiry"`
	AllowMultiselect bool         `json:"allow_multiselect"`
	LayoutType       int          `json:"layout_type"`
	Results          PollResults  `json:"results"`
}

// PollMedia is the text and emoji of a poll's question or answer.
type PollMedia struct {
	Text  string        `json:"text,omitempty"`
	Emoji *PartialEmoji `json:"emoji,omitempty"`
}

// PollAnswer is an answer to choose.
type PollAnswer struct {
	AnswerID int       `json:"answer_id"` // counted from 1
	Media    PollMedia `json:"poll_media"`

	voters []discord.Snowflake // in ascending order
}

// PollResults counts the votes.
type PollResults struct {
	AnswerCounts []PollCount `json:"answer_counts"`
	IsFinalized  bool        `json:"is_finalized"`
}

// PollCount counts the votes for one answer.
type PollCount struct {
	ID      int  `json:"id"`
	Count   int  `json:"count"`
	MeVoted bool `json:"me_voted"`
}
