package sandbox

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// eventForms says what the data of events has: fields with their types, or the name of a schema or a part for all of its fields, and
// a field with a minus for one that is left out of them. A question mark behind a field is for one that may be absent, one before a
// type for null. The fields are those of Discord's documentation (events/gateway-events), the schemas those of the API's answers. The
// parts, in lower case, are at the end.
const eventForms = `
READY: v integer, user UserPIIResponse, guilds []unavailable, session_id string, resume_gateway_url string, shard? []integer,
	application application
RESUMED: any
RATE_LIMITED: opcode integer, retry_after number, meta rateLimit
CHANNEL_CREATE: GuildChannelResponse
CHANNEL_UPDATE: GuildChannelResponse
CHANNEL_DELETE: GuildChannelResponse
CHANNEL_INFO: guild_id snowflake, channels []channelInfo
CHANNEL_PINS_UPDATE: guild_id? snowflake, channel_id snowflake, last_pin_timestamp? ?timestamp
THREAD_CREATE: ThreadResponse, newly_created? boolean
THREAD_UPDATE: ThreadResponse
THREAD_DELETE: id snowflake, guild_id snowflake, parent_id snowflake, type integer
THREAD_LIST_SYNC: guild_id snowflake, channel_ids? []snowflake, threads []ThreadResponse, members []ThreadMemberResponse
THREAD_MEMBERS_UPDATE: id snowflake, guild_id snowflake, member_count integer, added_members? []joined, removed_member_ids? []snowflake
GUILD_CREATE: GuildResponse, joined_at timestamp, large boolean, unavailable? boolean, member_count integer, voice_states []voiceState,
	members []GuildMemberResponse, channels []GuildChannelResponse, threads []ThreadResponse, presences []presence, stage_instances []any,
	guild_scheduled_events []scheduledEvent, soundboard_sounds []any
GUILD_UPDATE: GuildResponse
GUILD_DELETE: unavailable
GUILD_AUDIT_LOG_ENTRY_CREATE: AuditLogEntryResponse, guild_id snowflake
GUILD_BAN_ADD: guild_id snowflake, user UserResponse
GUILD_BAN_REMOVE: guild_id snowflake, user UserResponse
GUILD_EMOJIS_UPDATE: guild_id snowflake, emojis []EmojiResponse
GUILD_STICKERS_UPDATE: guild_id snowflake, stickers []GuildStickerResponse
GUILD_INTEGRATIONS_UPDATE: guild_id snowflake
GUILD_MEMBER_ADD: GuildMemberResponse, guild_id snowflake
GUILD_MEMBER_UPDATE: GuildMemberResponse, guild_id snowflake
GUILD_MEMBER_REMOVE: guild_id snowflake, user UserResponse
GUILD_MEMBERS_CHUNK: guild_id snowflake, members []GuildMemberResponse, chunk_index integer, chunk_count integer, not_found? []any,
	presences? []presence, nonce? string
GUILD_ROLE_CREATE: guild_id snowflake, role GuildRoleResponse
GUILD_ROLE_UPDATE: guild_id snowflake, role GuildRoleResponse
GUILD_ROLE_DELETE: guild_id snowflake, role_id snowflake
GUILD_SCHEDULED_EVENT_CREATE: scheduledEvent
GUILD_SCHEDULED_EVENT_UPDATE: scheduledEvent
GUILD_SCHEDULED_EVENT_DELETE: scheduledEvent
GUILD_SCHEDULED_EVENT_USER_ADD: guild_scheduled_event_id snowflake, user_id snowflake, guild_id snowflake
GUILD_SCHEDULED_EVENT_USER_REMOVE: guild_scheduled_event_id snowflake, user_id snowflake, guild_id snowflake
SOUNDBOARD_SOUNDS: soundboard_sounds []any, guild_id snowflake
INTEGRATION_CREATE: DiscordIntegrationResponse, guild_id snowflake
INTEGRATION_DELETE: id snowflake, guild_id snowflake, application_id? snowflake
INTERACTION_CREATE: id snowflake, application_id snowflake, type integer, data any, guild? guild, guild_id? snowflake, channel channel,
	channel_id snowflake, member? chooser, user? UserResponse, token string, version integer, message? message, app_permissions string,
	locale string, guild_locale? string, entitlements []any, authorizing_integration_owners any, context integer,
	attachment_size_limit integer
INVITE_CREATE: channel_id snowflake, code string, created_at timestamp, guild_id? snowflake, inviter? UserResponse, max_age integer,
	max_uses integer, target_type? integer, target_user? UserResponse, target_application? any, temporary boolean, uses integer,
	expires_at ?timestamp, role_ids? []snowflake
INVITE_DELETE: channel_id snowflake, guild_id? snowflake, code string
MESSAGE_CREATE: message, guild_id? snowflake, member? partialMember, channel_type? integer, -mentions, mentions []mentioned
MESSAGE_UPDATE: message, guild_id? snowflake, member? partialMember, channel_type? integer, -mentions, mentions []mentioned
MESSAGE_DELETE: id snowflake, channel_id snowflake, guild_id? snowflake
MESSAGE_DELETE_BULK: ids []snowflake, channel_id snowflake, guild_id? snowflake
MESSAGE_REACTION_ADD: reaction, member? GuildMemberResponse, message_author_id? snowflake, burst_colors? []string
MESSAGE_REACTION_REMOVE: reaction
MESSAGE_REACTION_REMOVE_ALL: channel_id snowflake, message_id snowflake, guild_id? snowflake
MESSAGE_REACTION_REMOVE_EMOJI: channel_id snowflake, guild_id? snowflake, message_id snowflake, emoji MessageReactionEmojiResponse
PRESENCE_UPDATE: presence
TYPING_START: channel_id snowflake, guild_id? snowflake, user_id snowflake, timestamp integer, member? GuildMemberResponse
USER_UPDATE: UserPIIResponse
VOICE_CHANNEL_START_TIME_UPDATE: id snowflake, guild_id snowflake, voice_start_time? ?integer
VOICE_CHANNEL_STATUS_UPDATE: id snowflake, guild_id snowflake, status ?string
VOICE_STATE_UPDATE: VoiceStateResponse
VOICE_SERVER_UPDATE: token string, guild_id snowflake, endpoint ?string
WEBHOOKS_UPDATE: guild_id snowflake, channel_id snowflake
MESSAGE_POLL_VOTE_ADD: vote
MESSAGE_POLL_VOTE_REMOVE: vote
activity: name string, type integer, url? ?string, created_at integer, state? ?string
application: id snowflake, flags integer, flags_new? string
channel: id snowflake, type integer, name? string, guild_id? snowflake, parent_id? ?snowflake, position integer, topic ?string, nsfw boolean,
	rate_limit_per_user integer, last_message_id ?snowflake, flags integer, permissions string, app_permissions? string,
	thread_metadata? ThreadMetadataResponse, recipients? []UserResponse
channelInfo: id snowflake, status? string, voice_start_time? integer
chooser: GuildMemberResponse, permissions string
guild: id snowflake, locale string, features []string
joined: ThreadMemberResponse, presence ?presence
mentioned: UserResponse, member? partialMember
message: MessageResponse
partialMember: GuildMemberResponse, -user
presence: user userID, guild_id snowflake, status string, activities []activity, client_status any
rateLimit: guild_id snowflake, nonce? string
reaction: user_id snowflake, channel_id snowflake, message_id snowflake, guild_id? snowflake, emoji MessageReactionEmojiResponse,
	burst boolean, type integer
scheduledEvent: StageScheduledEventResponse, -entity_type, entity_type integer, -entity_metadata, entity_metadata any
unavailable: id snowflake, unavailable? boolean
userID: id snowflake
voiceState: VoiceStateResponse, -guild_id, -member
vote: user_id snowflake, channel_id snowflake, message_id snowflake, guild_id? snowflake, answer_id integer
`

