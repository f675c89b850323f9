package sandbox

import "cordial/discord"

// EventEntity says where a scheduled event takes place.
type EventEntity int

// The places of scheduled events.
const (
	StageEvent    EventEntity = 1
	VoiceEvent    EventEntity = 2
	ExternalEvent EventEntity = 3 // outside of Discord
)

// EventStatus says how far a scheduled event has come: from scheduled to active to completed, or from scheduled to cancelled.
type EventStatus int

// The statuses of scheduled events.
const (
	EventScheduled EventStatus = 1
	EventActive    EventStatus = 2
	EventCompleted EventStatus = 3
	EventCanceled  EventStatus = 4
)

// finished reports whether nothing about an event can change any more.
func (s EventStatus) finished() bool { return s == EventCompleted || s == EventCanceled }

// eventGuildOnly is the only privacy level of scheduled events.
const eventGuildOnly = 2

// ScheduledEvent is an event that a guild has announced. Its creator and the number of its users are filled in when it is handed out.
type ScheduledEvent struct {
	ID           discord.Snowflake `json:"id"`
	GuildID      discord.Snowflake `json:"guild_id"`
	Name         string            `json:"name"`
	Description  Nullable          `json:"description"`
	ChannelID    Nullable          `json:"channel_id"` // null for an external event
	CreatorID    Nullable          `json:"creator_id"`
	Creator      *User             `json:"creator,omitempty"`
	Image        Nullable          `json:"image"`
	StartTime    Timestamp         `json:"scheduled_start_time"`
	EndTime      Timestamp         `json:"scheduled_end_time"`
	Status       EventStatus       `json:"status"`
	EntityType   EventEntity       `json:"entity_type"`
	EntityID     Nullable          `json:"entity_id"`
	Recurrence   *RecurrenceRule   `json:"recurrence_rule"`
	UserCount    *int              `json:"user_count,omitempty"`
	PrivacyLevel int               `json:"privacy_level"`
	Metadata     *EventMetadata    `json:"entity_metadata"` // of an external event
	Exceptions   []struct{}        `json:"guild_scheduled_event_exceptions"`

	users []discord.Snowflake // who is interested, in ascending order
}

// EventMetadata says where an external event is.
type EventMetadata struct {
	Location string `json:"location"`
}

// ScheduledEventUser is somebody who is interested in an event.
type ScheduledEventUser struct {
	EventID  discord.Snowflake `json:"guild_scheduled_event_id"`
	UserID   discord.Snowflake `json:"user_id"`
	User     *User             `json:"user"`
	Member   *Member           `json:"member,omitempty"`
	Response int               `json:"response"`
}
