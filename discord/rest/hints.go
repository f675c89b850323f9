package rest

import "strings"

// hints say what to do about error codes that come often.
var hints = map[int]string{
	10003: "the channel does not exist, or the bot is not in its server",
	10004: "the server does not exist, or the bot is not in it",
	10008: "the message does not exist: it may be deleted, or be in another channel",
	10013: "no user has this id",
	10062: "an interaction must be answered within 3 seconds",
	20028: "the channel takes no more for the moment: send less at a time",
	40001: "the token does not allow this: bots cannot do what belongs to a person",
	40005: "files may be 10 MiB each, more in servers with boosts, and 25 MiB altogether",
	40060: "an interaction is answered once; edit the answer or send a follow-up",
	50001: "the bot cannot see this: it needs VIEW_CHANNEL there, or the operation needs an intent switched on in the developer portal",
	50005: "a message can only be edited by its author; one that a webhook has posted with edit_message of the webhook",
	50006: "a message needs content, embeds, stickers, components, a poll or files",
	50007: "the person does not take direct messages from the bot: they share no server, block it, or have switched them off",
	50016: "between 2 and 100 messages can be deleted at once",
	50034: "messages older than 14 days cannot be deleted in bulk: delete them one by one",
	50083: "the thread is archived: unarchive it first with update_channel{archived = false}",
	50278: "the bot shares no server with this person",
}

// needs names the permission of operations that are often refused for the lack of it.
var needs = map[string]string{
	"add_guild_member_role":            "MANAGE_ROLES, and the role below the bot's highest",
	"add_my_message_reaction":          "ADD_REACTIONS and READ_MESSAGE_HISTORY",
	"ban_user_from_guild":              "BAN_MEMBERS, and the member's highest role below the bot's",
	"bulk_ban_users_from_guild":        "BAN_MEMBERS and MANAGE_GUILD",
	"bulk_delete_messages":             "MANAGE_MESSAGES",
	"create_channel_invite":            "CREATE_INSTANT_INVITE",
	"create_guild_channel":             "MANAGE_CHANNELS",
	"create_guild_emoji":               "CREATE_GUILD_EXPRESSIONS",
	"create_guild_role":                "MANAGE_ROLES",
	"create_guild_sticker":             "CREATE_GUILD_EXPRESSIONS",
	"create_message":                   "SEND_MESSAGES, in threads SEND_MESSAGES_IN_THREADS; ATTACH_FILES for files",
	"create_pin":                       "PIN_MESSAGES",
	"create_thread":                    "CREATE_PUBLIC_THREADS or CREATE_PRIVATE_THREADS",
	"create_thread_from_message":       "CREATE_PUBLIC_THREADS",
	"create_webhook":                   "MANAGE_WEBHOOKS",
	"delete_channel":                   "MANAGE_CHANNELS, for threads MANAGE_THREADS",
	"delete_guild_member":              "KICK_MEMBERS, and the member's highest role below the bot's",
	"delete_guild_member_role":         "MANAGE_ROLES, and the role below the bot's highest",
	"delete_guild_role":                "MANAGE_ROLES, and the role below the bot's highest",
	"delete_message":                   "MANAGE_MESSAGES for messages of others",
	"delete_pin":                       "PIN_MESSAGES",
	"get_guild_webhooks":               "MANAGE_WEBHOOKS",
	"list_channel_webhooks":            "MANAGE_WEBHOOKS",
	"list_guild_audit_log_entries":     "VIEW_AUDIT_LOG",
	"list_guild_bans":                  "BAN_MEMBERS",
	"list_guild_invites":               "MANAGE_GUILD or VIEW_AUDIT_LOG",
	"list_guild_members":               "the server members intent, switched on in the developer portal",
	"list_messages":                    "VIEW_CHANNEL and READ_MESSAGE_HISTORY",
	"set_channel_permission_overwrite": "MANAGE_ROLES, and no permission that the bot lacks itself",
	"unban_user_from_guild":            "BAN_MEMBERS",
	"update_channel":                   "MANAGE_CHANNELS, for threads MANAGE_THREADS",
	"update_guild":                     "MANAGE_GUILD",
	"update_guild_member":              "the permission for each change: MANAGE_NICKNAMES, MANAGE_ROLES, MODERATE_MEMBERS, MOVE_MEMBERS, MUTE_MEMBERS or DEAFEN_MEMBERS, and the member's highest role below the bot's",
	"update_guild_role":                "MANAGE_ROLES, and the role below the bot's highest",
}

const (
	codeMissingAccess      = 50001
	codeMissingPermissions = 50013
)

func hint(e *Error, x *exchange) string {
	if x.op != nil && (e.Code == codeMissingPermissions || e.Code == codeMissingAccess) {
		if need, ok := needs[x.op.ID]; ok {
			return strings.Join([]string{x.op.ID, "needs", need}, " ")
		}
	}
	return hints[e.Code]
}
