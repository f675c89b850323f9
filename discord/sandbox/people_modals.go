package sandbox

import (
	"fmt"
	"maps"
	"slices"

	"cordial/discord/rest/limits"
)

// SubmitModal fills in the modal that has answered an interaction and sends it off, which closes it. The values are by the custom_ids
// or the labels of the inputs: texts, booleans for checkboxes, lists of texts for menus and groups, and an Upload or a list of them for files.
// What is not given stays as the modal has it. After an error the caller still has the files.
func (w *World) SubmitModal(actor Actor, of *Interaction, values map[string]any) (*Interaction, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	in := w.interactions[of.Token]
	if in == nil || in.by.ID != actor.User || in.modal == nil {
		return nil, refuseAs("%s has no modal open", w.users[actor.User].Username)
	}
	form := modalForm{resolver: resolver{w: w, c: in.channel, user: actor.User}, values: maps.Clone(values), names: map[string]bool{}}
	data := modalData{CustomID: in.modal.Text("custom_id")}
	for _, p := range in.modal.List("components") {
		filled, err := form.component(p, "")
		if err != nil {
			return nil, err
		}
		data.Components = append(data.Components, filled)
	}
	for name := range form.values {
		return nil, refuseAs("the modal has no input %q%s", name, hint(name, slices.Collect(maps.Keys(form.names))))
	}
	data.Resolved = form.resolver.done()
	in.modal = nil
	next := w.begin(deed{by: actor, channel: in.channel, typ: ModalInteraction, data: data, after: in, source: w.messageIn(in.channel, in.source),
		files: form.resolver.files})
	next.kind = in.kind
	return next.Interaction, nil
}

// modalForm is a modal as it is filled in.
type modalForm struct {
	resolver resolver
	values   map[string]any  // that have found no input yet
	names    map[string]bool // of all inputs
}

// component gives what is sent of a component of the modal, with the inputs inside of it. An input has the label of what it stands in.
func (f *modalForm) component(p limits.Object, label string) (limits.Object, error) {
	sent := limits.Object{"type": limits.ComponentType(p), "id": p.NumberOr("id", 0)}
	switch limits.ComponentType(p) {
	case limits.TextDisplay:
		return sent, nil
	case limits.Label:
		inner, err := f.component(p.Object("component"), p.Text("label"))
		sent["component"] = inner
		return sent, err
	case limits.Row:
		var children []limits.Object
		for _, child := range p.List("components") {
			inner, err := f.component(child, child.Text("label"))
			if err != nil {
				return nil, err
			}
			children = append(children, inner)
		}
		sent["components"] = children
		return sent, nil
	}
	id := p.Text("custom_id")
	sent["custom_id"] = id
	field, value, err := f.input(p, f.take(id, label))
	if err != nil {
		return nil, refuseAs("%s: %v", id, err)
	}
	sent[field] = value
	return sent, nil
}

// take gives the value for an input, nil if there is none.
func (f *modalForm) take(id, label string) any {
	for _, name := range []string{id, label} {
		f.names[name] = true
		if v, ok := f.values[name]; ok {
			delete(f.values, name)
			return v
		}
	}
	return nil
}

// input checks the value of an input, and gives the field that it is sent in and its form there.
func (f *modalForm) input(p limits.Object, v any) (string, any, error) {
	switch limits.ComponentType(p) {
	case limits.TextInput:
		text, err := inputText(p, v)
		return "value", text, err
	case limits.Checkbox:
		if v == nil {
			v = p.Flag("default")
		}
		if _, ok := v.(bool); !ok {
			return "", nil, fmt.Errorf("expected true or false, got %v", v)
		}
		return "value", v, nil
	case limits.RadioGroup:
		value, err := radio(p, v)
		return "value", value, err
	case limits.FileUpload:
		ids, err := f.upload(p, v)
		return "values", ids, err
	}
	values, err := f.many(p, v)
	return "values", values, err
}

// needed reports whether an input of a modal must be filled in; it must unless it says otherwise.
func needed(p limits.Object) bool {
	required, given := p["required"].(bool)
	return required || !given
}

// inputText checks a text. One that need not be filled in may be empty whatever its least length is.
func inputText(p limits.Object, v any) (any, error) {
	if v == nil {
		v = p.Text("value")
	}
	if v == "" {
		if needed(p) {
			return nil, fmt.Errorf("it is required")
		}
		return "", nil
	}
	least, most := p.NumberOr("min_length", 0), p.NumberOr("max_length", maxInputText)
	return textValue(v, &least, &most)
}

// maxInputText is how long the text of an input is at the most, in characters.
const maxInputText = 4000

// radio checks which of several options is on, which may be none if the group is not required.
func radio(p limits.Object, v any) (any, error) {
	options := p.List("options")
	if v == nil {
		if i := slices.IndexFunc(options, func(o limits.Object) bool { return o.Flag("default") }); i >= 0 {
			return options[i].Text("value"), nil
		}
		if needed(p) {
			return nil, fmt.Errorf("it is required")
		}
		return nil, nil
	}
	return chooseOption(options, fmt.Sprint(v))
}

// many checks what is chosen from a menu or a group.
func (f *modalForm) many(p limits.Object, v any) ([]string, error) {
	var values []string
	switch v := v.(type) {
	case nil:
		for _, o := range slices.Concat(p.List("options"), p.List("default_values")) {
			if o.Flag("default") || o["id"] != nil && o["value"] == nil {
				values = append(values, o.Text("value")+o.Text("id"))
			}
		}
	case string:
		values = []string{v}
	case []string:
		values = v
	default:
		return nil, fmt.Errorf("expected a text or a list of texts, got %v", v)
	}
	if len(values) == 0 && !needed(p) {
		return []string{}, nil
	}
	bounded := maps.Clone(p)
	if limits.ComponentType(p) == limits.CheckboxGroup && p["max_values"] == nil {
		bounded["max_values"] = len(p.List("options"))
	}
	return f.resolver.choose(bounded, values, max(p.NumberOr("min_values", 1), 1))
}

// upload takes the files of an upload.
func (f *modalForm) upload(p limits.Object, v any) ([]string, error) {
	files, _ := v.([]Upload)
	if u, ok := v.(Upload); ok {
		files = []Upload{u}
	}
	least, most := p.NumberOr("min_values", 1), p.NumberOr("max_values", 1)
	if !needed(p) && len(files) == 0 {
		least = 0
	}
	switch n := len(files); {
	case v != nil && files == nil:
		return nil, fmt.Errorf("expected a list of files, got %v", v)
	case n < least:
		return nil, fmt.Errorf("at least %d files, got %d", least, n)
	case n > most:
		return nil, fmt.Errorf("at most %d files, got %d", most, n)
	}
	ids := []string{}
	for _, u := range files {
		id, err := f.resolver.addFile(u)
		if err != nil {
			return nil, err
		}
		ids = append(ids, string(id))
	}
	return ids, nil
}

// numbered gives the components of a modal ids, as far as they have none.
func numbered(modal limits.Object) limits.Object {
	last := 0
	var number func(p limits.Object)
	number = func(p limits.Object) {
		last++
		if p.NumberOr("id", 0) == 0 {
			p["id"] = last
		}
		if inner := p.Object("component"); inner != nil {
			number(inner)
		}
		for _, child := range p.List("components") {
			number(child)
		}
	}
	for _, p := range modal.List("components") {
		number(p)
	}
	return modal
}
