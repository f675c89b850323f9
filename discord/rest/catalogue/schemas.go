package catalogue

import "strings"

// Schemas lists all named types, ordered by name. The slice must not be changed.
func Schemas() []Schema { return schemas }

// Short is the schema's name as types show it, such as "Component" for all forms of components.
func (s Schema) Short() string { return shortName(s.Name) }

// InRequests reports whether the type is one that requests have, and not only answers.
func (s Schema) InRequests() bool { return !strings.HasSuffix(s.Name, "Response") }
