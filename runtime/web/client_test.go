package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"cordial/runtime"
	"cordial/runtime/watch/watchtest"
)

// hanging is a server that tells what arrives and answers nothing until it is released, or the client is gone.
type hanging struct {
	*httptest.Server
	arrived chan string // paths
	gone    chan string
	release chan struct{}
}

func newHanging(t *testing.T) *hanging {
	t.Helper()
	h := &hanging{arrived: make(chan string, 1000), gone: make(chan string, 1000), release: make(chan struct{})}
	h.Server = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("begin") {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "begun")
			w.(http.Flusher).Flush()
		}
		h.arrived <- r.URL.Path
		select {
		case <-h.release:
		case <-r.Context().Done():
			h.gone <- r.URL.Path
		}
	}))
	return h
}

// TestTimeouts lets the time pass while a server says nothing, or stops in the middle.
func TestTimeouts(t *testing.T) {
	for name, test := range map[string]struct {
		call  string
		after time.Duration
		want  string
	}{
		"no answer":       {`http.get(here .. "/x")`, 30 * time.Second, "not done within 30s; pass timeout= to wait longer, or timeout=0 to wait without end"},
		"a shorter one":   {`http.get(here .. "/x", {timeout = "1500ms"})`, 1500 * time.Millisecond, "not done within 1.5s; pass"},
		"half an answer":  {`http.get(here .. "/x?begin=1", {timeout = 5})`, 5 * time.Second, "not done within 5s; pass"},
		"half a file":     {`http.get(here .. "/x?begin=1", {timeout = 5, save = "x.bin"})`, 5 * time.Second, "not done within 5s; pass"},
		"after redirects": {`http.get(front .. "/to?url=" .. here .. "/x", {timeout = 5})`, 5 * time.Second, "not done within 5s; pass"},
	} {
		t.Run(name, func(t *testing.T) {
			server, front := newHanging(t), serve(t, site())
			clock := clockwork.NewFakeClock()
			var out bytes.Buffer
			host := newHost(t, &out, Options{}, runtime.Options{Clock: clock})
			define(host, map[string]string{"here": server.URL, "front": front.URL})
			go func() {
				<-server.arrived
				clock.Advance(test.after)
			}()
			err := host.RunString(t.Context(), "test.lua", "local ok, err = pcall(function() return "+test.call+" end) print(err.kind, err.url) print(err.message)")
			if err != nil {
				t.Fatal(err)
			}
			if got := out.String(); !strings.HasPrefix(got, "timeout\t"+server.URL+"/x") && name != "after redirects" || !strings.Contains(got, test.want) {
				t.Errorf("got %q", got)
			}
			<-server.gone
			checkFolder(t, host)
		})
	}
}

// checkFolder checks that the script's folder has these files only.
func checkFolder(t *testing.T, host *runtime.Host, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(host.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder has %q, want %q", got, want)
	}
}

// TestCancelledTasksEndTheirRequests ends requests in every state that they can be in.
func TestCancelledTasksEndTheirRequests(t *testing.T) {
	for name, call := range map[string]string{
		"waiting":     `http.get(here .. "/x", {timeout = 0})`,
		"reading":     `http.get(here .. "/x?begin=1", {timeout = 0})`,
		"saving":      `http.get(here .. "/x?begin=1", {timeout = 0, save = "x.bin"})`,
		"public only": `http.get(here .. "/x", {timeout = 0, public_only = true})`,
	} {
		t.Run(name, func(t *testing.T) {
			server := newHanging(t)
			var out bytes.Buffer
			host := newHost(t, &out, Options{public: isOne}, runtime.Options{})
			define(host, map[string]string{"here": server.URL})
			source := `
				task = spawn(function() local ok, err = pcall(function() return ` + call + ` end) print("goes on") end)
				sleep(0)`
			go func() {
				<-server.arrived
				host.Eval(context.Background(), "cancel.lua", `(function() task:cancel() end)()`)
			}()
			if err := host.RunString(t.Context(), "test.lua", source); err != nil {
				t.Fatal(err)
			}
			<-server.gone
			if out.String() != "" {
				t.Errorf("the task went on: %q", out.String())
			}
			checkFolder(t, host)
		})
	}
}

// TestTheHostsEndEndsRequests closes a host with a request on its way.
func TestTheHostsEndEndsRequests(t *testing.T) {
	server := newHanging(t)
	host := newHost(t, io.Discard, Options{}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-server.arrived; cancel() }()
	if err := host.RunString(ctx, "test.lua", `http.get(here .. "/x")`); err != runtime.ErrInterrupted {
		t.Errorf("got %v", err)
	}
	<-server.gone
}

