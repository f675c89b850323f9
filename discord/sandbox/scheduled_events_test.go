package sandbox

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"cordial/discord"
)

const eventsPath = guildPath + "/scheduled-events"

// inHours is a time as requests write it.
func inHours(n int) string { return startTime.Add(time.Duration(n) * time.Hour).Format(time.RFC3339) }

// outing is the body of an external event that begins in an hour and ends an hour later.
func outing(change obj) obj {
	e := obj{"name": "Outing", "privacy_level": 2, "entity_type": 3, "entity_metadata": obj{"location": "The lake"},
		"scheduled_start_time": inHours(1), "scheduled_end_time": inHours(2)}
	maps.Copy(e, change)
	return e
}

// meeting is the body of an event in the voice channel.
func meeting(change obj) obj {
	e := outing(obj{"name": "Meeting", "entity_type": 2, "channel_id": seedTalk, "entity_metadata": nil, "scheduled_end_time": nil})
	maps.Copy(e, change)
	return e
}

func TestScheduledEvents(t *testing.T) {
	r := newRig(t)
	seeded := r.bot("GET", eventsPath, nil).ok(200)
	equal(t, "the seeded event", seeded.get("0.name").String(), "World Otter Day")
	equal(t, "the count without being asked for", seeded.get("0.user_count").Exists(), false)

	made := r.bot("POST", eventsPath, outing(nil)).ok(200)
	equal(t, "status", made.get("status").Int(), int64(EventScheduled))
	equal(t, "creator", made.id("creator.id"), seedBot)
	path := eventsPath + "/" + string(made.id("id"))
	changed := r.bot("PATCH", path, obj{"name": " Trip ", "description": "by boat", "image": "data:image/png;base64,eA=="}).ok(200)
	equal(t, "name", changed.get("name").String(), "Trip")
	equal(t, "location", changed.get("entity_metadata.location").String(), "The lake")
	picture := fmt.Sprintf("%s/guild-events/%s/%s.png", r.srv.CDNURL(), made.id("id"), changed.get("image"))
	if res, _ := r.get(picture); res.StatusCode != 200 {
		t.Errorf("GET %s: %s", picture, res.Status)
	}
	moved := r.bot("PATCH", path, meeting(nil)).ok(200)
	equal(t, "metadata", moved.get("entity_metadata").Raw, "null")
	equal(t, "events", r.bot("GET", eventsPath+"?with_user_count=true", nil).ok(200).get("#.user_count").Raw, "[2,0]")
	r.bot("DELETE", path, nil).ok(204)
	r.bot("GET", path, nil).refused(404, 10070)

	log := r.bot("GET", guildPath+"/audit-logs", nil).ok(200)
	equal(t, "the log", log.get("audit_log_entries.#.action_type").Raw, "[102,101,101,100]")
	for typ, want := range map[string]int{"CREATE": 1, "UPDATE": 2, "DELETE": 1} {
		equal(t, typ, r.happened("GUILD_SCHEDULED_EVENT_"+typ), want)
	}
}

