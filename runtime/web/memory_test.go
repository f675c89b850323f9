package web

import (
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"sync"
	"testing"

	"cordial/runtime"
)

// Files of any size pass in little memory: 200 MB each way with less than 64 MB of heap.
const (
	bigFile = 200 << 20
	mostMem = 64 << 20
)

// heapWatch notes the largest heap seen while something is read through it.
type heapWatch struct {
	r io.Reader

	mu    sync.Mutex
	calls int
	most  uint64
}

func (h *heapWatch) Read(p []byte) (int, error) {
	h.mu.Lock()
	if h.calls++; h.calls%512 == 0 {
		var m goruntime.MemStats
		goruntime.ReadMemStats(&m)
		h.most = max(h.most, m.HeapAlloc)
	}
	h.mu.Unlock()
	return h.r.Read(p)
}

// watchHeap begins on a heap without what earlier tests have left.
func watchHeap(r io.Reader) *heapWatch {
	goruntime.GC()
	return &heapWatch{r: r}
}

func (h *heapWatch) check(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.most == 0 || h.most > mostMem {
		t.Errorf("the heap grew to %d MB", h.most>>20)
	}
}

func TestBigDownloadStreams(t *testing.T) {
	heap := watchHeap(io.LimitReader(zeros{}, bigFile))
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(bigFile))
		io.Copy(w, heap)
	}))
	host := newHost(t, io.Discard, Options{}, runtime.Options{})
	define(host, map[string]string{"here": server.URL})
	if err := host.RunString(t.Context(), "test.lua", `http.get(here, {save = "big.bin", timeout = 0, raise = true})`); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(host.Dir(), "big.bin")); err != nil || info.Size() != bigFile {
		t.Errorf("saved %v, %v", info, err)
	}
	heap.check(t)
}

func TestBigUploadStreams(t *testing.T) {
	for name, call := range map[string]string{
		"alone":     `http.put(here, {body = {path = "big.bin"}, timeout = 0, raise = true})`,
		"in a form": `http.post(here, {form = {a = 1}, files = {big = "big.bin"}, timeout = 0, raise = true})`,
	} {
		t.Run(name, func(t *testing.T) {
			heap := watchHeap(nil)
			server := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				heap.r = r.Body
				content := io.Reader(heap)
				if r.Method == http.MethodPost {
					content = filePart(t, r, heap)
				}
				if n, err := io.Copy(io.Discard, content); err != nil || n != bigFile {
					t.Errorf("received %d bytes, %v", n, err)
				}
			}))
			host := newHost(t, io.Discard, Options{}, runtime.Options{})
			define(host, map[string]string{"here": server.URL})
			name := filepath.Join(host.Dir(), "big.bin")
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(name, bigFile); err != nil {
				t.Fatal(err)
			}
			if err := host.RunString(t.Context(), "test.lua", call); err != nil {
				t.Fatal(err)
			}
			heap.check(t)
		})
	}
}

// filePart is the file of a form that body holds.
func filePart(t *testing.T, r *http.Request, body io.Reader) io.Reader {
	r.Body = io.NopCloser(body)
	form, err := r.MultipartReader()
	if err != nil {
		t.Error(err)
		return nil
	}
	var part *multipart.Part
	for part == nil || part.FormName() != "big" {
		if part, err = form.NextPart(); err != nil {
			t.Error(err)
			return nil
		}
	}
	return part
}
