package rest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
	"cordial/internal/suggest"
)

// Args are the arguments of an operation by name: its path parameters, query parameters and body fields together. A body that is
// not an object goes under "body". The values are what encoding/json takes; where an id belongs, an object with that id will do.
//
// Besides, an operation that uploads takes "files", a []File, or the name of its file with a File; one that writes to the audit
// log takes "reason", a string; all take "use_user", a bool, to send the user token. A nil value is the same as none; Null sends
// null.
type Args map[string]any

// Names of arguments that are not parameters.
const (
	argFiles   = "files"
	argReason  = "reason"
	argUseUser = "use_user"
	argBody    = "body"
)

// Call performs an operation of the catalogue by its ID. It checks the arguments' names and shapes before it sends anything, and the
// limits of messages and modals; other limits are Discord's to check. The result is what discord.Value makes of the answer, or true for an answer without a body.
func (c *Client) Call(ctx context.Context, operationID string, args Args) (any, error) {
	op := catalogue.Lookup(operationID)
	if op == nil {
		return nil, unknownOperation(operationID)
	}
	req, err := newRequest(op, args)
	if err != nil {
		return nil, err
	}
	resp, err := c.Do(ctx, req)
	if err != nil {
		return nil, err
	}
	return decode(op, resp)
}

// Object is Call for an operation that answers with an object.
func (c *Client) Object(ctx context.Context, operationID string, args Args) (*discord.Object, error) {
	v, err := c.Call(ctx, operationID, args)
	if err != nil {
		return nil, err
	}
	if o, ok := v.(*discord.Object); ok {
		return o, nil
	}
	return nil, fmt.Errorf("%s: expected an object in the answer, got %T", operationID, v)
}

// List is Call for an operation that answers with a list of objects.
func (c *Client) List(ctx context.Context, operationID string, args Args) ([]*discord.Object, error) {
	v, err := c.Call(ctx, operationID, args)
	if err != nil {
		return nil, err
	}
	if l, ok := v.(*discord.List); ok {
		return l.Objects(), nil
	}
	return nil, fmt.Errorf("%s: expected a list in the answer, got %T", operationID, v)
}

func unknownOperation(id string) error {
	names := make([]string, 0, len(catalogue.Operations()))
	for _, op := range catalogue.Operations() {
		names = append(names, op.ID)
	}
	message := "no operation of Discord's has this name"
	if near, ok := suggest.Nearest(id, names); ok {
		message += fmt.Sprintf(", did you mean '%s'?", near)
	}
	return &ArgumentError{Operation: id, Message: message}
}

// newRequest builds the request of an operation from its arguments.
func newRequest(op *catalogue.Operation, args Args) (*Request, error) {
	b := builder{op: op, req: &Request{Operation: op, Method: op.Method, Query: url.Values{}}, body: map[string]any{}, path: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if args[name] == nil {
			continue
		}
		if err := b.add(name, args[name]); err != nil {
			return nil, err
		}
	}
	return b.finish()
}

// builder sorts the arguments of an operation into a request.
type builder struct {
	op   *catalogue.Operation
	req  *Request
	path map[string]string
	body map[string]any
}

func (b *builder) add(name string, v any) error {
	if f := b.op.PathParam(name); f != nil {
		return b.addPath(f, v)
	}
	if f := b.op.QueryParam(name); f != nil {
		return b.addQuery(f, v)
	}
	if b.op.Body != nil {
		if slices.Contains(b.op.Body.FileFields, name) {
			return b.addFile(name, v)
		}
		if t := b.bodyType(name); t != nil {
			shaped, err := shape(t, v, name)
			b.body[name] = shaped
			return b.wrap(err)
		}
	}
	return b.addSpecial(name, v)
}

// bodyType is the type of a body field, or of the body itself where it is no object.
func (b *builder) bodyType(name string) *catalogue.Type {
	for _, f := range b.op.BodyFields() {
		if f.Name == name {
			return f.Type
		}
	}
	if name == argBody && b.wholeBody() {
		return b.op.Body.Type
	}
	return nil
}

// wholeBody reports whether the body is something without named fields, such as a list.
func (b *builder) wholeBody() bool { return b.op.Body != nil && len(b.op.BodyFields()) == 0 }

func (b *builder) addPath(f *catalogue.Field, v any) error {
	shaped, err := shape(f.Type, v, f.Name)
	if err != nil {
		return b.wrap(err)
	}
	s := queryText(shaped)
	if strings.Trim(s, ".") == "" {
		return b.fail(f.Name, "must be more than dots")
	}
	b.path[f.Name] = url.PathEscape(s)
	return nil
}

// commaLists are the query parameters whose lists Discord wants in one value.
var commaLists = map[string]bool{"include_roles": true, "sku_ids": true}

func (b *builder) addQuery(f *catalogue.Field, v any) error {
	shaped, err := shape(f.Type, v, f.Name)
	if err != nil {
		return b.wrap(err)
	}
	list, ok := shaped.([]any)
	if !ok {
		b.req.Query.Set(f.Name, queryText(shaped))
		return nil
	}
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = queryText(item)
	}
	if commaLists[f.Name] {
		texts = []string{strings.Join(texts, ",")}
	}
	b.req.Query[f.Name] = texts
	return nil
}

