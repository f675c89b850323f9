package bind

var stringLibrary = library{
	name: "string", doc: "Texts. The functions are methods too: s:upper().",
	functions: []brief{
		{"byte", "s string, first? integer, last? integer", "integers", "Returns the bytes of a text as numbers."},
		{"char", "... integer", "string", "Makes a text of bytes."},
		{"dump", "fn function", "string", "Is not supported."},
		{"find", "s string, pattern string, init? integer, plain? boolean", "first, last and captures, or nil", "Looks for a pattern; plain looks for the text itself."},
		{"format", "template string, ... any", "string", `Fills values into a template: string.format("%d of %s", 3, name).`},
		{"gmatch", "s string, pattern string", "iterator", "Walks all matches of a pattern."},
		{"gsub", "s string, pattern string, replacement any, limit? integer", "string and the number of replacements", "Replaces matches by a text, an entry of a table, or what a function returns."},
		{"len", "s string", "integer", "Counts bytes."},
		{"lower", "s string", "string", "Makes letters small."},
		{"match", "s string, pattern string, init? integer", "captures, or nil", "Returns what a pattern captures."},
		{"rep", "s string, n integer", "string", "Repeats a text."},
		{"reverse", "s string", "string", "Turns the bytes around."},
		{"sub", "s string, first integer, last? integer", "string", "Cuts a piece out; negative places count from the end."},
		{"upper", "s string", "string", "Makes letters capital."},
	},
}

var tableLibrary = library{
	name: "table", doc: "Lists.",
	functions: []brief{
		{"concat", "list table, separator? string, first? integer, last? integer", "string", "Joins texts and numbers."},
		{"getn", "list table", "integer", "Counts the values; the same as #list."},
		{"insert", "list table, place_or_value any, value? any", "", "Puts a value at a place, or at the end: table.insert(list, v), table.insert(list, 1, v)."},
		{"maxn", "table table", "number", "Returns the largest number that is a key."},
		{"remove", "list table, place? integer", "the value", "Takes a value out, by default the last one."},
		{"sort", "list table, less? function", "", "Sorts a list in place; less(a, b) says whether a comes first."},
	},
}

var mathLibrary = library{
	name: "math", doc: "Numbers.",
	functions: []brief{
		{"abs", "x number", "number", "Drops the sign."},
		{"acos", "x number", "number", "Arc cosine, in radians."},
		{"asin", "x number", "number", "Arc sine, in radians."},
		{"atan", "x number", "number", "Arc tangent, in radians."},
		{"atan2", "y number, x number", "number", "Angle of a point, in radians."},
		{"ceil", "x number", "number", "Rounds up."},
		{"cos", "x number", "number", "Cosine of radians."},
		{"cosh", "x number", "number", "Hyperbolic cosine."},
		{"deg", "x number", "number", "Radians in degrees."},
		{"exp", "x number", "number", "e to the power of x."},
		{"floor", "x number", "number", "Rounds down."},
		{"fmod", "x number, y number", "number", "Remainder with the sign of x."},
		{"frexp", "x number", "fraction and exponent", "Splits x into m * 2^e."},
		{"ldexp", "m number, e integer", "number", "m * 2^e."},
		{"log", "x number", "number", "Natural logarithm."},
		{"log10", "x number", "number", "Logarithm to base 10."},
		{"max", "... number", "number", "The largest."},
		{"min", "... number", "number", "The smallest."},
		{"mod", "x number, y number", "number", "Remainder."},
		{"modf", "x number", "integer part and fraction", "Splits a number."},
		{"pow", "x number, y number", "number", "x to the power of y."},
		{"rad", "x number", "number", "Degrees in radians."},
		{"random", "first? integer, last? integer", "number", "A random number: in [0, 1), in 1..first, or in first..last."},
		{"randomseed", "seed number", "", "Starts the random numbers anew."},
		{"sin", "x number", "number", "Sine of radians."},
		{"sinh", "x number", "number", "Hyperbolic sine."},
		{"sqrt", "x number", "number", "Square root."},
		{"tan", "x number", "number", "Tangent of radians."},
		{"tanh", "x number", "number", "Hyperbolic tangent."},
	},
	values: []Field{
		{Name: "pi", Type: "number", Doc: "3.14159…"},
		{Name: "huge", Type: "number", Doc: "Infinity."},
	},
}
