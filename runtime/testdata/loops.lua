-- Loops whose body begins with a jump.
local n = 0
for i = 1, 3 do n = n + 1 end
for k in pairs{1} do break end
for k in pairs{2, 3} do n = n + k end
print(n)  --> 6
---
local function list() return ipairs{"a", "b"} end
for i = 1, 2 do
  for _, v in list() do break end
  for _, v in list() do do break end end
  for _, v in list() do while true do break end io.write(v) end
  for _, v in list() do if false then io.write("never") end io.write(v) end
  for _, v in list() do ::start:: do end break end
end
print()  --> abababab
---
local n = 0
repeat
  while true do break end
  n = n + 1
until n == 3
while true do
  repeat break until false
  n = n + 1
  if n == 6 then break end
end
while n < 9 do
  if not true then n = 100 end
  n = n + 1
end
print(n)  --> 9
---
local found
for k, v in pairs{x = 1} do goto done end
found = "none"
::done::
print(found)  --> nil
---
for i = 1, 3 do
  for _ in pairs{1, 2, 3} do
    repeat
      if i == 2 then break end
      io.write(i, " ")
    until true
  end
end
print()  --> 1 1 1 3 3 3 
