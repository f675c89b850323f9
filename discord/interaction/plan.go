package interaction

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cordial/discord/rest/limits"
)

// Plan is what has to change for Discord to have the commands that are wanted.
type Plan struct {
	Creates []Command // those that Discord does not have
	Changes []Change  // those that it has otherwise
	Deletes []Command // those that it has and nobody wants

	all []Command // everything that is there in the end, as a bulk overwrite sends it
}

// Change is a command that Discord has otherwise than it is wanted.
type Change struct {
	Command Command // as it is wanted
	Fields  []FieldChange
}

// FieldChange is one field of a command that differs. A value that is nil stands for none.
type FieldChange struct {
	Path       string // such as "options[0].required"
	Have, Want any
}

// Diff compares the commands that are wanted in one scope (the application's global ones, or those of one guild) with those that
// Discord has there. Both are brought into one form first, so that defaults, null fields and the order of keys make no difference.
// Commands are told apart by type and name, as Discord does it. The entry point of an activity, which Discord makes by itself, stays
// as it is unless it is among those wanted.
func Diff(wanted, have []Command) (*Plan, error) {
	p := &Plan{}
	old, err := byKey(have)
	if err != nil {
		return nil, err
	}
	want, err := byKey(wanted)
	if err != nil {
		return nil, err
	}
	if len(want) < len(wanted) {
		return nil, fmt.Errorf("two of the wanted commands have the same name and type: %s", twice(wanted))
	}
	for _, key := range slices.SortedFunc(maps.Keys(want), key.compare) {
		w, h := want[key], old[key]
		p.all = append(p.all, w)
		if h == nil {
			p.Creates = append(p.Creates, w)
			continue
		}
		d := differ{command: w}
		d.fields("", w, h, commandFields)
		if len(d.changes) > 0 {
			p.Changes = append(p.Changes, Change{w, d.changes})
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(old), key.compare) {
		switch {
		case want[key] != nil:
		case key.Type == limits.EntryPointCommand:
			p.all = append(p.all, old[key].request())
		default:
			p.Deletes = append(p.Deletes, old[key])
		}
	}
	return p, nil
}

// key is what Discord tells the commands of one scope apart by.
type key struct {
	Type limits.CommandType
	Name string
}

func (k key) compare(other key) int {
	if k.Type != other.Type {
		return int(k.Type - other.Type)
	}
	return strings.Compare(k.Name, other.Name)
}

func byKey(commands []Command) (map[key]Command, error) {
	m := make(map[key]Command, len(commands))
	for _, c := range commands {
		n, err := c.normal()
		if err != nil {
			return nil, err
		}
		m[key{n.Type(), n.Name()}] = n
	}
	return m, nil
}

// twice names the first command that is there two times.
func twice(commands []Command) string {
	seen := map[key]bool{}
	for _, c := range commands {
		k := key{c.Type(), c.Name()}
		if seen[k] {
			return c.label()
		}
		seen[k] = true
	}
	return ""
}

// differ gathers the differences of one command.
type differ struct {
	command Command
	changes []FieldChange
}

// fields compares two objects by the fields that always count and those that the wanted one states.
func (d *differ) fields(path string, want, have map[string]any, always []string) {
	names := slices.Clone(always)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		at := strings.TrimPrefix(path+"."+name, ".")
		switch name {
		case "options":
			d.lists(at, want[name], have[name], optionFields)
		case "choices":
			d.lists(at, want[name], have[name], choiceFields)
		default:
			d.value(at, want[name], have[name])
		}
	}
}

// lists compares two lists of objects place by place.
func (d *differ) lists(path string, want, have any, always []string) {
	w, _ := want.([]any)
	h, _ := have.([]any)
	for i := range max(len(w), len(h)) {
		at := fmt.Sprintf("%s[%d]", path, i)
		wi, hi := item(w, i), item(h, i)
		if wi == nil || hi == nil {
			d.value(at, either(wi), either(hi))
			continue
		}
		d.fields(at, wi, hi, always)
	}
}

func item(list []any, i int) map[string]any {
	if i >= len(list) {
		return nil
	}
	m, _ := list[i].(map[string]any)
	return m
}

// either keeps a nil map from being taken for a value.
func either(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

func (d *differ) value(path string, want, have any) {
	if !reflect.DeepEqual(want, have) {
		d.changes = append(d.changes, FieldChange{path, have, want})
	}
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return len(p.Creates)+len(p.Changes)+len(p.Deletes) == 0 }

// String lists what has to be done, one line for every command that comes or goes and for every field that changes; "" when there is
// nothing to do.
func (p *Plan) String() string {
	var lines []string
	for _, c := range p.Creates {
		lines = append(lines, "+ "+c.label())
	}
	for _, change := range p.Changes {
		for _, f := range change.Fields {
			lines = append(lines, fmt.Sprintf("~ %s: %s: %s → %s", change.Command.label(), f.Path, shown(f, f.Have), shown(f, f.Want)))
		}
	}
	for _, c := range p.Deletes {
		lines = append(lines, "- "+c.label())
	}
	return strings.Join(lines, "\n")
}

// shown is a value in a plan: as JSON, with the default where there is none.
func shown(f FieldChange, v any) string {
	switch _, other := f.Want.(bool); {
	case v != nil:
		data, _ := json.Marshal(v) // it came out of JSON
		return string(data)
	case other, isBool(f.Have):
		return "false"
	}
	return "none"
}

func isBool(v any) bool {
	_, ok := v.(bool)
	return ok
}
