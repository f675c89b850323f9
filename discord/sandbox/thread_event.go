package sandbox

import (
	"encoding/json"
	"slices"

	"cordial/discord"
)

// threadCreated is a thread that its readers have not known.
type threadCreated struct {
	*Channel
	state *channel
	newly bool // it has just been made; else the reader has been added to it
}

// MarshalJSON writes the thread with one more field.
func (e threadCreated) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		threadFields
		Newly bool `json:"newly_created,omitempty"`
	}{e.threadFields(), e.newly})
}

// shownTo adds the reader's own membership.
func (e threadCreated) shownTo(w *World, v viewer) any {
	return threadCreated{w.channelView(v.user, e.state), e.state, e.newly}
}

// threadMembersEvent tells who has joined or left a thread.
type threadMembersEvent struct {
	ID          discord.Snowflake   `json:"id"`
	GuildID     discord.Snowflake   `json:"guild_id"`
	MemberCount int                 `json:"member_count"`
	Added       []addedThreadMember `json:"added_members,omitempty"`
	Removed     []discord.Snowflake `json:"removed_member_ids,omitempty"`
}

// addedThreadMember is a new member of a thread, with how they are there.
type addedThreadMember struct {
	*ThreadMember
	Presence *presenceEvent `json:"presence"`
}

// concerns reports whether a user is among those who have joined or left.
func (e threadMembersEvent) concerns(user discord.Snowflake) bool {
	return slices.Contains(e.Removed, user) || slices.ContainsFunc(e.Added, func(m addedThreadMember) bool { return m.UserID == user })
}

// emitThreadJoin tells that somebody has joined a thread, which has so many members now.
func (w *World) emitThreadJoin(t *channel, m *ThreadMember) {
	g := w.guilds[t.GuildID]
	w.emit("THREAD_MEMBERS_UPDATE", t.GuildID, t.ID, threadMembersEvent{ID: t.ID, GuildID: t.GuildID, MemberCount: len(t.threadMembers),
		Added: []addedThreadMember{{w.showThreadMember(t, m, true), w.presenceView(g, m.UserID)}}})
}

// emitThreadLeave tells that somebody has left a thread. Who has may not see it any more, but is told.
func (w *World) emitThreadLeave(t *channel, user discord.Snowflake) {
	e := Event{Type: "THREAD_MEMBERS_UPDATE", Guild: t.GuildID, Channel: t.ID, Data: threadMembersEvent{ID: t.ID, GuildID: t.GuildID,
		MemberCount: len(t.threadMembers), Removed: []discord.Snowflake{user}}}
	w.tell(e)
	if !w.channelPermissions(t, user).Has(discord.PermissionViewChannel) {
		e.Only = user
		w.tell(e)
	}
}
