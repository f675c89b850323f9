package rest

import (
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// Files of any size pass in little memory: 200 MB each way with less than 64 MB of heap.
const (
	bigFile = 200 << 20
	mostMem = 64 << 20
)

// heapWatch notes the largest heap seen at its calls.
type heapWatch struct {
	calls int
	most  uint64
}

func (h *heapWatch) look() {
	if h.calls++; h.calls%512 != 0 {
		return
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.most = max(h.most, m.HeapAlloc)
}

func (h *heapWatch) check(t *testing.T) {
	if h.most == 0 || h.most > mostMem {
		t.Errorf("the heap grew to %d MB", h.most>>20)
	}
}

func TestBigUploadStreams(t *testing.T) {
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n < bigFile || n != r.ContentLength {
			t.Errorf("received %d bytes, %v", n, err)
		}
		reply(w, 200, `{}`)
	})
	var heap heapWatch
	closed := 0
	file := File{Name: "big.bin", Size: bigFile, Open: func() (io.ReadCloser, error) {
		return &generated{left: bigFile, onRead: heap.look, onClose: func() { closed++ }}, nil
	}}
	if _, err := c.Do(t.Context(), &Request{Method: "POST", Path: "/channels/1/messages", Files: []File{file}}); err != nil {
		t.Fatal(err)
	}
	heap.check(t)
	if closed != 1 {
		t.Errorf("the file was closed %d times", closed)
	}
}

func TestBigDownloadStreams(t *testing.T) {
	var heap heapWatch
	address := serveFiles(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(bigFile))
		io.Copy(w, &generated{left: bigFile, onRead: heap.look})
	})
	path, err := noAPI(t).Save(t.Context(), address+"/big.bin", filepath.Join(t.TempDir(), "big.bin"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := FilePath(path)
	if err != nil || f.Size != bigFile {
		t.Errorf("saved %d bytes, %v", f.Size, err)
	}
	heap.check(t)
}
