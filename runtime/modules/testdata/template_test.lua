-- The module template, as docs/modules.md and cordial doc template tell of it.

local render = template.render

test("the page's example", function(t)
  local greet = template.compile("{{.name}}{{with .roles}}: {{join . \", \"}}{{end}}")
  t.eq(greet:render{name = "Ann", roles = {"admin", "mod"}}, "Ann: admin, mod")
  t.eq(greet:render{name = "Bob"}, "Bob")
  t.eq(render("<b>{{.}}</b>", "a < b", {escape = "html"}), "<b>a &lt; b</b>")
end)

test("every construct that the help names", function(t)
  t.eq(render("{{.name}}", {name = "x"}), "x")
  t.eq(render("{{if .x}}yes{{else}}no{{end}}", {x = true}), "yes")
  t.eq(render("{{if .x}}yes{{else}}no{{end}}", {}), "no")
  t.eq(render("{{range .}}{{.}};{{else}}none{{end}}", {"a", "b"}), "a;b;")
  t.eq(render("{{range .}}{{.}}{{else}}none{{end}}", {}), "none")
  t.eq(render("{{with .x}}{{.y}}{{end}}", {x = {y = 1}}), "1")
  t.eq(render("a{{/* a note */}}b"), "ab")
  t.eq(render("{{range $i, $v := .}}{{$i}}={{$v}} {{end}}", {"a", "b"}), "1=a 2=b ", "lists begin at 1")
end)

test("as in Go, 0, empty texts and empty lists count as false", function(t)
  for _, v in ipairs{0, "", {}, false} do t.eq(render("{{if .v}}yes{{else}}no{{end}}", {v = v}), "no") end
  for _, v in ipairs{1, "0", {1}, true} do t.eq(render("{{if .v}}yes{{else}}no{{end}}", {v = v}), "yes") end
end)

test("every function that the help names", function(t)
  local data = {a = 3, b = 0.5, s = "Hi", l = {"x", "y"}, m = {k = "v"}, u = "a b&c", h = "<i>"}
  for text, want in pairs{
    ["{{and .a .s}}"] = "Hi", ["{{or .none .s}}"] = "Hi", ["{{not .a}}"] = "false",
    ["{{eq .a 3}}"] = "true", ["{{ne .a 3}}"] = "false", ["{{lt .b .a}}"] = "true", ["{{le .a 3}}"] = "true",
    ["{{gt .b 1}}"] = "false", ["{{ge .a 3.5}}"] = "false",
    ["{{len .l}} {{len .s}}"] = "2 2", ["{{index .l 2}}"] = "y", ['{{index .m "k"}}'] = "v",
    ['{{printf "%d %s %.2f" .a .s .b}}'] = "3 Hi 0.50", ["{{html .h}}"] = "&lt;i&gt;", ["{{urlquery .u}}"] = "a+b%26c",
    ["{{upper .s}} {{lower .s}}"] = "HI hi", ['{{trim "  x "}}'] = "x", ['{{join .l "-"}}'] = "x-y",
    ["{{.s | upper}}"] = "HI",
  } do
    t.eq(render(text, data), want, text)
  end
end)

test("numbers look as in Lua", function(t)
  t.eq(render("{{.a}} {{.b}} {{.c}}", {a = 3, b = 2.5, c = 1771232703.5}), "3 2.5 1771232703.5")
  t.eq(render("{{.}}", 1e15), "1000000000000000")
end)

test("objects of Discord are data, too", function(t)
  local guild = dc:guilds()[1]
  t.eq(render("{{.name}} ({{.id}})", guild), guild.name .. " (" .. guild.id .. ")")
end)

test("a misspelt name does not pass in silence", function(t)
  t.raises(function() render("one\n{{.nmae}}", {name = "x"}) end, "template%.render: line 2 of the template: %.nmae: is missing; {{or")
  t.raises(function() render("{{.a.b}}", {a = {}}) end, "%.a%.b: is missing")
  t.eq(render("{{if .nmae}}x{{end}}{{with .nmae}}x{{end}}{{or .nmae \"y\"}}", {}), "y")
end)

test("compile shows mistakes at once", function(t)
  t.raises(function() template.compile("a\n{{.x") end, "template%.compile: line 2 of the template: unclosed action")
  t.raises(function() template.compile("{{foo .a}}") end, 'function "foo" not defined')
  t.raises(function() template.compile() end, "template is required")
end)

test("escape", function(t)
  t.eq(template.escape_html([[<a href="x">&'</a>]]), "&lt;a href=&#34;x&#34;&gt;&amp;&#39;&lt;/a&gt;")
  t.eq(template.compile("{{.}}"):render("<", {escape = "html"}), "&lt;")
  t.eq(render("{{.}}", "<"), "<")
  t.raises(function() render("x", nil, {escape = "xml"}) end, "escape: expected")
end)

test("the result and the loops are bounded", function(t)
  t.eq(#render("{{.}}", ("x"):rep(1048576)), 1048576)
  t.raises(function() render("{{.}}", ("x"):rep(1048577)) end, "the text becomes too long; limit= sets")
  t.eq(#render("{{.}}", ("x"):rep(1048577), {limit = 2000000}), 1048577)
  t.raises(function() render("{{.}}", "long", {limit = 3}) end, "the text becomes too long")
  t.raises(function() render("{{range 1000000000}}{{end}}") end, "the loops turn more than 1000000 times")
  t.raises(function() render('{{define "x"}}{{template "x"}}{{end}}{{template "x"}}') end, "more than 100 templates inside one another")
end)

test("what is no text is refused with its place", function(t)
  t.raises(function() render("{{.a}}", {a = {1}}) end, "%.a: is a list; {{range …}} or join writes it")
  t.raises(function() render("{{.a}}", {a = {b = 1}}) end, "is a table; name one of its fields")
  t.raises(function() render("{{.f}}", {f = print}) end, "a function has no place in a template")
  t.raises(function() render('{{lt .a "x"}}', {a = 1}) end, "two numbers or two strings can be compared")
end)
