package sandbox

import (
	"fmt"
	"net/http"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// Error is an error as Discord answers it.
type Error struct {
	Status  int    `json:"-"`
	Code    int    `json:"code"`
	Message string `json:"message"`
	// Form says what is wrong with which part of the request; only with code 50035.
	Form *catalogue.FormErrors `json:"errors,omitempty"`
}

// Error is the error in one line, with what is wrong with each part of the request.
func (e *Error) Error() string {
	text := fmt.Sprintf("%d: [%d] %s", e.Status, e.Code, e.Message)
	if !e.Form.Empty() {
		text += ": " + e.Form.String()
	}
	return text
}

// Refuse makes the error of one of Discord's codes, with its usual message.
func Refuse(status, code int) *Error {
	return &Error{Status: status, Code: code, Message: discord.ErrorMessage(code)}
}

// The errors that several operations answer with.
var (
	errUnauthorized       = &Error{Status: http.StatusUnauthorized, Message: "401: Unauthorized"}
	errNotFound           = &Error{Status: http.StatusNotFound, Message: "404: Not Found"}
	errMethodNotAllowed   = &Error{Status: http.StatusMethodNotAllowed, Message: "405: Method Not Allowed"}
	errUnknownApplication = Refuse(http.StatusNotFound, 10002)
	errUnknownChannel     = Refuse(http.StatusNotFound, 10003)
	errUnknownGuild       = Refuse(http.StatusNotFound, 10004)
	errUnknownInvite      = Refuse(http.StatusNotFound, 10006)
	errUnknownMember      = Refuse(http.StatusNotFound, 10007)
	errUnknownMessage     = Refuse(http.StatusNotFound, 10008)
	errUnknownOverwrite   = Refuse(http.StatusNotFound, 10009)
	errUnknownRole        = Refuse(http.StatusNotFound, 10011)
	errUnknownUser        = Refuse(http.StatusNotFound, 10013)
	errUnknownBan         = Refuse(http.StatusNotFound, 10026)
	errMissingAccess      = Refuse(http.StatusForbidden, 50001)
	errMissingPermissions = Refuse(http.StatusForbidden, 50013)
	errWrongChannelType   = Refuse(http.StatusBadRequest, 50024)
)

// formError is an invalid form body with one error, at a path of keys and indices.
func formError(code, message string, path ...string) *Error {
	var form catalogue.FormErrors
	form.At(path...).Add(code, message)
	return invalidForm(&form)
}

// invalidForm is the answer to a request with these errors.
func invalidForm(form *catalogue.FormErrors) *Error {
	e := Refuse(http.StatusBadRequest, 50035)
	e.Form = form
	return e
}
