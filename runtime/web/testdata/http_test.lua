-- The module http, as docs/http.md and cordial doc http tell of it. t.serve plays the servers.

-- echo answers with what it got.
local function echo(req)
  return {json = {method = req.method, path = req.path, host = req.host, query = req.query, body = req.body, form = req.form, files = req.files,
    type = req.headers["content-type"], auth = req.headers.authorization, cookie = req.headers.cookie, agent = req.headers["user-agent"],
    encoding = req.headers["accept-encoding"], other = req.headers["x-other"]}}
end

-- routes answers by path.
local function routes(paths)
  return function(req)
    local answer = paths[req.path]
    if answer == nil then return {status = 404, body = "there is nothing here"} end
    if type(answer) == "function" then return answer(req) end
    return answer
  end
end

test("the first example", function(t)
  t.serve(function(req)
    t.eq(req.query, {city = "Berlin", days = "3"})
    return {json = {city = "Berlin", temp = 21}}
  end, {at = "https://api.example.com"})
  local resp = http.get("https://api.example.com/weather", {query = {city = "Berlin", days = 3}})
  t.eq(tostring(resp), "Response(200, application/json, 27 B)")
  t.eq(resp:json().temp, 21)
  t.eq(resp.status, 200)
  t.eq(resp.ok, true)
  t.eq(resp.headers["content-type"], "application/json")
end)

test("the fields of a Response", function(t)
  local base = t.serve(routes{["/a"] = {status = 302, headers = {Location = "/b"}}, ["/b"] = function() sleep(2) return "body" end})
  local resp = http.get(base .. "/a")
  t.eq(resp.body, "body")
  t.eq(resp.size, 4)
  t.eq(resp.url, base .. "/b")
  t.eq(resp.elapsed, 2)
  t.eq(resp.path, nil)
  for status, ok in pairs{[200] = true, [204] = true, [299] = true, [304] = false, [400] = false, [500] = false} do
    t.eq(http.get(t.serve(function() return {status = status} end)).ok, ok, tostring(status))
  end
end)

test("names of headers count in any case, and all() lists several", function(t)
  local h = http.get(t.serve(function() return {headers = {["X-Some-Thing"] = "1", ["Set-Cookie"] = {"a=1", "b=2"}}} end)).headers
  t.eq(h["x-some-thing"], "1")
  t.eq(h["X-SOME-THING"], "1")
  t.eq(h.x_some_thing, "1")
  t.eq(h.x_none, nil)
  t.eq(h:all("set-cookie"), {"a=1", "b=2"})
  t.eq(h.set_cookie, "a=1, b=2")
  t.eq(h:all("x-none"), {})
  t.match(tostring(h), "X%-Some%-Thing: 1\n?")
  local names = {}
  for name in pairs(h) do names[name] = true end
  t.ok(names["Set-Cookie"])
end)

test("all methods", function(t)
  local base = t.serve(echo)
  for _, method in ipairs{"get", "post", "put", "patch", "delete"} do
    t.eq(http[method](base):json().method, method:upper())
  end
  local head = http.head(t.serve(function(req) return {headers = {["X-Method"] = req.method}} end))
  t.eq(head.headers.x_method, "HEAD")
  t.eq(head.body, "")
  t.eq(http.request("options", base):json().method, "OPTIONS")
  t.eq(http.request("PROPFIND", base, {body = "x"}):json().body, "x")
end)

test("queries are added to the address", function(t)
  local base = t.serve(echo)
  t.eq(http.get(base .. "/?a=1", {query = {b = "x y&z", list = {1, true, "ü"}}}):json().query, {a = "1", b = "x y&z", list = {"1", "true", "ü"}})
end)

test("headers", function(t)
  local base = t.serve(echo)
  local got = http.get(base, {headers = {["X-Other"] = 7, Authorization = "Bearer 1234"}}):json()
  t.eq(got.other, "7")
  t.eq(got.auth, "Bearer 1234")
  t.match(got.agent, "^cordial/")
  t.eq(got.encoding, "gzip, deflate")
  t.eq(http.get(base, {headers = {["User-Agent"] = "otter"}}):json().agent, "otter")
  t.eq(http.get((base:gsub("//", "//ann:secret@"))):json().auth, "Basic YW5uOnNlY3JldA==")
end)

