print(template.render("Hi {{.name}}, {{.n}} {{.big}} {{.ok}} {{.x.y}}", {name = "Ann", n = 3, big = 1771232703.5, ok = true, x = {y = "deep"}}))
--> Hi Ann, 3 1771232703.5 true deep
print(template.render("{{range $i, $role := .roles}}{{if gt $i 1}}, {{end}}{{$role}}{{else}}none{{end}}", {roles = {"a", "b"}}))  --> a, b
print(template.render("{{range .roles}}{{.}}{{else}}none{{end}}", {roles = {}}))  --> none
print(template.render("{{with .topic}}{{.}}{{else}}no topic{{end}} {{or .topic \"-\"}} {{if .topic}}x{{end}}", {}))  --> no topic - 
print(template.render("{{.}}", "<b>"), template.render("{{.}}", 5, {escape = "html"}), template.render("{{.}} {{1}}", "<b>", {escape = "html"}))  --> <b>	5	&lt;b&gt; 1
print(template.render("{{join .l \", \"}} {{len .l}} {{index .l 2}} {{index .m \"a b\"}} {{upper \"x\"}}", {l = {1, 2.5}, m = {["a b"] = "c"}}))  --> 1, 2.5 2 2.5 c X
print(template.render("{{printf \"%d %.1f %s %5.2f%%\" .a .a .b .b}}", {a = 3, b = 0.5}))  --> 3 3.0 0.5  0.50%
print(template.render("{{eq .a 3}} {{eq .a 3.0}} {{lt .b 1}} {{ne .s \"x\"}} {{ge .s \"a\"}} {{eq .a 1 2 3}}", {a = 3, b = 0.5, s = "x"}))  --> true true true false true true
print(template.render("{{define \"item\"}}<{{.}}>{{end}}{{range .}}{{template \"item\" .}}{{end}}{{/* no */}}", {1, 2}))  --> <1><2>
print(template.render("{{$x := .a}}{{$x}}{{range .l}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}", {a = "v", l = {1, 2, 3}}))  --> v1
print(template.escape_html("a < b & \"c\""))  --> a &lt; b &amp; &#34;c&#34;
---
local t = template.compile("{{.a}}{{.b}}")
print(t, t:render{a = 1, b = 2}, t:render({a = "x", b = json.null}, {escape = "html"}))  ### "Template:render: line 1 of the template: .b: is missing; {{or … \"text\"}} gives another text"
---
template.render("one\n{{.nmae}}", {name = "x"})  ### "template.render: line 2 of the template: .nmae: is missing"
---
template.render("a\n\n{{if}}", {})  ### "template.render: line 3 of the template: missing value for if"
---
template.compile("{{.a")  ### "template.compile: line 1 of the template: unclosed action"
---
template.compile("{{foo .a}}")  ### "line 1 of the template: function \"foo\" not defined"
---
template.render("{{.a}}", {a = {1}})  ### "line 1 of the template: .a: is a list; {{range …}} or join writes it"
---
template.render("{{.a.b}}", {a = {b = {c = 1}}})  ### "is a table; name one of its fields"
---
template.render("{{lt .a \"x\"}}", {a = 1})  ### "line 1 of the template: two numbers or two strings can be compared"
---
template.render("{{.f}}", {f = print})  ### "template.render: .f: a function has no place in a template"
---
local t = {}
t.t = t
template.render("x", t)  ### "more than 100 tables inside one another; does a table contain itself"
---
template.render("{{range .}}{{.}}{{end}}", {("x"):rep(1000), ("y"):rep(1000)}, {limit = 1500})  ### "template.render: the text becomes too long; limit= sets"
---
template.render("{{range 1000000000}}{{end}}")  ### "the loops turn more than 1000000 times"
---
template.render("{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}")  ### "more than 100 templates inside one another"
---
template.render("{{printf \"%d\" .a}}", {a = 1.5})  ### "printf: value 1 does not fit %d"
---
template.render("{{.name}}", {1, 2})  ### "line 1 of the template: a list has no field name"
---
template.render("{{.a.b}}", {x = 1})  ### "line 1 of the template: .a.b: is missing"
---
template.render("{{.a.b}}", {a = "text"})  ### "line 1 of the template: .a.b: only a table has fields"
---
template.render("{{call .a}}", {a = "x"})  ### "line 1 of the template: .*non-function"
---
for i = 1, 300 do assert(template.render("{{.}} " .. i, i) == i .. " " .. i) end
print(pcall(template.render, "{{.}}{{range .l}}", {}))
print(template.render("{{.a}}", {a = 1}))
--> false	testdata/template.lua:54: template.render: line 1 of the template: unexpected EOF
--> 1
