package sandbox

import (
	"strconv"
	"time"

	"cordial/discord"
)

// PruneParams say which members are to be removed.
type PruneParams struct {
	Days  int                 // of silence
	Roles []discord.Snowflake // members with only these roles may be removed, too
}

// CountInactive counts the members that Prune would remove.
func (w *World) CountInactive(actor Actor, guildID discord.Snowflake, p PruneParams) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionKickMembers|discord.PermissionManageGuild)
	if err != nil {
		return 0, err
	}
	return len(w.inactive(g, p)), nil
}

// Prune removes the members who have been silent for some days and have no roles but the given ones, and counts them.
func (w *World) Prune(actor Actor, guildID discord.Snowflake, p PruneParams) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionKickMembers|discord.PermissionManageGuild)
	if err != nil {
		return 0, err
	}
	silent := w.inactive(g, p)
	for _, user := range silent {
		w.removeMember(g, user)
	}
	if len(silent) > 0 {
		w.audit(g, actor, auditMemberPrune, "", nil, map[string]string{"delete_member_days": strconv.Itoa(p.Days),
			"members_removed": strconv.Itoa(len(silent))})
	}
	return len(silent), nil
}

// inactive lists the people who have neither joined nor written in the last days and have no roles but the given ones.
func (w *World) inactive(g *guild, p PruneParams) []discord.Snowflake {
	since := w.clock.Now().Add(-time.Duration(p.Days) * 24 * time.Hour)
	written := g.writersSince(discord.SnowflakeAt(since))
	var silent []discord.Snowflake
	for _, m := range sortedByID(g.members) {
		if !m.User.Bot && m.User.ID != g.OwnerID && m.JoinedAt.Before(since) && !written[m.User.ID] && len(missingFrom(m.Roles, p.Roles)) == 0 {
			silent = append(silent, m.User.ID)
		}
	}
	return silent
}

// writersSince gathers who has written in the guild since a moment.
func (g *guild) writersSince(since discord.Snowflake) map[discord.Snowflake]bool {
	written := map[discord.Snowflake]bool{}
	for _, channels := range []map[discord.Snowflake]*channel{g.channels, g.threads} {
		for _, c := range channels {
			for i := len(c.messages) - 1; i >= 0 && c.messages[i].ID.Compare(since) >= 0; i-- {
				written[c.messages[i].Author.ID] = true
			}
		}
	}
	return written
}