test("json, forms, texts and files are sent", function(t)
  local base = t.serve(echo)
  local got = http.post(base, {json = {item = "tea", notes = {}}}):json()
  t.eq(got.body, '{"item":"tea","notes":[]}')
  t.eq(got.type, "application/json")
  got = http.post(base, {form = {user = "otter", tag = {"a", "b"}}}):json()
  t.eq(got.form, {user = "otter", tag = {"a", "b"}})
  t.eq(got.type, "application/x-www-form-urlencoded")
  got = http.put(base, {body = "some bytes", headers = {["Content-Type"] = "text/plain"}}):json()
  t.eq(got.body, "some bytes")
  t.eq(got.type, "text/plain")
  local file = fs.temp()
  fs.write(file, "from the disk")
  t.eq(http.put(base, {body = {path = file}}):json().body, "from the disk")
end)

test("forms with files", function(t)
  local photo = fs.temp{suffix = ".png"}
  fs.write(photo, "PNG")
  local got = http.post(t.serve(echo), {
    form = {title = "An otter"},
    files = {photo = photo, note = {data = "hello", name = "note.txt", type = "text/plain"}},
  }):json()
  t.eq(got.form, {title = "An otter"})
  t.eq(got.files.note, {name = "note.txt", type = "text/plain", data = "hello"})
  t.eq(got.files.photo.data, "PNG")
  t.eq(got.files.photo.type, "image/png")
  t.eq(got.files.photo.name, photo:match("[^/]+$"))
end)

test("files must lie in the script's folder", function(t)
  local base = t.serve(echo)
  t.raises(function() http.put(base, {body = {path = "/etc/passwd"}}) end, {kind = "file"})
  t.raises(function() http.post(base, {files = {f = "../http.md"}}) end, {kind = "file"})
  t.raises(function() http.put(base, {body = {path = "none.txt"}}) end, {kind = "file"})
  t.raises(function() http.get(base, {save = "../x"}) end, {kind = "file"})
end)

test("no cookies are kept between calls", function(t)
  local base = t.serve(function(req) return {headers = {["Set-Cookie"] = "a=1"}, body = req.headers.cookie or "none"} end)
  http.get(base)
  t.eq(http.get(base).body, "none")
end)

test("a bad status is an answer, or with raise an error", function(t)
  t.serve(routes{}, {at = "https://api.example.com"})
  local resp = http.get("https://api.example.com/missing")
  t.eq(resp.status, 404)
  t.eq(resp.ok, false)
  local err = t.raises(function() http.get("https://api.example.com/missing?key=1", {raise = true}) end, {kind = "status", status = 404, method = "GET"})
  t.eq(err.url, "https://api.example.com/missing?key=1")
  t.eq(err.response.body, "there is nothing here")
  t.eq(err.message, "HTTPError(404): GET https://api.example.com/missing: Not Found", "the query is left out, where keys are")
  t.eq(tostring(err), err.message)
end)

test("the kinds of errors that have no answer", function(t)
  local function kind(url, options) return t.raises(function() http.get(url, options) end).kind end
  t.eq(kind("http://127.0.0.1:1999/"), "refused")
  t.eq(kind("api.example.com"), "url")
  t.eq(kind("file:///etc/passwd"), "url")
  t.eq(kind("http://"), "url")
  t.expect_error("stop here")
  t.eq(kind(t.serve(function() return {body = function() error("stop here") end} end)), "connection")
  t.eq(kind(t.serve(function() return {headers = {["Content-Encoding"] = "gzip"}, body = "no gzip"} end)), "encoding")
  t.eq(kind(t.serve(function() return "12345" end), {max_size = 4}), "too_large")
  t.eq(kind(t.serve(function(req) return {status = 302, headers = {Location = req.path}} end)), "redirect")
  t.eq(kind(t.serve(function() return "x" end), {public_only = true}), "private")
  local resp = http.get(t.serve(function() return "no json" end))
  local err = t.raises(function() resp:json() end, {kind = "json", status = 200})
  t.match(err.message, "is not JSON: line 1, column")
end)

test("timeout is for the whole call, 30 seconds without one", function(t)
  local function late(seconds) return t.serve(function() sleep(seconds) return "late" end) end
  local function took(f)
    local before = time.now()
    f()
    return time.now() - before
  end
  t.eq(took(function() http.get(late(29)) end), 29)
  t.eq(took(function() t.raises(function() http.get(late(31)) end, {kind = "timeout", status = nil}) end), 30)
  t.eq(took(function() t.raises(function() http.get(late(31), {timeout = "5s"}) end, {kind = "timeout"}) end), 5)
  t.eq(took(function() http.get(late(3600), {timeout = 0}) end), 3600)
  local redirects = t.serve(function(req) sleep(4) return {status = 302, headers = {Location = "/" .. tonumber(req.path:sub(2)) + 1}} end)
  t.eq(took(function() t.raises(function() http.get(redirects .. "/1", {timeout = 10}) end, {kind = "timeout"}) end), 10)
  local slow = t.serve(function() return {body = function() sleep(4) return "x" end} end)
  t.eq(took(function() t.raises(function() http.get(slow, {timeout = 10}) end, {kind = "timeout"}) end), 10)
end)