// TestRequestsWaitForTheirTurn starts many requests at once.
func TestRequestsWaitForTheirTurn(t *testing.T) {
	server := newHanging(t)
	clock := clockwork.NewFakeClock()
	var out bytes.Buffer
	host := newHost(t, &out, Options{}, runtime.Options{Clock: clock})
	define(host, map[string]string{"here": server.URL})
	const waiting = 10
	done := make(chan error)
	go func() {
		done <- host.RunString(t.Context(), "test.lua", fmt.Sprintf(`
			for i = 1, %d do
				spawn(function() local ok, err = pcall(http.get, here .. "/" .. i, {timeout = i > %d and 60 or 3600}) if not ok then print(i, err.kind) end end)
			end`, maxRequests+waiting, maxRequests+waiting-1))
	}()
	first := map[string]bool{}
	for range maxRequests {
		first[<-server.arrived] = true
	}
	for i := range maxRequests {
		if path := fmt.Sprintf("/%d", i+1); !first[path] {
			t.Errorf("%s is not among the first", path)
		}
	}
	// The last one has no time to wait for its turn. All of them have a timer before it is over.
	if err := clock.BlockUntilContext(t.Context(), maxRequests+waiting); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Minute)
	for i := range waiting - 1 {
		server.release <- struct{}{}
		if got, want := <-server.arrived, fmt.Sprintf("/%d", maxRequests+1+i); got != want {
			t.Errorf("%s came in the place of %s", got, want)
		}
	}
	close(server.release)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if want := fmt.Sprintf("%d\ttimeout\n", maxRequests+waiting); out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if left := len(server.arrived); left != 0 {
		t.Errorf("%d more requests arrived", left)
	}
}

// TestHTTP2 also keeps one connection for several requests.
func TestHTTP2(t *testing.T) {
	server, trust := serveTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", r.Proto, r.RemoteAddr) }))
	var out bytes.Buffer
	host := newHost(t, &out, Options{TLS: trust}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	if err := host.RunString(t.Context(), "test.lua", `
		local a, b = http.get(here).body, http.get(here).body
		print(a:match("HTTP/2.0") ~= nil, a == b)`); err != nil || out.String() != "true\ttrue\n" {
		t.Errorf("got %v, %q", err, out.String())
	}
}

// TestProxy sends requests through a proxy: the script's, or the one that the options name.
func TestProxy(t *testing.T) {
	proxy := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, "proxied %s", r.URL)
	}))
	server := serve(t, site())
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	host := newHost(t, &out, Options{Proxy: http.ProxyURL(address)}, runtime.Options{})
	define(host, map[string]string{"here": server.URL, "proxy": proxy.URL, "closed": closedPort(t)})
	err = host.RunString(t.Context(), "test.lua", `
		print(http.get("http://example.com/a").body)
		print(http.get(here .. "/status/200", {proxy = ""}).body)
		print(http.get("http://example.com/b", {proxy = proxy}).body)
		local function try(url, proxy)
			local ok, err = pcall(http.get, url, {proxy = proxy})
			print(err.kind, (err.message:gsub("%d%d%d%d+", "PORT")))
		end
		try("https://example.com/c")
		try("http://example.com/d", closed)`)
	want := `proxied http://example.com/a
status 200
proxied http://example.com/b
proxy	HTTPError(proxy): GET https://example.com/c: the proxy 127.0.0.1:PORT answers 403 Forbidden
proxy	HTTPError(proxy): GET http://example.com/d: the proxy cannot be reached: dial tcp 127.0.0.1:PORT: connect: connection refused; pass proxy="" to go without it
`
	if err != nil || out.String() != want {
		t.Errorf("got %v, %s", err, out.String())
	}
}

