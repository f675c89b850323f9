package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"cordial/discord"
)

// Limits of scheduled events (resources/guild-scheduled-event).
const (
	maxUpcomingEvents = 100 // scheduled or active
	maxFinishedEvents = 100 // that are remembered
)

// ScheduledEventParams describe a scheduled event; what is not set stays, or has its default in a new event.
type ScheduledEventParams struct {
	Name         Field[string]            `json:"name"`
	Description  Field[string]            `json:"description"`
	Image        Field[string]            `json:"image"` // a data URI
	StartTime    Field[Timestamp]         `json:"scheduled_start_time"`
	EndTime      Field[Timestamp]         `json:"scheduled_end_time"`
	PrivacyLevel Field[int]               `json:"privacy_level"`
	EntityType   Field[EventEntity]       `json:"entity_type"`
	ChannelID    Field[discord.Snowflake] `json:"channel_id"`
	Metadata     Field[*EventMetadata]    `json:"entity_metadata"`
	Recurrence   Field[*RecurrenceRule]   `json:"recurrence_rule"`
	Status       Field[EventStatus]       `json:"status"` // not of a new event
}

var errUnknownScheduledEvent = Refuse(http.StatusNotFound, 10070)

// ScheduledEvents lists the events of a guild that are still to come or going on and that the actor can see, by id.
func (w *World) ScheduledEvents(actor Actor, guildID discord.Snowflake, withCounts bool) ([]*ScheduledEvent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	w.turnEvents(g)
	list := []*ScheduledEvent{}
	for _, e := range sortedByID(g.events) {
		if !e.Status.finished() && w.seesEvent(actor, g, e) {
			list = append(list, w.showEvent(e, withCounts))
		}
	}
	return list, nil
}

// ScheduledEvent shows an event.
func (w *World) ScheduledEvent(actor Actor, guildID, id discord.Snowflake, withCount bool) (*ScheduledEvent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, e, err := w.eventFor(actor, guildID, id)
	if err != nil {
		return nil, err
	}
	return w.showEvent(e, withCount), nil
}

// eventFor finds an event that the actor can see.
func (w *World) eventFor(actor Actor, guildID, id discord.Snowflake) (*guild, *ScheduledEvent, error) {
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, nil, err
	}
	w.turnEvents(g)
	e := g.events[id]
	if e == nil || !w.seesEvent(actor, g, e) {
		return nil, nil, errUnknownScheduledEvent
	}
	return g, e, nil
}

// seesEvent reports whether a member of the guild sees an event: whoever sees its channel does.
func (w *World) seesEvent(actor Actor, g *guild, e *ScheduledEvent) bool {
	c := g.channels[discord.Snowflake(e.ChannelID)]
	return c == nil || w.channelPermissions(c, actor.User).Has(discord.PermissionViewChannel)
}

func (w *World) showEvent(e *ScheduledEvent, withCount bool) *ScheduledEvent {
	shown := *e
	shown.Creator, shown.Exceptions = w.users[discord.Snowflake(e.CreatorID)], []struct{}{}
	if withCount {
		n := len(e.users)
		shown.UserCount = &n
	}
	return &shown
}

// setEvent stores an event and tells about it.
func (w *World) setEvent(g *guild, e *ScheduledEvent, typ string) *ScheduledEvent {
	g.events[e.ID] = e
	shown := w.showEvent(e, false)
	w.emit(typ, g.ID, discord.Snowflake(e.ChannelID), shown)
	w.awaitEvent(g, e)
	return shown
}

// awaitEvent has an external event begin and end in time.
func (w *World) awaitEvent(g *guild, e *ScheduledEvent) {
	if at, status := e.nextTurn(); status != 0 {
		w.alarm(e.ID, at, func() { w.turnEvents(g) })
	} else {
		w.silence(e.ID)
	}
}

// turnEvents starts and ends external events whose time has come. It also happens when somebody looks, so that nobody sees one that
// is late.
func (w *World) turnEvents(g *guild) {
	for _, e := range sortedByID(g.events) {
		for {
			at, status := e.nextTurn()
			if status == 0 || at.After(w.clock.Now()) {
				break
			}
			next := *e
			next.Status = status
			w.setEvent(g, &next, "GUILD_SCHEDULED_EVENT_UPDATE")
			e = &next
		}
	}
}

