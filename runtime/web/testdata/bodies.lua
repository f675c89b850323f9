-- compression
for _, how in ipairs{"gzip", "deflate", "rawdeflate"} do
  local resp = http.get(here .. "/packed/" .. how)
  print(resp.body, resp.headers.content_encoding, resp.headers.content_length)
end
                                              --> otters hold hands while they sleep; otters hold hands	nil	nil
                                              --> otters hold hands while they sleep; otters hold hands	nil	nil
                                              --> otters hold hands while they sleep; otters hold hands	nil	nil
print(http.get(here .. "/packed/gzip", {headers = {["Accept-Encoding"] = "identity"}}).body)  --> plain
print(http.get(here .. "/packed/gzip", {headers = {["Accept-Encoding"] = "gzip"}}).headers.content_encoding)  --> gzip
print(http.get(here .. "/packed/other").body)  --> as it came
print(http.get(here .. "/packed/empty").body == "")  --> true
print(http.head(here .. "/packed/gzip").status)  --> 200
---
local function try(path, opts)
  local ok, err = pcall(http.get, here .. path, opts)
  print(err.kind, (err.message:gsub("^HTTPError%b(): GET .-: ", "")))
end
try("/packed/garbage")                        --> encoding	the answer's compression is damaged: gzip: invalid header; pass headers={["Accept-Encoding"]="identity"}
try("/packed/damaged")                        --> encoding	the answer's compression is damaged: gzip: invalid checksum; pass headers={["Accept-Encoding"]="identity"}
try("/packed/cut")                            --> encoding	the answer's compression is damaged: unexpected EOF; pass headers={["Accept-Encoding"]="identity"}
-- sizes
try("/packed/bomb")                           --> too_large	the answer is larger than 32 MB; pass save= to write it to a file, or max_size= to allow more
try("/bytes/32000001")                        --> too_large	the answer is larger than 32 MB; pass save= to write it to a file, or max_size= to allow more
try("/bytes/1001", {max_size = 1000})         --> too_large	the answer is larger than 1 kB; pass save= to write it to a file, or max_size= to allow more
try("/bytes/1001?chunked=1", {max_size = 1000})  --> too_large	the answer is larger than 1 kB; pass save= to write it to a file, or max_size= to allow more
try("/bytes/1001", {max_size = 1000, save = "x.bin"})  --> too_large	the answer is larger than 1 kB; pass max_size= to allow more
try("/bytes/1001?chunked=1", {max_size = 1000, save = "x.bin"})  --> too_large	the answer is larger than 1 kB; pass max_size= to allow more
print(#http.get(here .. "/bytes/1000", {max_size = 1000}).body)  --> 1000
print(#http.get(here .. "/bytes/32000000").body)  --> 32000000
---
-- saving
local resp = http.get(here .. "/bytes/2500000", {save = "big.bin"})
print(resp, resp.path, #resp.body)            --> Response(200, application/octet-stream, 2.5 MB)	big.bin	0
print(http.get(here .. "/packed/gzip", {save = "big.bin"}).size)  --> 53
print(http.post(here .. "/echo", {body = {path = "big.bin"}}):json().body)  --> otters hold hands while they sleep; otters hold hands
print(select(2, pcall(resp.json, resp)).message:match("GET .-: (.*)"))  --> the answer was saved to big.bin; read it from there
-- a bad answer is not what was asked for
resp = http.get(here .. "/status/404", {save = "big.bin"})
print(resp.path, resp.body)                   --> nil	status 404
print(http.post(here .. "/echo", {body = {path = "big.bin"}}):json().length)  --> 53
---
local function try(file, path)
  local ok, err = pcall(http.get, here .. (path or "/json"), {save = file})
  print(err.kind, (err.message:gsub("^HTTPError%b(): GET .-: ", "")))
end
try("folder/x.bin")                           --> file	folder/x.bin: there is no such file or folder
try("../x.bin")                               --> file	../x.bin: lies outside of the script's folder
try(".")                                      --> file	.: is not an ordinary file; name another
try("x.bin", "/short")                        --> connection	the server closed the connection before the end of its answer; try again later
