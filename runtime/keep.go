package runtime

import "cordial/runtime/bind"

// installKeep declares keep, which is an ordinary table: all generations have
// the same one.
func (h *Host) installKeep() {
	h.registry.AddModule(bind.Module{
		Name: "keep", Global: true,
		Doc: "A table for what shall survive when a script is loaded anew, by cordial run --watch. What is in it stays as it is, functions too. For what shall survive the process there is store.",
	})
}
