-- t.serve plays a web server.

local function echo(req)
  return {json = {method = req.method, path = req.path, host = req.host, query = req.query, body = req.body,
    agent = req.headers["User-Agent"], json = req.json, form = req.form, files = req.files}}
end

test("the function gets what was sent", function(t)
  local base = t.serve(echo)
  local got = http.post(base .. "/a%20b", {query = {x = 1, list = {"p", "q"}}, json = {n = json.null, id = "1469779647867781141"}}):json{nulls = true}
  t.eq(got.method, "POST")
  t.eq(got.path, "/a b")
  t.eq(base, "http://" .. got.host)
  t.eq(got.query, {x = "1", list = {"p", "q"}})
  t.eq(got.json.n, json.null)
  t.match(got.agent, "^cordial/")
end)

test("forms come as tables", function(t)
  local base = t.serve(echo)
  t.eq(http.post(base, {form = {a = 1, b = {2, 3}}}):json().form, {a = "1", b = {"2", "3"}})
  local got = http.post(base, {form = {a = 1}, files = {f = {data = "x\0y", name = "x.bin"}}}):json()
  t.eq(got.form, {a = "1"})
  t.eq(got.files.f, {name = "x.bin", type = "application/octet-stream", data = "x\0y"})
end)

test("answers are texts or tables, or nothing", function(t)
  local answers = {"text", {status = 404}, {body = "b", headers = {["X-A"] = "1", ["Set-Cookie"] = {"a=1", "b=2"}}}, {status = 201, json = {1, 2}}}
  local n = 0
  local base = t.serve(function() n = n + 1 return answers[n] end)
  t.eq(http.get(base).body, "text")
  t.eq(http.get(base).status, 404)
  local third = http.get(base)
  t.eq(third.headers.x_a, "1")
  t.eq(third.headers:all("set-cookie"), {"a=1", "b=2"})
  local fourth = http.get(base)
  t.eq(fourth.status, 201)
  t.eq(fourth.headers.content_type, "application/json")
  t.eq(fourth:json(), {1, 2})
  local fifth = http.get(base)
  t.eq(fifth.status, 200)
  t.eq(fifth.body, "")
end)

test("a function as the body gives pieces until nil, and may wait", function(t)
  local n = 0
  local base = t.serve(function()
    return {body = function()
      n = n + 1
      sleep(60)
      if n <= 3 then return "piece " .. n .. "\n" end
    end}
  end)
  local resp = http.get(base, {timeout = "10m"})
  t.eq(resp.body, "piece 1\npiece 2\npiece 3\n")
  t.eq(resp.elapsed, 240)
end)

test("at= plays a site that a script names", function(t)
  t.eq(t.serve(function(req) return "secure " .. req.host end, {at = "https://api.example.com/"}), "https://api.example.com")
  t.serve(function() return "plain" end, {at = "http://api.example.com:8080"})
  t.eq(http.get("https://API.example.com:443/x", {public_only = true}).body, "secure API.example.com:443")
  t.eq(http.get("http://api.example.com:8080/").body, "plain")
  t.raises(function() t.serve(echo, {at = "example.com"}) end, 't%.serve: at: expected a site such as "https://api%.example%.com", got "example%.com"')
end)

test("public_only refuses the address of this machine", function(t)
  t.raises(function() http.get(t.serve(echo), {public_only = true}) end, {kind = "private"})
end)

test("an error in the function fails the test", function(t)
  t.expect_error("broken here")
  t.expect_error("t%.serve: the answer's stat: is not known; known are body, headers, json, status")
  t.expect_error("the answer's status: expected a status from 200 to 599, got 99")
  local answers = {function() error("broken here") end, function() return {stat = 1} end, function() return {status = 99} end}
  local base = t.serve(function(req) return answers[tonumber(req.query.n)]() end)
  for n = 1, 3 do t.eq(http.get(base, {query = {n = n}}).status, 500) end
end)

test("an error in the middle of a body ends the connection", function(t)
  t.expect_error("no more")
  local base = t.serve(function() return {body = function() error("no more") end} end)
  t.raises(function() http.get(base) end, {kind = "connection"})
end)

test("requests run side by side; one that nobody waits for ends", function(t)
  local ended = 0
  local base = t.serve(function()
    local ok = pcall(sleep, 60)
    ended = ended + 1
  end)
  local begun = time.now()
  gather(function() http.get(base, {timeout = 0}) end, function() http.get(base, {timeout = 0}) end)
  t.eq(time.now() - begun, 60)
  t.eq(ended, 2)
  t.raises(function() http.get(base, {timeout = 5}) end, {kind = "timeout"})
  t.eq(time.now() - begun, 65)
end)
