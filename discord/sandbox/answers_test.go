package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"cordial/discord/rest/catalogue"
)

// checkAnswer fails the test unless an answer has the form that the catalogue documents for it: every required member is there,
// every member is known and of its type.
func checkAnswer(t *testing.T, op *catalogue.Operation, status int, body []byte) {
	t.Helper()
	i := slices.IndexFunc(op.Responses, func(r catalogue.Response) bool { return r.Status == status })
	if i < 0 {
		t.Errorf("%s does not answer with status %d", op.ID, status)
		return
	}
	want := op.Responses[i].Type
	if want == nil {
		if len(body) > 0 {
			t.Errorf("%s: status %d has a body: %s", op.ID, status, body)
		}
		return
	}
	var value any
	if err := catalogue.DecodeBody(body, &value); err != nil {
		t.Errorf("%s: %v: %s", op.ID, err, body)
		return
	}
	if err := fits(want, value, op.ID); err != nil {
		t.Errorf("%v\nin %s", err, body)
	}
}

// fits compares a value with a type, strictly: unlike a request, an answer may have nothing that is not documented.
func fits(t *catalogue.Type, value any, at string) error {
	r := t.Resolve()
	if value == nil {
		if t.Nullable || r.Nullable || r.Base == catalogue.Null || r.Base == catalogue.Any || r.Base == catalogue.Union && fitsUnion(r, nil, at) == nil {
			return nil
		}
		return fmt.Errorf("%s is null", at)
	}
	switch r.Base {
	case catalogue.Any:
		return nil
	case catalogue.Object:
		return fitsObject(r, value, at)
	case catalogue.Union:
		return fitsUnion(r, value, at)
	case catalogue.Array:
		list, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is no list", at)
		}
		for i, v := range list {
			if err := fits(r.Elem, v, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
		return nil
	case catalogue.Map:
		members, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", at)
		}
		for key, v := range members {
			if err := fits(r.Elem, v, at+"."+key); err != nil {
				return err
			}
		}
		return nil
	}
	return fitsScalar(t, value, at)
}

// documentedOnly are members that Discord's documentation has and its OpenAPI file lacks.
var documentedOnly = map[string]bool{"create_thread.message": true}

func fitsObject(t *catalogue.Type, value any, at string) error {
	members, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is no object", at)
	}
	known := map[string]bool{}
	for _, f := range t.Fields {
		known[f.Name] = true
		v, given := members[f.Name]
		switch {
		case !given && f.Required:
			return fmt.Errorf("%s.%s is missing", at, f.Name)
		case given:
			if err := fits(f.Type, v, at+"."+f.Name); err != nil {
				return err
			}
		}
	}
	for name := range members {
		if len(t.Fields) > 0 && !known[name] && !documentedOnly[at+"."+name] {
			return fmt.Errorf("%s.%s is not documented", at, name)
		}
	}
	return nil
}

func fitsUnion(t *catalogue.Type, value any, at string) error {
	var errs []error
	for _, alt := range t.Alts {
		err := fits(alt, value, at)
		if err == nil {
			return nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", alt, err))
	}
	return fmt.Errorf("%s fits no form: %v", at, errs)
}

func fitsScalar(t *catalogue.Type, value any, at string) error {
	_, isText := value.(string)
	_, isNumber := value.(json.Number)
	_, isBool := value.(bool)
	var right bool
	switch t.Resolve().Base {
	case catalogue.Integer, catalogue.Number:
		right = isNumber
	case catalogue.Boolean:
		right = isBool
	default:
		right = isText
	}
	if !right {
		return fmt.Errorf("%s is %v, not a %s", at, value, t.Resolve().Base)
	}
	if t.Resolve().Base == catalogue.URI {
		return nil // an answer's links have more schemes than a request's may have
	}
	if _, form := t.Check(value); !form.Empty() {
		text, _ := json.Marshal(form)
		return fmt.Errorf("%s is %v: %s", at, value, text)
	}
	return nil
}
