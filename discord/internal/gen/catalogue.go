package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func writeOperations(w *bytes.Buffer, e endpointsFile, s schemasFile) error {
	w.WriteString("package catalogue\n\n// operations lists every operation of Discord's REST API, ordered by ID.\nvar operations = []Operation{\n")
	slices.SortFunc(e.Operations, func(a, b operation) int { return cmp.Compare(a.ID, b.ID) })
	for _, o := range e.Operations {
		if err := writeOperation(w, o, s); err != nil {
			return fmt.Errorf("%s: %w", o.ID, err)
		}
	}
	w.WriteString("}\n")
	return nil
}

func writeOperation(w *bytes.Buffer, o operation, s schemasFile) error {
	markCursors(o.Query)
	fmt.Fprintf(w, "{ID: %q, Method: %q, Path: %q,\n", o.ID, o.Method, o.Path)
	for _, group := range []struct {
		name   string
		fields ordered[field]
	}{{"PathParams", o.PathParams}, {"Query", o.Query}} {
		if len(group.fields) == 0 {
			continue
		}
		lit, err := goFields(group.fields)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %s,\n", group.name, lit)
	}
	if o.Body != nil {
		lit, err := goBody(*o.Body, s)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "Body: %s,\n", lit)
	}
	if err := writeResponses(w, o); err != nil {
		return err
	}
	if o.Major != "" {
		fmt.Fprintf(w, "Major: %q,\n", o.Major)
	}
	fmt.Fprintf(w, "Auth: []string{%s},\n", quoteAll(o.Auth))
	if o.Doc != "" {
		fmt.Fprintf(w, "Doc: %q,\n", strings.TrimSuffix(o.Doc, ".mdx"))
	}
	if o.Reason {
		w.WriteString("Reason: true,\n")
	}
	if o.Deprecated {
		w.WriteString("Deprecated: true,\n")
	}
	w.WriteString("},\n")
	return nil
}

// markCursors gives the ids that bound a page their type; for the members of a guild the facts say integer.
func markCursors(query ordered[field]) {
	for i := range query {
		if f := &query[i]; f.Value.T == "integer" && (f.Key == "before" || f.Key == "after") {
			f.Value = field{T: "snowflake"}
		}
	}
}

func writeResponses(w *bytes.Buffer, o operation) error {
	w.WriteString("Responses: []Response{")
	for _, code := range sortedKeys(o.Resp) {
		if _, err := strconv.Atoi(code); err != nil {
			return fmt.Errorf("response code %q", code)
		}
		fmt.Fprintf(w, "{Status: %s", code)
		if t := o.Resp[code]; t != nil {
			lit, err := goType(*t, constraints{})
			if err != nil {
				return err
			}
			fmt.Fprintf(w, ", Type: %s", lit)
		}
		w.WriteString("},")
	}
	w.WriteString("},\n")
	return nil
}

func goBody(b body, s schemasFile) (string, error) {
	t, err := bodyType(b, s)
	if err != nil {
		return "", err
	}
	lit := fmt.Sprintf("&Body{Kinds: []string{%s}, Type: %s", quoteAll(b.Kinds), t)
	if b.Required {
		lit += ", Required: true"
	}
	if b.Files > 0 {
		lit += fmt.Sprintf(", MaxFiles: %d", b.Files)
	}
	if len(b.FileFields) > 0 {
		lit += fmt.Sprintf(", FileFields: []string{%s}", quoteAll(b.FileFields))
	}
	return lit + "}", nil
}

// bodyType gives the named schema where the facts have it, and the fields written beside the operation where they do not.
func bodyType(b body, s schemasFile) (string, error) {
	name := strings.TrimPrefix(b.Schema, "@")
	if _, ok := s.Schemas[name]; ok {
		return goType("@"+name, b.Cons)
	}
	if len(b.Fields) > 0 {
		fields, err := goFields(b.Fields)
		return "&Type{Base: Object, Fields: " + fields + "}", err
	}
	return goType(b.Schema, b.Cons)
}

func writeSchemas(w *bytes.Buffer, s schemasFile, e enumsFile) error {
	w.WriteString("package catalogue\n\n// schemas lists the named types of Discord's REST API, ordered by name.\nvar schemas = []Schema{\n")
	for _, name := range sortedKeys(s.Schemas) {
		sc := s.Schemas[name]
		var lit string
		var err error
		switch sc.K {
		case "object":
			var fields string
			fields, err = goFields(sc.F)
			lit = "&Type{Base: Object, Fields: " + fields + "}"
		case "enum":
			lit = goEnum(sc.T, e.Openapi[name], documentedOnly[name])
		case "union":
			lit, err = goType("("+strings.Join(sc.Of, "|")+")", constraints{})
		default:
			lit, err = goType(sc.T, constraints{Min: sc.Min, Max: sc.Max})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(w, "{Name: %q, Type: %s},\n", name, lit)
	}
	w.WriteString("}\n")
	return nil
}

// documentedOnly are values of enums that Discord documents and its OpenAPI file lacks. 1 is a forward.
var documentedOnly = map[string][]string{"MessageReferenceType": {"1"}}

// goEnum lists an enum's values as text; integers keep their base so that a request's "0" and 0 stay apart.
func goEnum(t string, values ordered[json.RawMessage], more []string) string {
	base := bases[t]
	var list []string
	for _, v := range values {
		list = append(list, strings.Trim(string(v.Value), `"`))
	}
	list = append(list, more...)
	return fmt.Sprintf("&Type{Base: %s, Enum: []string{%s}}", base, quoteAll(list))
}

func quoteAll(list []string) string {
	var quoted []string
	for _, s := range list {
		quoted = append(quoted, strconv.Quote(s))
	}
	return strings.Join(quoted, ", ")
}
