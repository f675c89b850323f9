-- Layouts.
print(json.encode(ui.text("# Hi")))  --> {"content":"# Hi","type":10}
print(json.encode(ui.section{"a", ui.text("b"), accessory = ui.thumbnail("https://example.com/o.png", {description = "an otter"})}))
--> {"accessory":{"description":"an otter","media":{"url":"https://example.com/o.png"},"type":11},"components":[{"content":"a","type":10},{"content":"b","type":10}],"type":9}
print(json.encode(ui.gallery{"https://example.com/a.png", {url = "attachment://b.png", spoiler = true}}))
--> {"items":[{"media":{"url":"https://example.com/a.png"}},{"media":{"url":"attachment://b.png"},"spoiler":true}],"type":12}
print(json.encode(ui.file("a.txt", {spoiler = true})), ui.file("attachment://a.txt").file.url)  --> {"file":{"url":"attachment://a.txt"},"spoiler":true,"type":13}	attachment://a.txt
print(json.encode(ui.separator()), json.encode(ui.separator{spacing = "large", divider = false}))  --> {"type":14}	{"divider":false,"spacing":2,"type":14}
local box = ui.container{color = "green", spoiler = true, "## Done", ui.separator(), ui.button("a", "a"), ui.button("b", "b")}
print(box.accent_color, box.spoiler, #box.components, box.components[1].content, #box.components[3].components)  --> 5763719	true	3	## Done	2
print(#ui.container{components = {"a", "b"}}.components)  --> 2
---
ui.section{"a", "b", "c", "d", accessory = ui.button("a", "a")}  ### "ui.section: components: must be between 1 and 3 in length, got 4"
---
ui.section{"a"}  ### "ui.section: accessory is required"
---
ui.section{"a", accessory = ui.text("b")}  ### "ui.section: accessory.type: TEXT_DISPLAY cannot stand here"
---
ui.section{ui.button("a", "a"), accessory = ui.button("b", "b")}  ### "ui.section: components\\[1\\]: expected a string or ui.text\\(…\\), got a table"
---
ui.container{ui.container{"x"}}  ### "ui.container: components\\[1\\].type: CONTAINER cannot stand here"
---
ui.container{"x", colour = "red"}  ### "ui.container: unknown option 'colour', did you mean 'color'\\?"
---
ui.text(("x"):rep(4001))  ### "ui.text: content: must be between 1 and 4000 in length, got 4001"
---
ui.container{("x"):rep(4000), "y"}  ### "ui.container: displayable text size exceeds maximum size of 4000"
---
ui.gallery{"a.png"}  ### "ui.gallery: items\\[1\\].media.url: not a well formed URL"
---
ui.gallery{{url = "https://example.com/a.png", spoilr = true}}  ### "ui.gallery: items\\[1\\]: unknown field 'spoilr', did you mean 'spoiler'\\?"
---
-- A type of component that nobody knows yet is passed on.
print(ui.container{"a", {type = 99, shiny = true}}.components[2].shiny)  --> true
---
-- A message with a layout has the flag for it, and its content is the first text.
local ch = dc:channel("1327046393453613079")
local m = ch:send("Hello", {components = {ui.container{"## Done", ui.button("a", "a")}}, silent = true})
print(m.flags, m.content == "", m.components[1].content, m.components[2].components[1].content)  --> 36864	true	Hello	## Done
print(ch:send{components = ui.text("alone")}.components[1].content)  --> alone
print(ch:send{files = {{name = "n.txt", data = "x"}}, components = {ui.file("n.txt")}}.components[1].name)  --> n.txt
print(m:edit{components = {ui.text("new")}}.components[1].content, m:edit("newer", {components = {ui.separator()}}).components[1].content)  --> new	newer
---
-- An edit turns an ordinary message into a layout.
local m = dc:channel("1327046393453613079"):send{content = "plain", embeds = ui.embed{title = "T"}}
local e = m:edit{components = {ui.text("layout")}}
print(e.flags, e.content == "", #e.embeds, e.components[1].content)  --> 32768	true	0	layout
---
-- Webhooks send layouts, too.
local hook = dc:channel("1327046393453613079"):create_webhook("hook")
local m = hook:send("first", {components = {ui.text("second")}})
print(#m.components, m.components[2].content)  --> 2	second
print(hook:edit_message(m, {components = {ui.text("third")}}).components[1].content)  --> third
---
local ch = dc:channel("1327046393453613079")
ch:send{components = {ui.file("missing.txt")}}  ### "Channel:send: components\\[1\\].file.url: the referenced attachment was not found"
---
local ch = dc:channel("1327046393453613079")
ch:send{components = {ui.text("x")}, embeds = ui.embed{title = "T"}}  ### "Channel:send: embeds: the 'embeds' field cannot be used"
