package sandbox_test

import (
	"fmt"
	"strings"

	"github.com/jonboulle/clockwork"

	"cordial/discord/sandbox"
)

// A small world of one's own is served with three lines; any Discord client works with it.
func Example() {
	world, err := sandbox.LoadWorld(strings.NewReader(`{
		"users": [{"name": "ada"}, {"name": "helper", "bot": true}],
		"guilds": [{"name": "Workshop", "channels": [{"name": "general"}]}]
	}`), clockwork.NewRealClock())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer world.Close()
	server, err := sandbox.Start(sandbox.Options{World: world})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	fmt.Println(server.Info().Channels[0].Name, strings.HasPrefix(server.APIURL(), "http://127.0.0.1:"))
	// Output: general true
}

// People act with the same methods that the REST routes call.
func ExampleWorld_CreateChannel() {
	world := sandbox.DefaultWorld(clockwork.NewRealClock())
	defer world.Close()
	nathan, _ := world.UserNamed("nathan")
	guilds, err := world.Guilds(sandbox.Actor{User: nathan.ID}, sandbox.GuildQuery{Limit: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	channel, err := world.CreateChannel(sandbox.Actor{User: nathan.ID, Reason: "more room"}, guilds[0].ID,
		sandbox.ChannelParams{Name: sandbox.Given("Show and tell")})
	fmt.Println(channel.Name, err)
	// Output: show-and-tell <nil>
}
