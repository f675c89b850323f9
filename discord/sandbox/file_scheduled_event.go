package sandbox

import (
	"fmt"

	"cordial/discord"
)

// fileScheduledEvent is a scheduled event: in a voice or stage channel, or at a location outside of Discord.
type fileScheduledEvent struct {
	ID          discord.Snowflake `json:"id,omitempty"`
	Name        string            `json:"name"`
	Description Nullable          `json:"description,omitempty"`
	Channel     ref               `json:"channel,omitempty"`
	Location    string            `json:"location,omitempty"`
	Creator     ref               `json:"creator,omitempty"` // the guild's owner when not said
	Image       Nullable          `json:"image,omitempty"`
	StartTime   Timestamp         `json:"scheduled_start_time"`
	EndTime     Timestamp         `json:"scheduled_end_time,omitzero"`
	Status      EventStatus       `json:"status,omitempty"` // scheduled when not said
	Recurrence  *RecurrenceRule   `json:"recurrence_rule,omitempty"`
	Users       []ref             `json:"users,omitempty"` // who is interested
}

func (l *loader) scheduledEvent(g *guild, f fileScheduledEvent) error {
	e := &ScheduledEvent{ID: l.id(f.ID), GuildID: g.ID, Name: f.Name, Description: f.Description, CreatorID: nullID(g.OwnerID), Image: f.Image,
		StartTime: f.StartTime, EndTime: f.EndTime, Status: max(f.Status, EventScheduled), EntityType: ExternalEvent, PrivacyLevel: eventGuildOnly,
		Recurrence: f.Recurrence.withDefaults()}
	var err error
	if f.Creator != "" {
		u, err := l.user(f.Creator)
		if err != nil {
			return fmt.Errorf("creator: %w", err)
		}
		e.CreatorID = nullID(u.ID)
	}
	if f.Channel != "" {
		c, err := g.channelNamed(f.Channel)
		if err != nil {
			return err
		}
		e.ChannelID, e.EntityType = nullID(c.ID), VoiceEvent
		if c.Type == StageChannel {
			e.EntityType = StageEvent
		}
	} else {
		e.Metadata = &EventMetadata{Location: f.Location}
	}
	if e.users, err = l.userIDs(f.Users); err != nil {
		return fmt.Errorf("users: %w", err)
	}
	switch {
	case f.StartTime.IsZero():
		return fmt.Errorf("an event needs a scheduled_start_time")
	case e.Status > EventCanceled:
		return fmt.Errorf("status: it is from %d to %d", EventScheduled, EventCanceled)
	}
	if err := e.check(g); err != nil {
		return fmt.Errorf("the event is not complete: an external one needs a name, a location and a later scheduled_end_time, " +
			"another a name and a voice or stage channel")
	}
	l.w.ids.used(e.ID)
	g.events[e.ID] = e
	return nil
}

func dumpScheduledEvent(e *ScheduledEvent) fileScheduledEvent {
	f := fileScheduledEvent{ID: e.ID, Name: e.Name, Description: e.Description, Channel: ref(e.ChannelID), Creator: ref(e.CreatorID), Image: e.Image,
		StartTime: e.StartTime, EndTime: e.EndTime, Status: e.Status, Recurrence: e.Recurrence, Users: refs(e.users)}
	if e.Metadata != nil {
		f.Location = e.Metadata.Location
	}
	return f
}
