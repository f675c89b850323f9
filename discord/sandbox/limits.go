package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// Limits of messages that the catalogue's types do not have (resources/message).
const (
	maxContent    = 2000 // characters; 4000 is for people who pay
	maxEmbedsText = 6000 // characters of all embeds together
)

// Bits that a request may set in a message's flags; others are ignored.
const (
	settableFlags = MessageSuppressEmbeds | MessageSuppressNotifications | MessageIsVoiceMessage | MessageIsComponentsV2
	editableFlags = MessageSuppressEmbeds | MessageIsComponentsV2
)

// The form errors that several checks share, worded as Discord does.

func addRequired(at *catalogue.FormErrors) { at.Add("BASE_TYPE_REQUIRED", "This field is required") }

func addBadLength(at *catalogue.FormErrors, least, most int) {
	at.Add("BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length.", least, most))
}

func addTooLong(at *catalogue.FormErrors, most int) {
	at.Add("BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
}

// checkMessage notes what is wrong with the content of a message beyond the types of its fields. The files are the names of the
// attachments that it will have.
func checkMessage(p *MessageParams, files []string, interactive bool) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	if utf8.RuneCountInString(p.Content) > maxContent {
		addTooLong(form.At("content"), maxContent)
	}
	checkEmbeds(form.At("embeds"), p.Embeds)
	checkAllowedMentions(form.At("allowed_mentions"), p.AllowedMentions)
	if p.Poll != nil {
		checkPoll(form.At("poll"), p.Poll)
	}
	v2 := p.Flags&MessageIsComponentsV2 != 0
	if v2 {
		checkNoLegacyFields(form, p)
	}
	checker := componentChecker{v2: v2, files: files, interactive: interactive}
	checker.check(form.At("components"), p.Components)
	checkAttachmentParams(form.At("attachments"), p.Attachments)
	return form
}

// checkNoLegacyFields refuses what components of the second version stand in for.
func checkNoLegacyFields(form *catalogue.FormErrors, p *MessageParams) {
	legacy := []struct {
		field string
		used  bool
	}{
		{"content", p.Content != ""},
		{"embeds", len(p.Embeds) > 0},
		{"sticker_ids", len(p.StickerIDs) > 0},
		{"poll", p.Poll != nil},
	}
	for _, l := range legacy {
		if l.used {
			form.At(l.field).Add("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
				fmt.Sprintf("The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", l.field))
		}
	}
}

// checkEmbeds checks embeds that are trimmed already.
func checkEmbeds(at *catalogue.FormErrors, embeds []Embed) {
	sum := 0
	for i := range embeds {
		e := &embeds[i]
		sum += embedText(e)
		checkEmbed(at.At(strconv.Itoa(i)), e)
	}
	if sum > maxEmbedsText {
		at.Add("MAX_EMBED_SIZE_EXCEEDED", fmt.Sprintf("Embed size exceeds maximum size of %d", maxEmbedsText))
	}
}

func checkEmbed(at *catalogue.FormErrors, e *Embed) {
	for i, f := range e.Fields {
		if f.Name == "" {
			addRequired(at.At("fields", strconv.Itoa(i), "name"))
		}
		if f.Value == "" {
			addRequired(at.At("fields", strconv.Itoa(i), "value"))
		}
	}
	checkLink(at.At("url"), e.URL, "http", "https")
	if e.Author != nil {
		checkLink(at.At("author", "url"), e.Author.URL, "http", "https")
		checkLink(at.At("author", "icon_url"), e.Author.IconURL, "http", "https", "attachment")
	}
	if e.Footer != nil {
		checkLink(at.At("footer", "icon_url"), e.Footer.IconURL, "http", "https", "attachment")
	}
	if e.Image != nil {
		checkLink(at.At("image", "url"), e.Image.URL, "http", "https", "attachment")
	}
	if e.Thumbnail != nil {
		checkLink(at.At("thumbnail", "url"), e.Thumbnail.URL, "http", "https", "attachment")
	}
	if embedText(e) == 0 && e.Image == nil && e.Thumbnail == nil {
		addRequired(at.At("description"))
	}
}

// embedText counts the characters of an embed that the limit for all of them together is about.
func embedText(e *Embed) int {
	n := utf8.RuneCountInString(e.Title) + utf8.RuneCountInString(e.Description)
	if e.Author != nil {
		n += utf8.RuneCountInString(e.Author.Name)
	}
	if e.Footer != nil {
		n += utf8.RuneCountInString(e.Footer.Text)
	}
	for _, f := range e.Fields {
		n += utf8.RuneCountInString(f.Name) + utf8.RuneCountInString(f.Value)
	}
	return n
}

// trimEmbeds makes what Discord keeps of the embeds of a request: texts without the space around them, no widget fields, and every
// embed of type rich.
func trimEmbeds(embeds []Embed) []Embed {
	kept := make([]Embed, len(embeds))
	for i, e := range embeds {
		e.Type, e.Provider, e.Video = "rich", nil, nil
		e.Title, e.Description = strings.TrimSpace(e.Title), strings.TrimSpace(e.Description)
		e.Fields = slices.Clone(e.Fields)
		for j := range e.Fields {
			f := &e.Fields[j]
			f.Name, f.Value = strings.TrimSpace(f.Name), strings.TrimSpace(f.Value)
		}
		if e.Author != nil {
			e.Author = &EmbedAuthor{Name: strings.TrimSpace(e.Author.Name), URL: e.Author.URL, IconURL: e.Author.IconURL, ProxyIconURL: e.Author.IconURL}
		}
		if e.Footer != nil {
			e.Footer = &EmbedFooter{Text: strings.TrimSpace(e.Footer.Text), IconURL: e.Footer.IconURL, ProxyIconURL: e.Footer.IconURL}
		}
		e.Image, e.Thumbnail = trimMedia(e.Image), trimMedia(e.Thumbnail)
		kept[i] = e
	}
	return kept
}

func trimMedia(m *EmbedMedia) *EmbedMedia {
	if m == nil || m.URL == "" {
		return nil
	}
	return &EmbedMedia{URL: m.URL, ProxyURL: m.URL}
}

// checkAllowedMentions refuses to allow a kind of mention both as a whole and one by one.
func checkAllowedMentions(at *catalogue.FormErrors, a *AllowedMentions) {
	if a == nil {
		return
	}
	lists := []struct {
		kind string
		ids  []discord.Snowflake
	}{{"users", a.Users}, {"roles", a.Roles}}
	for _, l := range lists {
		if len(l.ids) > 0 && slices.Contains(a.Parse, l.kind) {
			at.Add("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", fmt.Sprintf(`parse:["%s"] and %s: [ids...] are mutually exclusive.`, l.kind, l.kind))
		}
	}
}