// formsText has the fields of forms by the name of the event or the part, and formOf the forms of the events.
var formsText = sync.OnceValue(func() map[string]string {
	text := map[string]string{}
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(eventForms), "\n\t", " "), "\n") {
		name, fields, _ := strings.Cut(line, ": ")
		text[name] = fields
	}
	return text
})

var formOf = sync.OnceValue(func() map[string]*catalogue.Type {
	forms := map[string]*catalogue.Type{}
	for name := range formsText() {
		if name == strings.ToUpper(name) {
			forms[name] = parseForm(formsText()[name])
		}
	}
	return forms
})

// parseForm reads the fields of a form.
func parseForm(text string) *catalogue.Type {
	form := &catalogue.Type{Base: catalogue.Object}
	for part := range strings.SplitSeq(text, ", ") {
		name, typ, isField := strings.Cut(part, " ")
		left, isLeftOut := strings.CutPrefix(name, "-")
		switch {
		case isLeftOut:
			form.Fields = slices.DeleteFunc(form.Fields, func(f catalogue.Field) bool { return f.Name == left })
		case isField:
			name, optional := strings.CutSuffix(name, "?")
			form.Fields = append(form.Fields, catalogue.Field{Name: name, Required: !optional, Type: parseType(typ)})
		default:
			form.Fields = append(form.Fields, parseType(name).Resolve().Fields...)
		}
	}
	return form
}

// parseType reads a type: one of the catalogue's, a part or a schema, behind ? and [].
func parseType(text string) *catalogue.Type {
	if inner, ok := strings.CutPrefix(text, "?"); ok {
		t := *parseType(inner)
		t.Nullable = true
		return &t
	}
	if inner, ok := strings.CutPrefix(text, "[]"); ok {
		return &catalogue.Type{Base: catalogue.Array, Elem: parseType(inner)}
	}
	for base := catalogue.Any; base <= catalogue.Timestamp; base++ {
		if base.String() == text {
			return &catalogue.Type{Base: base}
		}
	}
	if part, ok := formsText()[text]; ok {
		return parseForm(part)
	}
	t := catalogue.SchemaNamed(text)
	if t == nil {
		panic("there is no type " + text)
	}
	return t
}

// checkEvent fails the test unless the data of an event has the form that is documented for it.
func checkEvent(t *testing.T, event string, data []byte) {
	t.Helper()
	form := formOf()[event]
	if form == nil {
		t.Errorf("the form of %s is not known", event)
		return
	}
	var value any
	err := catalogue.DecodeBody(data, &value)
	if err == nil {
		err = fits(form, value, event)
	}
	if err != nil {
		t.Errorf("%v\nin %s", err, data)
	}
}

// checkTold checks an event as the default world's bot is told of it. It needs the world's lock.
func (w *World) checkTold(t *testing.T, e Event) {
	if e.Type == mark || e.Type == "CHANNEL_CREATE" && e.Guild == "" { // bots are not told of new DMs
		return
	}
	data := e.Data
	if p, ok := data.(personal); ok {
		data = p.shownTo(w, viewer{user: cmp.Or(e.Only, seedBot), content: true, hides: true, presences: true, large: minLargeThreshold})
	}
	text, err := json.Marshal(data)
	if err != nil {
		t.Errorf("%s cannot be encoded: %v", e.Type, err)
		return
	}
	checkEvent(t, e.Type, text)
}

func TestEventFormsAreOfEvents(t *testing.T) {
	for name := range formOf() {
		if _, ok := discord.EventNamed(name); !ok {
			t.Errorf("there is no event %s", name)
		}
	}
}