// TestASavedFileIsWhole replaces an older file only when the new one is complete, and leaves nothing else behind.
func TestASavedFileIsWhole(t *testing.T) {
	server := serve(t, site())
	host := newHost(t, io.Discard, Options{}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	name := filepath.Join(host.Dir(), "x.bin")
	for _, test := range []struct {
		path string
		size int64
	}{{"/bytes/10", 10}, {"/short", 10}, {"/packed/damaged", 10}, {"/status/500", 10}, {"/bytes/20", 20}} {
		define(host, map[string]string{"path": test.path})
		if err := host.RunString(t.Context(), "test.lua", `pcall(http.get, here .. path, {save = "x.bin"})`); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(name); err != nil || info.Size() != test.size {
			t.Errorf("after %s: %v, %v", test.path, info, err)
		}
		checkFolder(t, host, "x.bin")
	}
}

// TestLinksDoNotLeadOut saves and sends through links that leave the script's folder.
func TestLinksDoNotLeadOut(t *testing.T) {
	server := serve(t, site())
	var out bytes.Buffer
	host := newHost(t, &out, Options{}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(host.Dir(), "away")); err != nil {
		t.Skip("this system has no links: ", err)
	}
	err := host.RunString(t.Context(), "test.lua", `
		local ok, err = pcall(http.get, here .. "/json", {save = "away/x.bin"})
		print(err.message:match("away/x.bin.*"))
		ok, err = pcall(http.post, here .. "/form", {files = {a = "away/x.bin"}})
		print(err.message:match("away/x.bin.*"))`)
	want := strings.Repeat("away/x.bin: lies outside of the script's folder\n", 2)
	if entries, _ := os.ReadDir(outside); err != nil || out.String() != want || len(entries) != 0 {
		t.Errorf("got %v, %q, %v", err, out.String(), entries)
	}
}

// TestPlaces lets a rule choose the folder of a file.
func TestPlaces(t *testing.T) {
	server, allowed := serve(t, site()), t.TempDir()
	var out bytes.Buffer
	host := newHost(t, &out, Options{Place: func(name string) (folder, path string, err error) {
		if path, ok := strings.CutPrefix(name, "/allowed/"); ok {
			return allowed, path, nil
		}
		return "", "", fmt.Errorf("%s: is not allowed", name)
	}}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	err := host.RunString(t.Context(), "test.lua", `
		print(http.get(here .. "/bytes/5", {save = "/allowed/x.bin"}).path)
		print(http.post(here .. "/echo", {body = {path = "/allowed/x.bin"}}):json().length)
		print(select(2, pcall(http.get, here .. "/json", {save = "x.bin"})).message:match("/json: (.*)"))`)
	if want := "/allowed/x.bin\n5\nx.bin: is not allowed\n"; err != nil || out.String() != want {
		t.Errorf("got %v, %q", err, out.String())
	}
	checkFolder(t, host)
}

// TestRefuse lets the owner refuse requests, of which none may be sent.
func TestRefuse(t *testing.T) {
	server := serve(t, site())
	var out bytes.Buffer
	host := newHost(t, &out, Options{Refuse: func(method string, to *url.URL) error {
		if method == "GET" && to.Path != "/json" {
			return nil
		}
		return errors.New("not today")
	}}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	err := host.RunString(t.Context(), "test.lua", `
		print(http.get(here .. "/echo").status)
		for _, call in ipairs{
			function() http.post(here .. "/echo", {body = "x"}) end,
			function() http.get(here .. "/redirect/1") end,
		} do
			local ok, err = pcall(call)
			print(err.kind, err.message:match(": ([^:]*)$"))
		end`)
	if want := "200\ndenied\tnot today\ndenied\tnot today\n"; err != nil || out.String() != want {
		t.Errorf("got %v, %q", err, out.String())
	}
}

// TestRefuseByAnotherWay names the server that is refused where it is not looked for: in the header Host, and as a proxy.
func TestRefuseByAnotherWay(t *testing.T) {
	server := serve(t, site())
	for name, call := range map[string]string{
		"as it is":   `http.post("http://closed.test/echo")`,
		"in Host":    `http.post(here .. "/echo", {headers = {Host = "closed.test"}})`,
		"as a proxy": `http.post("http://open.test/echo", {proxy = "http://closed.test"})`,
	} {
		var out bytes.Buffer
		host := newHost(t, &out, Options{Refuse: func(_ string, to *url.URL) error {
			if to.Host == "closed.test" && to.Path == "/echo" {
				return errors.New("not there")
			}
			return nil
		}}, runtime.Options{})
		define(host, map[string]string{"here": server.URL})
		err := host.RunString(t.Context(), "test.lua", `local ok, err = pcall(function() return `+call+` end) print(ok, err.kind)`)
		if err != nil || out.String() != "false\tdenied\n" {
			t.Errorf("%s: got %v, %q", name, err, out.String())
		}
	}
}

// TestSavedFilesAreNotWatched loads code that a script has saved itself.
func TestSavedFilesAreNotWatched(t *testing.T) {
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "return true") }))
	host := newHost(t, io.Discard, Options{}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	path := filepath.Join(t.TempDir(), "bot.lua")
	if err := os.WriteFile(path, []byte(`http.get(here, {save = "saved.lua"}) require "saved"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := watchtest.Watched(t, host, path); len(got) != 1 || got[0] != "bot.lua" {
		t.Errorf("watched are %q", got)
	}
}

// TestEverythingIsDeclared is what luabind's test of that name is for the functions of this module.
func TestEverythingIsDeclared(t *testing.T) {
	host := newHost(t, io.Discard, Options{}, runtime.Options{})
	for _, place := range host.Registry().Undeclared() {
		t.Errorf("%s has no declaration", place)
	}
}
