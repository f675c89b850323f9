-- The module ui, as docs/ui.md and cordial doc ui tell of it; people of the sandbox click what it makes.

local function general() return dc:guilds()[1]:channel("general") end

-- same compares a table with the JSON that it becomes.
local function same(t, value, text) t.eq(json.encode(json.decode(json.encode(value))), json.encode(value)) t.eq(json.encode(value), text) end

test("embeds: all options", function(t)
  local message = general():send{embeds = ui.embed{
    title = "Build 101", url = "https://example.com/builds/101", color = "green", timestamp = os.time(), description = "text",
    fields = {{"Tests", 312}, {name = "Time", value = "4 min", inline = true}},
    author = "ci", footer = {text = "main", icon_url = "https://example.com/ci.png"},
    image = "https://example.com/a.png", thumbnail = {url = "https://example.com/b.png"},
  }}
  local e = message.embeds[1]
  t.eq(e.title, "Build 101")
  t.eq(e.url, "https://example.com/builds/101")
  t.eq(e.color, 5763719)
  t.eq(time.parse(e.timestamp), 1780304400)
  t.eq(e.description, "text")
  t.eq(e.fields[1].value, "312")
  t.eq(e.fields[2].inline, true)
  t.eq(e.author.name, "ci")
  t.eq(e.footer.icon_url, "https://example.com/ci.png")
  t.eq(e.image.url, "https://example.com/a.png")
  t.eq(e.thumbnail.url, "https://example.com/b.png")
end)

