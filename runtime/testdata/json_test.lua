-- The module json, as docs/modules.md and cordial doc json tell of it.

test("the page's example", function(t)
  local v = json.decode('{"name": "general", "id": 1469779647867781141, "topic": null}')
  t.eq(v.name, "general")
  t.eq(v.id, "1469779647867781141")
  t.eq(type(v.id), "string")
  t.eq(v.topic, nil)
  v.position = 3
  t.eq(json.encode(v), '{"name":"general","id":"1469779647867781141","position":3}')
  t.eq(json.encode{b = 1, a = json.null, list = {}}, '{"a":null,"b":1,"list":[]}')
end)

test("every module is also there for require", function(t)
  for _, name in ipairs{"json", "http", "time", "fs", "re", "csv", "template", "crypto", "log", "env", "ui", "term", "args", "sqlite", "discord", "sandbox"} do
    t.ok(require("cordial." .. name) == _G[name], name)
  end
end)

test("integers that a number holds are numbers, others strings", function(t)
  t.eq(json.decode("9007199254740992"), 9007199254740992)
  t.eq(json.decode("-9007199254740992"), -9007199254740992)
  t.eq(json.decode("9007199254740993"), "9007199254740993")
  t.eq(json.decode("-9007199254740993"), "-9007199254740993")
  t.eq(json.decode("123456789012345678901234567890"), "123456789012345678901234567890")
  t.eq(json.decode("[1.5, 1e3, -0.25, 0]"), {1.5, 1000, -0.25, 0})
  t.eq(json.encode(9007199254740991), "9007199254740991")
  t.eq(json.encode(1e15), "1000000000000000")
  t.eq(json.encode(0.1), "0.1")
end)

test("an id keeps its digits there and back", function(t)
  local text = '{"id":1469779647867781141}'
  t.eq(json.decode(json.encode(json.decode(text))).id, "1469779647867781141")
end)

