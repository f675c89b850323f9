package rest

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzMultipartNames(f *testing.F) {
	for _, name := range []string{"a.txt", `"; filename="b`, "a\r\nEvil: yes", "..", `c:\d\e`, "\xff", "", "日本.png", "a%22", "--"} {
		f.Add(name, "text/plain")
	}
	f.Add("a", "x\r\n\r\nbody")
	f.Fuzz(func(t *testing.T, name, contentType string) {
		file := FileBytes(name, []byte("content"))
		file.ContentType = contentType
		b, err := payloadBody([]byte(`{"a":1}`), []File{file})
		if err != nil {
			t.Fatal(err)
		}
		body := b.stream()
		defer body.Close()
		text := readAll(t, body)
		if int64(len(text)) != b.size {
			t.Errorf("%q: announced %d bytes, sent %d", name, b.size, len(text))
		}
		got := form(t, b.contentType, text)
		if len(got) != 2 || got["payload_json"] != `{"a":1}` {
			t.Errorf("%q: sent %q", name, text)
		}
		sent := got["files[0]"]
		if !strings.HasSuffix(sent, ": content") || strings.ContainsAny(sent, "\r\n") {
			t.Errorf("%q: the file arrives as %q", name, sent)
		}
		if strings.ContainsAny(partName(name), "\r\n\x00/\\") || partName(name) == "" {
			t.Errorf("%q: sent under the name %q", name, partName(name))
		}
	})
}

func TestFilePath(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "notes.md")
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := FilePath(path)
	if err != nil || f.Name != "notes.md" || f.Size != 4 {
		t.Errorf("got %+v, %v", f, err)
	}
	for path, want := range map[string]string{
		dir:                         "is a directory",
		filepath.Join(dir, "no.md"): "no such file or directory",
	} {
		_, err := FilePath(path)
		if e, ok := errors.AsType[*FileError](err); !ok || e.Name != path || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFileThatChangesIsAnErrorAndNotRepeated(t *testing.T) {
	arrived := 0
	c := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			arrived++
		}
	})
	for _, size := range []int64{2, 10} {
		f := FileBytes("a.txt", []byte("12345"))
		f.Size = size
		_, err := c.Do(t.Context(), &Request{Method: "PATCH", Path: "/channels/1/messages/2", Files: []File{f}})
		if e, ok := errors.AsType[*FileError](err); !ok || !strings.Contains(e.Error(), "a.txt: changed while it was sent") {
			t.Errorf("announced %d bytes: %v", size, err)
		}
	}
	if arrived > 0 {
		t.Errorf("%d requests arrived whole", arrived)
	}
	f := FileBytes("gone.txt", nil)
	f.Open = func() (io.ReadCloser, error) { return os.Open(filepath.Join(t.TempDir(), "gone.txt")) }
	_, err := c.Do(t.Context(), &Request{Method: "PATCH", Path: "/channels/1/messages/2", Files: []File{f}})
	if _, ok := errors.AsType[*FileError](err); !ok || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
