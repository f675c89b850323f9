package limits

import (
	"fmt"
	"slices"

	"cordial/discord/rest/catalogue"
)

// maxContent is how many characters of content a message may have (resources/message); the 4000 of the catalogue are for people who pay.
const maxContent = 2000

// componentsV2 is the message flag IS_COMPONENTS_V2.
const componentsV2 = 1 << 15

// Sent is what a request with a message tells beside its body.
type Sent struct {
	// Files are the names of the attachments that the message will have; nil when they are not known.
	Files []string

	// Display says that the sender is a webhook of no application, whose components are only for display.
	Display bool

	// Edit says that the message exists already, and that what it has is not known: it may have components of the second version.
	Edit bool
}

// CheckMessage finds what is wrong with the body of a request to send or to edit a message. The types and lengths of its fields must
// have been checked with the catalogue.
func CheckMessage(body Object, sent Sent) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	if body.length("content") > maxContent {
		tooLong(form.At("content"), maxContent)
	}
	checkEmbeds(form.At("embeds"), body.List("embeds"))
	checkMentions(form.At("allowed_mentions"), body.Object("allowed_mentions"))
	if poll := body.Object("poll"); poll != nil {
		checkPoll(form.At("poll"), poll)
	}
	v2 := body.NumberOr("flags", 0)&componentsV2 != 0
	if v2 {
		checkNoLegacyFields(form, body)
	}
	c := checker{classic: !v2 && !sent.Edit, files: sent.Files, display: sent.Display}
	c.message(form.At("components"), body.List("components"))
	return form
}

// checkNoLegacyFields refuses what components of the second version stand in for.
func checkNoLegacyFields(form *catalogue.FormErrors, body Object) {
	for _, field := range []string{"content", "embeds", "sticker_ids", "poll"} {
		if !isEmpty(body[field]) {
			form.At(field).Add("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
				fmt.Sprintf("The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", field))
		}
	}
}

func isEmpty(value any) bool {
	list, isList := value.([]any)
	return value == nil || value == "" || isList && len(list) == 0
}

// checkMentions refuses to allow a kind of mention both as a whole and one by one.
func checkMentions(at *catalogue.FormErrors, allowed Object) {
	parse, _ := allowed["parse"].([]any)
	for _, kind := range []string{"users", "roles"} {
		if !isEmpty(allowed[kind]) && slices.Contains(parse, any(kind)) {
			at.Add("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", fmt.Sprintf(`parse:["%s"] and %s: [ids...] are mutually exclusive.`, kind, kind))
		}
	}
}

// Limits of polls (resources/poll).
const maxPollAnswer = 55 // characters

// CheckPoll finds what is wrong with a poll whose types and lengths have been checked with the catalogue.
func CheckPoll(poll Object) *catalogue.FormErrors {
	form := &catalogue.FormErrors{}
	checkPoll(form, poll)
	return form
}

func checkPoll(at *catalogue.FormErrors, poll Object) {
	if poll.Object("question").Text("text") == "" {
		required(at.At("question", "text"))
	}
	for i, a := range poll.List("answers") {
		media, text := a.Object("poll_media"), at.At("answers", index(i), "poll_media", "text")
		switch {
		case media.Text("text") == "" && media.Object("emoji") == nil:
			required(text)
		case media.length("text") > maxPollAnswer:
			tooLong(text, maxPollAnswer)
		}
	}
}
