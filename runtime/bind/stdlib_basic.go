package bind

var basicFunctions = []brief{
	{"assert", "value any, message? any", "its arguments", "Raises an error if the value is false or nil."},
	{"collectgarbage", "option? string", "number", `Frees memory ("collect"), or tells the kilobytes in use ("count").`},
	{"dofile", "path? string", "what the file returns", "Runs a Lua file."},
	{"error", "value any, level? integer", "", "Raises an error. A text gets the place of the function at the level in front: 1 is the caller, 2 the caller's caller, 0 none."},
	{"getfenv", "fn? any", "table", "Returns the table that a function takes its globals from."},
	{"getmetatable", "value any", "table or nil", "Returns the metatable of a value."},
	{"ipairs", "list table", "iterator", "Walks a list in order: for i, v in ipairs(list)."},
	{"load", "chunk string|function, name? string, mode? string, env? table", "function, or nil and an error", "Compiles a piece of Lua."},
	{"loadfile", "path? string, mode? string, env? table", "function, or nil and an error", "Compiles a Lua file."},
	{"loadstring", "chunk string, name? string", "function, or nil and an error", "Compiles a piece of Lua."},
	{"next", "table table, key? any", "key and value", "Returns the entry after a key, or the first one."},
	{"pairs", "table any", "iterator", "Walks all entries of a table or fields of an object: for k, v in pairs(t)."},
	{"pcall", "fn function, ... any", "true and the results, or false and the error", "Calls a function and catches its error."},
	{"print", "... any", "", "Writes values on one line."},
	{"rawequal", "a any, b any", "boolean", "Compares without __eq."},
	{"rawget", "table table, key any", "any", "Reads without __index."},
	{"rawset", "table table, key any, value any", "the table", "Writes without __newindex."},
	{"require", "name string", "the module", `Loads a module once: a file beside the script, or one that is built in ("json" or "cordial.json").`},
	{"select", "n any, ... any", "any", `Returns the arguments from the n-th on; select("#", ...) counts them.`},
	{"setfenv", "fn any, env table", "the function", "Changes the table that a function takes its globals from."},
	{"setmetatable", "table table, metatable? table", "the table", "Changes the metatable of a table."},
	{"tonumber", "value any, base? integer", "number or nil", "Makes a number of a text."},
	{"tostring", "value any", "string", "Makes a text of any value."},
	{"type", "value any", "string", `Names the type of a value: "nil", "number", "string", "table", "function", "userdata", ...`},
	{"unpack", "list table, first? integer, last? integer", "the values", "Returns the values of a list."},
	{"xpcall", "fn function, handler function, ... any", "true and the results, or false and what the handler returns", "Calls a function; the handler sees its error before the stack unwinds."},
}

var luaLibraries = []library{stringLibrary, tableLibrary, mathLibrary, ioLibrary, osLibrary, coroutineLibrary, debugLibrary, packageLibrary}

var coroutineLibrary = library{
	name: "coroutine", doc: "Functions that give up control in the middle. Waiting needs none of it: sleep and other calls just wait.",
	functions: []brief{
		{"create", "fn function", "coroutine", "Makes a coroutine."},
		{"resume", "co coroutine, ... any", "true and the values, or false and the error", "Starts a coroutine or goes on with it."},
		{"running", "", "coroutine or nil", "Returns the running coroutine; nil outside of one."},
		{"status", "co coroutine", "string", `"suspended", "running", "normal" or "dead".`},
		{"wrap", "fn function", "function", "Makes a coroutine that is resumed by calling it."},
		{"yield", "... any", "what resume is given next", "Gives values to whoever resumed the coroutine."},
	},
}

var debugLibrary = library{
	name: "debug", doc: "Looking into functions.",
	functions: []brief{
		{"getfenv", "object any", "table", "Returns the environment of an object."},
		{"getinfo", "fn function|integer, what? string", "table", "Tells where a function is defined and where it is."},
		{"getlocal", "level integer, n integer", "name and value", "Returns a local variable of a running function."},
		{"getmetatable", "value any", "table or nil", "Returns the metatable of any value."},
		{"getupvalue", "fn function, n integer", "name and value", "Returns a variable that a function captures."},
		{"setfenv", "object any, env table", "the object", "Changes the environment of an object."},
		{"setlocal", "level integer, n integer, value any", "name", "Changes a local variable of a running function."},
		{"setmetatable", "value any, metatable? table", "the value", "Changes the metatable of any value."},
		{"setupvalue", "fn function, n integer, value any", "name", "Changes a variable that a function captures."},
		{"traceback", "message? string", "string", "Lists the functions that are running."},
	},
}

var packageLibrary = library{
	name: "package", doc: "How require finds modules.",
	values: []Field{
		{Name: "path", Type: "string", Doc: `Where files are looked for: paths with a "?" for the name, with ";" between them.`},
		{Name: "loaded", Type: "table", Doc: "The modules that are loaded, by name."},
		{Name: "preload", Type: "table", Doc: "Functions that make modules, by name."},
		{Name: "config", Type: "string", Doc: "The separators that path uses."},
	},
}
