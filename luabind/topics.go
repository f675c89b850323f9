package luabind

import (
	"fmt"
	"strings"

	"cordial/discord/rest/catalogue"
)

// schemaTopic is the help on a type of the API that parameters name, such as RichEmbed or Component: the fields of its forms.
func schemaTopic(name string) (string, bool) {
	var forms []string
	for _, s := range catalogue.Schemas() {
		fields := s.Type.Resolve().Fields
		if len(fields) == 0 || !s.InRequests() || !strings.EqualFold(s.Short(), name) && s.Name != name {
			continue
		}
		forms = append(forms, schemaText(s, fields))
	}
	return strings.Join(forms, "\n"), len(forms) > 0
}

func schemaText(s catalogue.Schema, fields []catalogue.Field) string {
	width := 0
	for _, f := range fields {
		width = max(width, len(f.Name))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", s.Name)
	for _, f := range fields {
		note := ""
		if f.Required {
			note = ", required"
		}
		fmt.Fprintf(&b, "  %-*s  %s%s%s\n", width, f.Name, typeName(f.Type), note, boundsOf(f.Type))
	}
	return b.String()
}

// boundsOf describes what a value of the type is bounded by.
func boundsOf(t *catalogue.Type) string {
	switch r := t.Resolve(); {
	case len(t.Enum) > 0:
		return ": " + strings.Join(t.Enum, ", ")
	case len(r.Enum) > 0:
		return ": " + strings.Join(r.Enum, ", ")
	case t.MaxLength > 0:
		return fmt.Sprintf(": up to %d characters", t.MaxLength)
	case t.MaxItems > 0:
		return fmt.Sprintf(": up to %d", t.MaxItems)
	}
	return ""
}
