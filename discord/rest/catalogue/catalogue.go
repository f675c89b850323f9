// Package catalogue knows every operation of Discord's REST API: method, path, parameters, body, answers and rate-limit
// parameter. The client builds and checks requests from it, and the sandbox checks what it receives with it.
package catalogue

import (
	"cmp"
	"slices"
	"strings"
)

// Operation is one operation of the REST API.
type Operation struct {
	ID         string // Discord's operationId, such as "create_message"
	Method     string
	Path       string // with parameters in braces, such as "/channels/{channel_id}/messages"
	PathParams []Field
	Query      []Field
	Body       *Body // nil when the operation takes none
	Responses  []Response
	Major      string   // the path parameters that split its rate-limit bucket, joined with "+"; "" for none
	Auth       []string // "bot", "none" (callable without a token) or "oauth2:<scope>"
	Doc        string   // the page of Discord's documentation, such as "developers/resources/message"
	Reason     bool     // takes an audit-log reason
	Deprecated bool
}

// Body describes what an operation takes as its request body.
type Body struct {
	Kinds      []string // "json", "form", "multipart"
	Type       *Type
	Required   bool
	MaxFiles   int      // how many files[n] parts it takes
	FileFields []string // named file parts, such as a sticker's "file"
}

// Response is a successful answer of an operation; Type is nil when it has no body.
type Response struct {
	Status int
	Type   *Type
}

// Field is a named value: a parameter or a member of an object.
type Field struct {
	Name       string
	Type       *Type
	Required   bool
	Deprecated bool
}

// Schema is a named type.
type Schema struct {
	Name string
	Type *Type
}

// Operations lists all operations, ordered by ID. The slice must not be changed.
func Operations() []Operation { return operations }

// Lookup finds an operation by its ID, or returns nil.
func Lookup(id string) *Operation {
	i, ok := slices.BinarySearchFunc(operations, id, func(o Operation, id string) int { return cmp.Compare(o.ID, id) })
	if !ok {
		return nil
	}
	return &operations[i]
}

// SchemaNamed finds a named type, or returns nil.
func SchemaNamed(name string) *Type {
	i, ok := slices.BinarySearchFunc(schemas, name, func(s Schema, name string) int { return cmp.Compare(s.Name, name) })
	if !ok {
		return nil
	}
	return schemas[i].Type
}

// NeedsAuth reports whether the operation refuses requests without a token.
func (o *Operation) NeedsAuth() bool { return !slices.Contains(o.Auth, "none") }

// BotMay reports whether a bot token may call the operation.
func (o *Operation) BotMay() bool { return slices.Contains(o.Auth, "bot") }

// PathParam finds a path parameter by name, or returns nil.
func (o *Operation) PathParam(name string) *Field { return fieldNamed(o.PathParams, name) }

// QueryParam finds a query parameter by name, or returns nil.
func (o *Operation) QueryParam(name string) *Field { return fieldNamed(o.Query, name) }

// BodyFields lists the fields that the operation's JSON body may have. Where the body has several forms, it is their union, and a
// field is required only if every form requires it.
func (o *Operation) BodyFields() []Field {
	if o.Body == nil {
		return nil
	}
	return o.Body.Type.AllFields()
}

func fieldNamed(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// segments splits a path at its slashes. One at its beginning and one at its end do not count.
func segments(path string) []string {
	return strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
}
