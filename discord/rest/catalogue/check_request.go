package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
)

// DecodeBody reads JSON text into a value that Check takes. There must be nothing after it.
func DecodeBody(text []byte, into *any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something after the JSON value")
	}
	return nil
}

// CheckPath checks the path parameters of a request.
func (o *Operation) CheckPath(params map[string]string) *FormErrors {
	form := &FormErrors{}
	for _, f := range o.PathParams {
		var inner FormErrors
		f.Type.check(params[f.Name], &inner)
		form.join(f.Name, &inner)
	}
	return form
}

// CheckQuery checks the query of a request. Parameters that the operation does not have are ignored, as Discord does.
func (o *Operation) CheckQuery(query url.Values) *FormErrors {
	form := &FormErrors{}
	for _, f := range o.Query {
		values, given := query[f.Name]
		if !given {
			if f.Required {
				form.At(f.Name).Add("BASE_TYPE_REQUIRED", "This field is required")
			}
			continue
		}
		var inner FormErrors
		f.Type.check(queryValue(f.Type, values), &inner)
		form.join(f.Name, &inner)
	}
	return form
}

// queryValue is what a query parameter stands for: a list where the type is one, else the first value.
func queryValue(t *Type, values []string) any {
	if t.Resolve().Base != Array {
		return values[0]
	}
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}
