-- Buttons, by place and by name.
print(json.encode(ui.button("Yes", "vote:yes")))  --> {"custom_id":"vote:yes","label":"Yes","style":2,"type":2}
print(json.encode(ui.button{id = "vote:no", label = "No", style = "danger", disabled = true}))  --> {"custom_id":"vote:no","disabled":true,"label":"No","style":4,"type":2}
print(json.encode(ui.button("Up", {custom_id = "up", emoji = "👍"})))  --> {"custom_id":"up","emoji":{"name":"👍"},"label":"Up","style":2,"type":2}
print(json.encode(ui.link("Docs", "https://example.com/a")))  --> {"label":"Docs","style":5,"type":2,"url":"https://example.com/a"}
print(json.encode(ui.button{label = "Docs", url = "https://example.com/a"}))  --> {"label":"Docs","style":5,"type":2,"url":"https://example.com/a"}
print(json.encode(ui.button{sku = "1327046393453613079"}))  --> {"sku_id":"1327046393453613079","style":6,"type":2}
print(require "cordial.ui" == ui)  --> true
---
-- An emoji in every spelling.
for _, emoji in ipairs{"👍", "<:otter:123>", "<a:otter:123>", "otter:123", "apple:123"} do
  print(json.encode(ui.button{id = "x", emoji = emoji}.emoji))