test("null: nil in objects, json.null in lists, or everywhere with nulls", function(t)
  local v = json.decode('{"a": null, "list": [1, null, 3]}')
  t.eq(v.a, nil)
  t.eq(#v.list, 3)
  t.eq(v.list[2], json.null)
  t.eq(json.decode("null"), json.null)
  t.eq(json.decode('{"a": null}', {nulls = true}).a, json.null)
  t.eq(json.decode('{"a": {"b": null}}', true).a.b, json.null)
  t.eq(tostring(json.null), "null")
  t.ok(json.null, "json.null is not false")
  t.eq(json.encode{a = json.null}, '{"a":null}')
  t.eq(json.encode(json.decode('{"a":null,"b":[null]}', {nulls = true})), '{"a":null,"b":[null]}')
end)

test("decoded objects keep the order of their keys, and new ones come last", function(t)
  local v = json.decode('{"zebra": 1, "ant": 2, "moth": {"z": 1, "a": 2}}')
  t.eq(json.encode(v), '{"zebra":1,"ant":2,"moth":{"z":1,"a":2}}')
  v.bee = 3
  v.ant = nil
  t.eq(json.encode(v), '{"zebra":1,"moth":{"z":1,"a":2},"bee":3}')
  v.zebra = "changed"
  t.eq(json.encode(v), '{"zebra":"changed","moth":{"z":1,"a":2},"bee":3}')
  local keys = {}
  for key in pairs(v) do keys[#keys + 1] = key end
  t.eq(#keys, 3)
end)

test("json.object keeps the order in which keys were set", function(t)
  local o = json.object()
  o.z, o.a = 1, 2
  o.m = 3
  t.eq(json.encode(json.object{}), "{}")
  t.match(json.encode(o), '^{"')
  local p = json.object{}
  p.z = 1
  p.a = 2
  p.m = 3
  t.eq(json.encode(p), '{"z":1,"a":2,"m":3}')
end)

test("other tables have their keys sorted", function(t)
  t.eq(json.encode{z = 1, a = 2, m = {y = 1, b = 2}}, '{"a":2,"m":{"b":2,"y":1},"z":1}')
end)

test("lists and objects", function(t)
  t.eq(json.encode{}, "[]")
  t.eq(json.encode(json.array()), "[]")
  t.eq(json.encode(json.array{1, 2}), "[1,2]")
  t.eq(json.encode(json.object()), "{}")
  t.eq(json.encode{1, 2, {3}}, "[1,2,[3]]")
  local list = json.array()
  table.insert(list, "x")
  t.eq(json.encode(list), '["x"]')
  t.eq(json.encode(json.decode("{}")), "{}")
  t.eq(json.encode(json.decode("[]")), "[]")
  local same = {}
  t.ok(json.array(same) == same, "json.array gives the table back")
  t.ok(json.object(same) == same)
  t.eq(json.encode(same), "{}")
end)

test("pretty writes several lines", function(t)
  local want = '{\n  "a": [\n    1,\n    2\n  ],\n  "b": {},\n  "c": []\n}'
  local v = {a = {1, 2}, b = json.object(), c = {}}
  t.eq(json.pretty(v), want)
  t.eq(json.encode(v, true), want)
  t.eq(json.encode(v, {pretty = true}), want)
  t.eq(json.pretty("x"), '"x"')
end)

test("texts", function(t)
  t.eq(json.encode('"\\/\n\t\0é😀'), '"\\"\\\\/\\n\\t\\u0000é😀"')
  t.eq(json.decode('"\\u00e9\\ud83d\\ude00\\n"'), "é😀\n")
  t.eq(json.encode("<a & b>"), '"<a & b>"')
  t.eq(json.decode(json.encode("\r\n\8\12")), "\r\n\8\12")
end)

test("single values", function(t)
  t.eq(json.encode(true), "true")
  t.eq(json.encode(false), "false")
  t.eq(json.decode("false"), false)
  t.eq(json.decode(' \n"x" '), "x")
  t.eq(json.encode("x"), '"x"')
end)

test("objects of Discord are written as Discord has them", function(t)
  local guild = dc:guilds()[1]
  local v = json.decode(json.encode(guild))
  t.eq(v.id, guild.id)
  t.eq(v.name, guild.name)
end)

test("what is no JSON is refused with its place", function(t)
  t.raises(function() json.decode('{"a": ') end, "json%.decode: line 1, column 7: ")
  t.raises(function() json.decode('{\n  "a": 1,\n  b: 2\n}') end, "line 3, column 3")
  t.raises(function() json.decode("1 2") end, "json%.decode: line 1, column 3: ")
  t.raises(function() json.decode("") end, "json%.decode: ")
  t.raises(function() json.decode("[01]") end, "json%.decode: ")
  t.raises(function() json.decode("['x']") end, "json%.decode: ")
  t.raises(function() json.decode() end, "json%.decode: text is required")
  t.raises(function() json.decode({}) end, "json%.decode: ")
  t.raises(function() json.decode("{}", {null = true}) end, "did you mean 'nulls'")
  t.raises(function() json.decode(("["):rep(100000)) end, "json%.decode: ")
end)

test("what has no form in JSON is refused with its place", function(t)
  t.raises(function() json.encode() end, "json%.encode: value is required")
  t.raises(function() json.encode(print) end, "a function has no form in JSON")
  t.raises(function() json.encode{a = {1, print}} end, "at %.?a%[2%]: a function has no form in JSON")
  t.raises(function() json.encode(1 / 0) end, "json%.encode: ")
  t.raises(function() json.encode{x = 0 / 0} end, "json%.encode: at x")
  t.raises(function() json.encode("\255") end, "the string is not UTF%-8, which JSON needs")
  local loop = {}
  loop.loop = loop
  t.raises(function() json.encode(loop) end, "json%.encode: ")
  t.raises(function() json.encode{1, 2, x = 3} end, "json%.encode: ")
  t.raises(function() json.encode{[{}] = 1} end, "json%.encode: ")
  t.raises(function() json.pretty() end, "json%.pretty: value is required")
end)

test("lists with a few holes have nulls there; what is mostly holes is no list", function(t)
  t.eq(json.encode{1, nil, nil, 4}, "[1,null,null,4]")
  t.eq(json.encode{[10] = 1}, "[null,null,null,null,null,null,null,null,null,1]")
  t.raises(function() json.encode{seen = {[123456] = true}} end,
    "json%.encode: at seen: a list of 123456 values of which only 1 are there; keys of an object are texts, such as tostring%(key%)")
end)
