package sandbox

import (
	"slices"

	"cordial/discord"
)

// threadMembersEvent tells who has joined or left a thread.
type threadMembersEvent struct {
	ID          discord.Snowflake   `json:"id"`
	GuildID     discord.Snowflake   `json:"guild_id"`
	MemberCount int                 `json:"member_count"`
	Added       []*ThreadMember     `json:"added_members,omitempty"`
	Removed     []discord.Snowflake `json:"removed_member_ids,omitempty"`
}

// concerns reports whether a user is among those who have joined or left.
func (e threadMembersEvent) concerns(user discord.Snowflake) bool {
	return slices.Contains(e.Removed, user) || slices.ContainsFunc(e.Added, func(m *ThreadMember) bool { return m.UserID == user })
}