// nextTurn is what an event becomes by itself, and when; 0 for nothing more.
func (e *ScheduledEvent) nextTurn() (time.Time, EventStatus) {
	switch {
	case e.EntityType == ExternalEvent && e.Status == EventScheduled:
		return e.StartTime.Time, EventActive
	case e.EntityType == ExternalEvent && e.Status == EventActive:
		return e.EndTime.Time, EventCompleted
	}
	return time.Time{}, 0
}

// CreateScheduledEvent announces an event.
func (w *World) CreateScheduledEvent(actor Actor, guildID discord.Snowflake, p ScheduledEventParams) (*ScheduledEvent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(actor, guildID)
	if err != nil {
		return nil, err
	}
	w.turnEvents(g)
	e := &ScheduledEvent{ID: w.newID(), GuildID: g.ID, CreatorID: nullID(actor.User), Status: EventScheduled, PrivacyLevel: eventGuildOnly}
	p.Status = Field[EventStatus]{}
	if err := w.changeEvent(g, e, &p); err != nil {
		return nil, err
	}
	if err := w.mayHost(actor, g, e, discord.PermissionCreateEvents); err != nil {
		return nil, err
	}
	if !g.makeEventRoom() {
		return nil, Refuse(http.StatusBadRequest, 30038)
	}
	w.audit(g, actor, auditEventCreate, e.ID, diff(nil, e), nil)
	return w.setEvent(g, e, "GUILD_SCHEDULED_EVENT_CREATE"), nil
}

// makeEventRoom forgets the oldest finished event if there are too many, and reports whether there may be one more to come.
func (g *guild) makeEventRoom() bool {
	var finished []*ScheduledEvent
	for _, e := range sortedByID(g.events) {
		if e.Status.finished() {
			finished = append(finished, e)
		}
	}
	upcoming := len(g.events) - len(finished)
	if len(finished) >= maxFinishedEvents {
		delete(g.events, finished[0].ID)
	}
	return upcoming < maxUpcomingEvents
}

// changeEvent changes an event that is not stored yet, and checks what it has become.
func (w *World) changeEvent(g *guild, e *ScheduledEvent, p *ScheduledEventParams) error {
	if p.StartTime.Set && !p.StartTime.Value.After(w.clock.Now()) {
		return formError("GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.", "scheduled_start_time")
	}
	if p.Status.Set && !p.Status.Null {
		if err := e.turn(p.Status.Value); err != nil {
			return err
		}
	}
	e.Name = strings.TrimSpace(p.Name.or(e.Name))
	if p.Description.Set {
		e.Description = Nullable(strings.TrimSpace(p.Description.Value))
	}
	p.StartTime.into(&e.StartTime)
	p.EndTime.into(&e.EndTime)
	e.EntityType = p.EntityType.or(e.EntityType)
	if p.ChannelID.Set {
		e.ChannelID = nullID(p.ChannelID.Value)
	}
	p.Metadata.into(&e.Metadata)
	if e.EntityType != ExternalEvent {
		e.Metadata = nil
	}
	if p.Recurrence.Set {
		e.Recurrence = p.Recurrence.Value.withDefaults()
	}
	if err := e.check(g); err != nil {
		return err
	}
	return setImage(&e.Image, p.Image, "image")
}

// turn changes the status of an event, which goes forward only.
func (e *ScheduledEvent) turn(next EventStatus) error {
	ways := map[EventStatus][]EventStatus{EventScheduled: {EventActive, EventCanceled}, EventActive: {EventCompleted}}
	if next != e.Status && !slices.Contains(ways[e.Status], next) {
		return formError("BASE_TYPE_CHOICES", "The event cannot go from its status to this one.", "status")
	}
	e.Status = next
	return nil
}

