package luabind

import "cordial/runtime/term"

// progress is a bar that tells how far a long call is, when the script wants one. Where there is no screen it draws nothing.
func (b *binding) progress(show bool, doing string) *term.Progress {
	screen := b.opts.Screen
	if !show || screen == nil {
		screen = term.NewScreen(term.Options{})
	}
	return screen.Progress(doing, 0)
}
