package bind

var ioLibrary = library{
	name: "io", doc: "Files and the standard streams.",
	functions: []brief{
		{"close", "file? file", "boolean", "Closes a file."},
		{"flush", "", "", "Writes out what is kept back."},
		{"input", "file? string|file", "file", "Sets or returns what io.read reads."},
		{"lines", "path? string", "iterator", "Walks the lines of a file, or of the input."},
		{"open", "path string, mode? string", "file, or nil and an error", `Opens a file to read ("r"), to write anew ("w"), or to add to ("a").`},
		{"output", "file? string|file", "file", "Sets or returns what io.write writes to."},
		{"popen", "command string, mode? string", "file, or nil and an error", "Runs a command; reads what it writes, or writes what it reads. Other tasks stand still meanwhile."},
		{"read", "... string|integer", "string or number", `Reads from the input: "*l" a line, "*n" a number, "*a" all, or a number of bytes.`},
		{"tmpfile", "", "file", "Opens a file that goes away by itself."},
		{"type", "value any", "string or nil", `"file", "closed file", or nil for what is no file.`},
		{"write", "... string|number", "the output", "Writes texts and numbers."},
	},
	values: []Field{
		{Name: "stdin", Type: "Stream", Doc: "The standard input."},
		{Name: "stdout", Type: "Stream", Doc: "The standard output."},
		{Name: "stderr", Type: "Stream", Doc: "The standard error."},
	},
}

var osLibrary = library{
	name: "os", doc: "Time, environment and files of the system.",
	functions: []brief{
		{"clock", "", "number", "Seconds since the program started."},
		{"date", "template? string, time? integer", "string or table", `Writes a time: os.date("%Y-%m-%d"); "*t" gives a table, "!" in front means UTC.`},
		{"difftime", "later integer, earlier integer", "number", "Seconds between two times."},
		{"execute", "command string", "exit code", "Runs a command of the shell and waits for it."},
		{"exit", "code? integer", "", "Ends the run: all tasks are cancelled."},
		{"getenv", "name string", "string or nil", "Returns a variable of the environment. Those with tokens are nil."},
		{"remove", "path string", "true, or nil and an error", "Deletes a file."},
		{"rename", "old string, new string", "true, or nil and an error", "Renames a file."},
		{"setlocale", "locale? string", "false", "Is not supported."},
		{"time", "parts? table", "integer", "Seconds since 1970, now or of a table with year, month, day, hour, min, sec."},
		{"tmpname", "", "string", "Returns a name for a file that does not exist."},
	},
}
