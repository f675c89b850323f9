-- What takes a match's place: a text with captures, a value of a table, the result of a function.
print(("hello world"):gsub("o", "0"))  --> hell0 w0rld	2
print(("hello world"):gsub("(%w+) (%w+)", "%2 %1 (%0) %%"))  --> world hello (hello world) %	1
print(("a.b"):gsub("%.", "%1%."))  --> a..b	1
print(("abc"):gsub("%w", "%1%1"))  --> aabbcc	3
print(("abc"):gsub("b", 5), (("abc"):gsub("()b", "%1")))  --> a5c	a2c
print(("$name is $age, $x"):gsub("%$(%w+)", {name = "Ada", age = 36, x = false}))  --> Ada is 36, $x	3
print(("abc"):gsub("%w", function(c) if c ~= "b" then return c:upper() end end))  --> AbC	3
print(("k=v"):gsub("(%w)=(%w)", function(k, v) return v .. "=" .. k end))  --> v=k	1
---
-- Empty matches stand between the characters; a pattern may be bound to the start, and the number of matches be limited.
print(("abc"):gsub("", "-"))  --> -a-b-c-	4
print(("abc"):gsub("x*", "-"))  --> -a-b-c-	4
print(("hello world"):gsub("%w*", "x"))  --> xx xx	4
print(("aaa"):gsub("^a", "b"))  --> baa	1
print(("aaa"):gsub("a", "b", 2))  --> bba	2
print(("aaa"):gsub("a", "b", 0))  --> aaa	0
print(("äöü"):gsub("ö", "o"))  --> äoü	1
print((""):gsub("a", "b"))  --> 	0
---
-- Many matches take no longer than few, each.
local text = ("x "):rep(200000)
local much, n = text:gsub("x", "yy")
print(#much, n, much == ("yy "):rep(200000))  --> 600000	200000	true
---
("abc"):gsub("b", "%2")  ### "invalid capture index %2 in the replacement"
---
("abc"):gsub("b", "%")  ### "the replacement ends with %; %% stands for the character itself"
---
("abc"):gsub("b", {b = {}})  ### "invalid replacement value [(]a table[)]"
---
("abc"):gsub("b", function() return print end)  ### "invalid replacement value [(]a function[)]"
---
("abc"):gsub("b")  ### "string.gsub: argument 3: string, table or function expected, got nil"
---
("abc"):gsub("[b", "")  ### "unexpected EOS"
---
("abc"):gsub("b", error)  ### "b"
