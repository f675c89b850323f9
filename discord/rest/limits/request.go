package limits

import (
	"slices"

	"cordial/discord/rest/catalogue"
)

// carrier says where a request has a message.
type carrier struct {
	member string // of the body, "" when the body is the message itself
	edit   bool   // the message is there already
	answer bool   // the type of the request says what it carries
}

// carriers are the operations that send or edit a message, by their ID.
var carriers = map[string]carrier{
	"create_message":                  {},
	"create_lobby_message":            {},
	"create_thread":                   {member: "message"},
	"execute_webhook":                 {},
	"update_message":                  {edit: true},
	"update_webhook_message":          {edit: true},
	"update_original_webhook_message": {edit: true},
	"create_interaction_response":     {member: "data", answer: true},
}

// The types of answers to interactions that carry something, which no other request has.
const (
	answerMessage = 4
	answerUpdate  = 7
	answerModal   = 9
)

// Carries reports whether requests of an operation carry a message or a modal, for which CheckRequest is.
func Carries(op *catalogue.Operation) bool {
	_, ok := carriers[op.ID]
	return ok
}

// CheckRequest finds what Discord would refuse of the message or the modal that a request carries: first what the catalogue knows of
// it, then the rules of this package. The body is JSON as catalogue.DecodeBody reads it; files are the names of the files that go
// with it, nil when they are not known. Values that the catalogue does not know, such as a new type of component, pass.
func CheckRequest(op *catalogue.Operation, body any, files []string) *catalogue.FormErrors {
	carrier := carriers[op.ID]
	_, form := op.Body.Type.Check(body)
	request := asObject(body)
	content := request
	if carrier.member != "" {
		form, content = form.At(carrier.member), request.Object(carrier.member)
	}
	dropUnknown(form, content)
	if form.Empty() {
		form = checkContent(carrier, request, content, files)
	}
	if carrier.member != "" {
		return &catalogue.FormErrors{Fields: map[string]*catalogue.FormErrors{carrier.member: form}}
	}
	return form
}

// checkContent checks what a request carries. The attachments of a message are the files of the request, unless the message was there
// before or the request says more of them; then they are not known.
func checkContent(carrier carrier, request, content Object, files []string) *catalogue.FormErrors {
	edit := carrier.edit
	if carrier.answer {
		switch request.NumberOr("type", 0) {
		case answerMessage:
		case answerUpdate:
			edit = true
		case answerModal:
			return CheckModal(content)
		default:
			return &catalogue.FormErrors{}
		}
	}
	if edit || content["attachments"] != nil {
		files = nil
	}
	return CheckMessage(content, Sent{Files: files, Edit: edit})
}

// choices are the codes of values that are none of those known, of which Discord adds more.
var choices = map[string]bool{"UNION_TYPE_CHOICES": true, "BASE_TYPE_CHOICES": true, "ENUM_TYPE_COERCE": true}

// dropUnknown takes back the errors about values that the catalogue does not know. A type of component that it does know, in a place
// where that cannot be, stays one.
func dropUnknown(form *catalogue.FormErrors, value any) {
	form.Errors = slices.DeleteFunc(form.Errors, func(e catalogue.FormError) bool {
		return choices[e.Code] && (e.Code != "UNION_TYPE_CHOICES" || componentName(value) == "")
	})
	for key, inner := range form.Fields {
		dropUnknown(inner, member(value, key))
	}
}

// CheckAs finds what is wrong with a part of a request that is made by itself, such as an embed: first what the catalogue knows of its
// schema, then its rules, such as CheckEmbed. Values that the catalogue does not know pass.
func CheckAs(schema string, part any, rules func(Object) *catalogue.FormErrors) *catalogue.FormErrors {
	_, form := catalogue.SchemaNamed(schema).Check(part)
	dropUnknown(form, part)
	if form.Empty() {
		return rules(asObject(part))
	}
	return form
}
