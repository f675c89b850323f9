local resp = http.get(here .. "/json")
print(resp)                                   --> Response(200, application/json, 59 B)
print(resp.status, resp.ok, resp.path)        --> 200	true	nil
print(resp.headers["content-type"])           --> application/json; charset=utf-8
print(resp.headers.Content_Type)              --> application/json; charset=utf-8
print(resp.headers["x-nothing"])              --> nil
print(resp.url == here .. "/json")            --> true
print(resp.elapsed >= 0, resp.size)           --> true	59
local data = resp:json()
print(data.city, data.id, data.none)          --> Berlin	1469779647867781141	nil
print(resp:json{nulls = true}.none)           --> null
---
local names = {}
for name in pairs(http.get(here .. "/cookies").headers) do names[#names + 1] = name end
print(table.concat(names, " "))               --> Content-Length Date Set-Cookie
local cookies = http.get(here .. "/cookies").headers:all("set-cookie")
print(#cookies, cookies[2])                   --> 2	b=2; Path=/
print(#http.get(here .. "/cookies").headers:all("etag"))  --> 0
---
-- the query is added to what the address has
local function query(address, q) return http.get(here .. address, {query = q}):json().query end
print(query("/echo", {b = 2, a = "x y&z", list = {1, true, "ü"}}))  --> a=x+y%26z&b=2&list=1&list=true&list=%C3%BC
print(query("/echo?first=1", {second = 2}))   --> first=1&second=2
print(query("/echo?first=1"))                 --> first=1
print(query("/echo", {none = {}}) == "")      --> true
---
local headers = http.get(here .. "/echo", {headers = {["X-Key"] = 7, accept = {"a", "b"}}}):json().headers
print(headers["x-key"], headers.accept)       --> 7	a, b
print(headers["user-agent"])                  --> cordial/1.2.3
print(headers["accept-encoding"])             --> gzip, deflate
print(headers.referer)                        --> nil
print(http.get(here .. "/echo", {headers = {["User-Agent"] = "otter"}}):json().headers["user-agent"])  --> otter
print(http.get(here .. "/echo", {headers = {Host = "otter.test"}}):json().host)  --> otter.test
print(http.get(here .. "/to?url=/echo", {headers = {Host = "otter.test"}}):json().host)  --> otter.test
print(http.get(here .. "/to?url=" .. there .. "/echo", {headers = {Host = "otter.test"}}):json().host == there:sub(8))  --> true
---
-- a user in the address
local address = here:gsub("http://", "http://user:pass@")
print(http.get(address .. "/echo"):json().headers.authorization)  --> Basic dXNlcjpwYXNz
print(http.get(address .. "/echo").url == here .. "/echo")        --> true
---
-- a bad status is an answer
local resp = http.get(here .. "/status/404")
print(resp, resp.ok, resp.body)               --> Response(404, text/plain, 10 B)	false	status 404
print(http.get(here .. "/status/204"))        --> Response(204, text/plain, 0 B)
local ok, err = pcall(http.get, here .. "/status/503?key=1", {raise = true})
print(err.kind, err.status, err.response.body, err.method)   --> status	503	status 503	GET
print((err.message:gsub(here, "")))           --> HTTPError(503): GET /status/503: Service Unavailable
print((err.url:gsub(here, "")))               --> /status/503?key=1
print(tostring(err) == err.message)           --> true
---
local resp = http.head(here .. "/bytes/1234")
print(resp.status, resp.headers.content_length, #resp.body)  --> 200	1234	0
---
-- sizes
for _, n in ipairs{0, 999, 1000, 1234, 99999, 1500000} do io.write(tostring(http.get(here .. "/bytes/" .. n)):match(", ([^,]*)%)"), " ") end
print()                                       --> 0 B 999 B 1 kB 1.2 kB 100 kB 1.5 MB 
---
http.get(here .. "/status/500", {raise = true})  ### "HTTPError\\(500\\): GET http://127.0.0.1:\\d+/status/500: Internal Server Error"
---
-- while a request is on its way others run
local n = 0
local task = spawn(function() while true do n = n + 1 sleep(0) end end)
http.get(here .. "/json")
task:cancel()
print(n > 0)                                  --> true
