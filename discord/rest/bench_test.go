package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// answerMessage is what the API answers in the benchmarks: a small message, and a limit that is never reached.
func answerMessage(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-RateLimit-Bucket", "b")
	h.Set("X-RateLimit-Limit", "1000000000")
	h.Set("X-RateLimit-Remaining", "999999999")
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%d", time.Now().Unix()+3600))
	h.Set("X-RateLimit-Reset-After", "3600")
	io.WriteString(w, `{"id": "1", "content": "hello", "author": {"id": "2", "username": "someone"}}`)
}

var benchBody = map[string]string{"content": "hello"}

// BenchmarkNetHTTP is what BenchmarkDo is compared with: the same request with net/http alone, encoded from the same body and with
// the same timeout.
func BenchmarkNetHTTP(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(answerMessage))
	defer server.Close()
	client := server.Client()
	client.Timeout = 30 * time.Second
	b.ReportAllocs()
	for b.Loop() {
		body, err := json.Marshal(benchBody)
		if err != nil {
			b.Fatal(err)
		}
		req, err := http.NewRequestWithContext(b.Context(), "POST", server.URL+"/channels/1/messages", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bot "+testToken)
		req.Header.Set("User-Agent", "DiscordBot (x, 1)")
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadAll(resp.Body); err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
	}
}

func BenchmarkDo(b *testing.B) {
	c := serve(b, Options{GlobalLimit: 1_000_000}, answerMessage)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Do(b.Context(), &Request{Method: "POST", Path: "/channels/1/messages", Body: benchBody}); err != nil {
			b.Fatal(err)
		}
	}
}
