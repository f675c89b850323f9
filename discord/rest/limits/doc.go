// Package limits knows what Discord refuses although every field has the right type: texts that are too long together, components in
// the wrong place, commands whose options contradict each other. The client asks it before it sends a request, and the sandbox
// before it takes one, so that both say the same in Discord's own form errors.
//
// It checks what it knows. A field or a type of component that Discord may add tomorrow passes.
package limits
