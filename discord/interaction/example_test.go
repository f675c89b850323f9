package interaction_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/discord/interaction"
	"cordial/discord/rest"
)

// A bot with one command, which is written to Discord only if it differs from what is there.
func Example() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	token := os.Getenv("DISCORD_BOT_TOKEN")
	api, err := rest.New(rest.Options{Token: token})
	if err != nil {
		log.Fatal(err)
	}
	app, err := api.Object(ctx, "get_my_application", nil)
	if err != nil {
		log.Fatal(err)
	}
	plan, err := interaction.Sync(ctx, api, app.ID(), "", []interaction.Command{{"name": "ping", "description": "Answers"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(plan)
	client, err := gateway.New(gateway.Options{Token: token, Rest: api, Handle: func(e *gateway.Event) {
		ix, ok := discord.EventData(e.Type, e.Data).(*discord.Object)
		if e.Type != "INTERACTION_CREATE" || !ok || interaction.CommandName(ix) != "ping" {
			return
		}
		answer := interaction.NewResponder(ctx, api, ix, interaction.ResponderOptions{}) // defers by itself when the reply takes long
		if _, err := answer.Reply(ctx, interaction.Message{Fields: rest.Args{"content": "pong"}, Ephemeral: true}); err != nil {
			log.Print(err)
		}
	}})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Run(ctx); err != nil {
		log.Fatal(err)
	}
}

// Patterns find what a click means in the custom_id alone, so that buttons outlive a restart.
func ExampleRoutes() {
	var routes interaction.Routes[string]
	for _, text := range []string{"vote:{choice}", "vote:no", "page:{list}:{number}"} {
		pattern, err := interaction.ParsePattern(text)
		if err != nil {
			log.Fatal(err)
		}
		routes.Set(pattern, text)
	}
	for _, id := range []string{"vote:yes", "vote:no", "page:members:3"} {
		to, values, _ := routes.Find(id)
		fmt.Println(id, "is", to, values)
	}
	// Output:
	// vote:yes is vote:{choice} [yes]
	// vote:no is vote:no []
	// page:members:3 is page:{list}:{number} [members 3]
}
