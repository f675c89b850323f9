print(fs.read("data/a.json"), #fs.read("lines.txt"), fs.read("lines.txt", {offset = 6, limit = 3}), fs.read("lines.txt", {offset = 99}) == "")
--> {"a":1}
-->	19	sec	true
for line in fs.lines("lines.txt") do print("[" .. line .. "]") end
--> [first]
--> [second]
--> []
--> [last]
---
fs.write("new.txt", "one\n")
fs.append("new.txt", "two\n")
fs.append("other.txt", "x")
print(fs.read("new.txt"):gsub("\n", " "))  --> one two 	2
fs.write("new.txt", "")
print(fs.read("new.txt") == "", fs.exists("new.txt"), fs.exists("none.txt"), fs.exists("data"), fs.stat("new.txt").mode:sub(1, 2))  --> true	true	false	true	06
for line in fs.lines("new.txt") do print("never") end
print(table.concat(fs.list(), " "))  --> data lines.txt new.txt other.txt people.csv some.env
print(table.concat(fs.list("data"), " "), fs.dir == fs.dir:gsub("/$", ""))  --> a.json b.txt deep	true
---
local info = fs.stat("data/a.json")
print(info.name, info.type, info.size, info.modified > 1e9, fs.stat("data").type)  --> a.json	file	8	true	folder
for path, info in fs.walk() do print(path, info.type) end
--> data	folder
--> data/a.json	file
--> data/b.txt	file
--> data/deep	folder
--> data/deep/c.json	file
--> lines.txt	file
--> people.csv	file
--> some.env	file
for path in fs.walk("data/deep") do print(path) end  --> data/deep/c.json
---
local function show(pattern) print(table.concat(fs.glob(pattern), " ")) end
show("**/*.json")  --> data/a.json data/deep/c.json
show("data/*")  --> data/a.json data/b.txt data/deep
show("data/[ab].*")  --> data/a.json data/b.txt
show("data/**")  --> data/a.json data/b.txt data/deep data/deep/c.json
show("*/deep/?.json")  --> data/deep/c.json
show("**/**/deep")  --> data/deep
show("lines.txt")  --> lines.txt
show("none/*")  -->
print(#fs.glob(fs.dir .. "/data/*.txt"))  --> 1
---
fs.mkdir("a/b/c")
fs.mkdir("a/b")
fs.copy("lines.txt", "a/b/copy.txt")
fs.move("a/b/copy.txt", "a/moved.txt")
fs.move("a/b", "b")
print(fs.read("a/moved.txt") == fs.read("lines.txt"), fs.exists("a/b"), fs.exists("b/c"))  --> true	false	true
fs.remove("a/moved.txt")
fs.remove("b", {recursive = true})
fs.remove("a")
print(fs.exists("a"), fs.exists("b"), fs.exists("data/../lines.txt"), fs.exists(fs.dir .. "/lines.txt"))  --> false	false	true	true
---
local path, folder = fs.temp{suffix = ".png"}, fs.temp{folder = true}
fs.write(path, "x")
fs.write(folder .. "/y", "y")
fs.copy("lines.txt", folder .. "/z")
fs.move(path, "kept.png")
print(path:sub(-4), fs.read("kept.png"), fs.exists(path), #fs.list(folder))  --> .png	x	false	2
---
-- A loop can be left, and the file changed meanwhile.
for line in fs.lines("lines.txt") do print(line) break end  --> first
fs.write("lines.txt", "new")
print(fs.read("lines.txt"))  --> new
---
-- Tasks that write one file at a time leave one of their texts.
local tasks = {}
for i = 1, 20 do tasks[i] = spawn(fs.write, "shared", ("x"):rep(1000 * i)) end
for _, task in ipairs(tasks) do task:wait() end
print(#fs.read("shared") % 1000, #fs.glob(".cordial*"))  --> 0	0
---
fs.read("none.txt")  ### "fs.read: none.txt: there is no such file or folder in /"
---
fs.read("data")  ### "fs.read: data: is a folder, not a file"
---
fs.read("../x")  ### "fs.read: ../x: lies outside of what the script may use: its own folder /.*; --allow-dir=FOLDER allows another"
---
fs.write("/etc/cordial-test", "x")  ### "fs.write: /etc/cordial-test: lies outside"
---
fs.list("data/../..")  ### "fs.list: data/../..: lies outside"
---
fs.glob("../*")  ### "fs.glob: ..: lies outside"
---
fs.glob("[")  ### "the pattern \"\\[\": a \\[ is not closed"
---
fs.read("")  ### "fs.read: a path is empty; \".\" is the script's folder"
---
fs.read("a\0b")  ### "fs.read: a"
---
fs.read("lines.txt", {offset = -1})  ### "offset and limit are numbers of bytes"
---
fs.write("none/x.txt", "x")  ### "fs.write: none/x.txt: its folder does not exist; fs.mkdir makes it"
---
fs.write("data", "x")  ### "fs.write: data: is a folder, not a file"
---
fs.write("cut.txt", "one two")
fs.truncate("cut.txt", 3)
print(fs.read("cut.txt"))  --> one
fs.truncate("cut.txt", 5)
print(#fs.read("cut.txt"), fs.truncate("cut.txt"), fs.stat("cut.txt").size)  --> 5	nil	0
---
fs.truncate("none.txt", 1)  ### "fs.truncate: none.txt: there is no such file"
---
fs.truncate("data", 1)  ### "fs.truncate: data: is a folder, not a file"
---
fs.truncate("lines.txt", -1)  ### "fs.truncate: size is a number of bytes, from zero"
---
fs.append("data", "x")  ### "fs.append: data: is a folder, not a file"
---
fs.lines("none.txt")  ### "fs.lines: none.txt: there is no such file"
---
fs.walk("lines.txt")  ### "fs.walk: lines.txt: not a directory"
---
fs.remove("data")  ### "fs.remove: data: directory not empty"
---
fs.remove("none", {recursive = true})  ### "fs.remove: none: there is no such file"
---
fs.remove(".", {recursive = true})  ### "fs.remove: .: is the folder itself that the script may use; it stays"
---
fs.move("none", "x")  ### "fs.move: none: there is no such file"
---
fs.copy("data", "x")  ### "fs.copy: data: is a folder, not a file"
---
fs.temp{suffix = "/../x"}  ### "fs.temp: suffix: expected the end of a name"
---
fs.remove("data", {recursiv = true})  ### "unknown option 'recursiv', did you mean 'recursive'"