func TestScheduledEventErrors(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		rule, path, code string
		body             obj
	}{
		{"no name", "name", "BASE_TYPE_REQUIRED", outing(obj{"name": "  "})},
		{"101 characters", "name", "BASE_TYPE_MAX_LENGTH", outing(obj{"name": fmt.Sprintf("%0101d", 0)})},
		{"in the past", "scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", outing(obj{"scheduled_start_time": inHours(-1)})},
		{"ends before it begins", "scheduled_end_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", outing(obj{"scheduled_start_time": inHours(3)})},
		{"external without an end", "scheduled_end_time", "BASE_TYPE_REQUIRED", outing(obj{"scheduled_end_time": nil})},
		{"external without a location", "entity_metadata.location", "BASE_TYPE_REQUIRED", outing(obj{"entity_metadata": obj{"location": " "}})},
		{"external in a channel", "channel_id", "BASE_TYPE_BAD_TYPE", outing(obj{"channel_id": seedTalk})},
		{"voice without a channel", "channel_id", "BASE_TYPE_REQUIRED", meeting(obj{"channel_id": nil})},
		{"voice in a text channel", "channel_id", "CHANNEL_INVALID", meeting(obj{"channel_id": seedGeneral})},
		{"stage in a voice channel", "channel_id", "CHANNEL_INVALID", meeting(obj{"entity_type": 1})},
		{"every second day", "recurrence_rule", "BASE_TYPE_CHOICES", meeting(obj{"recurrence_rule": obj{"start": inHours(1), "frequency": daily, "interval": 2}})},
		{"three times", "recurrence_rule", "BASE_TYPE_CHOICES", meeting(obj{"recurrence_rule": obj{"start": inHours(1), "frequency": daily, "count": 3}})},
		{"two days a week", "recurrence_rule", "BASE_TYPE_CHOICES",
			meeting(obj{"recurrence_rule": obj{"start": inHours(1), "frequency": weekly, "by_weekday": []int{1, 2}}})},
	} {
		t.Run(c.rule, func(t *testing.T) { r.bot("POST", eventsPath, c.body).invalid(c.path, c.code) })
	}
	r.bot("POST", eventsPath, meeting(obj{"channel_id": "1"})).refused(404, 10003)
	every := r.bot("POST", eventsPath, meeting(obj{"recurrence_rule": obj{"start": inHours(1), "frequency": daily, "by_weekday": []int{6, 0, 1, 2, 3}}})).ok(200)
	equal(t, "interval", every.get("recurrence_rule.interval").Int(), 1)
}

func TestScheduledEventStatus(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		way   []EventStatus
		wrong EventStatus
	}{
		{nil, EventCompleted},
		{[]EventStatus{EventActive}, EventCanceled},
		{[]EventStatus{EventActive}, EventScheduled},
	} {
		path := eventsPath + "/" + string(r.bot("POST", eventsPath, meeting(nil)).ok(200).id("id"))
		for _, s := range c.way {
			equal(t, "status", r.bot("PATCH", path, obj{"status": s}).ok(200).get("status").Int(), int64(s))
		}
		r.bot("PATCH", path, obj{"status": c.wrong}).invalid("status", "BASE_TYPE_CHOICES")
	}
	path := eventsPath + "/" + string(r.bot("POST", eventsPath, meeting(nil)).ok(200).id("id"))
	r.bot("PATCH", path, obj{"status": EventCanceled}).ok(200)
	r.bot("PATCH", path, obj{"name": "again"}).refused(400, 180000)
	equal(t, "upcoming", r.bot("GET", eventsPath, nil).ok(200).get("#").Int(), 4)
	r.bot("GET", path, nil).ok(200)
}

func TestExternalEventsTurnByThemselves(t *testing.T) {
	r := newRig(t)
	path := eventsPath + "/" + string(r.bot("POST", eventsPath, outing(nil)).ok(200).id("id"))
	for _, want := range []EventStatus{EventScheduled, EventActive, EventCompleted} {
		equal(t, "status", r.bot("GET", path, nil).ok(200).get("status").Int(), int64(want))
		r.clock.Advance(time.Hour)
	}
	equal(t, "updates", r.happened("GUILD_SCHEDULED_EVENT_UPDATE"), 2)
}

func TestTheTurnsOfEventsAreTold(t *testing.T) {
	r := gatewayRig(t, patient)
	s, _ := r.identify(everything)
	r.bot("POST", eventsPath, outing(nil)).ok(200)
	canceled := r.bot("POST", eventsPath, outing(nil)).ok(200).id("id")
	r.bot("DELETE", eventsPath+"/"+string(canceled), nil).ok(204)
	s.event("GUILD_SCHEDULED_EVENT_DELETE")
	r.clock.Advance(2 * time.Hour) // past both turns
	for _, want := range []EventStatus{EventActive, EventCompleted} {
		equal(t, "status", s.event("GUILD_SCHEDULED_EVENT_UPDATE").Get("status").Int(), int64(want))
	}
	if more := s.sync(); len(more) > 0 {
		t.Errorf("after the end come %q", more)
	}
	again, _ := r.identify(everything)
	equal(t, "events of a new session", again.event("GUILD_CREATE").Get("guild_scheduled_events.#.name").Raw, `["World Otter Day"]`)
	equal(t, "alarms", r.alarms(), 1) // of the seeded event
}

