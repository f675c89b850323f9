package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"

	"cordial/discord/rest/catalogue"
)

// Bounds of a multipart request that do not depend on the world's settings.
const (
	maxFormJSON  = 1 << 20 // bytes of payload_json, or of all plain fields together
	maxFormParts = 64
)

// defaultRequestLimit is Discord's limit for a whole request in bytes. A world with a higher limit per file has a higher one.
const defaultRequestLimit = 25 << 20

// form is a multipart request: its JSON body, put together from payload_json or from plain fields, and its files.
type form struct {
	payload []byte
	uploads []Upload
}

// errForm is a multipart body that cannot be read.
var errForm = errors.New("the multipart body is malformed")

// formReader reads one multipart request part by part.
type formReader struct {
	parts   *multipart.Reader
	store   *blobs
	maxFile int64 // bytes per file
	maxAll  int64 // bytes of all files together

	form   form
	fields map[string]string
	plain  int64 // bytes of plain fields
	files  int64 // bytes of files
}

// readForm reads a multipart request, streaming its files into the store. On an error nothing stays in the store.
func readForm(parts *multipart.Reader, store *blobs, maxFile int64) (*form, map[string]string, error) {
	r := &formReader{parts: parts, store: store, maxFile: maxFile, maxAll: max(defaultRequestLimit, maxFile), fields: map[string]string{}}
	if err := r.read(); err != nil {
		discard(r.form.uploads)
		return nil, nil, err
	}
	return &r.form, r.fields, nil
}

func (r *formReader) read() error {
	for range maxFormParts {
		part, err := r.parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errForm, err)
		}
		if err := r.readPart(part); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: more than %d parts", errForm, maxFormParts)
}

func (r *formReader) readPart(part *multipart.Part) error {
	name := part.FormName()
	switch {
	case name == "":
		return fmt.Errorf("%w: a part has no name", errForm)
	case part.FileName() != "" && name != "payload_json":
		return r.readFile(name, part)
	}
	text, err := io.ReadAll(io.LimitReader(part, maxFormJSON-r.plain+1))
	if err != nil {
		return fmt.Errorf("%w: %w", errForm, err)
	}
	r.plain += int64(len(text))
	if r.plain > maxFormJSON {
		return errFileTooLarge
	}
	if name == "payload_json" {
		r.form.payload = text
	} else {
		r.fields[name] = string(text)
	}
	return nil
}

func (r *formReader) readFile(name string, part *multipart.Part) error {
	b, err := r.store.put(part, min(r.maxFile, r.maxAll-r.files))
	switch {
	case errors.Is(err, errFileTooLarge), errors.Is(err, errBlobsFull), errors.Is(err, errBlobsClosed):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", errForm, err)
	}
	r.files += b.size
	u := Upload{name, part.FileName(), part.Header.Get("Content-Type"), b}
	r.form.uploads = append(r.form.uploads, u)
	if _, numbered := u.index(); !numbered {
		r.fields[name] = u.Filename // so that a file that the operation names counts as given
	}
	return nil
}

// formJSON turns the plain fields of a form into a JSON object, reading those that are not text by the types of the operation's body.
func formJSON(op *catalogue.Operation, fields map[string]string) ([]byte, error) {
	object := make(map[string]any, len(fields))
	types := map[string]*catalogue.Type{}
	for _, f := range op.BodyFields() {
		types[f.Name] = f.Type.Resolve()
	}
	for name, text := range fields {
		t, known := types[name]
		switch {
		case known && t.Base != catalogue.String && t.Base != catalogue.Snowflake && json.Valid([]byte(text)):
			object[name] = json.RawMessage(text)
		default:
			object[name] = text
		}
	}
	return json.Marshal(object)
}
