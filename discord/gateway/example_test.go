package gateway_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"

	"cordial/discord"
	"cordial/discord/gateway"
	"cordial/discord/rest"
)

// A program that writes down what is said, until it is interrupted.
func Example() {
	token := os.Getenv("DISCORD_BOT_TOKEN")
	api, err := rest.New(rest.Options{Token: token})
	if err != nil {
		log.Fatal(err)
	}
	client, err := gateway.New(gateway.Options{
		Token:   token,
		Rest:    api,
		Intents: discord.IntentGuildMessages | discord.IntentMessageContent,
		Interested: func(event string) bool {
			return event == "MESSAGE_CREATE"
		},
		Handle: func(e *gateway.Event) {
			if message, err := discord.NewObject(discord.KindMessage, e.Data); err == nil {
				fmt.Println(message.Object("author").Str("username")+":", message.Str("content"))
			}
		},
		OnNotice: func(n gateway.Notice) { log.Print(n) },
		StateDir: "state", // the next start goes on where this one ends
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := client.Run(ctx); err != nil {
		log.Fatal(err)
	}
}
