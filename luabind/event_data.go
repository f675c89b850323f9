package luabind

import (
	"maps"
	"slices"

	"cordial/discord"
	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// namedThings is what the data of an event names by ids. Each can be fetched by a method of that name. Kinds with more
// behaviour have classes of their own.
var namedThings = map[discord.Kind][]string{
	"AuditLogEntry":                 {"guild", "user"},
	"AutoModerationActionExecution": {"guild", "channel", "message", "user"},
	"AutoModerationRule":            {"guild"},
	"Ban":                           {"guild"},
	"ChannelInfo":                   {"guild"},
	"ChannelPinsUpdate":             {"guild", "channel"},
	"Entitlement":                   {"guild", "user"},
	"GuildEmojisUpdate":             {"guild"},
	"GuildIntegrationsUpdate":       {"guild"},
	"GuildMembersChunk":             {"guild"},
	"GuildRoleCreate":               {"guild"},
	"GuildRoleDelete":               {"guild"},
	"GuildRoleUpdate":               {"guild"},
	"GuildScheduledEventUserAdd":    {"guild", "user"},
	"GuildScheduledEventUserRemove": {"guild", "user"},
	"GuildSoundboardSoundDelete":    {"guild"},
	"GuildSoundboardSoundsUpdate":   {"guild"},
	"GuildStickersUpdate":           {"guild"},
	"Integration":                   {"guild"},
	"IntegrationDelete":             {"guild"},
	"MessageDeleteBulk":             {"guild", "channel"},
	"MessageReaction":               {"guild", "channel", "message", "user"},
	"PollVote":                      {"guild", "channel", "message", "user"},
	"Presence":                      {"guild"},
	"SoundboardSound":               {"guild"},
	"SoundboardSounds":              {"guild"},
	"StageInstance":                 {"guild", "channel"},
	"ThreadListSync":                {"guild"},
	"ThreadMember":                  {"guild", "user"},
	"ThreadMembersUpdate":           {"guild"},
	"TypingStart":                   {"guild", "channel", "user"},
	"VoiceChannelEffectSend":        {"guild", "channel", "user"},
	"VoiceChannelStartTimeUpdate":   {"guild"},
	"VoiceChannelStatusUpdate":      {"guild"},
	"VoiceState":                    {"guild", "channel", "user"},
	"WebhooksUpdate":                {"guild", "channel"},
}

// eventDataClasses declares the classes of the events' data that have no class besides.
func (b *binding) eventDataClasses() []bind.Class {
	fetch := map[string]bind.Func{
		"guild": b.ownGuild(),
		"channel": b.fetchNamed("channel", "Channel", "get_channel", func(o *ref) rest.Args {
			return rest.Args{"channel_id": o.Str("channel_id")}
		}),
		"message": b.fetchNamed("message", "Message", "get_message", func(o *ref) rest.Args {
			return rest.Args{"channel_id": o.Str("channel_id"), "message_id": o.Str("message_id")}
		}),
		"user": b.fetchNamed("user", "User", "get_user", func(o *ref) rest.Args { return rest.Args{"user_id": o.Str("user_id")} }),
	}
	var classes []bind.Class
	for _, kind := range slices.Sorted(maps.Keys(namedThings)) {
		class := bind.Class{Name: string(kind), Parent: string(discord.KindObject), Doc: "What an event of the gateway tells. Its fields are Discord's own."}
		for _, name := range namedThings[kind] {
			class.Methods = append(class.Methods, fetch[name])
		}
		classes = append(classes, class)
	}
	return classes
}

// fetchNamed declares the method that fetches what an object names by the id in its field name_id.
func (b *binding) fetchNamed(name, returns, operation string, path func(o *ref) rest.Args) bind.Func {
	return bind.Func{
		Name: name, Doc: "Fetches the " + name + " that this is about; nil if it is about none.", Returns: returns,
		Call: method(func(c *bind.Call, o *ref) (any, error) {
			if o.Str(name+"_id") == "" {
				return nil, nil
			}
			v, err := o.client.call(c, operation, path(o))
			return o.client.wrapIn(o.guildID(), v), err
		}),
	}
}