func TestScheduledEventPermissions(t *testing.T) {
	r := newRig(t)
	theirs := eventsPath + "/" + string(r.as("sam_rivera", "POST", eventsPath, outing(nil)).ok(200).id("id"))
	ours := eventsPath + "/" + string(r.bot("POST", eventsPath, meeting(nil)).ok(200).id("id"))
	r.as("sam_rivera", "PATCH", theirs, obj{"name": "mine"}).ok(200)
	r.as("sam_rivera", "PATCH", ours, obj{"name": "mine"}).refused(403, 50013)
	r.as("priya", "DELETE", theirs, nil).refused(403, 50013)
	r.deny(seedTalk, discord.PermissionConnect)
	r.as("sam_rivera", "POST", eventsPath, meeting(nil)).refused(403, 50013)
	r.as("sam_rivera", "PATCH", theirs, meeting(nil)).refused(403, 50013)
	r.deny(seedTalk, discord.PermissionViewChannel)
	r.as("sam_rivera", "GET", ours, nil).refused(404, 10070)
	equal(t, "seen", r.as("sam_rivera", "GET", eventsPath, nil).ok(200).get("#").Int(), 2)
	r.bot("DELETE", "/channels/"+string(seedTalk), nil).ok(200)
	r.bot("GET", ours, nil).refused(404, 10070)
}

func TestScheduledEventsAreBounded(t *testing.T) {
	r := newRig(t)
	g := r.w.guilds[seedGuild]
	for range maxFinishedEvents {
		id := r.w.newID()
		g.events[id] = &ScheduledEvent{ID: id, Status: EventCompleted}
	}
	for range maxUpcomingEvents - 1 {
		r.bot("POST", eventsPath, meeting(nil)).ok(200)
	}
	r.bot("POST", eventsPath, meeting(nil)).refused(400, 30038)
	if len(g.events) > maxUpcomingEvents+maxFinishedEvents {
		t.Errorf("%d events are remembered", len(g.events))
	}
}

func TestScheduledEventUsers(t *testing.T) {
	r := newRig(t)
	id := r.bot("POST", eventsPath, outing(nil)).ok(200).id("id")
	interest := func(name string, interested bool) error {
		return r.w.SetInterest(Actor{User: r.user(name).ID}, seedGuild, id, interested)
	}
	for _, name := range []string{"sam_rivera", "priya", "nathan", "priya"} {
		r.must(interest(name, true))
	}
	r.must(interest("jeremyhoward", false))
	if err := interest("DBuddy", true); err == nil {
		t.Error("a bot is interested")
	}
	path := eventsPath + "/" + string(id) + "/users"
	for _, c := range []struct{ query, want string }{
		{"", `["nathan","priya","sam_rivera"]`},
		{"?limit=2", `["nathan","priya"]`},
		{"?limit=1&after=" + string(seedNathan), `["priya"]`},
		{"?limit=1&before=" + string(seedSam), `["priya"]`},
		{"?before=" + string(seedPriya) + "&after=" + string(seedPriya), `["nathan"]`},
	} {
		equal(t, c.query, r.bot("GET", path+c.query, nil).ok(200).get("#.user.username").Raw, c.want)
	}
	equal(t, "member", r.bot("GET", path+"?with_member=true", nil).ok(200).get("1.member.nick").String(), "priya 🦦")
	r.must(interest("nathan", false))
	equal(t, "counted", r.bot("GET", path+"/counts", nil).ok(200).get("guild_scheduled_event_count").Int(), 2)
	equal(t, "added", r.happened("GUILD_SCHEDULED_EVENT_USER_ADD"), 3)
	equal(t, "removed", r.happened("GUILD_SCHEDULED_EVENT_USER_REMOVE"), 1)
}
