-- A field with a name takes one value, and adds nothing to the list before it.
local function two() return 7, 8 end
local function f(...)
  local t = {"a", x = two()}
  print(#t, t[2], t.x)  --> 1	nil	7
  t = {"a", n = select("#", ...)}
  print(#t, t.n)  --> 1	3
  t = {"a", first = ...}
  print(#t, t.first)  --> 1	1
  t = {two(), {two(), y = two()}, x = {"b", z = two()}}
  print(#t, t[1], #t[2], #t.x, t.x.z)  --> 2	7	1	1	7
  for _, v in ipairs{function() return {"c", k = two()} end} do print(#v()) end  --> 1
  print(#{"a", two()}, #{"a", ...}, #{x = 1, two()}, #{"a", x = two(), "b"})  --> 3	4	2	2
end
f(1, 2, 3)
---
-- table.sort leaves what lies behind the end of a list alone.
local t = {3, 1, 2}
t[6] = nil
table.sort(t, function(a, b) return a > b end)
print(#t, table.concat(t, " "))  --> 3	3 2 1
t[3] = nil
table.sort(t)
print(#t, table.concat(t, " "))  --> 2	2 3
table.sort({})
---
table.sort({1, 2}, 5)  ### "function expected, got number"
---
-- table.concat takes any number of pieces.
local t = {}
for i = 1, 100000 do t[i] = "ab" end
print(#table.concat(t, ","), table.concat({1.5, 2, "a"}, "-"), table.concat({1, 2, 3}, "", 2), table.concat({1, 2, 3}, "x", 2, 2))  --> 299999	1.5-2-a	23	2
print(table.concat({}, "x") == "", table.concat({1}, "x", 2) == "", table.concat({[0] = "a", "b"}, "", 0))  --> true	true	ab
---
table.concat({1, {}}, " ")  ### "invalid value [(]table[)] at index 2"
---
table.concat({1, 2}, " ", 1, 3)  ### "invalid value [(]nil[)] at index 3"
