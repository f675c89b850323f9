// Package repl is the interactive shell: it reads Lua from a terminal or a
// pipe, runs it on a [runtime.Host], and prints what comes out.
package repl
