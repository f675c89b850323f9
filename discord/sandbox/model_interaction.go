package sandbox

import (
	"cordial/discord"
	"cordial/discord/rest/limits"
)

// InteractionType says what somebody has done.
type InteractionType int

// The types of interactions.
const (
	CommandInteraction      InteractionType = 2
	ComponentInteraction    InteractionType = 3
	AutocompleteInteraction InteractionType = 4
	ModalInteraction        InteractionType = 5
)

// CallbackType says how an interaction is answered.
type CallbackType int

// The types of answers.
const (
	CallbackPong     CallbackType = 1
	CallbackMessage  CallbackType = 4
	CallbackDeferred CallbackType = 5 // a message is to come
	CallbackThinking CallbackType = 6 // the component's message may be edited later
	CallbackUpdate   CallbackType = 7 // edits the component's message
	CallbackChoices  CallbackType = 8
	CallbackModal    CallbackType = 9
)

// Interaction is what the gateway tells the bot of what somebody has done with a command, a component or a modal of its application.
type Interaction struct {
	ID              discord.Snowflake            `json:"id"`
	ApplicationID   discord.Snowflake            `json:"application_id"`
	Type            InteractionType              `json:"type"`
	Data            any                          `json:"data"` // a commandData, componentData or modalData
	GuildID         discord.Snowflake            `json:"guild_id,omitempty"`
	Guild           *interactionGuild            `json:"guild,omitempty"`
	ChannelID       discord.Snowflake            `json:"channel_id"`
	Channel         *interactionChannel          `json:"channel"`
	Member          *interactionMember           `json:"member,omitempty"` // in a guild
	User            *User                        `json:"user,omitempty"`   // in a DM
	Token           string                       `json:"token"`
	Version         int                          `json:"version"`
	Message         *Message                     `json:"message,omitempty"` // that the component is on
	AppPermissions  discord.Permissions          `json:"app_permissions"`
	Locale          string                       `json:"locale"`
	GuildLocale     string                       `json:"guild_locale,omitempty"`
	Entitlements    []struct{}                   `json:"entitlements"`
	Owners          map[string]discord.Snowflake `json:"authorizing_integration_owners"`
	Context         int                          `json:"context"`
	AttachmentLimit int64                        `json:"attachment_size_limit"` // bytes
}

// interactionGuild is a guild as interactions tell of it.
type interactionGuild struct {
	ID       discord.Snowflake `json:"id"`
	Locale   string            `json:"locale"`
	Features []string          `json:"features"`
}

// interactionChannel is a channel as interactions tell of it, with what the person and the application may do there. Of
// threads Discord tells neither the owner nor the tags here (interactions/receiving-and-responding, "Resolved Data Structure").
type interactionChannel struct {
	ID               discord.Snowflake    `json:"id"`
	Type             ChannelType          `json:"type"`
	Name             string               `json:"name,omitempty"`
	GuildID          discord.Snowflake    `json:"guild_id,omitempty"`
	ParentID         discord.Snowflake    `json:"parent_id,omitempty"`
	Position         int                  `json:"position"`
	Topic            Nullable             `json:"topic"`
	NSFW             bool                 `json:"nsfw"`
	RateLimitPerUser int                  `json:"rate_limit_per_user"`
	LastMessageID    Nullable             `json:"last_message_id"`
	Flags            int                  `json:"flags"`
	Permissions      discord.Permissions  `json:"permissions"`
	AppPermissions   *discord.Permissions `json:"app_permissions,omitempty"` // of channels that were chosen
	Thread           *ThreadMetadata      `json:"thread_metadata,omitempty"`
	Recipients       []*User              `json:"recipients,omitempty"`
}

// interactionMember is a member with what it may do in the channel. The members that an interaction names come without the user and
// without mute and deaf; their users are beside them.
type interactionMember struct {
	*Member
	User        *User               `json:"user,omitempty"`
	Mute        *bool               `json:"mute,omitempty"`
	Deaf        *bool               `json:"deaf,omitempty"`
	Permissions discord.Permissions `json:"permissions"`
}

// commandData is the data of a command, or of an option that is being completed.
type commandData struct {
	ID       discord.Snowflake  `json:"id"`
	Name     string             `json:"name"`
	Type     limits.CommandType `json:"type"`
	GuildID  discord.Snowflake  `json:"guild_id,omitempty"` // of a guild's own command
	Options  []optionData       `json:"options,omitempty"`
	TargetID discord.Snowflake  `json:"target_id,omitempty"` // the user or the message that a context menu is about
	Resolved *resolved          `json:"resolved,omitempty"`
}

// optionData is an option that was filled in, or a subcommand that was chosen.
type optionData struct {
	Name    string            `json:"name"`
	Type    limits.OptionType `json:"type"`
	Value   any               `json:"value,omitempty"`
	Focused bool              `json:"focused,omitempty"`
	Options []optionData      `json:"options,omitempty"`
}

// componentData is the data of a component that was used.
type componentData struct {
	ID            int       `json:"id"`
	ComponentType int       `json:"component_type"`
	CustomID      string    `json:"custom_id"`
	Values        []string  `json:"values,omitempty"` // of selects
	Resolved      *resolved `json:"resolved,omitempty"`
}

// modalData is the data of a modal that was sent off.
type modalData struct {
	CustomID   string          `json:"custom_id"`
	Components []limits.Object `json:"components"`
	Resolved   *resolved       `json:"resolved,omitempty"`
}

// MessageInteraction is the older form of what a message answers.
type MessageInteraction struct {
	ID   discord.Snowflake `json:"id"`
	Type InteractionType   `json:"type"`
	Name string            `json:"name"` // of the command, with its subcommand
	User *User             `json:"user"`
}

// InteractionMetadata says what a message answers.
type InteractionMetadata struct {
	ID              discord.Snowflake            `json:"id"`
	Type            InteractionType              `json:"type"`
	User            *User                        `json:"user"`
	Owners          map[string]discord.Snowflake `json:"authorizing_integration_owners"`
	OriginalID      discord.Snowflake            `json:"original_response_message_id,omitempty"` // of follow-ups
	InteractedID    discord.Snowflake            `json:"interacted_message_id,omitempty"`        // that the component is on
	TargetUser      *User                        `json:"target_user,omitempty"`
	TargetMessageID discord.Snowflake            `json:"target_message_id,omitempty"`
	Triggering      *InteractionMetadata         `json:"triggering_interaction_metadata,omitempty"` // that the modal answered
}
