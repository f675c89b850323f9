package store

import (
	"context"
	"fmt"
	"testing"

	"cordial/runtime"
)

// benchKeys is over how many keys the benchmarks go.
const benchKeys = 10_000

// filled is a store of that many keys.
func filled(b *testing.B) *DB {
	db := newDB(b, nil)
	host := runtime.New(runtime.Options{})
	defer host.Close()
	Install(host, db, "bench")
	script := fmt.Sprintf(`for i = 1, %d do store["key:" .. i] = i end`, benchKeys)
	if err := host.RunString(context.Background(), "fill.lua", script); err != nil {
		b.Fatal(err)
	}
	return db
}

// BenchmarkGo is one call of each kind, over 10 000 keys.
func BenchmarkGo(b *testing.B) {
	db := filled(b)
	ctx := context.Background()
	keys := make([]string, benchKeys)
	for i := range keys {
		keys[i] = fmt.Sprint("key:", i+1)
	}
	for _, bench := range []struct {
		name string
		call func(key string) error
	}{
		{"get", func(key string) error { _, err := db.Get(ctx, "bench", key); return err }},
		{"set", func(key string) error { return db.Set(ctx, Entry{Namespace: "bench", Key: key, Value: "42"}) }},
		{"incr", func(key string) error { _, err := db.Incr(ctx, "bench", key, 1); return err }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := bench.call(keys[i%benchKeys]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

// BenchmarkLua is the same from a script; each walks over all keys, which counts as one call a key.
func BenchmarkLua(b *testing.B) {
	db := filled(b)
	host := runtime.New(runtime.Options{Watchdog: -1})
	defer host.Close()
	Install(host, db, "bench")
	for _, bench := range []struct{ name, body string }{
		{"get", "local v = store[key]"},
		{"get a table", "local v = store.config"},
		{"set", "store[key] = i"},
		{"set a table", `store[key] = {name = "general", ids = {"1469779647867781141", "1469779647867781142"}, n = i}`},
		{"incr", `store:incr("n" .. key)`},
		{"update", `store:update("n" .. key, function(n) return (n or 0) + 1 end)`},
		{"each", "step()"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			script := fmt.Sprintf(`
				store.config = {name = "general", ids = {"1469779647867781141", "1469779647867781142"}, n = 5}
				local next = store:each()
				local function step() if not next() then next = store:each() end end
				for i = 1, %d do local key = "key:" .. (i %% %d + 1) %s end`, b.N, benchKeys, bench.body)
			if err := host.RunString(context.Background(), "bench.lua", script); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

// BenchmarkCrowd is a thousand tasks that update one key at a time.
func BenchmarkCrowd(b *testing.B) {
	host := runtime.New(runtime.Options{Watchdog: -1})
	defer host.Close()
	Install(host, newDB(b, nil), "bench")
	for b.Loop() {
		err := host.RunString(context.Background(), "crowd.lua", `
			for i = 1, 1000 do spawn(function() store:update("n", function(n) return (n or 0) + 1 end) end) end`)
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}
