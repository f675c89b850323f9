package web

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cordial/runtime"
)

// example is the server of the examples in docs/http.md.
func example() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) })
	mux.HandleFunc("/weather", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"city": "Berlin", "temp": 21}`)
	})
	mux.HandleFunc("/missing", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "there is nothing here")
	})
	mux.HandleFunc("/big.zip", func(w http.ResponseWriter, _ *http.Request) { io.CopyN(w, zeros{}, 100_000) })
	return mux
}

// tunnel is a proxy behind which the one server is that it knows.
func tunnel(t *testing.T, name, address string) *httptest.Server {
	var copies sync.WaitGroup
	t.Cleanup(copies.Wait)
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != name+":443" {
			http.Error(w, "unknown", http.StatusBadGateway)
			return
		}
		server, err := net.Dial("tcp", address)
		if err != nil {
			t.Error(err)
			return
		}
		w.WriteHeader(http.StatusOK)
		client, sent, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		pass := func(to io.WriteCloser, from io.Reader) {
			io.Copy(to, from)
			to.Close()
		}
		copies.Go(func() { pass(server, sent) })
		copies.Go(func() { pass(client, server) })
	}))
}

// TestTheExamplesWork runs the examples of docs/http.md and compares what they print with what the page says.
func TestTheExamplesWork(t *testing.T) {
	page, err := os.ReadFile("../../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```lua\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(examples) != 5 {
		t.Fatalf("docs/http.md has %d examples", len(examples))
	}
	server, trust := serveTLS(t, example())
	const known = "api.example.com" // is behind the tunnel; there are no other names
	address, err := url.Parse(tunnel(t, known, server.Listener.Addr().String()).URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := func(r *http.Request) (*url.URL, error) {
		if r.URL.Hostname() != known {
			return nil, nil
		}
		return address, nil
	}
	options := Options{Proxy: proxy, Dialer: &net.Dialer{Resolver: (&names{}).resolver()}, TLS: trust}
	for _, example := range examples {
		var out bytes.Buffer
		host := newHost(t, &out, options, runtime.Options{})
		for _, name := range []string{"otter.png", "bot.log"} {
			if err := os.WriteFile(filepath.Join(host.Dir(), name), []byte(name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := host.RunString(t.Context(), "http.md", example[1]); err != nil {
			t.Error(runtime.Explain(err))
		}
		var want strings.Builder
		for _, said := range regexp.MustCompile(`--> (.*)\n`).FindAllStringSubmatch(example[1], -1) {
			want.WriteString(said[1] + "\n")
		}
		if diff := cmp.Diff(want.String(), out.String()); diff != "" {
			t.Errorf("output (-page +got):\n%s", diff)
		}
	}
}
