local function sent(how, opts) return http[how](here .. "/echo", opts):json() end
local e = sent("post", {json = {name = "tea", list = {}, id = "1469779647867781141"}})
print(e.method, e.body)                       --> POST	{"id":"1469779647867781141","list":[],"name":"tea"}
print(e.headers["content-type"], e.length)    --> application/json	51
print(sent("put", {json = json.null}).body)   --> null
print(sent("patch", {json = false}).body)     --> false
print(sent("post", {json = {1}, headers = {["content-type"] = "application/vnd.api+json"}}).headers["content-type"])  --> application/vnd.api+json
e = sent("post", {form = {b = "x y", a = {1, 2}}})
print(e.body, e.headers["content-type"])      --> a=1&a=2&b=x+y	application/x-www-form-urlencoded
e = sent("put", {body = "raw \0 bytes"})
print(#e.body, e.headers["content-type"])     --> 11	nil
e = sent("delete")
print(e.method, e.length, #e.body)            --> DELETE	0	0
e = sent("post", {body = ""})
print(e.length)                               --> 0
print(sent("patch", {body = {path = "otter.html"}}).body)  --> an otter
print(http.request("propfind", here .. "/echo", {body = "x"}):json().method)   --> PROPFIND
---
-- forms with files
print(http.post(here .. "/form", {form = {title = "two", n = 1}, files = {a = "otter.html", b = {path = "beaver.json", name = "../b\"\r\n.json"}}}).body)
                                              --> n|||1
                                              --> title|||two
                                              --> a|otter.html|text/html; charset=utf-8|an otter
                                              --> b|b"%0D%0A.json|application/json|{"beaver": true}
                                              --> 
print(http.post(here .. "/form", {files = {f = {{data = "1", name = "one"}, {data = "2", name = "two", type = "text/x"}, "empty.bin"}}}).body)
                                              --> f|one|application/octet-stream|1
                                              --> f|two|text/x|2
                                              --> f|empty.bin|application/octet-stream|
                                              --> 
---
-- wrong calls
local function try(fn, ...)
  local ok, err = pcall(fn, ...)
  print((tostring(err):gsub("^[%w_./]+:%d+: ", "")))
end
local u = here .. "/echo"
try(http.get, u, {json = {}})                 --> http.get: unknown option 'json'; known are headers, max_size, proxy, public_only, query, raise, redirects, save, timeout, url
try(http.get, u, {header = {}})               --> http.get: unknown option 'header', did you mean 'headers'?
try(http.post, u, {json = {}, form = {a = 1}})  --> http.post: json and form exclude each other; only form and files go together
try(http.post, u, {json = {print}})           --> http.post: json: at [1]: a function has no form in JSON
try(http.post, u, {form = {a = {{}}}})        --> http.post: form.a[1]: expected a string, a number or a list of them, got a table
try(http.post, u, {form = {"x"}})             --> http.post: form: expected names for the values, as in {name="value"}; got a value without one: string "x"
try(http.post, u, {form = "a=1"})             --> http.post: form: expected a table, got string "a=1"
try(http.get, u, {headers = {["a b"] = 1}})   --> http.get: headers.a b: this is no name of a header
try(http.get, u, {headers = {a = "x\r\nb: c"}})  --> http.get: headers.a: a header takes one line of text
try(http.get, u, {headers = {["content-length"] = 1}})  --> http.get: headers.content-length: follows from what is sent; leave it out
try(http.post, u, {files = {a = {data = "x"}}})  --> http.post: files.a: expected a path, or data with a name
try(http.post, u, {files = {a = {pth = "x"}}})   --> http.post: files.a: unknown field 'pth', did you mean 'path'?
try(http.post, u, {files = {a = 5}})          --> http.post: files.a: expected a path, or {path="…"} or {data="…"} with name= and type=, got number 5
try(http.post, u, {files = {a = {path = "x", data = "y"}}})  --> http.post: files.a: path and data exclude each other
try(http.post, u, {files = {a = "otter.html"}, headers = {["Content-Type"] = "x"}})  --> http.post: headers.Content-Type: goes without saying with files; leave it out
try(http.post, u, {body = {}})                --> http.post: body: expected a string, or a file as {path="…"}
try(http.get, u, {timeout = "soon"})          --> http.get: timeout: expected a duration (seconds, or a text like "1h30m"), got string "soon"
try(http.get, u, {redirects = -1})            --> http.get: redirects: expected zero or more
try(http.get, u, {max_size = 0})              --> http.get: max_size: expected more than zero bytes
try(http.get, u, {proxy = "host:3128"})       --> http.get: proxy: expected an address such as "http://host:3128" or "socks5://host:1080"
try(http.get, u, {proxy = "http://x", public_only = true})  --> http.get: proxy: does not go with public_only, because it is the proxy that finds the addresses
try(http.get, u, {save = ""})                 --> http.get: save: expected the path of a file
try(http.request, "GE T", u)                  --> http.request: method: expected one such as "GET" or "PROPFIND"
try(http.request, "connect", u)               --> http.request: method: expected one such as "GET" or "PROPFIND"
try(http.get)                                 --> http.get: url is required: http.get(url, {headers=, query=, timeout=, …})
---
-- a token goes to its own host only
local headers = {["X-Token"] = "Bot secret-token"}
print(http.get(here .. "/echo", {headers = headers}):json().headers["x-token"])  --> Bot secret-token
http.get(there .. "/echo", {headers = headers})  ### "headers.X-Token: holds a token that only Discord may have; 127.0.0.1:\\d+ would get to know it"
---
-- files that cannot be sent
local function try(file)
  local ok, err = pcall(http.post, here .. "/echo", {body = {path = file}})
  print(err.kind, (err.message:gsub("^.*/echo: ", "")))
end
try("missing.txt")                            --> file	missing.txt: there is no such file or folder
try("../outside.txt")                         --> file	../outside.txt: lies outside of the script's folder
try("/etc/passwd")                            --> file	/etc/passwd: lies outside of the script's folder
try(".")                                      --> file	.: is not an ordinary file