test("a call that its task's end cuts short raises no HTTPError", function(t)
  local base = t.serve(function() sleep(100) end)
  local ended
  local task = spawn(function()
    http.get(base, {timeout = 0})
    ended = true
  end)
  sleep(1)
  task:cancel()
  sleep(200)
  t.eq(ended, nil)
  t.raises(function() with_timeout(5, function() http.get(base) end) end, "TimeoutError: not done after 5s")
end)

test("64 requests run at a time, further ones wait in the order of their calls", function(t)
  local running, most, order = 0, 0, {}
  local base = t.serve(function(req)
    running = running + 1
    most = math.max(most, running)
    order[#order + 1] = tonumber(req.query.n)
    sleep(1)
    running = running - 1
  end)
  local calls = {}
  for n = 1, 70 do calls[n] = function() http.get(base, {query = {n = n}}) end end
  local before = time.now()
  gather(unpack(calls))
  t.eq(most, 64)
  t.eq(time.now() - before, 2)
  local last = {}
  for i = 65, 70 do last[#last + 1] = order[i] end
  table.sort(last)
  t.eq(last, {65, 66, 67, 68, 69, 70})
end)

test("redirects", function(t)
  local base = t.serve(function(req)
    local n = tonumber(req.query.n)
    if n > 0 then return {status = 302, headers = {Location = "/?n=" .. n - 1}} end
    return req.method .. " " .. req.body
  end)
  t.eq(http.get(base .. "/?n=10").body, "GET ")
  t.raises(function() http.get(base .. "/?n=11") end, {kind = "redirect"})
  t.eq(http.get(base .. "/?n=11", {redirects = 11}).status, 200)
  local first = http.get(base .. "/?n=1", {redirects = 0})
  t.eq(first.status, 302)
  t.eq(first.headers.location, "/?n=0")
  t.eq(http.post(base .. "/?n=1", {body = "b"}).body, "GET ")
end)

test("redirects 307 and 308 send the same again", function(t)
  for _, status in ipairs{307, 308} do
    local base = t.serve(routes{["/a"] = {status = status, headers = {Location = "/b"}}, ["/b"] = echo})
    local got = http.post(base .. "/a", {json = {1}}):json()
    t.eq(got.method .. got.body, "POST[1]")
  end
end)

test("credentials go no further than their host and port", function(t)
  local other = t.serve(echo)
  local base = t.serve(routes{["/far"] = {status = 302, headers = {Location = other}}, ["/near"] = {status = 302, headers = {Location = "/echo"}}, ["/echo"] = echo})
  local secrets = {headers = {Authorization = "Bearer x", Cookie = "a=1", ["X-Other"] = "y"}}
  local near, far = http.get(base .. "/near", secrets):json(), http.get(base .. "/far", secrets):json()
  t.eq(near.auth, "Bearer x")
  t.eq(near.cookie, "a=1")
  t.eq(far.auth, nil)
  t.eq(far.cookie, nil)
  t.eq(far.other, "y")
end)

test("from https to http with credentials is an error", function(t)
  local plain = t.serve(echo, {at = "http://api.example.com"})
  t.serve(function() return {status = 302, headers = {Location = plain}} end, {at = "https://api.example.com"})
  t.raises(function() http.get("https://api.example.com", {headers = {Authorization = "x"}}) end, {kind = "redirect"})
  t.eq(http.get("https://api.example.com").status, 200)
end)

test("max_size is for the body after decompression, 32 MB in memory", function(t)
  local base = t.serve(function(req) return ("x"):rep(tonumber(req.query.n)) end)
  t.eq(http.get(base .. "?n=1000", {max_size = 1000}).size, 1000)
  t.raises(function() http.get(base .. "?n=1001", {max_size = 1000}) end, {kind = "too_large"})
  t.eq(#http.get(base .. "?n=32000000").body, 32000000)
  t.raises(function() http.get(base .. "?n=32000001") end, {kind = "too_large"})
  local path = fs.temp()
  t.eq(http.get(base .. "?n=32000001", {save = path}).size, 32000001)
  t.raises(function() http.get(base .. "?n=32000001", {save = path, max_size = 32000000}) end, {kind = "too_large"})
end)

test("saving to a file", function(t)
  local path = fs.temp{folder = true} .. "/big.zip"
  local base = t.serve(routes{
    ["/big.zip"] = function()
      local n = 0
      return {body = function() n = n + 1 sleep(60) return n <= 10 and ("x"):rep(10000) or nil end}
    end,
    ["/small"] = "small",
  })
  local resp = http.get(base .. "/big.zip", {save = path, timeout = "15m"})
  t.eq(resp.path, path)
  t.eq(resp.size, 100000)
  t.eq(resp.body, "")
  t.eq(fs.stat(path).size, 100000)
  http.get(base .. "/small", {save = path})
  t.eq(fs.read(path), "small", "an older one is replaced")
  t.eq(http.get(base .. "/none", {save = path}).body, "there is nothing here", "an answer that is not ok is not saved")
  t.eq(fs.read(path), "small")
  t.raises(function() http.get(base .. "/big.zip", {save = path, timeout = "5m"}) end, {kind = "timeout"})
  t.eq(fs.read(path), "small", "what is not whole gets no name")
  t.eq(#fs.list((path:gsub("/big.zip", ""))), 1, "and nothing is left of it")
  t.raises(function() http.get(base .. "/small", {save = path}):json() end, {kind = "json"})
end)

test("addresses that users supply", function(t)
  local function preview(url)
    local ok, resp = pcall(http.get, url, {public_only = true, timeout = 5, max_size = 100000})
    if not ok then return "I cannot look at that: " .. tostring(resp.kind) end
    return resp.body:match("<title>(.-)</title>") or "no title"
  end
  for _, url in ipairs{"http://169.254.169.254/latest/meta-data", "http://localhost:9000/admin", "http://127.0.0.1:9000", "http://10.0.0.1", "http://192.168.1.1",
    "http://172.16.0.1", "http://100.64.0.1", "http://[::1]/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "http://224.0.0.1/",
    "http://192.0.2.1/", "http://198.18.0.1/"} do
    t.eq(preview(url), "I cannot look at that: private", url)
  end
  t.eq(preview("file:///etc/passwd"), "I cannot look at that: url")
  t.eq(preview("http://user:secret@example.com/"), "I cannot look at that: url")
  local inner = t.serve(function() return "<title>secret</title>" end)
  t.serve(function(req)
    if req.path == "/trap" then return {status = 302, headers = {Location = inner}} end
    return "<title>Otters</title>"
  end, {at = "https://example.com"})
  t.eq(preview("https://example.com/"), "Otters")
  t.eq(preview("https://example.com/trap"), "I cannot look at that: private")
end)

test("the bot's token goes to Discord only", function(t)
  local info = sandbox.info()
  local headers = {headers = {Authorization = "Bot " .. info.bot_token}}
  t.raises(function() http.get(t.serve(echo), headers) end, "headers%.Authorization: holds a token that only Discord may have")
  t.eq(http.get(info.api_url .. "/users/@me", headers):json().id, dc:me().id)
end)

test("what goes with what", function(t)
  local base = t.serve(echo)
  local function wrong(text, f, ...)
    local args = {...}
    t.raises(function() f(unpack(args)) end, text)
  end
  wrong("json and form exclude each other", http.post, base, {json = {1}, form = {a = 1}})
  wrong("http%.get: unknown option 'json'", http.get, base, {json = {}})
  wrong("did you mean 'headers'", http.get, base, {header = {}})
  wrong("headers%.a: a header takes one line", http.get, base, {headers = {a = "x\r\nb: c"}})
  wrong("timeout: expected a duration", http.get, base, {timeout = "soon"})
  wrong("redirects: expected zero or more", http.get, base, {redirects = -1})
  wrong("max_size: expected more than zero", http.get, base, {max_size = 0})
  wrong("proxy: expected an address such as", http.get, base, {proxy = "host:3128"})
  wrong("proxy: does not go with public_only", http.get, base, {proxy = "http://p:1", public_only = true})
  wrong("save: expected the path of a file", http.get, base, {save = ""})
  wrong("json: at %[1%]: a function has no form in JSON", http.post, base, {json = {print}})
  wrong("method: expected one such as", http.request, "CONNECT", base)
  wrong("url is required", http.get)
end)

test("a proxy that is not there is told as such", function(t)
  local err = t.raises(function() http.get("http://example.com/", {proxy = "http://127.0.0.1:1999"}) end, {kind = "proxy"})
  t.match(err.message, 'proxy=""')
end)
