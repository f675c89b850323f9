package bind

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noHost runs waits at once.
type noHost struct{}

func (noHost) Wait(_ *lua.LState, fn func(ctx context.Context) error) error {
	return fn(context.Background())
}
func (noHost) Context(*lua.LState) context.Context { return context.Background() }
func (noHost) Panicked(string, any, []byte)        {}

// channel and guild are what the tests declare.
type channel struct {
	id, name string
	extra    map[string]any
}

type guild struct{ name string }

// status is an error that Lua sees as an object.
type status struct{ code int }

func (e *status) Error() string { return fmt.Sprintf("Status(%d)", e.code) }

func newTestRegistry(t testing.TB) (*Registry, *channel) {
	L := lua.NewState()
	t.Cleanup(L.Close)
	r := New(L, noHost{})
	r.AddClass(Class{Name: "Guild", Doc: "A server.", ToString: func(self any) string { return "Guild " + self.(*guild).name }})
	r.AddClass(Class{Name: "Status", Doc: "An error.",
		Fields:   []Field{{Name: "code", Type: "integer", Get: func(self any) (any, error) { return self.(*status).code, nil }}},
		ToString: func(self any) string { return self.(*status).Error() }})
	r.Convert(func(v any) (lua.LValue, bool) {
		if e, ok := v.(*status); ok {
			return r.Wrap("Status", e), true
		}
		return nil, false
	})
	r.AddClass(channelClass())
	r.AddClass(Class{Name: "Thread", Doc: "A thread.", Parent: "Channel", Methods: []Func{
		{Name: "archive", Doc: "Archives it.", Call: func(*Call) (any, error) { return "archived", nil }},
	}})
	ch := &channel{id: "1", name: "general", extra: map[string]any{"topic": "talk", "send": "hidden"}}
	L.SetGlobal("ch", r.Wrap("Channel", ch))
	L.SetGlobal("th", r.Wrap("Thread", &channel{id: "2", name: "thread"}))
	L.SetGlobal("gld", r.Wrap("Guild", &guild{"g"}))
	r.Singleton("dc", "Channel", &channel{id: "3", name: "single"})
	return r, ch
}

func channelClass() Class {
	id := Type{Name: "id", From: func(_ *lua.LState, v lua.LValue) (any, error) {
		if s, ok := v.(lua.LString); ok {
			return string(s), nil
		}
		return nil, fmt.Errorf(`%w; quote it: "…"`, Expected("an id", v))
	}}
	return Class{
		Name: "Channel",
		Doc:  "A channel.",
		Methods: []Func{
			{
				Name: "on", Doc: "Calls a function.",
				Params: []Param{{Name: "event", Type: String, Required: true}, {Name: "fn", Type: Function, Required: true}, {Name: "once", Type: Boolean, Named: true}},
				Call: func(c *Call) (any, error) {
					return fmt.Sprint(c.String("event"), " ", c.Bool("once"), " ", c.Func("fn") != nil), nil
				},
			},
			{
				Name: "send", Doc: "Sends a message. It may carry files.", Returns: "Message", Example: "ch:send('hi')",
				Params: []Param{
					{Name: "content", Type: String, Doc: "the text"},
					{Name: "files", Type: ListOf(String), Named: true},
					{Name: "tts", Type: Boolean, Named: true},
					{Name: "flags", Type: Nullable(Integer), Named: true},
				},
				Call: func(c *Call) (any, error) {
					return fmt.Sprint(c.Self.(*channel).name, " ", c.String("content"), " ", c.List("files"), " ", c.Bool("tts"), " ", c.Value("flags"), " ", c.Given()), nil
				},
			},
			{Name: "messages", Params: []Param{{Name: "limit", Type: Integer, Default: 50}, {Name: "before", Type: id, Named: true}},
				Call: func(c *Call) (any, error) { return Values{c.Int("limit"), c.String("before")}, nil }},
			{Name: "compare", Params: []Param{{Name: "a", Type: AnyOrNil, Required: true}, {Name: "b", Type: AnyOrNil, Required: true}, {Name: "note", Type: String}},
				Call: func(c *Call) (any, error) { return Values{c.Lua("a"), c.Lua("b"), c.String("note")}, nil }},
			{Name: "message", Params: []Param{{Name: "id", Type: id, Required: true}}, Call: func(c *Call) (any, error) { return c.String("id"), nil }},
			{Name: "fail", Call: func(*Call) (any, error) { return nil, fmt.Errorf("wrapped: %w", &status{403}) }},
			{Name: "wrong", Call: func(*Call) (any, error) { return nil, errors.New("it is wrong") }},
			{Name: "panics", Call: func(*Call) (any, error) { panic("oh") }},
			{Name: "count", Returns: "iterator", Call: func(*Call) (any, error) {
				n := 0
				return Iterator(func(*Call) (any, error) {
					if n++; n > 3 {
						return nil, nil
					}
					return n, nil
				}), nil
			}},
		},
		Fields: []Field{
			{Name: "name", Type: "string", Doc: "Its name.", Get: func(self any) (any, error) { return self.(*channel).name, nil },
				Set: func(self any, v lua.LValue) error { self.(*channel).name = v.String(); return nil }},
			{Name: "url", Type: "string", Get: func(any) (any, error) { return "url", nil }},
			{Name: "broken", Type: "string", Get: func(any) (any, error) { return nil, errors.New("cannot be read") }},
		},
		Index: func(self any, key string) (any, bool, error) { v, ok := self.(*channel).extra[key]; return v, ok, nil },
		NewIndex: func(self any, key string, v lua.LValue) error {
			self.(*channel).extra[key] = v
			return nil
		},
		Keys: func(self any) []string {
			var keys []string
			for key := range self.(*channel).extra {
				keys = append(keys, key)
			}
			return keys
		},
		Call:     &Func{Name: "call", Params: []Param{{Name: "x", Type: Any}}, Call: func(c *Call) (any, error) { return Values{"called", c.Lua("x")}, nil }},
		ToString: func(self any) string { return "Channel " + self.(*channel).name },
		Len:      func(self any) int { return len(self.(*channel).name) },
		Eq:       func(a, b any) bool { return a.(*channel).id == b.(*channel).id },
	}
}

// eval runs Lua and returns its values as text, or its error with "! ".
func eval(t testing.TB, r *Registry, source string) string {
	t.Helper()
	fn, err := r.L.Load(strings.NewReader(source), "t")
	if err != nil {
		t.Fatal(err)
	}
	top := r.L.GetTop()
	defer r.L.SetTop(top)
	r.L.Push(fn)
	if err := r.L.PCall(0, lua.MultRet, nil); err != nil {
		return "! " + r.L.ToStringMeta(err.(*lua.ApiError).Object).String()
	}
	var texts []string
	for i := top + 1; i <= r.L.GetTop(); i++ {
		texts = append(texts, r.L.ToStringMeta(r.L.Get(i)).String())
	}
	return strings.Join(texts, " ")
}
