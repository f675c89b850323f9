local resp = http.get(here .. "/redirect/3")
print(resp.status, (resp.url:gsub(here, "")))  --> 200	/json
print(http.get(here .. "/redirect/10").status)  --> 200
local ok, err = pcall(http.get, here .. "/redirect/11")
print(err.kind, (err.message:gsub(here, "")))  --> redirect	HTTPError(redirect): GET /redirect/1: more than 10 redirects, the last to /json; pass redirects= to follow more
print((err.url:gsub(here, "")))               --> /redirect/1
resp = http.get(here .. "/redirect/1", {redirects = 0})
print(resp.status, resp.headers.location, resp.ok)  --> 302	/json	false
print(http.get(here .. "/status/304").status)  --> 304
---
local function to(url, opts)
  opts = opts or {}
  opts.query = {url = url, code = opts.code}
  opts.code = nil
  return http.request(opts.method or "GET", here .. "/to", (function() opts.method = nil return opts end)())
end
-- methods and bodies, as browsers do
local function moved(code)
  local e = to("/echo", {code = code, method = "POST", form = {a = 1}}):json()
  print(code, e.method, e.body, e.headers["content-type"])
end
moved(301)                                    --> 301	GET		nil
moved(303)                                    --> 303	GET		nil
moved(307)                                    --> 307	POST	a=1	application/x-www-form-urlencoded
moved(308)                                    --> 308	POST	a=1	application/x-www-form-urlencoded
print(to("/form", {code = 308, method = "POST", files = {a = "otter.html"}}).body)
                                              --> a|otter.html|text/html; charset=utf-8|an otter
                                              --> 
-- credentials stay with their host
local secrets = {Authorization = "Bearer x", Cookie = "a=1", ["X-Other"] = "y", Referer = "http://r/"}
local h = to("/echo", {headers = secrets}):json().headers
print(h.authorization, h.cookie, h["x-other"], h.referer)  --> Bearer x	a=1	y	http://r/
h = to(there .. "/echo", {headers = secrets}):json().headers
print(h.authorization, h.cookie, h["x-other"], h.referer)  --> nil	nil	y	http://r/
h = to(there .. "/to?url=" .. here .. "/echo", {headers = secrets}):json().headers
print(h.authorization, h.cookie)              --> nil	nil
-- nor does a token or the address with its query
h = to(there .. "/echo", {headers = {["X-Token"] = "secret-token"}}):json().headers
print(h["x-token"], h.referer)                --> nil	nil
-- what a server puts into an address is not the script's
h = to((there:gsub("//", "//user:pass@")) .. "/echo"):json().headers
print(h.authorization)                        --> nil
---
local function refused(address, opts)
  local ok, err = pcall(http.get, address, opts)
  print(err.kind, (err.message:gsub("^.-: a ", "a "):gsub("%d%d%d%d+", "PORT")))
end
refused(here .. "/to?url=ftp://example.com/x")    --> redirect	a redirect to ftp://example.com/x, which is no address of a web server
refused(here .. "/to?url=file:///etc/passwd")     --> redirect	a redirect to file:///etc/passwd, which is no address of a web server
refused(secure .. "/to?url=" .. here .. "/echo", {headers = {Authorization = "x"}})
                                              --> redirect	a redirect from https to http://127.0.0.1:PORT/echo, where the request's credentials could be read on the way; pass redirects=0 and follow it without them
print(http.get(secure .. "/to?url=" .. here .. "/json").status)   --> 200
refused(here .. "/to?url=http://%253a%253a:x/")   --> redirect	a redirect that is no address: parse "http://%3a%3a:x/": invalid port ":x" after host
