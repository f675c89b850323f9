package catalogue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Check compares a JSON value (numbers as json.Number) with the type, as Discord does with what it receives: members that it does
// not know are left out, numbers and ids may be written as text, and every error lands in the tree where it belongs. It gives the
// value with everything turned into the type's own form, for decoding, and the errors, which are empty if there are none.
func (t *Type) Check(value any) (any, *FormErrors) {
	form := &FormErrors{}
	return t.check(value, form), form
}

func (t *Type) check(value any, form *FormErrors) any {
	if value == nil {
		if !t.nullable() {
			form.Add("BASE_TYPE_REQUIRED", "This field is required")
		}
		return nil
	}
	r := t.Resolve()
	switch r.Base {
	case Any, File:
		return value
	case Object:
		return r.checkObject(value, form)
	case Array:
		return t.checkArray(value, form)
	case Map:
		return t.checkMap(value, form)
	case Union:
		return t.checkUnion(value, form)
	}
	scalar, err := r.convert(value)
	if err != nil {
		form.Errors = append(form.Errors, *err)
		return value
	}
	t.checkLimits(scalar, form)
	if r != t && form.Empty() { // limits at a reference narrow those of what it refers to
		r.checkLimits(scalar, form)
	}
	return scalar
}

// nullable reports whether null is allowed, by the type itself or by what it refers to.
func (t *Type) nullable() bool {
	r := t.Resolve()
	if t.Nullable || r.Nullable || r.Base == Null || r.Base == Any {
		return true
	}
	return r.Base == Union && slices.ContainsFunc(r.Alts, (*Type).nullable)
}

func (t *Type) checkObject(value any, form *FormErrors) any {
	members, ok := value.(map[string]any)
	if !ok {
		form.Add("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
		return value
	}
	if len(t.Fields) == 0 {
		return members
	}
	known := make(map[string]any, len(members))
	for _, f := range t.Fields {
		v, given := members[f.Name]
		switch {
		case given:
			var inner FormErrors
			known[f.Name] = f.Type.check(v, &inner)
			form.join(f.Name, &inner)
		case f.Required:
			form.At(f.Name).Add("BASE_TYPE_REQUIRED", "This field is required")
		}
	}
	return known
}

func (t *Type) checkArray(value any, form *FormErrors) any {
	list, ok := value.([]any)
	if !ok {
		form.Add("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		return value
	}
	r := t.Resolve()
	if !checkLength(len(list), max(t.MinItems, r.MinItems), max(t.MaxItems, r.MaxItems), form) {
		return value
	}
	checked := make([]any, len(list))
	seen := map[any]bool{}
	for i, v := range list {
		var inner FormErrors
		checked[i] = r.Elem.check(v, &inner)
		if key := checked[i]; (t.Unique || r.Unique) && isScalar(key) {
			if seen[key] {
				inner.Add("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
			}
			seen[key] = true
		}
		form.join(strconv.Itoa(i), &inner)
	}
	return checked
}

func (t *Type) checkMap(value any, form *FormErrors) any {
	members, ok := value.(map[string]any)
	if !ok {
		form.Add("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
		return value
	}
	r := t.Resolve()
	checkLength(len(members), 0, max(t.MaxProps, r.MaxProps), form)
	checked := make(map[string]any, len(members))
	for key, v := range members {
		var inner FormErrors
		checked[key] = r.Elem.check(v, &inner)
		form.join(key, &inner)
	}
	return checked
}

// checkUnion chooses the form that the value is meant to have: the one whose "type" has the value's type, else the one that knows
// the most of its members, else the one with the fewest errors.
func (t *Type) checkUnion(value any, form *FormErrors) any {
	alts := t.Resolve().Alts
	if chosen, types := discriminate(alts, value); chosen != nil {
		return chosen.check(value, form)
	} else if len(types) > 0 {
		form.At("type").Add("UNION_TYPE_CHOICES", fmt.Sprintf("Value of field \"type\" must be one of (%s).", strings.Join(types, ", ")))
		return value
	}
	var best any
	var bestForm *FormErrors
	bestKnown := -1
	for _, alt := range alts {
		checked, errs := alt.Check(value)
		known := countKnown(alt, value)
		if known > bestKnown || known == bestKnown && errs.Count() < bestForm.Count() {
			best, bestForm, bestKnown = checked, errs, known
		}
	}
	form.merge(bestForm)
	return best
}

// discriminate finds the form whose type has the value's type. If every form names its types and none fits, it lists them all.
func discriminate(alts []*Type, value any) (*Type, []string) {
	members, ok := value.(map[string]any)
	if !ok {
		return nil, nil
	}
	typ := fmt.Sprint(members["type"])
	var types []string
	for _, alt := range alts {
		f := fieldNamed(alt.Resolve().Fields, "type")
		if f == nil {
			return nil, nil
		}
		enum := f.Type.enum()
		if len(enum) == 0 {
			return nil, nil
		}
		if slices.Contains(enum, typ) {
			return alt, nil
		}
		types = append(types, enum...)
	}
	return nil, types
}

// enum lists the only values allowed, by the type itself or else by what it refers to.
func (t *Type) enum() []string {
	if len(t.Enum) > 0 {
		return t.Enum
	}
	return t.Resolve().Enum
}

// countKnown counts the members of a value that a type knows.
func countKnown(t *Type, value any) int {
	members, _ := value.(map[string]any)
	n := 0
	for _, f := range t.AllFields() {
		if _, ok := members[f.Name]; ok {
			n++
		}
	}
	return n
}

// join puts the errors of a member into the tree, if there are any.
func (f *FormErrors) join(key string, inner *FormErrors) {
	if !inner.Empty() {
		f.At(key).merge(inner)
	}
}

// merge adds another tree's errors.
func (f *FormErrors) merge(other *FormErrors) {
	f.Errors = append(f.Errors, other.Errors...)
	for key, inner := range other.Fields {
		f.join(key, inner)
	}
}
