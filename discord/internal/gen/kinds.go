package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// kindNames maps the schemas that Discord describes one thing with to the name people know it by. A schema that is not here
// goes by its own name without "Response".
var kindNames = map[string][]string{
	"Guild":              {"GuildResponse", "GuildWithCountsResponse", "MyGuildResponse", "GuildPreviewResponse", "InviteGuildResponse", "WebhookSourceGuildResponse", "ConnectedAccountGuildResponse"},
	"Channel":            {"GuildChannelResponse", "PrivateChannelResponse", "PrivateGroupChannelResponse", "InviteChannelResponse", "WebhookSourceChannelResponse", "MessageMentionChannelResponse"},
	"Thread":             {"ThreadResponse", "CreatedThreadResponse"},
	"Message":            {"MessageResponse", "BasicMessageResponse", "SearchMessageResponse", "MinimalContentMessageResponse", "LobbyMessageResponse"},
	"User":               {"UserResponse", "UserPIIResponse", "InviteChannelRecipientResponse"},
	"Member":             {"GuildMemberResponse", "PrivateGuildMemberResponse", "BasicGuildMemberResponse"},
	"Role":               {"GuildRoleResponse", "InviteGuildRoleResponse"},
	"Webhook":            {"ApplicationIncomingWebhookResponse", "ChannelFollowerWebhookResponse", "GuildIncomingWebhookResponse"},
	"Invite":             {"GuildInviteResponse", "FriendInviteResponse", "GroupDMInviteResponse", "LobbyGuildInviteResponse"},
	"Emoji":              {"EmojiResponse", "MessageReactionEmojiResponse", "ComponentEmojiResponse", "SettingsEmojiResponse"},
	"Sticker":            {"GuildStickerResponse", "StandardStickerResponse", "MessageStickerItemResponse"},
	"Attachment":         {"MessageAttachmentResponse", "AttachmentResponse"},
	"ScheduledEvent":     {"ScheduledEventResponse", "ExternalScheduledEventResponse", "StageScheduledEventResponse", "VoiceScheduledEventResponse"},
	"Application":        {"ApplicationResponse", "PrivateApplicationResponse", "BasicApplicationResponse", "BasicApplicationResponseWithBot", "IntegrationApplicationResponse", "InviteApplicationResponse"},
	"Integration":        {"DiscordIntegrationResponse", "ExternalConnectionIntegrationResponse", "GuildSubscriptionIntegrationResponse", "PartialDiscordIntegrationResponse", "PartialExternalConnectionIntegrationResponse", "PartialGuildSubscriptionIntegrationResponse"},
	"AutoModerationRule": {"DefaultKeywordRuleResponse", "KeywordRuleResponse", "MLSpamRuleResponse", "MentionSpamRuleResponse", "UserProfileRuleResponse"},
	"Ban":                {"GuildBanResponse"},
	"Overwrite":          {"ChannelPermissionOverwriteResponse"},
	"AuditLog":           {"GuildAuditLogResponse"},
	"SearchResult":       {"GuildSearchResponse"},
}

// kindExtras are nested objects that occur in practice without being in the schemas.
var kindExtras = [][3]string{
	{"Message", "member", "Member"}, {"Message", "mentions", "User"}, {"User", "member", "Member"}, {"Channel", "recipients", "User"},
	{"Guild", "members", "Member"}, {"Guild", "channels", "Channel"}, {"Guild", "threads", "Thread"},
	{"Interaction", "user", "User"}, {"Interaction", "member", "Member"}, {"Interaction", "message", "Message"}, {"Interaction", "channel", "Channel"},
	{"Interaction", "guild", "Guild"}, {"Interaction", "data", "InteractionData"}, {"InteractionData", "resolved", "ResolvedObjects"},
	{"InteractionData", "options", "InteractionOption"}, {"InteractionOption", "options", "InteractionOption"}, {"InteractionData", "components", "Component"},
	{"Component", "component", "Component"}, {"Entitlement", "sku", "SKU"},
}

var componentSchema = regexp.MustCompile(`^(\w+)Component(For(Message|Modal)Request|Response)$`)

func kindOf(schema string) string {
	for kind, names := range kindNames {
		if slices.Contains(names, schema) {
			return kind
		}
	}
	if componentSchema.MatchString(schema) {
		return "Component"
	}
	kind := strings.TrimSuffix(schema, "Response")
	for _, prefix := range []string{"Message", "Guild"} {
		if rest := strings.TrimPrefix(kind, prefix); rest != "" && slices.Contains([]string{"Embed", "Reaction", "EmbedField", "EmbedAuthor", "EmbedFooter", "EmbedImage", "EmbedProvider", "EmbedVideo", "SoundboardSound"}, rest) {
			return rest
		}
	}
	return kind
}

var schemaRef = regexp.MustCompile(`@(\w+)`)

// writeKinds writes, for each kind, the kinds of its nested objects; a list counts as its elements.
func writeKinds(w *bytes.Buffer, s schemasFile, e enumsFile) error {
	nested := map[string]string{}
	schemaKinds := map[string]string{}
	for _, name := range sortedKeys(s.Schemas) {
		if s.Schemas[name].K != "object" || strings.Contains(name, "Request") {
			continue
		}
		schemaKinds[name] = kindOf(name)
		for _, f := range s.Schemas[name].F {
			ref := schemaRef.FindStringSubmatch(f.Value.T)
			if ref == nil || s.Schemas[ref[1]].K != "object" {
				continue
			}
			nested[kindOf(name)+"."+f.Key] = kindOf(ref[1])
		}
	}
	for _, x := range kindExtras {
		nested[x[0]+"."+x[1]] = x[2]
	}
	addEventKinds(nested, e)
	for key, kind := range nested { // a thread is a channel
		if field, ok := strings.CutPrefix(key, "Channel."); ok && nested["Thread."+field] == "" {
			nested["Thread."+field] = kind
		}
	}
	w.WriteString("package discord\n\n// nestedKinds maps \"Kind.field\" to the kind of the object, or of the list's elements, in that field.\nvar nestedKinds = map[string]Kind{\n")
	for _, key := range sortedKeys(nested) {
		fmt.Fprintf(w, "%q: %q,\n", key, nested[key])
	}
	w.WriteString("}\n\n// schemaKinds maps the names of response schemas to kinds.\nvar schemaKinds = map[string]Kind{\n")
	for _, name := range sortedKeys(schemaKinds) {
		fmt.Fprintf(w, "%q: %q,\n", name, schemaKinds[name])
	}
	w.WriteString("}\n")
	return nil
}
