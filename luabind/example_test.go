package luabind_test

import (
	"context"
	"fmt"
	"log"

	"cordial/discord/rest"
	"cordial/discord/sandbox"
	"cordial/luabind"
	"cordial/runtime"
	"cordial/runtime/bind"
)

// A Go program hosts a script on the sandbox and gives it a function of its own.
func Example() {
	server, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, err := rest.New(rest.Options{Token: server.BotToken(), BaseURL: server.APIURL(), HTTP: newTransport()})
	if err != nil {
		log.Fatal(err)
	}
	host := runtime.New(runtime.Options{})
	defer host.Close()
	if err := luabind.Install(host, client, luabind.Options{Sandbox: server}); err != nil {
		log.Fatal(err)
	}
	host.Registry().AddFunc(bind.Func{
		Name: "shout", Doc: "Makes a text loud.", Returns: "string",
		Params: []bind.Param{{Name: "text", Type: bind.String, Required: true}},
		Call:   func(c *bind.Call) (any, error) { return c.String("text") + "!", nil },
	})
	err = host.RunString(context.Background(), "hello.lua", `
		local general = dc:guild("1327046393453613076"):channel("general")
		print(general:send(shout("Hello from Go")).content)
	`)
	if err != nil {
		fmt.Println(runtime.Explain(err))
	}
	// Output: Hello from Go!
}
