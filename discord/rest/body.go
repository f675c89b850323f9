package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"cordial/discord/rest/catalogue"
)

// Null is the JSON null as an argument or a field: it clears what it is given for. A nil argument is left out.
var Null = json.RawMessage("null")

// body is a request body that can be sent any number of times.
type body struct {
	contentType string
	size        int64 // bytes, -1 when unknown
	data        []byte
	stream      func() io.ReadCloser // nil when data is all
}

func bytesBody(contentType string, data []byte) *body {
	return &body{contentType: contentType, size: int64(len(data)), data: data}
}

// open reads the body from its beginning. Data in memory goes as a type that net/http knows, which sends it together with the
// header in one piece.
func (b *body) open(w *watch) io.ReadCloser {
	if b.stream == nil {
		return io.NopCloser(bytes.NewReader(b.data))
	}
	return w.body(b.stream())
}

// newBody encodes the body and files of a request; it gives nil when there are none.
func newBody(op *catalogue.Operation, req *Request) (*body, error) {
	payload, err := encode(req.Body)
	if err != nil {
		return nil, err
	}
	if len(req.Files) == 0 {
		if payload == nil {
			return nil, nil
		}
		return bytesBody("application/json", payload), nil
	}
	if plainForm(op) {
		return formBody(payload, req.Files)
	}
	if payload, err = withAttachments(payload, attachmentsParent(op), req.Files); err != nil {
		return nil, err
	}
	return payloadBody(payload, req.Files)
}

func encode(v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("request body: %w", err)
	}
	return data, nil
}

// plainForm reports whether the operation takes its fields as form fields beside its file, as creating a sticker does.
func plainForm(op *catalogue.Operation) bool {
	return op != nil && op.Body != nil && !slices.Contains(op.Body.Kinds, "json")
}

// attachmentsParent names the member of the body that has the attachments, "" when it is the body itself.
func attachmentsParent(op *catalogue.Operation) string {
	if op == nil {
		return ""
	}
	switch op.ID {
	case "create_interaction_response":
		return "data"
	case "create_thread":
		return "message"
	}
	return ""
}

// withAttachments completes the payload's attachments with an entry for every file, which binds to files[n] by its id n. Entries
// that the caller wrote, for kept attachments or to say more of a new one, stay.
func withAttachments(payload []byte, parent string, files []File) ([]byte, error) {
	root, err := members("body", payload)
	if err != nil {
		return nil, err
	}
	holder := root
	if parent != "" {
		if holder, err = members(parent, root[parent]); err != nil {
			return nil, err
		}
	}
	var entries []map[string]any
	if raw, ok := holder["attachments"]; ok {
		if err := json.Unmarshal(raw, &entries); err != nil {
			return nil, fmt.Errorf("attachments: expected a list of objects: %w", err)
		}
	}
	n := 0
	for _, f := range files {
		if f.Field == "" {
			entries = addAttachment(entries, strconv.Itoa(n), &f)
			n++
		}
	}
	if n == 0 {
		return json.Marshal(root)
	}
	if holder["attachments"], err = json.Marshal(entries); err != nil {
		return nil, fmt.Errorf("attachments: %w", err)
	}
	if parent != "" {
		if root[parent], err = json.Marshal(holder); err != nil {
			return nil, fmt.Errorf("%s: %w", parent, err)
		}
	}
	return json.Marshal(root)
}

func addAttachment(entries []map[string]any, id string, f *File) []map[string]any {
	at := slices.IndexFunc(entries, func(e map[string]any) bool { return fmt.Sprint(e["id"]) == id })
	if at < 0 {
		at = len(entries)
		entries = append(entries, map[string]any{"id": id})
	}
	entry := entries[at]
	setDefault := func(key string, v any) {
		if _, have := entry[key]; !have {
			entry[key] = v
		}
	}
	setDefault("filename", partName(f.Name))
	if f.Description != "" {
		setDefault("description", f.Description)
	}
	if f.Spoiler {
		setDefault("is_spoiler", true)
	}
	return entries
}

// members splits a JSON object; missing text is an empty one.
func members(what string, data []byte) (map[string]json.RawMessage, error) {
	m := map[string]json.RawMessage{}
	if len(data) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(data, &m); err != nil || m == nil {
		return nil, fmt.Errorf("%s: files can only go with a JSON object", what)
	}
	return m, nil
}
