package store

import (
	"context"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
)

// FuzzCodec writes a string in every place that a value has for one, and reads it again.
func FuzzCodec(f *testing.F) {
	for _, seed := range []string{"", "text", "\xff\x00", "$", "$$", "$bytes", "$bytes:AA==", "é\xc3", "\xed\xa0\x80"} {
		f.Add(seed, "$bytes")
	}
	host := runtime.New(runtime.Options{Watchdog: -1})
	defer host.Close()
	c := newCodec(host)
	f.Fuzz(func(t *testing.T, a, b string) {
		err := host.Do(context.Background(), "fuzz", func(L *lua.LState) error {
			inner, outer := L.NewTable(), L.NewTable()
			inner.RawSetString(a, lua.LString(b))
			outer.Append(lua.LString(a))
			outer.Append(inner)
			text, err := c.encode(L, outer)
			if err != nil {
				return err
			}
			if err := CheckValue(text); err != nil {
				t.Errorf("%s is refused: %v", text, err)
			}
			v, err := c.decode(L, text)
			if err != nil {
				return err
			}
			list := v.(*lua.LTable)
			object, ok := list.RawGetInt(2).(*lua.LTable)
			if !ok || list.Len() != 2 || list.RawGetInt(1) != lua.LString(a) || object.RawGetString(a) != lua.LString(b) {
				t.Errorf("%q and %q became %s", a, b, text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
