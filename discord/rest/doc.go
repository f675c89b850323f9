// Package rest is a client for Discord's REST API. It knows every operation from package catalogue, checks arguments before it
// sends them, keeps to Discord's rate limits, repeats what may safely be repeated, and streams files both ways.
//
// Call and its typed forms are the usual way in:
//
//	client, err := rest.New(rest.Options{Token: os.Getenv("DISCORD_BOT_TOKEN")})
//	message, err := client.Object(ctx, "create_message", rest.Args{"channel_id": id, "content": "hello"})
//
// Do sends any other request along the same path.
package rest
