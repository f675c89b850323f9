package rest

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"
)

// newError reads an answer that says no. Its body is Discord's JSON, or anything at all when it comes from what stands before it.
func newError(x *exchange, resp *Response) *Error {
	e := &Error{Status: resp.Status, Method: x.Method, Path: shownPath(x.Path), Repeated: x.repeated}
	if gjson.ValidBytes(resp.Body) {
		body := gjson.ParseBytes(resp.Body)
		e.Code = int(body.Get("code").Int())
		e.Message = body.Get("message").String()
		e.Errors = fieldErrors(nil, "", body.Get("errors"))
	}
	e.Message = cmp.Or(e.Message, http.StatusText(resp.Status), "no message")
	e.RetryAfter, _ = seconds(resp.Header.Get("Retry-After"))
	e.Hint = hint(e, x)
	return e
}

// fieldErrors flattens Discord's tree of form errors: its keys mirror the request, and "_errors" holds what is wrong there.
func fieldErrors(into []FieldError, path string, node gjson.Result) []FieldError {
	if !node.IsObject() {
		return into
	}
	node.ForEach(func(key, child gjson.Result) bool {
		name := key.String()
		if name != "_errors" {
			into = fieldErrors(into, join(path, name), child)
			return true
		}
		for _, leaf := range child.Array() {
			into = append(into, FieldError{Path: path, Code: leaf.Get("code").String(), Message: leaf.Get("message").String()})
		}
		return true
	})
	return into
}

// join adds a name or an index to the path of a field.
func join(path, name string) string {
	if _, err := strconv.Atoi(name); err == nil && path != "" {
		return path + "[" + name + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}
