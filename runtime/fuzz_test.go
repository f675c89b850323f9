package runtime

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// FuzzTranslate runs any text as Lua: it succeeds or gives an error in words,
// and never a Go panic or a raw message of gopher-lua.
func FuzzTranslate(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.lua")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for piece := range strings.SplitSeq(string(data), "\n---\n") {
			f.Add(piece)
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		if strings.Contains(source, "io.") || strings.Contains(source, "os.") || strings.Contains(source, "file") {
			return // leave the machine alone
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		h := newTestHost(t, Options{})
		for _, name := range []string{"io", "os", "require", "dofile", "loadfile", "debug"} {
			h.L.SetGlobal(name, lua.LNil)
		}
		err := h.RunString(ctx, "fuzz.lua", source)
		if err == nil || errors.Is(err, ErrInterrupted) {
			return
		}
		text := Explain(err)
		for _, raw := range []string{"non-table object", "non-function object", "undefined\n", "callstack", "runtime error", "goroutine ", "corountine"} {
			if strings.Contains(text, raw) && !strings.Contains(source, raw) {
				t.Errorf("a raw error: %s", text)
			}
		}
	})
}

// FuzzJSON reads any text as JSON: what can be read can be written and read
// again.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{`{"a":[1,2.5,null,true,"x"],"b":{}}`, `[]`, `"\ud800"`, `1469779647867781141`, `-0`, `[[[`, `{"a":1,"a":2}`} {
		f.Add(text)
	}
	L := newState()
	openLibraries(L)
	bind.New(L, nil)
	L.NewTypeMetatable(arrayMark)
	L.NewTypeMetatable(objectMark)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := decodeJSON(L, text, true)
		if err != nil {
			return
		}
		once, err := EncodeJSON(L, v)
		if err != nil {
			t.Fatalf("%q was read, but not written: %v", text, err)
		}
		v, err = decodeJSON(L, once, true)
		if err != nil {
			t.Fatalf("%q was written, but not read: %v", once, err)
		}
		if twice, err := EncodeJSON(L, v); err != nil || twice != once {
			t.Fatalf("%q became %q: %v", once, twice, err)
		}
	})
}