test("embeds: colors, lists, and one like another", function(t)
  t.eq(ui.embed{title = "x", color = "#5865f2"}.color, 0x5865f2)
  t.eq(ui.embed{title = "x", color = "blurple"}.color, 0x5865f2)
  t.eq(ui.embed{title = "x", color = 255}.color, 255)
  t.eq(#general():send{embeds = {ui.embed{title = "a"}, ui.embed{title = "b"}}}.embeds, 2)
  local message = general():send{embeds = ui.embed{title = "Move the river?", fields = {{"Votes", 3}}}}
  local e = ui.embed(message.embeds[1], {color = "red", footer = "closed"})
  table.insert(e.fields, {name = "Result", value = "no"})
  local edited = message:edit{embeds = e}.embeds[1]
  t.eq(edited.title, "Move the river?")
  t.eq(edited.footer.text, "closed")
  t.eq(edited.fields[2].value, "no")
  t.eq(#message.embeds[1].fields, 1, "the old one is as it was")
end)

test("each is checked when it is made, so an error names the line", function(t)
  t.raises(function() ui.button(("x"):rep(93), "a") end, "^[^:]+ui_test%.lua:%d+: ui%.button: label: must be 80 or fewer in length, got 93$")
  t.raises(function() ui.embed{title = ("x"):rep(257)} end, "ui%.embed: title: must be 256 or fewer")
  t.raises(function() ui.embed{title = "x", color = "gren"} end, 'did you mean "green"')
  t.raises(function() ui.embed{} end, "ui%.embed: ")
  local many = {}
  for i = 1, 26 do many[i] = {"n", "v"} end
  t.raises(function() ui.embed{fields = many} end, "ui%.embed: fields: ")
end)

test("functions return ordinary tables", function(t)
  local button = ui.button("Yes", "yes")
  t.eq(type(button), "table")
  t.eq(button, {type = 2, style = 2, label = "Yes", custom_id = "yes"})
  button.label = "No"
  t.eq(general():send{content = "x", components = {button}}.components[1].components[1].label, "No")
  t.eq(general():send{content = "x", components = {{type = 1, components = {{type = 2, style = 1, label = "by hand", custom_id = "h"}}}}}
    .components[1].components[1].label, "by hand")
end)

test("a button comes back when somebody clicks it", function(t)
  local got = {}
  bot.button("tea:{answer}", function(ix, answer) got[#got + 1] = answer ix:reply("You said " .. answer) end)
  local message = general():send{content = "Tea?", components = {
    ui.button("Yes", "tea:yes"), ui.button{id = "tea:no", label = "No", style = "danger", emoji = "👎"}, ui.link("What is tea?", "https://example.com/tea"),
    ui.select{id = "kind", placeholder = "Which?", options = {"green", {label = "Earl Grey", value = "grey", emoji = "🫖"}}},
    ui.user_select{id = "with", placeholder = "With whom?", max = 3},
  }}
  t.eq(#message.components, 3, "buttons in a row, each menu in its own")
  t.eq(#message.components[1].components, 3)
  bot.start()
  t.eq(sandbox.user("nathan"):click(message, "tea:yes").content, "You said yes")
  t.eq(sandbox.user("nathan"):click(message, "tea:no").content, "You said no")
  t.eq(got, {"yes", "no"})
end)

test("buttons of all styles", function(t)
  local styles = {primary = 1, secondary = 2, success = 3, danger = 4}
  for name, number in pairs(styles) do t.eq(ui.button{id = "x", label = "x", style = name}.style, number, name) end
  t.eq(ui.button{label = "x", url = "https://example.com"}.style, 5)
  t.eq(ui.button{sku = "1"}, {type = 2, style = 6, sku_id = "1"})
  t.eq(ui.button{custom_id = "c", label = "x", disabled = true}.disabled, true)
  t.eq(ui.button{id = "x", emoji = "<a:otter:123>"}.emoji, {id = "123", name = "otter", animated = true})
  t.eq(ui.link("x", "https://example.com", {emoji = "👍", disabled = true}).url, "https://example.com")
  t.eq(ui.link{url = "https://example.com", label = "x"}.style, 5)
  t.raises(function() ui.link("x", "example.com") end, "ui%.link: url: not a well formed URL")
end)

test("menus", function(t)
  local chosen
  bot.select("kind", function(ix, values) chosen = json.encode(ix.data.values) ix:reply("ok") end)
  local message = general():send{content = "x", components = {ui.select{id = "kind", options = {"green", {label = "Earl Grey", value = "grey", description = "d",
    emoji = "🫖", default = true}}, min = 1, max = 2, placeholder = "Which?", disabled = false}}}
  bot.start()
  sandbox.user("nathan"):select(message, "kind", {"grey", "green"})
  t.eq(chosen, '["grey","green"]')
  for name, number in pairs{user_select = 5, role_select = 6, mentionable_select = 7, channel_select = 8} do
    local menu = ui[name]{id = "m", placeholder = "p", min = 0, max = 2}
    t.eq({menu.type, menu.custom_id, menu.placeholder, menu.min_values, menu.max_values}, {number, "m", "p", 0, 2}, name)
    t.eq(ui[name]("m").custom_id, "m")
  end
  t.eq(ui.channel_select{id = "w", channel_types = {"GUILD_TEXT", 5}}.channel_types, {0, 5})
  t.eq(ui.user_select{id = "w", default_values = {{id = "1", type = "user"}}}.default_values[1].id, "1")
  t.raises(function() ui.select{id = "x", options = {"a"}, max = 26} end, "ui%.select: max")
  t.raises(function() ui.channel_select{id = "x", channel_types = {"GUILD_TEX"}} end, 'did you mean "GUILD_TEXT"')
end)

test("rows", function(t)
  local row = ui.row{ui.button("a", "a"), ui.button("b", "b")}
  t.eq(row.type, 1)
  t.eq(#ui.row{components = {ui.button("a", "a")}}.components, 1)
  t.eq(#general():send{content = "x", components = {row, ui.button("c", "c")}}.components, 2)
  t.raises(function() ui.row{ui.button("a", "1"), ui.button("b", "1")} end, "custom_id: component custom id cannot be duplicated")
  t.raises(function() ui.row{ui.button("a", "1"), ui.user_select("b")} end, "ui%.row: ")
  t.raises(function() ui.row{} end, "ui%.row: components is required")
end)

test("layouts", function(t)
  local message = general():send{files = {{name = "notes.txt", data = "…"}}, components = {
    ui.container{color = "#57f287",
      "## Release 1.2",
      ui.section{"**Otters** swim faster.", "Thanks to all.", accessory = ui.button("Changes", "changes")},
      ui.separator{spacing = "large"},
      ui.gallery{"https://example.com/a.png", {url = "https://example.com/b.png", description = "an otter", spoiler = true}},
      ui.file("notes.txt"),
      ui.button("Install", "install"),
    },
  }}
  local box = message.components[1]
  t.eq(message.flags, 32768)
  t.eq(box.accent_color, 0x57f287)
  local types = {}
  for i, c in ipairs(box.components) do types[i] = c.type end
  t.eq(types, {10, 9, 14, 12, 13, 1})
  t.eq(box.components[1].content, "## Release 1.2")
  t.eq(box.components[3].spacing, 2)
  t.eq(box.components[4].items[2].spoiler, true)
end)

test("the content becomes the first text, and editing replaces text and embeds", function(t)
  local message = general():send("Hello", {components = {ui.text("world")}})
  t.eq(message.content, "")
  t.eq({message.components[1].content, message.components[2].content}, {"Hello", "world"})
  local plain = general():send{content = "plain", embeds = ui.embed{title = "T"}}
  local edited = plain:edit{components = {ui.text("layout")}}
  t.eq({edited.content, #edited.embeds, edited.components[1].content}, {"", 0, "layout"})
  t.raises(function() general():send{components = {ui.text("x")}, embeds = ui.embed{title = "T"}} end, "embeds")
  t.raises(function() general():send{components = {ui.file("missing.txt")}} end, "the referenced attachment was not found")
end)

test("parts of layouts", function(t)
  same(t, ui.text("# Hi"), '{"content":"# Hi","type":10}')
  same(t, ui.thumbnail("https://example.com/o.png", {description = "an otter", spoiler = true}),
    '{"description":"an otter","media":{"url":"https://example.com/o.png"},"spoiler":true,"type":11}')
  same(t, ui.section{components = {"a"}, accessory = ui.thumbnail("attachment://a.png")},
    '{"accessory":{"media":{"url":"attachment://a.png"},"type":11},"components":[{"content":"a","type":10}],"type":9}')
  same(t, ui.gallery{items = {"attachment://a.png"}}, '{"items":[{"media":{"url":"attachment://a.png"}}],"type":12}')
  same(t, ui.file("a.txt", {spoiler = true}), '{"file":{"url":"attachment://a.txt"},"spoiler":true,"type":13}')
  same(t, ui.separator{divider = false, spacing = "small"}, '{"divider":false,"spacing":1,"type":14}')
  t.eq(ui.container{spoiler = true, components = {"a"}}.spoiler, true)
  t.raises(function() ui.section{"a", "b", "c", "d", accessory = ui.button("a", "a")} end, "ui%.section: components")
  t.raises(function() ui.section{"a"} end, "ui%.section: accessory is required")
  t.raises(function() ui.container{"x", colour = "red"} end, "did you mean 'color'")
  t.raises(function() ui.text(("x"):rep(4001)) end, "ui%.text: content")
end)

test("a modal is filled in and comes back", function(t)
  local fields
  bot.slash("report", {description = "Tells on somebody"}, function(ix)
    ix:modal(ui.modal{id = "report", title = "Report",
      "It stays between us.",
      ui.input{id = "reason", label = "What happened?", style = "paragraph", max = 500},
      ui.radio{id = "level", label = "How bad?", options = {"annoying", "harmful"}},
      ui.checkboxes{id = "where", label = "Where?", options = {"chat", "voice"}, min = 0, required = false},
      ui.upload{id = "proof", label = "Screenshots", description = "If you have some.", required = false},
    })
  end)
  bot.modal("report", function(ix)
    fields = ix.fields
    ix:reply("thanks")
  end)
  bot.start()
  sandbox.clock.settle()
  local modal = sandbox.user("nathan"):slash("report").modal
  t.eq(modal.title, "Report")
  t.eq(#modal.components, 5)
  local answer = sandbox.user("nathan"):submit(modal, {reason = "splashing", level = "annoying", where = {"chat"}})
  t.eq(answer.content, "thanks")
  t.eq(fields.reason, "splashing")
  t.eq(fields.level, "annoying")
end)

test("parts of modals", function(t)
  same(t, ui.input{id = "why", label = "Why?", description = "d", style = "short", min = 1, max = 5, required = false, value = "v", placeholder = "p"},
    '{"component":{"custom_id":"why","max_length":5,"min_length":1,"placeholder":"p","required":false,"style":1,"type":4,"value":"v"},"description":"d","label":"Why?","type":18}')
  same(t, ui.upload{id = "f", label = "F", min = 1, max = 3, file_types = {"image/*"}},
    '{"component":{"custom_id":"f","file_types":["image/*"],"max_values":3,"min_values":1,"type":19},"label":"F","type":18}')
  same(t, ui.radio{id = "r", label = "R", options = {"a", {label = "B", value = "b", description = "d", default = true}}},
    '{"component":{"custom_id":"r","options":[{"label":"a","value":"a"},{"default":true,"description":"d","label":"B","value":"b"}],"type":21},"label":"R","type":18}')
  same(t, ui.checkboxes{id = "c", label = "C", options = {"a", "b"}, min = 1, max = 2},
    '{"component":{"custom_id":"c","max_values":2,"min_values":1,"options":[{"label":"a","value":"a"},{"label":"b","value":"b"}],"type":22},"label":"C","type":18}')
  same(t, ui.checkbox{id = "b", label = "B", description = "d", default = true},
    '{"component":{"custom_id":"b","default":true,"type":23},"description":"d","label":"B","type":18}')
  same(t, ui.label("Who?", ui.user_select{id = "who"}, {description = "d"}), '{"component":{"custom_id":"who","type":5},"description":"d","label":"Who?","type":18}')
  t.raises(function() ui.radio{id = "a", label = "b", options = {"one"}} end, "ui%.radio: options")
  t.raises(function() ui.label("x", ui.button("a", "b")) end, "BUTTON cannot stand here")
  t.raises(function() ui.modal{id = "m", title = ("x"):rep(46), "x"} end, "ui%.modal: title")
  t.raises(function() ui.modal{id = "m", title = "t", ui.button("a", "b")} end, "BUTTON cannot stand here")
end)

test("polls", function(t)
  local message = general():send{poll = ui.poll{question = "Lunch?", answers = {"Pizza", {text = "Soup", emoji = "🍲"}}, duration = "2h", multiple = true}}
  t.eq(message.poll.question.text, "Lunch?")
  t.eq(message.poll.answers[2].poll_media.emoji.name, "🍲")
  t.eq(message.poll.allow_multiselect, true)
  t.eq(time.parse(message.poll.expiry) - time.now(), 7200)
  t.eq(ui.poll{question = {text = "?"}, answers = {"a"}}.duration, 24)
  t.eq(ui.poll{question = "?", answers = {"a"}, duration = 3600}.duration, 1)
  t.raises(function() ui.poll{question = "?", answers = {"a"}, duration = 24} end, 'a poll lasts whole hours, as in "24h"; got 24s')
  t.raises(function() ui.poll{question = "?", answers = {"a"}, duration = "33d"} end, "ui%.poll: duration")
  t.raises(function() ui.poll{question = "?"} end, "answers is required")
end)

test("the message as a whole is checked before it is sent", function(t)
  local big = ui.embed{description = ("x"):rep(3500)}
  t.raises(function() general():send{embeds = {big, big}} end, "6000")
  t.raises(function() general():send{content = "x", components = {ui.button("a", "a"), ui.select{id = "a", options = {"x"}}}} end,
    "custom_id: component custom id cannot be duplicated")
  t.eq(ui.container{"a", {type = 99, shiny = true}}.components[2].shiny, true, "what the check does not know is passed on")
end)
