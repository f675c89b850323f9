package audio

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
	"testing"
	"time"
)

// soundFile makes a file of a kind and gives its bytes.
func soundFile(t testing.TB, extension string, pcm []int16) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound"+extension)
	writeFile(t, path, Format{Channels: 2}, pcm)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// serve starts a server for the time of a test.
func serve(t *testing.T, handler http.HandlerFunc) (url string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// A server that serves parts of files is as good as a disk.
func TestStreamsSeek(t *testing.T) {
	in := tone(2, seekLength, 440, 660)
	for _, extension := range Extensions() {
		t.Run(extension[1:], func(t *testing.T) {
			file := soundFile(t, extension, in)
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/old" {
					http.Redirect(w, r, "/new", http.StatusFound)
					return
				}
				w.Header().Set("Content-Type", "text/html") // which is not true, and does not matter
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
			})
			s := openFile(t, url+"/old")
			whole := readAll(t, s)
			if got := snr(in, whole); len(whole) != len(in) || got < quality[extension] {
				t.Errorf("%d samples of %d at %.1f dB", len(whole)/2, len(in)/2, got)
			}
			if length, ok := s.Duration(); !ok || length != Duration(seekLength) {
				t.Errorf("it lasts %v, %v", length, ok)
			}
			for _, at := range []time.Duration{3 * time.Second, 0} {
				if err := s.Seek(at); err != nil {
					t.Fatal(err)
				}
				if rest := readAll(t, s); snr(whole[2*Samples(at):], rest) < 40 {
					t.Errorf("from %v on: %.1f dB", at, snr(whole[2*Samples(at):], rest))
				}
			}
		})
	}
}

// A server that knows no parts lets a sound start again, which is what a loop needs, and go forward.
func TestStreamWithoutParts(t *testing.T) {
	in := tone(2, seekLength, 440, 660)
	for _, extension := range Extensions() {
		t.Run(extension[1:], func(t *testing.T) {
			file := soundFile(t, extension, in)
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for part := file; len(part) > 0; part = part[min(len(part), 10000):] { // in chunks, without a length
					_, _ = w.Write(part[:min(len(part), 10000)])
				}
			})
			s := openFile(t, url)
			for range 2 {
				if out := readAll(t, s); len(out) != len(in) || snr(in, out) < quality[extension] {
					t.Errorf("%d samples of %d at %.1f dB", len(out)/2, len(in)/2, snr(in, out))
				}
				if err := s.Seek(0); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// A tired writer breaks the connection off after so many bytes.
type tired struct {
	http.ResponseWriter
	left int
}

func (w *tired) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p[:min(len(p), w.left)])
	if w.left -= n; w.left == 0 {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, err
}

// When the connection breaks, a server that serves parts is asked for the rest. One that sends nothing more is given up.
func TestStreamThatBreaks(t *testing.T) {
	in := tone(2, seekLength, 440, 660)
	file := soundFile(t, ".wav", in)
	end := len(file)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var from int
		_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		left := min(len(file)/5, end-from)
		if left == 0 {
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(&tired{w, left}, r, "", time.Time{}, bytes.NewReader(file))
	})
	if out := readAll(t, openFile(t, url)); snr(in, out) < quality[".wav"] {
		t.Errorf("%d samples of %d came", len(out)/2, len(in)/2)
	}
	end = len(file) / 2
	if n, err := openFile(t, url).Read(make([]int16, 2*seekLength)); err == nil || n < seekLength/3 {
		t.Errorf("%d samples came from a server that has half of them: %v", n, err)
	}
}

func TestStreamsThatFail(t *testing.T) {
	file := soundFile(t, ".wav", tone(2, SampleRate, 440))
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/page":
			_, _ = io.WriteString(w, "\n<html><body>Sign in</body></html>")
		case "/short":
			w.Header().Set("Content-Length", fmt.Sprint(len(file)))
			_, _ = w.Write(file[:len(file)/2])
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	})
	for path, want := range map[string]string{"/gone": "404 Not Found", "/page": "web page", "/loop": "redirects"} {
		if _, err := Open(t.Context(), url+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Open(t.Context(), "http://127.0.0.1:1/nobody.ogg"); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
	s := openFile(t, url+"/short")
	pcm := make([]int16, 2*SampleRate)
	if n, err := s.Read(pcm); n < SampleRate/4 || n > SampleRate/2 || !errors.Is(err, ErrTruncated) {
		t.Errorf("%d samples of half a second, %v", n, err)
	}
}

// A stream of FLAC that the server cuts off is no damaged file.
func TestFLACCutByServer(t *testing.T) {
	file := soundFile(t, ".flac", noise(2, SampleRate, 1))
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(file)))
		_, _ = w.Write(file[:len(file)/2])
	})
	if _, err := openFile(t, url).Read(make([]int16, 2*SampleRate)); !errors.Is(err, ErrTruncated) || errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// silentServer sends the beginning of a file and then nothing more until the test ends or the client goes.
func silentServer(t *testing.T) (url string) {
	file := soundFile(t, ".wav", tone(2, SampleRate, 440))
	done := make(chan struct{})
	url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(file[:100000])
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-done:
		}
	})
	t.Cleanup(func() { close(done) })
	return url
}

func TestContextEndsStream(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	s, err := Open(ctx, silentServer(t))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.Read(make([]int16, 2*20000)); n != 20000 || err != nil {
		t.Errorf("%d samples, %v", n, err)
	}
	reason := errors.New("no more of this")
	time.AfterFunc(10*time.Millisecond, func() { cancel(reason) })
	if _, err := s.Read(make([]int16, 2*SampleRate)); !errors.Is(err, reason) {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A server that sends nothing for long is given up.
func TestStreamThatStalls(t *testing.T) {
	body, err := openStream(t.Context(), silentServer(t), 200*time.Millisecond)
	if err == nil {
		_, err = io.Copy(io.Discard, body)
		if err := body.Close(); err != nil {
			t.Error(err)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "sent nothing for 200ms") {
		t.Error(err)
	}
}

func TestIsURL(t *testing.T) {
	for name, want := range map[string]bool{"http://a": true, "HTTPS://a": true, "https.ogg": false, "": false, "http:/a": false, "ftp://a": false, "/http://": false} {
		if IsURL(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}
