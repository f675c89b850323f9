package sandbox

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"cordial/discord"
)

// The actions that the audit log notes.
const (
	auditGuildUpdate      = 1
	auditChannelCreate    = 10
	auditChannelUpdate    = 11
	auditChannelDelete    = 12
	auditOverwriteCreate  = 13
	auditOverwriteUpdate  = 14
	auditOverwriteDelete  = 15
	auditMemberKick       = 20
	auditMemberPrune      = 21
	auditBanAdd           = 22
	auditBanRemove        = 23
	auditMemberUpdate     = 24
	auditMemberRoleUpdate = 25
	auditMemberMove       = 26
	auditMemberDisconnect = 27
	auditRoleCreate       = 30
	auditRoleUpdate       = 31
	auditRoleDelete       = 32
	auditInviteCreate     = 40
	auditInviteDelete     = 42
	auditWebhookCreate    = 50
	auditWebhookUpdate    = 51
	auditWebhookDelete    = 52
	auditEmojiCreate      = 60
	auditEmojiUpdate      = 61
	auditEmojiDelete      = 62
	auditMessageDelete    = 72
	auditMessagesDelete   = 73
	auditMessagePin       = 74
	auditMessageUnpin     = 75
	auditStickerCreate    = 90
	auditStickerUpdate    = 91
	auditStickerDelete    = 92
	auditEventCreate      = 100
	auditEventUpdate      = 101
	auditEventDelete      = 102
	auditThreadCreate     = 110
	auditThreadUpdate     = 111
	auditThreadDelete     = 112
)

// maxAuditEntries bounds the audit log of a guild. Discord forgets entries after 45 days; here the oldest go first.
const maxAuditEntries = 5000

// audit notes who has done what, and why. The caller holds the world's lock.
func (w *World) audit(g *guild, actor Actor, action int, target discord.Snowflake, changes []AuditChange, options map[string]string) {
	entry := &AuditEntry{ID: w.newID(), ActionType: action, UserID: nullID(actor.User), TargetID: nullID(target), Changes: changes,
		Options: options, Reason: actor.Reason}
	g.audit = append(g.audit, entry)
	if extra := len(g.audit) - maxAuditEntries; extra > 0 {
		g.audit = slices.Delete(g.audit, 0, extra)
	}
	w.emit("GUILD_AUDIT_LOG_ENTRY_CREATE", g.ID, "", struct {
		*AuditEntry
		GuildID discord.Snowflake `json:"guild_id"`
	}{entry, g.ID})
}

// diff lists the members in which the JSON forms of two values differ; nil is a value without members. Ids are no changes.
func diff(before, after any) []AuditChange {
	old, now := membersOf(before), membersOf(after)
	keys := map[string]json.RawMessage{}
	maps.Copy(keys, old)
	maps.Copy(keys, now)
	delete(keys, "id")
	var changes []AuditChange
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !bytes.Equal(old[key], now[key]) {
			changes = append(changes, AuditChange{Key: key, OldValue: old[key], NewValue: now[key]})
		}
	}
	return changes
}

// membersOf gives the members of a value's JSON form that are not null.
func membersOf(value any) map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	text, err := json.Marshal(value)
	if err != nil || json.Unmarshal(text, &members) != nil {
		return members
	}
	maps.DeleteFunc(members, func(_ string, v json.RawMessage) bool { return string(v) == "null" })
	return members
}

// AuditQuery selects entries of an audit log. Zero fields select all.
type AuditQuery struct {
	User, Target  discord.Snowflake
	Action        int
	Before, After discord.Snowflake
	Limit         int
}

func (q AuditQuery) matches(e *AuditEntry) bool {
	return (q.User == "" || nullID(q.User) == e.UserID) && (q.Target == "" || nullID(q.Target) == e.TargetID) &&
		(q.Action == 0 || q.Action == e.ActionType) &&
		(q.Before == "" || e.ID.Compare(q.Before) < 0) && (q.After == "" || e.ID.Compare(q.After) > 0)
}

// AuditLog is a part of an audit log with what its entries name.
type AuditLog struct {
	Entries  []*AuditEntry     `json:"audit_log_entries"`
	Users    []*User           `json:"users"`
	Webhooks []*Webhook        `json:"webhooks"`
	Threads  []*Channel        `json:"threads"`
	Events   []*ScheduledEvent `json:"guild_scheduled_events"`

	// What this world does not have.
	Integrations []struct{} `json:"integrations"`
	Commands     []struct{} `json:"application_commands"`
	Rules        []struct{} `json:"auto_moderation_rules"`
}

// AuditLog lists entries of a guild's audit log: newest first, or oldest first when the query has After.
func (w *World) AuditLog(actor Actor, guildID discord.Snowflake, q AuditQuery) (*AuditLog, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildWith(actor, guildID, discord.PermissionViewAuditLog)
	if err != nil {
		return nil, err
	}
	entries := slices.Clone(g.audit)
	if q.After == "" {
		slices.Reverse(entries)
	}
	log := &AuditLog{Entries: []*AuditEntry{}, Users: []*User{}, Webhooks: []*Webhook{}, Threads: []*Channel{},
		Events: []*ScheduledEvent{}, Integrations: []struct{}{}, Commands: []struct{}{}, Rules: []struct{}{}}
	for _, e := range entries {
		if len(log.Entries) == q.Limit {
			break
		}
		if q.matches(e) {
			log.Entries = append(log.Entries, e)
		}
	}
	w.addNamed(g, log)
	return log, nil
}

// addNamed adds the users, webhooks, threads and events that the entries of a log name.
func (w *World) addNamed(g *guild, log *AuditLog) {
	seen := map[discord.Snowflake]bool{}
	for _, e := range log.Entries {
		for _, id := range []discord.Snowflake{discord.Snowflake(e.UserID), discord.Snowflake(e.TargetID)} {
			if id == "" || seen[id] {
				continue
			}
			seen[id] = true
			if u := w.users[id]; u != nil {
				log.Users = append(log.Users, u)
			}
			if h := w.webhooks[id]; h != nil {
				shown := *h
				shown.Token, shown.URL = "", ""
				log.Webhooks = append(log.Webhooks, &shown)
			}
			if c := w.channels[id]; c != nil && c.Type.IsThread() {
				log.Threads = append(log.Threads, c.Channel)
			}
			if e := g.events[id]; e != nil {
				log.Events = append(log.Events, w.showEvent(e, false))
			}
		}
	}
}
