package runtime

import (
	"testing"
	"testing/synctest"
)

// TestModulesOfSeveralTasks has tasks require modules that wait while they are loaded.
func TestModulesOfSeveralTasks(t *testing.T) {
	const modules = `
		local loads = 0
		function package.preload.slow() loads = loads + 1 sleep(2) return {load = loads} end
		function package.preload.other() sleep(3) return "other" end
		function package.preload.fails() sleep(1) error("oh no", 0) end
		function package.preload.one() sleep(1) return require "two" end
		function package.preload.two() sleep(1) return require "one" end
		local function requires(name, later) return function() sleep(later or 0) return require(name) end end
	`
	for _, test := range []struct{ source, want string }{
		{`local a, b = gather(requires "slow", requires("slow", 1)) print(a == b, a.load)`, "true\t1\n"},
		{`print(gather(requires "other", function() return require("slow").load end))`, "other\t1\n"},
		{`spawn(requires "slow") spawn(requires("other", 1)) sleep(10) package.loaded.slow = nil print(require("slow").load)`, "2\n"},
		{`for later = 0, 1 do print(select(2, pcall(gather, requires "fails", requires("fails", later)))) end`, "oh no\noh no\n"},
		{`print(select(2, pcall(gather, requires "one", requires("two", 0.5))))`,
			"test:6: require 'two': another task has been loading it for 10s; does it wait for this one?\n"},
		{`function package.preload.self() return gather(requires "self") end print(select(2, pcall(require, "self")))`,
			"test:8: require 'self': another task has been loading it for 10s; does it wait for this one?\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newTestHost(t, Options{})
			if err := h.RunString(t.Context(), "test", modules+test.source); err != nil {
				t.Error(err)
			}
			if got := h.out.String(); got != test.want {
				t.Errorf("%s: printed %q, want %q", test.source, got, test.want)
			}
		})
	}
}
