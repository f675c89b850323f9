package sandbox

import (
	"slices"
	"strings"

	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
)

// Bits that a request may set in a message's flags; others are ignored.
const (
	settableFlags = MessageSuppressEmbeds | MessageSuppressNotifications | MessageIsVoiceMessage | MessageIsComponentsV2
	editableFlags = MessageSuppressEmbeds | MessageIsComponentsV2
)

// checkMessage notes what is wrong with the content of a message beyond the types of its fields. The files are the names of the
// attachments that it will have.
func checkMessage(p *MessageParams, files []string, interactive bool) *catalogue.FormErrors {
	body, err := limits.ObjectOf(p)
	if err != nil {
		form := &catalogue.FormErrors{}
		form.Add("MODEL_TYPE_CONVERT", err.Error())
		return form
	}
	form := limits.CheckMessage(body, limits.Sent{Files: append([]string{}, files...), Display: !interactive})
	checkAttachmentParams(form.At("attachments"), p.Attachments)
	return form
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
