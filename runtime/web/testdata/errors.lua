local function try(url, opts)
  local ok, err = pcall(http.get, url, opts)
  if type(err) ~= "userdata" then error(tostring(err)) end
  print(err.kind, (err.message:gsub("^HTTPError%b(): GET .-: ", ""):gsub("%d%d%d%d+", "PORT")))
end
try(closed)                                   --> refused	nothing listens at 127.0.0.1:PORT; check the port, and that the server runs
try(garbage)                                  --> protocol	the answer is not proper HTTP: net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-OpenSSH_9.9"; check the port
try(silent)                                   --> connection	the server closed the connection before the end of its answer; try again later
try(endless)                                  --> protocol	the answer is not proper HTTP: net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded PORT bytes; aborted; check the port
try(here .. "/short")                         --> connection	the server closed the connection before the end of its answer; try again later
try((here:gsub("http:", "https:")))           --> tls	the server does not speak https there; try http://
try((secure:gsub("127.0.0.1", "localhost")))  --> tls	the server's certificate is not trusted: x509: certificate is valid for example.com, *.example.com, not localhost; check the host's name, and this machine's clock
---
local function try(url, opts)
  local ok, err = pcall(http.get, url, opts)
  print(err.kind, err.url, err.message)
end
try("example.com")                            --> url	example.com	HTTPError(url): GET example.com: an address begins with "https://" or "http://"
try("ftp://example.com")                      --> url	ftp://example.com	HTTPError(url): GET ftp://example.com: an address begins with "https://" or "http://"
try("http://")                                --> url	http://	HTTPError(url): GET http://: the address has no host
try("http://:80/")                            --> url	http://:80/	HTTPError(url): GET http://:80/: the address has no host
try("http://127.0.0.1:99999/")                --> url	http://127.0.0.1:99999/	HTTPError(url): GET http://127.0.0.1:99999/: the port is no number from 1 to 65535
try("http://127.0.0.1:0/")                    --> url	http://127.0.0.1:0/	HTTPError(url): GET http://127.0.0.1:0/: the port is no number from 1 to 65535
try("http://a b/")                            --> url	http://a b/	HTTPError(url): GET http://a b/: this is no address: invalid character " " in host name
try("ftp://user:secret@example.com/?key=1")   --> url	ftp://user:xxxxx@example.com/?key=1	HTTPError(url): GET ftp://user:xxxxx@example.com/: an address begins with "https://" or "http://"
---
local resp = http.get(here .. "/status/200")
local ok, err = pcall(resp.json, resp)
print(ok, err.kind)                           --> false	json
print((err.message:gsub("^.-GET .-: ", "")))  --> Response(200, text/plain, 10 B) is not JSON: line 1, column 1: invalid character 's' looking for beginning of value
print(err.status, err.response.body)          --> 200	status 200
---
http.get(closed)                              ### "HTTPError\\(refused\\): GET http://127.0.0.1:\\d+: nothing listens at 127.0.0.1:\\d+"
