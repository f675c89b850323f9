package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cordial/discord/rest/catalogue"
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

// plainRequest is a request with net/http alone: the same body, encoded from the same value, the same headers and timeout, and an
// answer that is read whole.
func plainRequest(b *testing.B) func() error {
	server := httptest.NewServer(http.HandlerFunc(answerMessage))
	b.Cleanup(server.Close)
	client := server.Client()
	client.Timeout = 30 * time.Second
	return func() error {
		body, err := json.Marshal(benchBody)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(b.Context(), "POST", server.URL+"/channels/1/messages", bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bot "+testToken)
		req.Header.Set("User-Agent", "DiscordBot (x, 1)")
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.ReadAll(resp.Body)
		return err
	}
}

// clientRequest is the same request with a Client.
func clientRequest(b *testing.B) func() error {
	c := serve(b, Options{GlobalLimit: 50_000}, answerMessage)
	return func() error {
		_, err := c.Do(b.Context(), &Request{Method: "POST", Path: "/channels/1/messages", Body: benchBody})
		return err
	}
}

func BenchmarkNetHTTP(b *testing.B) { repeat(b, plainRequest(b)) }

func BenchmarkDo(b *testing.B) { repeat(b, clientRequest(b)) }

// BenchmarkMessageRequest is what making the request of a message takes, with its limits checked.
func BenchmarkMessageRequest(b *testing.B) {
	op := catalogue.Lookup("create_message")
	for name, args := range map[string]Args{
		"text": {"channel_id": "1", "content": "hello"},
		"embed": {"channel_id": "1", "embeds": []any{map[string]any{"title": "t", "description": strings.Repeat("x", 500),
			"fields": slices.Repeat([]any{map[string]any{"name": "n", "value": "v", "inline": true}}, 10)}}},
	} {
		b.Run(name, func(b *testing.B) {
			repeat(b, func() error {
				_, err := newRequest(op, args)
				return err
			})
		})
	}
}

func repeat(b *testing.B, request func() error) {
	b.ReportAllocs()
	for b.Loop() {
		if err := request(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOverhead is what a Client takes longer than net/http alone. Both send in turns, so that whatever else the machine does
// weighs on both, and their medians are compared.
func BenchmarkOverhead(b *testing.B) {
	requests := [2]func() error{plainRequest(b), clientRequest(b)}
	var took [2][]time.Duration
	for b.Loop() {
		for i, request := range requests {
			start := time.Now()
			if err := request(); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	median := func(list []time.Duration) float64 {
		slices.Sort(list)
		return float64(list[len(list)/2])
	}
	b.ReportMetric(100*(median(took[1])/median(took[0])-1), "%overhead")
}
