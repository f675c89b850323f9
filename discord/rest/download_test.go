package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serveFiles starts a second server, as Discord's CDN is one, and gives its address.
func serveFiles(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("a token went to the CDN")
		}
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func noAPI(t testing.TB) *Client {
	return serve(t, Options{}, func(http.ResponseWriter, *http.Request) { t.Error("the API was called") })
}

func TestSaveGoesOnAfterALostConnection(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 100_000)
	var ranges []string
	address := serveFiles(t, func(w http.ResponseWriter, r *http.Request) {
		ranges = append(ranges, r.Header.Get("Range"))
		w.Header().Set("ETag", `"v1"`)
		if len(ranges) <= 2 {
			w = &cutWriter{ResponseWriter: w, left: 300_000}
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
	dir := t.TempDir()
	path, err := noAPI(t).Save(t.Context(), address+"/attachments/1/2/..%2Fmy%20notes.txt?ex=1&hm=2", dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); !bytes.Equal(got, content) || path != filepath.Join(dir, "my notes.txt") {
		t.Errorf("%s has %d bytes", path, len(got))
	}
	if len(ranges) != 3 || ranges[0] != "" || !strings.HasPrefix(ranges[2], "bytes=") || ranges[2] == ranges[1] {
		t.Errorf("asked for %q", ranges)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSaveKeepsWhatIsNoOrdinaryFile(t *testing.T) {
	address := serveFiles(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "new") })
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.txt"), filepath.Join(dir, "link.txt")
	if err := os.WriteFile(target, []byte("older and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if _, err := noAPI(t).Save(t.Context(), address+"/a.txt", link); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link has become %v, %v", info, err)
	}
	if got, _ := os.ReadFile(target); string(got) != "new" {
		t.Errorf("the link's target holds %q", got)
	}
	if _, err := noAPI(t).Save(t.Context(), address+"/a.txt", os.DevNull); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s has become %v, %v", os.DevNull, info, err)
	}
}

// cutWriter cuts the connection after some bytes.
type cutWriter struct {
	http.ResponseWriter
	left int
}

func (c *cutWriter) Write(p []byte) (int, error) {
	if len(p) > c.left {
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

func TestDownloadsThatFail(t *testing.T) {
	var tries atomic.Int32
	address := serveFiles(t, func(w http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
		case "/busy":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/changes":
			w.Header().Set("ETag", fmt.Sprint(`"`, tries.Load(), `"`))
			cut := &cutWriter{ResponseWriter: w, left: 40_000}
			http.ServeContent(cut, r, "", time.Time{}, bytes.NewReader(make([]byte, 100_000)))
		default:
			w.Write(make([]byte, 1000))
		}
	})
	c := noAPI(t)
	for path, tt := range map[string]struct {
		want  string
		tries int32
	}{
		"/gone?hm=signature": {"DiscordError(404): [0] Not Found", 1},
		"/busy":              {"DiscordError(503): [0] Service Unavailable", 5},
		"/changes":           {"cannot go on there", 2},
		"/long":              {"longer than the 100 bytes allowed", 1},
	} {
		tries.Store(0)
		_, err := c.Fetch(t.Context(), address+path, 100_000-99_900*int64(strings.Count(path, "long")))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "signature") || tries.Load() != tt.tries {
			t.Errorf("%s, %d tries: %v", path, tries.Load(), err)
		}
	}
	dir := t.TempDir()
	if _, err := c.Save(t.Context(), address+"/gone", filepath.Join(dir, "x")); err == nil {
		t.Error("saved what is gone")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	_, err := c.Save(t.Context(), address+"/x", filepath.Join(dir, "no", "x"))
	if _, ok := errors.AsType[*FileError](err); !ok {
		t.Errorf("got %v", err)
	}
	for _, address := range []string{"", "file:///etc/passwd", "ftp://x/y", "/x", "http://", "%"} {
		if _, err := c.Fetch(t.Context(), address, 10); err == nil {
			t.Errorf("took %q", address)
		}
	}
}

func TestCancelEndsTransfersOnTheWay(t *testing.T) {
	const size = 1 << 30
	block := make(chan bool)
	address := serveFiles(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, 1<<16))
		w.(http.Flusher).Flush()
		<-block
	})
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) { <-block })
	defer close(block)

	ctx, cancel := context.WithCancel(t.Context())
	_, err := c.Download(ctx, address+"/x", writerFunc(func(p []byte) { cancel() }))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("download: %v", err)
	}

	ctx, cancel = context.WithCancel(t.Context())
	closed := make(chan bool)
	file := File{Name: "x", Size: size, Open: func() (io.ReadCloser, error) {
		return &generated{left: size, onRead: cancel, onClose: func() { close(closed) }}, nil
	}}
	_, err = c.Do(ctx, &Request{Method: "PATCH", Path: "/channels/1/messages/2", Files: []File{file}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("upload: %v", err)
	}
	<-closed
}

type writerFunc func(p []byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

// generated is a file made as it is read.
type generated struct {
	left            int64
	onRead, onClose func()
}

func (g *generated) Read(p []byte) (int, error) {
	if g.left == 0 {
		return 0, io.EOF
	}
	g.onRead()
	n := min(int64(len(p)), g.left)
	g.left -= n
	return int(n), nil
}

func (g *generated) Close() error { g.onClose(); return nil }
