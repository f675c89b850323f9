package discord

// Kind names what an Object is: "Guild", "Message", "User" and so on. The kinds of answers and of nested objects come from
// Discord's schemas; an object that they do not describe is of kind KindObject.
type Kind string

// The kinds with behaviour of their own.
const (
	KindObject     Kind = "Object"
	KindGuild      Kind = "Guild"
	KindChannel    Kind = "Channel"
	KindThread     Kind = "Thread"
	KindMessage    Kind = "Message"
	KindUser       Kind = "User"
	KindMember     Kind = "Member"
	KindRole       Kind = "Role"
	KindWebhook    Kind = "Webhook"
	KindInvite     Kind = "Invite"
	KindEmoji      Kind = "Emoji"
	KindSticker    Kind = "Sticker"
	KindAttachment Kind = "Attachment"
	KindBan        Kind = "Ban"
)

// KindOfSchema gives the kind of objects that a response schema describes.
func KindOfSchema(schema string) Kind {
	if k, ok := schemaKinds[schema]; ok {
		return k
	}
	return KindObject
}

// Nested gives the kind of the object, or of the list's elements, in a field of this kind.
func (k Kind) Nested(field string) Kind {
	if n, ok := nestedKinds[string(k)+"."+field]; ok {
		return n
	}
	return KindObject
}

// IsChannel reports whether the kind is Channel or Thread.
func (k Kind) IsChannel() bool { return k == KindChannel || k == KindThread }
