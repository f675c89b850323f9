package sqlite_test

import (
	"fmt"
	"testing"

	"cordial/runtime"
)

// BenchmarkLua is one call of each kind from a script; in each, a row of the walk counts as one.
func BenchmarkLua(b *testing.B) {
	for _, bench := range []struct{ name, body string }{
		{"insert", `db:transaction(function() for i = 1, n do db:exec("INSERT INTO t VALUES (?, ?)", i + 1000, "hello") end end)`},
		{"insert, each by itself", `for i = 1, n do db:exec("INSERT INTO t VALUES (?, ?)", i + 1000, "hello") end`},
		{"row", `for i = 1, n do db:row("SELECT text FROM t WHERE id = ?", i % 1000 + 1) end`},
		{"rows of 1000", `for i = 1, n, 1000 do db:rows("SELECT * FROM t") end`},
		{"each", `local left = n while left > 0 do for row in db:each("SELECT * FROM t") do left = left - 1 end end`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			host := newHost(b, b.TempDir(), runtime.Options{Watchdog: -1})
			b.ReportAllocs()
			const n = 10_000
			for b.Loop() {
				err := host.RunString(b.Context(), "bench.lua", fmt.Sprintf(`
					local db, n = sqlite.open(":memory:"), %d
					db:exec("CREATE TABLE t (id INTEGER PRIMARY KEY, text)")
					db:transaction(function() for i = 1, 1000 do db:exec("INSERT INTO t VALUES (?, ?)", i, "hello") end end)
					%s
					db:close()`, n, bench.body))
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}
