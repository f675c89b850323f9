// Package luatest runs tests that are written in Lua: the functions that files named *_test.lua give to test(name, fn).
//
// Each test has a host and a world of its own, with a [Clock] that stands still and a [Network] inside the process. [Time] moves the
// clock, and only when nothing goes on any more in the test.
package luatest
