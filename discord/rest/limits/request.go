package limits

import (
	"cordial/discord/rest/catalogue"
)

// The kinds of content that a request can carry.
type carrier struct {
	member string // of the body, "" when the body is the message itself
	edit   bool
}

// carriers are the operations that send or edit a message, by their ID. The answers to interactions are told apart by their type.
var carriers = map[string]carrier{
	"create_message":                  {},
	"create_lobby_message":            {},
	"create_thread":                   {member: "message"},
	"execute_webhook":                 {},
	"update_message":                  {edit: true},
	"update_webhook_message":          {edit: true},
	"update_original_webhook_message": {edit: true},
}

// interactionCallback is the operation that answers an interaction.
const interactionCallback = "create_interaction_response"

// The types of answers to interactions that carry something.
const (
	answerMessage = 4
	answerUpdate  = 7
	answerModal   = 9
)

// Carries reports whether requests of an operation carry a message or a modal, for which CheckRequest is.
func Carries(op *catalogue.Operation) bool {
	_, ok := carriers[op.ID]
	return ok || op.ID == interactionCallback
}

// CheckRequest finds what Discord would refuse in the body of a request that carries a message or a modal: first what the catalogue
// knows of it, then the rules of this package. The body is JSON as catalogue.DecodeBody reads it; files are the names of the files
// that go with it, nil when they are not known. Values that the catalogue does not know, such as a new type of component, pass.
func CheckRequest(op *catalogue.Operation, body any, files []string) *catalogue.FormErrors {
	_, form := op.Body.Type.Check(body)
	dropChoices(form)
	if !form.Empty() {
		return form
	}
	request := asObject(body)
	if op.ID == interactionCallback {
		return checkAnswer(request, files)
	}
	c := carriers[op.ID]
	if c.member == "" {
		return CheckMessage(request, Sent{Files: filesOf(files, c.edit), Edit: c.edit})
	}
	return within(c.member, CheckMessage(request.Object(c.member), Sent{Files: files}))
}

// filesOf are the files that a message will have; an edited message may have more than come with the edit.
func filesOf(files []string, edit bool) []string {
	if edit {
		return nil
	}
	return files
}

func checkAnswer(request Object, files []string) *catalogue.FormErrors {
	data := request.Object("data")
	switch request.NumberOr("type", 0) {
	case answerMessage:
		return within("data", CheckMessage(data, Sent{Files: files}))
	case answerUpdate:
		return within("data", CheckMessage(data, Sent{Edit: true}))
	case answerModal:
		return within("data", CheckModal(data))
	}
	return &catalogue.FormErrors{}
}

// within puts a tree of errors at a member of the body.
func within(member string, inner *catalogue.FormErrors) *catalogue.FormErrors {
	return &catalogue.FormErrors{Fields: map[string]*catalogue.FormErrors{member: inner}}
}

// choices are the codes of values that are none of those known, of which Discord adds more.
var choices = map[string]bool{"UNION_TYPE_CHOICES": true, "BASE_TYPE_CHOICES": true, "ENUM_TYPE_COERCE": true}

func dropChoices(form *catalogue.FormErrors) {
	kept := form.Errors[:0]
	for _, e := range form.Errors {
		if !choices[e.Code] {
			kept = append(kept, e)
		}
	}
	form.Errors = kept
	for _, inner := range form.Fields {
		dropChoices(inner)
	}
}
