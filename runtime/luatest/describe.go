package luatest

import "cordial/runtime"

// Describe declares to a host what the files of tests have besides, for a reference. It is not for calling.
func Describe(h *runtime.Host) {
	t := &trial{host: &Opened{Host: h}}
	t.install()
	t.module()
}

// NewWorld makes the world of a host for [Describe].
func NewWorld() *World { return newWorld("") }
