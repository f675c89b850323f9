package discord

import (
	"cmp"
	"strconv"
	"strings"
)

// DisplayName is how people see a user or a member: the nickname, else the global name, else the username.
func DisplayName(o *Object) string {
	if o == nil {
		return ""
	}
	user := o
	if u := o.Object("user"); u != nil {
		user = u
	}
	return cmp.Or(o.Str("nick"), user.Str("global_name"), user.Str("username"))
}

// UserID is the id of a user, or of the user that a member, a ban or a similar object is about.
func UserID(o *Object) Snowflake {
	if u := o.Object("user"); u != nil {
		return u.ID()
	}
	return cmp.Or(o.ID(), Snowflake(o.Str("user_id")))
}

// siteURL is where people open guilds, channels and messages.
const siteURL = "https://discord.com/channels/"

// URL is the address under which people open a guild, a channel or a message; "" for other kinds. What has no guild is a
// direct message.
func (o *Object) URL() string {
	guild := cmp.Or(o.Str("guild_id"), "@me")
	switch {
	case o.kind == KindGuild:
		return siteURL + string(o.ID())
	case o.kind.IsChannel():
		return siteURL + guild + "/" + string(o.ID())
	case o.kind == KindMessage:
		return siteURL + guild + "/" + o.Str("channel_id") + "/" + string(o.ID())
	}
	return ""
}

// DefaultCDN serves Discord's avatars, icons and emoji.
const DefaultCDN = "https://cdn.discordapp.com"

// AvatarURL is the address of a user's avatar below a CDN, or that of the default one Discord gives to users without.
func AvatarURL(cdn string, user *Object) string {
	id, hash := user.ID(), user.Str("avatar")
	if hash == "" {
		return cdn + "/embed/avatars/" + strconv.FormatUint(id.Uint()>>22%6, 10) + ".png"
	}
	ext := ".png"
	if strings.HasPrefix(hash, "a_") {
		ext = ".gif"
	}
	return cdn + "/avatars/" + string(id) + "/" + hash + ext
}

// EmojiURL is the address of a guild's or an application's own emoji below a CDN; "" for a character.
func EmojiURL(cdn string, emoji *Object) string {
	if emoji.ID() == "" {
		return ""
	}
	if emoji.Bool("animated") {
		return cdn + "/emojis/" + string(emoji.ID()) + ".gif"
	}
	return cdn + "/emojis/" + string(emoji.ID()) + ".png"
}

// Formats of stickers whose files do not end in .png.
const (
	stickerLottie = 3
	stickerGIF    = 4
)

// gifStickers serves the stickers that are GIF files, which Discord's CDN does not.
const gifStickers = "https://media.discordapp.net"

// StickerURL is the address of a sticker below a CDN.
func StickerURL(cdn string, sticker *Object) string {
	name := "/stickers/" + string(sticker.ID())
	switch sticker.Int("format_type") {
	case stickerLottie:
		return cdn + name + ".json"
	case stickerGIF:
		if cdn == DefaultCDN {
			cdn = gifStickers
		}
		return cdn + name + ".gif"
	}
	return cdn + name + ".png"
}

// Mention is the text that mentions a user, a role or a channel in a message; "" for other kinds.
func (o *Object) Mention() string {
	switch {
	case o.kind == KindUser || o.kind == KindMember:
		return "<@" + string(UserID(o)) + ">"
	case o.kind == KindRole:
		return "<@&" + string(o.ID()) + ">"
	case o.kind.IsChannel():
		return "<#" + string(o.ID()) + ">"
	}
	return ""
}

// Content is a message's text with the mentions of people turned into @name. The text as sent is the field itself.
func Content(message *Object) string {
	text := message.Str("content")
	if !strings.Contains(text, "<@") {
		return text
	}
	var pairs []string
	for _, user := range message.Objects("mentions") {
		name := "@" + cmp.Or(DisplayName(user.Object("member")), DisplayName(user))
		pairs = append(pairs, "<@"+string(user.ID())+">", name, "<@!"+string(user.ID())+">", name)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
