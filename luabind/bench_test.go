package luabind_test

import (
	"context"
	"io"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"cordial/luabind"
)

// benchmarkLua runs a Lua function that gets a message and the number of times to do something with it.
func benchmarkLua(b *testing.B, source string) {
	h, _ := newHost(b, io.Discard, luabind.Options{})
	values, err := h.Eval(context.Background(), "bench", `dc:channel("1327046393453613079"):message("1494381464177999893")`)
	if err != nil {
		b.Fatal(err)
	}
	fn, err := h.Eval(context.Background(), "bench", source)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	err = h.Do(context.Background(), "bench", func(L *lua.LState) error {
		_, err := h.Call(L, fn[0], values[0], lua.LNumber(b.N))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkFieldAgain(b *testing.B) {
	benchmarkLua(b, `function(m, n) for i = 1, n do local x = m.timestamp end end`)
}

func BenchmarkNestedFieldAgain(b *testing.B) {
	benchmarkLua(b, `function(m, n) for i = 1, n do local x = m.author.id end end`)
}

func BenchmarkContentAgain(b *testing.B) {
	benchmarkLua(b, `function(m, n) for i = 1, n do local x = m.content end end`)
}

// BenchmarkInstall is what every start pays for the declarations.
func BenchmarkInstall(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		h, client := bareHost(b)
		b.StartTimer()
		if err := luabind.Install(h, client, luabind.Options{}); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := h.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
