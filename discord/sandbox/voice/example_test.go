package voice_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/coder/websocket"

	"cordial/discord/sandbox/voice"
)

// A client of the voice gateway is tested against a server of its own: it is given a seat, and connects to the seat's endpoint.
func Example() {
	server, err := voice.Start(voice.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	server.Admit(voice.Seat{Guild: "10", User: "11", Channel: "20", Session: "of the voice state", Token: "of the voice server"})
	server.Admit(voice.Seat{Guild: "10", User: "12", Channel: "20", Person: true}) // who can speak to the client: see Server.Speak

	ctx := context.Background()
	ws, _, err := websocket.Dial(ctx, "ws://"+server.Endpoint(0)+"/?v=8", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer ws.CloseNow()
	_, hello, err := ws.Read(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.HasPrefix(string(hello), `{"op":8,`))
	// Output: true
}