end
--> {"name":"👍"}
--> {"id":"123","name":"otter"}
--> {"animated":true,"id":"123","name":"otter"}
--> {"id":"123","name":"otter"}
--> {"id":"123","name":"apple"}
---
ui.button(("x"):rep(93), "a")  ### "ui.button: label: must be 80 or fewer in length, got 93"
---
ui.button("x", ("ä"):rep(101))  ### "ui.button: id: must be between 1 and 100 in length, got 101"
---
ui.button{label = "x"}  ### "ui.button: id: this field is required"
---
ui.button{id = "x"}  ### "ui.button: label: this field is required"
---
ui.button{id = "x", label = "x", style = "dangr"}  ### "ui.button: style: .*did you mean \"danger\"\\?"
---
ui.button{id = "x", label = "x", url = "https://example.com"}  ### "ui.button: a button of this style takes a url, and no custom_id"
---
ui.button{sku = "1", label = "x"}  ### "takes a sku_id, and no label or emoji"
---
ui.button{id = "x", lable = "x"}  ### "ui.button: unknown option 'lable', did you mean 'label'\\?"
---
ui.link("x", "example.com")  ### "ui.link: url: not a well formed URL"
---
-- Menus.
print(json.encode(ui.select{id = "color", options = {"red", "blue"}, placeholder = "Color", max = 2}))
--> {"custom_id":"color","max_values":2,"options":[{"label":"red","value":"red"},{"label":"blue","value":"blue"}],"placeholder":"Color","type":3}
print(json.encode(ui.select("c", {options = {{label = "Red", value = "r", emoji = "🔴", default = true}}})))
--> {"custom_id":"c","options":[{"default":true,"emoji":{"name":"🔴"},"label":"Red","value":"r"}],"type":3}
print(ui.user_select{id = "a"}.type, ui.role_select("a").type, ui.mentionable_select("a").type, ui.channel_select{id = "a", channel_types = {"GUILD_TEXT", "GUILD_ANNOUNCEMENT"}}.channel_types[2])  --> 5	6	7	5
print(ui.user_select{id = "a", default_values = {{id = "1", type = "user"}}}.default_values[1].id)  --> 1
---
ui.select{id = "x", options = {"a", "b"}, max = 3}  ### "ui.select: max: int value should be less than or equal to 2"
---
ui.select{id = "x", options = {"a", "a"}}  ### "ui.select: options\\[2\\].value: the specified option value is already used"
---
ui.select{id = "x", options = {{label = "a", valu = "b"}}}  ### "ui.select: options\\[1\\]: unknown field 'valu', did you mean 'value'\\?"
---
ui.select{id = "x"}  ### "ui.select: options is required"
---
ui.channel_select{id = "x", channel_types = {"GUILD_TEX"}}  ### "ui.channel_select: channel_types\\[1\\]: there is no \"GUILD_TEX\"; did you mean \"GUILD_TEXT\"\\?"
---
-- Rows.
local row = ui.row{ui.button("a", "a"), ui.button("b", "b")}
print(row.type, #row.components, row.components[2].label)  --> 1	2	b
---
ui.row{ui.button("a", "a"), ui.button("b", "a")}  ### "ui.row: components\\[2\\].custom_id: component custom id cannot be duplicated"
---
ui.row{ui.button("a", "a"), ui.user_select("b")}  ### "ui.row: components: the specified component exceeds the maximum width"
---
ui.row{"a"}  ### "ui.row: components\\[1\\]: expected a component such as ui.button\\{…\\}, got string \"a\""
---
ui.row{ui.embed{title = "x"}}  ### "ui.row: components\\[1\\]: expected a component"
---
-- Embeds.
print(json.encode(ui.embed{title = "T", color = "#5865f2", fields = {{"a", 1}, {name = "b", value = "c", inline = true}}, author = "me", timestamp = 0}))
--> {"author":{"name":"me"},"color":5793266,"fields":[{"name":"a","value":"1"},{"inline":true,"name":"b","value":"c"}],"timestamp":"1970-01-01T00:00:00Z","title":"T"}
print(json.encode(ui.embed{image = "https://example.com/a.png", footer = {text = "f", icon_url = "attachment://i.png"}}))
--> {"footer":{"icon_url":"attachment://i.png","text":"f"},"image":{"url":"https://example.com/a.png"}}
print(ui.embed{title = "T", color = "Blurple"}.color, ui.embed{title = "T", color = 255}.color, ui.embed{title = "T", timestamp = "2026-01-02T03:04:05Z"}.timestamp)
--> 5793266	255	2026-01-02T03:04:05Z
---
-- An embed like another: of a message, or a table.
local ch = dc:channel("1327046393453613079")
local m = ch:send{embeds = ui.embed{title = "T", color = "red", author = "ci", fields = {{"a", 1}}, image = "https://example.com/a.png", timestamp = "2026-01-02T03:04:05Z"}}
local e = ui.embed(m.embeds[1], {title = "U", footer = "new"})
table.insert(e.fields, {name = "b", value = "2"})
print(json.encode(e))
--> {"author":{"name":"ci"},"color":15548997,"fields":[{"inline":false,"name":"a","value":"1"},{"name":"b","value":"2"}],"footer":{"text":"new"},"image":{"url":"https://example.com/a.png"},"timestamp":"2026-01-02T03:04:05Z","title":"U"}
print(m:edit{embeds = e}.embeds[1].footer.text, m.embeds[1].title, ui.embed(e, {color = "green"}).color, ui.embed(ui.embed(m.embeds[1])).title)  --> new	T	5763719	T
---
ui.embed("text")  ### "ui.embed: like: expected an embed of a message, or a table, got string \"text\""
---
ui.embed({{title = "x"}}, {})  ### "ui.embed: like: expected an embed, got a table"
---
ui.embed({title = ("x"):rep(300)}, {color = 1})  ### "ui.embed: title: must be 256 or fewer in length, got 300"
---
ui.embed{}  ### "ui.embed: description: this field is required"
---
ui.embed{title = "x", color = "gren"}  ### "ui.embed: color: unknown color \"gren\", did you mean \"green\"\\?"
---
ui.embed{title = "x", color = 0x1000000}  ### "ui.embed: color: int value should be less than or equal to 16777215"
---
ui.embed{title = "x", author = {nam = "y"}}  ### "ui.embed: author: unknown field 'nam', did you mean 'name'\\?"
---
ui.embed{title = "x", fields = {{"a", ("x"):rep(1025)}}}  ### "ui.embed: fields\\[1\\].value: must be 1024 or fewer in length, got 1025"
---
ui.embed{title = "x", fields = {{"a"}}}  ### "ui.embed: fields\\[1\\]: a field needs a name and a value; this one has no value"
---
ui.embed{title = "x", fields = {{"a", "b", inlin = true}}}  ### "ui.embed: fields\\[1\\]: unknown field 'inlin', did you mean 'inline'\\?"
---
local fields = {}
for i = 1, 6 do fields[i] = {"name", ("x"):rep(1000)} end
ui.embed{fields = fields}  ### "ui.embed: embed size exceeds maximum size of 6000"
---
-- Polls.
print(json.encode(ui.poll{question = "Lunch?", answers = {"Pizza", {text = "Soup", emoji = "🍲"}}, duration = "2h", multiple = true}))
--> {"allow_multiselect":true,"answers":[{"poll_media":{"text":"Pizza"}},{"poll_media":{"emoji":{"name":"🍲"},"text":"Soup"}}],"duration":2,"question":{"text":"Lunch?"}}
---
ui.poll{question = "?", answers = {"a"}, duration = 24}  ### "ui.poll: duration: a poll lasts whole hours, as in \"24h\"; got 24s"
---
ui.poll{question = "?", answers = {"a", ("x"):rep(56)}}  ### "ui.poll: answers\\[2\\].poll_media.text: must be 55 or fewer in length, got 56"
---
ui.poll{question = "?", answers = {"a"}, duration = "1000h"}  ### "ui.poll: duration: int value should be less than or equal to 768"
---
-- A message puts what is in no row into rows: buttons side by side, a menu by itself.
local ch = dc:channel("1327046393453613079")
local buttons = {}
for i = 1, 7 do buttons[i] = ui.button("b" .. i, "b" .. i) end
buttons[8] = ui.select{id = "s", options = {"a"}}
buttons[9] = ui.button("last", "last")
local m = ch:send{content = "Choose", components = buttons}
for i, row in ipairs(m.components) do print(i, #row.components, row.components[1].type) end
--> 1	5	2
--> 2	2	2
--> 3	1	3
--> 4	1	2
print(#buttons, buttons[1].type)  --> 9	2
print(#ch:send{content = "x", components = ui.button("one", "1")}.components)  --> 1
print(#m:reply{content = "x", components = {ui.row{ui.button("one", "1")}, ui.button("two", "2")}}.components)  --> 2
print(m:edit("y", {components = {ui.button("new", "n")}}).components[1].components[1].label)  --> new
---
-- One embed needs no list, and a poll is sent.
local ch = dc:channel("1327046393453613079")
print(ch:send{embeds = ui.embed{title = "T", color = "red"}}.embeds[1].title)  --> T
print(ch:send{embeds = {ui.embed{title = "A"}, ui.embed{title = "B"}}}.embeds[2].title)  --> B
print(ch:send{poll = ui.poll{question = "Q", answers = {"a", "b"}}}.poll.answers[2].poll_media.text)  --> b
print(dc.api.create_message{channel_id = ch, content = "x", components = {ui.button("a", "a")}}.components[1].type)  --> 1
---
local ch = dc:channel("1327046393453613079")
ch:send{content = "x", components = {ui.button("a", "a"), ui.select{id = "a", options = {"x"}}}}  ### "Channel:send: components\\[2\\].components\\[1\\].custom_id: component custom id cannot be duplicated"
---
dc:channel("1327046393453613079"):send{content = "x", components = {5}}  ### "Channel:send: components\\[1\\]: expected a table, got number 5$"