// check makes sure that an event has what one at its place needs.
func (e *ScheduledEvent) check(g *guild) error {
	external := e.EntityType == ExternalEvent
	c := g.channels[discord.Snowflake(e.ChannelID)]
	required := func(field ...string) error {
		return formError("BASE_TYPE_REQUIRED", "This field is required", field...)
	}
	switch {
	case e.Name == "":
		return required("name")
	case external && e.ChannelID != "":
		return formError("BASE_TYPE_BAD_TYPE", "An external event has no channel.", "channel_id")
	case external && (e.Metadata == nil || strings.TrimSpace(e.Metadata.Location) == ""):
		return required("entity_metadata", "location")
	case external && e.EndTime.IsZero():
		return required("scheduled_end_time")
	case !external && e.ChannelID == "":
		return required("channel_id")
	case !external && c == nil:
		return errUnknownChannel
	case e.EntityType == StageEvent && c.Type != StageChannel, e.EntityType == VoiceEvent && c.Type != VoiceChannel:
		return formError("CHANNEL_INVALID", "Channel is invalid", "channel_id")
	case !e.EndTime.IsZero() && !e.EndTime.After(e.StartTime.Time):
		return formError("GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "The event must end after its start.", "scheduled_end_time")
	case e.Recurrence != nil:
		return e.Recurrence.check()
	}
	return nil
}

// mayHost checks that the actor may have an event at its place. Any one of the alternatives will do beside what the place needs.
func (w *World) mayHost(actor Actor, g *guild, e *ScheduledEvent, alternatives ...discord.Permissions) error {
	perms, need := w.guildPermissions(g, actor.User), discord.Permissions(0)
	if c := g.channels[discord.Snowflake(e.ChannelID)]; c != nil {
		perms, need = w.channelPermissions(c, actor.User), discord.PermissionViewChannel|discord.PermissionConnect
		if e.EntityType == StageEvent {
			need = discord.PermissionManageChannels | discord.PermissionMuteMembers | discord.PermissionMoveMembers
		}
	}
	if !slices.ContainsFunc(alternatives, perms.Has) {
		return errMissingPermissions
	}
	return missing(perms, need)
}

// eventToChange finds an event that the actor may change: its own with one permission, those of others with another.
func (w *World) eventToChange(actor Actor, guildID, id discord.Snowflake) (*guild, *ScheduledEvent, error) {
	g, e, err := w.eventFor(actor, guildID, id)
	if err != nil {
		return nil, nil, err
	}
	return g, e, w.mayHost(actor, g, e, e.changers(actor)...)
}

// changers are the permissions of which the actor needs one to change an event.
func (e *ScheduledEvent) changers(actor Actor) []discord.Permissions {
	if e.CreatorID == nullID(actor.User) {
		return []discord.Permissions{discord.PermissionCreateEvents, discord.PermissionManageEvents}
	}
	return []discord.Permissions{discord.PermissionManageEvents}
}

// ModifyScheduledEvent changes an event that has not finished, also to start, end or cancel it.
func (w *World) ModifyScheduledEvent(actor Actor, guildID, id discord.Snowflake, p ScheduledEventParams) (*ScheduledEvent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, e, err := w.eventToChange(actor, guildID, id)
	if err != nil {
		return nil, err
	}
	if e.Status.finished() {
		return nil, Refuse(http.StatusBadRequest, 180000)
	}
	next := *e
	if err := w.changeEvent(g, &next, &p); err != nil {
		return nil, err
	}
	if err := w.mayHost(actor, g, &next, e.changers(actor)...); err != nil { // at its new place, too
		return nil, err
	}
	if changes := diff(e, &next); changes != nil {
		w.audit(g, actor, auditEventUpdate, id, changes, nil)
	}
	return w.setEvent(g, &next, "GUILD_SCHEDULED_EVENT_UPDATE"), nil
}

// DeleteScheduledEvent removes an event.
func (w *World) DeleteScheduledEvent(actor Actor, guildID, id discord.Snowflake) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, e, err := w.eventToChange(actor, guildID, id)
	if err != nil {
		return err
	}
	w.audit(g, actor, auditEventDelete, id, diff(e, nil), nil)
	w.dropEvent(g, e)
	return nil
}

func (w *World) dropEvent(g *guild, e *ScheduledEvent) {
	delete(g.events, e.ID)
	w.silence(e.ID)
	w.emit("GUILD_SCHEDULED_EVENT_DELETE", g.ID, discord.Snowflake(e.ChannelID), w.showEvent(e, false))
}
