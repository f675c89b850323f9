// Package attach lets a person work with a script that runs already: evaluate
// Lua in it, list and cancel its tasks, watch its events and its log. [Start]
// serves a host over a unix socket in a folder of the person's own, [List]
// finds the sockets of running scripts, and [Dial] connects to one.
//
// # Protocol
//
// Both sides send frames: one JSON object in one line, of 4 MB at the most,
// with a member "type". Bytes of Lua texts are base64.
//
// The server begins with
//
//	hello     protocol, info (script, path, pid, since, version)
//
// and the client answers with
//
//	hello     protocol, columns (the terminal's width, 0 for none)
//
// A side that does not speak the other's protocol says so and leaves. Then the
// client asks for one thing at a time, with an id of its choice:
//
//	eval      id, data (the source), columns, asks (there is somebody who can be asked)
//	tail      id, name ("events" or "logs"), events (names; all without)
//	complete  id, data (the source)
//	tasks     id: for a list, also while Lua code is stuck
//	stop      id, task: to cancel a task, in the same way
//
// and may at any time send
//
//	cancel    id (of what is to end)
//	answer    id (of an ask), data, end ("eof", "interrupted") or yes
//
// The server sends
//
//	out       data, stderr: what the script writes at this terminal
//	value     id, data: a part of what the values of an eval print as, or of the list
//	ask       id, text: a question for yes or no; without a text a line is read
//	done      id, text (the error), end ("error", "interrupted", "exit" after os.exit,
//	          "over" when the script ends; nothing when all went well): of all but complete
//	found     id, completion: of complete
//	bye       text: why the connection ends
//
// What one evaluation declares as local the next one of the same connection
// sees. When the connection ends, what it has asked for is cancelled; tasks
// that it has started go on, and write to the script's own streams.
package attach
