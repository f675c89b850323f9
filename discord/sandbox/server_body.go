package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"cordial/discord/rest/catalogue"
)

// Bounds of a JSON body: bytes, of which a picture may need many, and commas, since every value of a list or an object costs far more
// memory than the text that it is written in. No operation takes nearly as many values.
const (
	maxJSON   = 8 << 20
	maxCommas = 50_000
)

// readBody reads the body in the form that its Content-Type names, and checks it against the catalogue.
func (c *call) readBody(r *http.Request) error {
	if c.op.Body == nil {
		return nil
	}
	text, err := c.bodyText(r)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		if c.op.ID == "create_channel_invite" { // the one route that insists on a body even when there is nothing to say
			return Refuse(http.StatusBadRequest, 50109)
		}
		text = []byte("{}")
	}
	if bytes.Count(text, []byte(",")) > maxCommas {
		return Refuse(http.StatusRequestEntityTooLarge, 40005)
	}
	if err := catalogue.DecodeBody(text, &c.sent); err != nil || !utf8.Valid(text) {
		return Refuse(http.StatusBadRequest, 50109)
	}
	checked, form := c.op.Body.Type.Check(c.sent)
	if !form.Empty() {
		return invalidForm(form)
	}
	c.body, err = json.Marshal(checked)
	return err
}

// bodyText reads the body as JSON text, whatever form it has. Files of a multipart body go to c.uploads.
func (c *call) bodyText(r *http.Request) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.ContentLength == 0 {
		return nil, nil
	}
	switch {
	case kind == "application/json":
		return readLimited(r.Body)
	case kind == "application/x-www-form-urlencoded" && slices.Contains(c.op.Body.Kinds, "form"):
		return c.urlencodedText(r)
	case kind == "multipart/form-data" && slices.Contains(c.op.Body.Kinds, "multipart"):
		return c.multipartText(multipart.NewReader(r.Body, params["boundary"]))
	}
	return nil, formError("CONTENT_TYPE_INVALID", `Expected "Content-Type" header to be one of {'application/json', `+
		`'application/x-www-form-urlencoded', 'multipart/form-data'}.`)
}

func (c *call) urlencodedText(r *http.Request) ([]byte, error) {
	text, err := readLimited(r.Body)
	if err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, Refuse(http.StatusBadRequest, 50109)
	}
	fields := make(map[string]string, len(values))
	for name := range values {
		fields[name] = values.Get(name)
	}
	return formJSON(c.op, fields)
}

func (c *call) multipartText(parts *multipart.Reader) ([]byte, error) {
	c.w.mu.Lock()
	limit := c.w.settings.AttachmentLimit
	c.w.mu.Unlock()
	form, fields, err := readForm(parts, c.w.blobs, limit)
	switch {
	case errors.Is(err, errFileTooLarge), errors.Is(err, errBlobsFull):
		return nil, Refuse(http.StatusRequestEntityTooLarge, 40005)
	case err != nil:
		return nil, Refuse(http.StatusBadRequest, 50109)
	}
	c.uploads = form.uploads
	if form.payload != nil {
		return form.payload, nil
	}
	return formJSON(c.op, fields)
}

func readLimited(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return nil, Refuse(http.StatusBadRequest, 50109)
	}
	if len(text) > maxJSON {
		return nil, Refuse(http.StatusRequestEntityTooLarge, 40005)
	}
	return text, nil
}
