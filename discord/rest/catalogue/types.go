package catalogue

import (
	"reflect"
	"slices"
	"strings"
)

// Base is the shape of a Type.
type Base uint8

// The shapes of types. Ids, times, links, files and data URIs are strings in JSON.
const (
	Any Base = iota
	Null
	String
	Integer
	Number
	Boolean
	Snowflake
	Timestamp
	URI
	DataURI
	File
	Object // Fields
	Array  // Elem
	Map    // Elem, keyed by string
	Union  // Alts
	Ref    // Ref, the name of a schema
)

// Type is a type of the REST API with its limits; zero limits mean none.
type Type struct {
	Base     Base
	Nullable bool
	Ref      string
	Elem     *Type
	Alts     []*Type
	Fields   []Field

	Range                *Range
	MinLength, MaxLength int // characters
	MinItems, MaxItems   int
	MaxProps             int
	Unique               bool
	Pattern              string
	Enum                 []string // the only values allowed, numbers as decimal text
}

// Range bounds a number, both ends included.
type Range struct{ Min, Max float64 }

// Resolve follows references to named schemas. Nullable and limits written at the reference are kept on it, so ask the
// reference itself for those.
func (t *Type) Resolve() *Type {
	for t != nil && t.Base == Ref {
		t = SchemaNamed(t.Ref)
	}
	if t == nil {
		return &Type{}
	}
	return t
}

// AllFields lists the fields of an object type, or of all forms of a union. A field is required only if every form requires it; its type
// is the union of the types that it has in the forms.
func (t *Type) AllFields() []Field {
	r := t.Resolve()
	if r.Base != Union {
		return r.Fields
	}
	var all []Field
	count := map[string]int{}
	for _, alt := range r.Alts {
		for _, f := range alt.AllFields() {
			if have := fieldNamed(all, f.Name); have == nil {
				all = append(all, f)
			} else {
				have.Type = have.Type.or(f.Type)
			}
			if f.Required {
				count[f.Name]++
			}
		}
	}
	for i := range all {
		all[i].Required = count[all[i].Name] == len(r.Alts)
	}
	return all
}

// or is a type that takes what either of two types takes.
func (t *Type) or(other *Type) *Type {
	if reflect.DeepEqual(t, other) {
		return t
	}
	either := &Type{Base: Union, Nullable: t.Nullable || other.Nullable, Alts: []*Type{t}}
	if t.Base == Union {
		either.Alts = slices.Clone(t.Alts)
	}
	if !slices.ContainsFunc(either.Alts, func(alt *Type) bool { return reflect.DeepEqual(alt, other) }) {
		either.Alts = append(either.Alts, other)
	}
	return either
}

// String names the type the way help texts show it, such as "list of snowflake" or "RichEmbed".
func (t *Type) String() string {
	switch t.Base {
	case Array:
		return "list of " + t.Elem.String()
	case Map:
		return "table of " + t.Elem.String()
	case Union:
		var names []string
		for _, a := range t.Alts {
			if name := a.String(); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return strings.Join(names, " or ")
	case Ref:
		if r := t.Resolve(); len(r.Enum) > 0 || r.Base != Object {
			return r.Base.String()
		}
		return shortName(t.Ref)
	default:
		return t.Base.String()
	}
}

// shortName is a schema's name without what says where it is used: all forms of components are Component.
func shortName(schema string) string {
	for _, suffix := range []string{"Partial", "Response", "Request", "ForMessage", "ForModal", "Create", "Update"} {
		schema = strings.TrimSuffix(schema, suffix)
	}
	if strings.HasSuffix(schema, "Component") {
		return "Component"
	}
	return schema
}

var baseNames = [...]string{"any", "null", "string", "integer", "number", "boolean", "snowflake", "timestamp", "url", "data URI", "file", "object", "list", "table", "union", "reference"}

func (b Base) String() string { return baseNames[b] }
