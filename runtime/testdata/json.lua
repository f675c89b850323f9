print(json.encode({name = "general", ids = {1, 2}, ok = true, ratio = 0.5}))  --> {"ids":[1,2],"name":"general","ok":true,"ratio":0.5}
print(json.encode({}), json.encode(json.object{}), json.encode(json.array()))  --> []	{}	[]
print(json.encode(json.null), json.encode("<a href=\"x\">é</a>\n"))  --> null	"<a href=\"x\">é</a>\n"
print(json.encode(1e15), json.encode(-0.25), json.encode(1e300))  --> 1000000000000000	-0.25	1e+300
print(json.pretty({a = {1}}))  --> {
-->   "a": [
-->     1
-->   ]
--> }
---
local v = json.decode('{"id": 1469779647867781141, "small": 42, "f": 1.5e3, "none": null, "list": [1, null, "x"], "e": {}, "l": []}')
print(v.id, v.small, v.f, v.none, v.list[2], #v.list)  --> 1469779647867781141	42	1500	nil	null	3
print(v.list[2] == json.null, type(v.id))  --> true	string
print(json.encode(v))  --> {"id":"1469779647867781141","small":42,"f":1500,"list":[1,null,"x"],"e":{},"l":[]}
v.small, v.added, v.f = 43, true, nil
print(json.encode(v))  --> {"id":"1469779647867781141","small":43,"list":[1,null,"x"],"e":{},"l":[],"added":true}
print(json.encode(json.object{b = 1, a = 2}), json.encode{b = 1, a = 2})  --> {"b":1,"a":2}	{"a":2,"b":1}
print(json.encode(json.decode('{"a":null}', {nulls = true})))  --> {"a":null}
print(json.decode('"\\u00e9\\ud83d\\ude00"'))  --> é😀
---
json.decode('{"a": [1, 2,,]}')  ### "line 1, column 13: invalid character ',' looking for beginning of value"
---
json.decode("[1,\n2")  ### "line 2, column 2: unexpected end of the text"
---
json.decode("[1] x")  ### "line 1, column"
---
json.decode("")  ### "unexpected end of the text"
---
json.decode("1e999")  ### "the number 1e999 is too large"
---
json.decode(("["):rep(300))  ### "more than 200 lists and objects"
---
json.encode({users = {{name = print}}})  ### "at users\\[1\\].name: a function has no form in JSON"
---
json.encode({1, 2, x = 3})  ### "both list values and named ones"
---
json.encode({[1.5] = 1})  ### "the key number 1.5 must be a string"
---
json.encode({x = 0/0})  ### "at x: the number NaN has no form"
---
json.encode("\255")  ### "not UTF-8"
---
local t = {}
t.t = t
json.encode(t)  ### "200 tables inside one another; does a table contain itself"
---
json.encode({}, {prety = true})  ### "json.encode: unknown option 'prety', did you mean 'pretty'\\?"
---
json:encode({})  ### "json.encode: call it with a dot, json.encode\\(value, \\[pretty\\]\\)"