func (b *builder) addFile(name string, v any) error {
	f, ok := v.(File)
	if !ok {
		return b.fail(name, "expected a file, got "+describe(v))
	}
	f.Field = name
	b.req.Files = append(b.req.Files, f)
	return nil
}

func (b *builder) addSpecial(name string, v any) error {
	var ok bool
	switch {
	case name == argUseUser:
		if b.req.UseUser, ok = v.(bool); !ok {
			return b.fail(name, "expected true or false, got "+describe(v))
		}
	case name == argReason && b.op.Reason:
		if b.req.Reason, ok = v.(string); !ok {
			return b.fail(name, "expected a string, got "+describe(v))
		}
	case name == argFiles && b.op.Body != nil && b.op.Body.MaxFiles > 0:
		files, ok := v.([]File)
		if !ok {
			return b.fail(name, "expected a list of files, got "+describe(v))
		}
		b.req.Files = append(b.req.Files, files...)
	default:
		return b.unknown(name)
	}
	return nil
}

func (b *builder) unknown(name string) error {
	message := fmt.Sprintf("unknown option '%s'", name)
	names := Names(b.op)
	if near, ok := suggest.Nearest(name, names); ok {
		message += fmt.Sprintf(", did you mean '%s'?", near)
	} else {
		message += "; it takes " + strings.Join(names, ", ")
	}
	return &ArgumentError{Operation: b.op.ID, Message: message}
}

// Names lists the names of an operation's arguments, parameters of the path first.
func Names(op *catalogue.Operation) []string {
	var names []string
	for _, fields := range [][]catalogue.Field{op.PathParams, op.Query, op.BodyFields()} {
		for _, f := range fields {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	if op.Body != nil {
		if len(op.BodyFields()) == 0 {
			names = append(names, argBody)
		}
		if op.Body.MaxFiles > 0 {
			names = append(names, argFiles)
		}
	}
	if op.Reason {
		names = append(names, argReason)
	}
	return append(names, argUseUser)
}

// finish writes path and body.
func (b *builder) finish() (*Request, error) {
	path := b.op.Path
	for _, f := range b.op.PathParams {
		value, ok := b.path[f.Name]
		if !ok {
			return nil, b.fail(f.Name, "is missing")
		}
		path = strings.Replace(path, "{"+f.Name+"}", value, 1)
	}
	b.req.Path = path
	switch b.op.ID {
	case "create_message":
		b.addNonce()
	case "create_interaction_response":
		b.req.Repeatable = true // Discord takes one, and refuses a second with 40060
	}
	switch {
	case b.op.Body == nil:
	case b.wholeBody():
		b.req.Body = b.body[argBody]
	case len(b.body) > 0 || b.op.Body.Required:
		b.req.Body = b.body
	}
	return b.req, b.checkLimits()
}

// addNonce makes a message safe to send again: with enforce_nonce, Discord answers a second one that has the same nonce with the
// first one's message.
func (b *builder) addNonce() {
	if _, given := b.body["nonce"]; !given {
		b.body["nonce"], b.body["enforce_nonce"] = newNonce(), true
	}
	b.req.Repeatable = b.body["enforce_nonce"] == true
}

func (b *builder) fail(argument, message string) error {
	return &ArgumentError{Operation: b.op.ID, Argument: argument, Message: message}
}

// wrap names the operation in an error of shape.
func (b *builder) wrap(err error) error {
	if e, ok := err.(*ArgumentError); ok {
		e.Operation = b.op.ID
	}
	return err
}

// decode reads the answer of an operation.
func decode(op *catalogue.Operation, resp *Response) (any, error) {
	if resp.Status == http.StatusNoContent || len(resp.Body) == 0 {
		return true, nil
	}
	t := responseType(op, resp.Status)
	if base := t.Resolve().Base; base == catalogue.File || base == catalogue.String && !strings.HasPrefix(string(resp.Body), `"`) {
		return string(resp.Body), nil
	}
	v, err := discord.Value(kindOf(t), resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: the answer is %w", op.ID, err)
	}
	return v, nil
}

// responseType is the type of the answer with a status, or of the first answer with a body.
func responseType(op *catalogue.Operation, status int) *catalogue.Type {
	var first *catalogue.Type
	for _, r := range op.Responses {
		if r.Type == nil {
			continue
		}
		if r.Status == status {
			return r.Type
		}
		if first == nil {
			first = r.Type
		}
	}
	if first == nil {
		return &catalogue.Type{}
	}
	return first
}

// kindOf is the kind of the objects that a type describes, itself or as a list's elements.
func kindOf(t *catalogue.Type) discord.Kind {
	switch t.Base {
	case catalogue.Array:
		return kindOf(t.Elem)
	case catalogue.Ref:
		if kind := discord.KindOfSchema(t.Ref); kind != discord.KindObject || t.Resolve().Base == catalogue.Object {
			return kind
		}
		return kindOf(t.Resolve())
	case catalogue.Union:
		return unionKind(t.Alts)
	}
	return discord.KindObject
}

// unionKind is the kind that all forms share. Channels and threads come mixed; an Object tells them apart by their type.
func unionKind(alts []*catalogue.Type) discord.Kind {
	var kind discord.Kind
	for _, alt := range alts {
		switch k := kindOf(alt); {
		case kind == "" || kind == k:
			kind = k
		case kind.IsChannel() && k.IsChannel():
			kind = discord.KindChannel
		default:
			return discord.KindObject
		}
	}
	return kind
}
