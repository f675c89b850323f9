package web

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"cordial/runtime"

	lua "github.com/yuin/gopher-lua"
)

const smallAnswer = `{"id": "1469779647867781141", "content": "hello", "author": {"id": "2", "username": "someone"}}`

func answerSmall(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, smallAnswer)
}

// plainGet is a request with net/http alone, the answer decoded into a map.
func plainGet(b *testing.B, address string) func() error {
	client := http.Client{Transport: &http.Transport{}}
	b.Cleanup(client.CloseIdleConnections)
	return func() error {
		resp, err := client.Get(address)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		var value map[string]any
		return json.Unmarshal(body, &value)
	}
}

// luaGets calls get n times with what http.get gives and decodes, in one task.
func luaGets(b *testing.B, address string) func(n int, each func(time.Duration)) error {
	host := newHost(b, io.Discard, Options{}, runtime.Options{})
	define(host, map[string]string{"address": address})
	values, err := host.Eval(b.Context(), "bench.lua", `function() return http.get(address):json().id end`)
	if err != nil {
		b.Fatal(err)
	}
	return func(n int, each func(time.Duration)) error {
		return host.Do(b.Context(), "bench", func(L *lua.LState) error {
			for range n {
				begun := time.Now()
				if _, err := host.Call(L, values[0].(*lua.LFunction)); err != nil {
					return err
				}
				each(time.Since(begun))
			}
			return nil
		})
	}
}

func BenchmarkNetHTTP(b *testing.B) {
	get := plainGet(b, serve(b, http.HandlerFunc(answerSmall)).URL)
	b.ReportAllocs()
	for b.Loop() {
		if err := get(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	gets := luaGets(b, serve(b, http.HandlerFunc(answerSmall)).URL)
	b.ReportAllocs()
	b.ResetTimer()
	if err := gets(b.N, func(time.Duration) {}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOverhead sends both kinds of request in turn, so that both meet the same machine, and reports by how much the medians differ.
func BenchmarkOverhead(b *testing.B) {
	address := serve(b, http.HandlerFunc(answerSmall)).URL
	plain, gets := plainGet(b, address), luaGets(b, address)
	var plainTimes, luaTimes []time.Duration
	for b.Loop() {
		begun := time.Now()
		if err := plain(); err != nil {
			b.Fatal(err)
		}
		plainTimes = append(plainTimes, time.Since(begun))
		if err := gets(1, func(took time.Duration) { luaTimes = append(luaTimes, took) }); err != nil {
			b.Fatal(err)
		}
	}
	median := func(times []time.Duration) float64 {
		slices.Sort(times)
		return float64(times[len(times)/2].Microseconds())
	}
	b.ReportMetric(median(luaTimes)-median(plainTimes), "µs-more")
	b.ReportMetric(median(plainTimes), "µs-plain")
}

// BenchmarkInstall is what the module costs a host that does not use it.
func BenchmarkInstall(b *testing.B) {
	hosts := make([]*runtime.Host, 0, b.N)
	for range b.N {
		hosts = append(hosts, runtime.New(runtime.Options{}))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for _, host := range hosts {
		Install(host, Options{})
	}
	b.StopTimer()
	for _, host := range hosts {
		host.Close()
	}
}
