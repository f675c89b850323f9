-- The module fs, as docs/modules.md and cordial doc fs tell of it. What is written goes into a folder that goes away with the test.

local function folder() return fs.temp{folder = true} .. "/" end

test("the page's example", function(t)
  local at = folder()
  fs.mkdir(at .. "lists")
  fs.write(at .. "lists/names.txt", "Ann\nBob\n")
  fs.append(at .. "lists/names.txt", "Cid\n")
  local names = {}
  for name in fs.lines(at .. "lists/names.txt") do names[#names + 1] = name end
  t.eq(names, {"Ann", "Bob", "Cid"})
  t.eq(#fs.glob(at .. "lists/*.txt"), 1)
  t.eq(fs.stat(at .. "lists/names.txt").size, 12)
  t.eq(pcall(fs.read, "../../secret"), false)
end)

test("paths begin at the folder of the script", function(t)
  t.match(fs.dir, "testdata$")
  t.ok(fs.exists("fs_test.lua"))
  t.ok(fs.exists(fs.dir .. "/fs_test.lua"))
  t.ok(fs.exists("folder/../fs_test.lua"), "inside, .. is fine")
  t.match(fs.read("fs_test.lua"), "^%-%- The module fs")
end)

test("nothing leads out", function(t)
  for _, path in ipairs{"../fs.go", "/etc/passwd", "folder/../../fs.go", "..", "/"} do
    t.raises(function() fs.read(path) end, "lies outside of what the script may use: its own folder .*; %-%-allow%-dir=FOLDER allows another")
    t.raises(function() fs.write(path, "") end, "^[^:]+:%d+: fs%.write: ")
    t.raises(function() fs.list(path) end, "lies outside")
    t.raises(function() fs.exists(path) end, "lies outside")
  end
  t.raises(function() fs.copy("fs_test.lua", "../copy") end, "fs%.copy: %.%./copy: lies outside")
  t.raises(function() fs.move("../x", "y") end, "fs%.move: %.%./x: lies outside")
  t.raises(function() fs.glob("../*") end, "lies outside")
  t.raises(function() fs.glob("/etc/*") end, "lies outside")
  t.raises(function() fs.mkdir("../x") end, "lies outside")
  t.raises(function() fs.remove("../x") end, "lies outside")
  t.raises(function() fs.append("../x", "") end, "lies outside")
  t.raises(function() fs.stat("../x") end, "lies outside")
  t.raises(function() fs.lines("../x") end, "lies outside")
  t.raises(function() fs.walk("../x") end, "lies outside")
end)

test("not a link either, but the link itself can be seen and removed", function(t)
  local at = folder()
  os.execute("ln -s /etc/passwd " .. at .. "link")
  if #fs.list(at) == 0 then t.skip("no links here") end
  t.raises(function() fs.read(at .. "link") end, "fs%.read: .*link: a link in it leads out of /")
  t.raises(function() fs.exists(at .. "link") end, "a link in it leads out")
  t.raises(function() fs.write(at .. "link/x", "") end, "fs%.write: ")
  t.eq(fs.list(at), {"link"})
  fs.remove(at .. "link")
  t.eq(fs.list(at), {})
end)

test("read takes a part", function(t)
  local file = folder() .. "f"
  fs.write(file, "0123456789")
  t.eq(fs.read(file), "0123456789")
  t.eq(fs.read(file, {offset = 7}), "789")
  t.eq(fs.read(file, {limit = 2}), "01")
  t.eq(fs.read(file, {offset = 3, limit = 4}), "3456")
  t.eq(fs.read(file, {offset = 10}), "")
  t.eq(fs.read(file, {limit = 0}), "")
  fs.write(file, "a\0b\255")
  t.eq(fs.read(file), "a\0b\255", "bytes are bytes")
end)

test("write replaces a file, append goes on and makes one", function(t)
  local at = folder()
  fs.write(at .. "a", "long text")
  fs.write(at .. "a", "x")
  t.eq(fs.read(at .. "a"), "x")
  fs.append(at .. "b", "1")
  fs.append(at .. "b", "2")
  t.eq(fs.read(at .. "b"), "12")
  t.eq(fs.list(at), {"a", "b"}, "nothing else is left")
end)

test("truncate cuts a file off, or fills it up with zeros", function(t)
  local file = fs.temp()
  fs.write(file, "0123456789")
  fs.truncate(file, 4)
  t.eq(fs.read(file), "0123")
  fs.truncate(file, 6)
  t.eq(fs.read(file), "0123\0\0")
  fs.truncate(file)
  t.eq(fs.read(file), "")
  t.raises(function() fs.truncate(file, -1) end, "fs%.truncate: ")
  t.raises(function() fs.truncate("none") end, "fs%.truncate: none: there is no such file")
  t.raises(function() fs.truncate("../x") end, "lies outside")
end)

test("lines may be left, and the file changed meanwhile", function(t)
  local file = folder() .. "f"
  fs.write(file, "one\r\ntwo\n\nlast")
  local lines = {}
  for line in fs.lines(file) do lines[#lines + 1] = line end
  t.eq(#lines, 4)
  t.eq(lines[3], "")
  t.eq(lines[4], "last")
  for line in fs.lines(file) do
    fs.remove(file)
    break
  end
  t.eq(fs.exists(file), false)
end)

test("stat tells what is known of a file", function(t)
  local at = folder()
  fs.write(at .. "f.txt", "12345")
  local info = fs.stat(at .. "f.txt")
  t.eq(info.name, "f.txt")
  t.eq(info.type, "file")
  t.eq(info.size, 5)
  t.ok(info.modified > 1.6e9)
  t.match(info.mode, "^%d+$")
  t.eq(fs.stat(at).type, "folder")
  t.raises(function() fs.stat(at .. "none") end, "fs%.stat: .*none: there is no such file or folder")
end)

test("list, walk and glob are sorted", function(t)
  local at = folder()
  fs.mkdir(at .. "b/deep/er")
  for _, name in ipairs{"c.txt", "a.txt", "b/x.json", "b/deep/y.json", "b/deep/er/z.txt"} do fs.write(at .. name, name) end
  t.eq(fs.list(at), {"a.txt", "b", "c.txt"})
  local function under(paths)
    for i, path in ipairs(paths) do paths[i] = path:sub(#at + 1) end
    return paths
  end
  local walked = {}
  for path, info in fs.walk(at) do walked[#walked + 1] = path .. (info.type == "folder" and "/" or "") end
  t.eq(under(walked), {"a.txt", "b/", "b/deep/", "b/deep/er/", "b/deep/er/z.txt", "b/deep/y.json", "b/x.json", "c.txt"})
  local function glob(pattern) return under(fs.glob(at .. pattern)) end
  t.eq(glob("*.txt"), {"a.txt", "c.txt"})
  t.eq(glob("?.txt"), {"a.txt", "c.txt"})
  t.eq(glob("[ab]*"), {"a.txt", "b"})
  t.eq(glob("**/*.json"), {"b/deep/y.json", "b/x.json"})
  t.eq(glob("b/**/*.txt"), {"b/deep/er/z.txt"})
  t.eq(glob("none*"), {})
  for path in fs.walk(at) do
    if path:match("deep$") then fs.remove(at .. "b", {recursive = true}) break end
  end
  t.eq(fs.list(at), {"a.txt", "c.txt"})
end)

test("list and walk begin at the script's folder", function(t)
  t.ok(table.concat(fs.list(), " "):find("fs_test.lua", 1, true))
  local found = false
  for path in fs.walk() do found = found or path == "folder/data/a.json" end
  t.ok(found)
end)

test("mkdir makes all folders, and minds none that is there", function(t)
  local at = folder()
  fs.mkdir(at .. "a/b/c")
  fs.mkdir(at .. "a/b/c")
  t.eq(fs.stat(at .. "a/b/c").type, "folder")
  fs.write(at .. "file", "")
  t.raises(function() fs.mkdir(at .. "file") end, "fs%.mkdir: ")
end)

test("remove takes files and empty folders, and full ones when told", function(t)
  local at = folder()
  fs.mkdir(at .. "full/inner")
  fs.mkdir(at .. "empty")
  fs.remove(at .. "empty")
  t.raises(function() fs.remove(at .. "full") end, "fs%.remove: .*full: directory not empty")
  fs.remove(at .. "full", {recursive = true})
  t.eq(fs.list(at), {})
  t.raises(function() fs.remove(at .. "none") end, "there is no such file")
end)

test("copy and move replace what is there, and keep what they copy", function(t)
  local at = folder()
  fs.write(at .. "from", "new")
  fs.write(at .. "to", "old")
  fs.copy(at .. "from", at .. "to")
  t.eq(fs.read(at .. "from") .. fs.read(at .. "to"), "newnew")
  fs.write(at .. "third", "3")
  fs.move(at .. "third", at .. "to")
  t.eq(fs.read(at .. "to"), "3")
  t.eq(fs.exists(at .. "third"), false)
  fs.mkdir(at .. "d")
  fs.write(at .. "d/x", "x")
  fs.move(at .. "d", at .. "e")
  t.eq(fs.read(at .. "e/x"), "x")
end)

test("move takes folders from one allowed folder to another", function(t)
  local at = folder()
  fs.mkdir(at .. "site/pages")
  fs.write(at .. "site/index", "i")
  fs.write(at .. "site/pages/a", "a")
  t.cleanup(function() fs.remove("moved", {recursive = true}) end)
  fs.move(at .. "site", "moved")
  t.eq({fs.read("moved/index"), fs.read("moved/pages/a")}, {"i", "a"})
  t.eq(fs.list(at), {})
  fs.mkdir(at .. "other")
  t.raises(function() fs.move(at .. "other", "moved") end, "fs%.move: moved: file exists")
  t.ok(fs.exists(at .. "other"), "what cannot be moved stays")
end)

test("writers side by side leave one of their texts whole", function(t)
  local file = folder() .. "f"
  local writers = {}
  for i = 1, 10 do writers[i] = function() fs.write(file, (tostring(i - 1)):rep(10000)) end end
  gather(unpack(writers))
  local text = fs.read(file)
  t.eq(#text, 10000)
  t.eq(text, text:sub(1, 1):rep(10000))
end)

test("temp makes a file or a folder with an odd name", function(t)
  local file, other = fs.temp{suffix = ".png"}, fs.temp()
  t.match(file, "%.png$")
  t.ne(file, other)
  t.eq(fs.read(file), "")
  t.eq(fs.stat(fs.temp{folder = true}).type, "folder")
  t.raises(function() fs.temp{suffix = "/x"} end, "fs%.temp: suffix: ")
end)

test("what is wrong is told", function(t)
  local at = folder()
  t.raises(function() fs.read("none.txt") end, "fs%.read: none%.txt: there is no such file or folder in /")
  t.raises(function() fs.read("none.txt") end, "[^:]$")
  t.raises(function() fs.copy("fs_test.lua", at .. "no/x") end, "its folder does not exist; fs%.mkdir makes it")
  t.raises(function() fs.move(fs.temp(), at .. "no/x") end, "fs%.move: .*folder")
  t.raises(function() fs.read("folder") end, "fs%.read: folder: is a folder, not a file")
  t.raises(function() fs.write(at .. "no/x", "") end, "its folder does not exist; fs%.mkdir makes it")
  t.raises(function() fs.append(at .. "no/x", "") end, "its folder does not exist; fs%.mkdir makes it")
  t.raises(function() fs.read("") end, "a path is empty")
  t.raises(function() fs.read() end, "path is required")
  t.raises(function() fs.write(at .. "x") end, "text is required")
  t.raises(function() fs.glob("[") end, "a %[ is not closed")
  t.raises(function() fs.read("fs_test.lua", {offset = -1}) end, "offset and limit")
  t.raises(function() fs.walk(at .. "none") end, "fs%.walk: ")
  t.raises(function() fs.list(at .. "none") end, "fs%.list: ")
  t.raises(function() fs.move(at .. "none", at .. "x") end, "fs%.move: .*there is no such file")
end)
