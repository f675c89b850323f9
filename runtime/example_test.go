package runtime_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"cordial/runtime"
	"cordial/runtime/bind"

	lua "github.com/yuin/gopher-lua"
)

// A program hosts a script and declares a function of its own to it.
func Example() {
	host := runtime.New(runtime.Options{Stdout: os.Stdout})
	defer host.Close()
	host.Registry().AddFunc(bind.Func{
		Name:    "shout",
		Doc:     "Makes a text loud.",
		Params:  []bind.Param{{Name: "text", Type: bind.String, Required: true}, {Name: "times", Type: bind.Integer, Default: 1}},
		Returns: "string",
		Call: func(c *bind.Call) (any, error) {
			return strings.ToUpper(c.String("text")) + strings.Repeat("!", c.Int("times")), nil
		},
	})
	err := host.RunString(context.Background(), "hello.lua", `
		print(shout("hello"))
		print(shout{text = "hello", times = 3})
		print(pcall(shout, {time = 3}))`)
	fmt.Println(err)
	// Output:
	// HELLO!
	// HELLO!!!
	// false	hello.lua:4: shout: unknown option 'time', did you mean 'times'?
	// <nil>
}

// A class gives scripts objects with methods and fields.
func ExampleHost_Registry() {
	type counter struct{ n int }
	host := runtime.New(runtime.Options{Stdout: os.Stdout})
	defer host.Close()
	r := host.Registry()
	r.AddClass(bind.Class{
		Name: "Counter",
		Doc:  "Counts.",
		Methods: []bind.Func{{
			Name:   "add",
			Params: []bind.Param{{Name: "n", Type: bind.Integer, Default: 1}},
			Call: func(c *bind.Call) (any, error) {
				c.Self.(*counter).n += c.Int("n")
				return c.Receiver, nil
			},
		}},
		Fields: []bind.Field{{Name: "value", Type: "integer", Get: func(self any) (any, error) { return self.(*counter).n, nil }}},
	})
	r.Singleton("counter", "Counter", &counter{})
	err := host.RunString(context.Background(), "count.lua", "print(counter:add():add(5).value)")
	fmt.Println(err)
	// Output:
	// 6
	// <nil>
}

// A Go function calls back into Lua, one call after the other, while other
// tasks run.
func ExampleHost_Do() {
	host := runtime.New(runtime.Options{Stdout: os.Stdout})
	defer host.Close()
	err := host.Do(context.Background(), "setup", func(L *lua.LState) error {
		results, err := host.Call(L, L.GetGlobal("tostring"), lua.LNumber(42))
		if err == nil {
			fmt.Println(results[0])
		}
		return err
	})
	fmt.Println(err)
	// Output:
	// 42
	// <nil>
}

func ExampleHost_Eval() {
	host := runtime.New(runtime.Options{})
	defer host.Close()
	values, err := host.Eval(context.Background(), "line", "1 + 1")
	fmt.Println(values, err)
	_, err = host.Eval(context.Background(), "line", "local x = = 1")
	fmt.Println(err)
	// Output:
	// [2] <nil>
	// line:1:11: unexpected '='
	// 	local x = = 1
	// 	          ^
}
