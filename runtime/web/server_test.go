package web

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"

	"cordial/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newHost makes a host with the module, whose scripts have a temporary folder.
func newHost(t testing.TB, stdout io.Writer, options Options, hostOptions runtime.Options) *runtime.Host {
	t.Helper()
	hostOptions.Stdin, hostOptions.Stdout, hostOptions.Stderr = strings.NewReader(""), stdout, t.Output()
	host := runtime.New(hostOptions)
	host.SetDir(t.TempDir())
	if options.Proxy == nil {
		options.Proxy = http.ProxyURL(nil)
	}
	Install(host, options)
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
	return host
}

// define makes globals of a host's scripts.
func define(host *runtime.Host, globals map[string]string) {
	for name, value := range globals {
		host.Registry().L.SetGlobal(name, lua.LString(value))
	}
}

func serve(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// serveTLS serves https, and gives the roots that trust it.
func serveTLS(t testing.TB, handler http.Handler) (*httptest.Server, *tls.Config) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server, &tls.Config{RootCAs: roots}
}

// raw serves connections that get the same bytes, whatever they ask for.
func raw(t testing.TB, answer string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conns.Go(func() {
				defer conn.Close()
				conn.Read(make([]byte, 4096)) // a request, which is not looked at
				io.WriteString(conn, answer)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		conns.Wait()
	})
	return "http://" + listener.Addr().String()
}

// closedPort is an address at which nothing listens.
func closedPort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

// site is what the chunks of testdata ask.
func site() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		io.WriteString(w, `{"city": "Berlin", "id": 1469779647867781141, "none": null}`)
	})
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/form", form)
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.PathValue("code"))
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(code)
		if code != http.StatusNoContent {
			fmt.Fprintf(w, "status %d", code)
		}
	})
	mux.HandleFunc("/redirect/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		to := "/json"
		if n > 1 {
			to = "/redirect/" + strconv.Itoa(n-1)
		}
		http.Redirect(w, r, to, http.StatusFound)
	})
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		code, err := strconv.Atoi(r.FormValue("code"))
		if err != nil {
			code = http.StatusFound
		}
		w.Header().Set("Location", r.FormValue("url"))
		w.WriteHeader(code)
	})
	mux.HandleFunc("/bytes/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		w.Header().Set("Content-Type", "application/octet-stream")
		if r.FormValue("chunked") == "" {
			w.Header().Set("Content-Length", strconv.Itoa(n))
		}
		io.CopyN(w, zeros{}, int64(n))
	})
	mux.HandleFunc("/cookies", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Set-Cookie"] = []string{"a=1", "b=2; Path=/"}
	})
	mux.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "not all")
	})
	mux.HandleFunc("/packed/{how}", packed)
	return mux
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// echo answers with what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	json.NewEncoder(w).Encode(map[string]any{
		"method": r.Method, "path": r.URL.Path, "query": r.URL.RawQuery, "body": string(body), "headers": headers, "length": r.ContentLength, "host": r.Host,
	})
}

// form answers with the parts of a form.
func form(w http.ResponseWriter, r *http.Request) {
	parts, err := r.MultipartReader()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		content, _ := io.ReadAll(part)
		fmt.Fprintf(w, "%s|%s|%s|%s\n", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), content)
	}
}

const packedText = "otters hold hands while they sleep; otters hold hands"

// packed answers with compressed texts, whole and damaged.
func packed(w http.ResponseWriter, r *http.Request) {
	var out bytes.Buffer
	pack := func(packer io.WriteCloser, from io.Reader) {
		io.Copy(packer, from)
		packer.Close()
	}
	how := r.PathValue("how")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && how == "gzip" {
		io.WriteString(w, "plain")
		return
	}
	text := strings.NewReader(packedText)
	encoding := "gzip"
	switch how {
	case "deflate":
		encoding = how
		pack(zlib.NewWriter(&out), text)
	case "rawdeflate":
		encoding = "deflate"
		packer, _ := flate.NewWriter(&out, 5)
		pack(packer, text)
	case "bomb":
		packer, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
		pack(packer, io.LimitReader(zeros{}, defaultMaxSize+1))
	case "other":
		encoding = "br"
		out.WriteString("as it came")
	case "garbage":
		out.WriteString("this is no gzip")
	default:
		pack(gzip.NewWriter(&out), text)
	}
	data := out.Bytes()
	switch how {
	case "cut":
		data = data[:len(data)-12]
	case "damaged":
		data = slices.Clone(data)
		data[len(data)-5] ^= 0xff
	case "empty":
		data = nil
	}
	w.Header().Set("Content-Encoding", encoding)
	w.Header().Set("Content-Type", "text/plain")
	w.Write(data)
}
