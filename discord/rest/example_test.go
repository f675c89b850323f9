package rest_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"cordial/discord/rest"
)

// A program sends a message and reads a field of the answer. In place of Discord, a small server answers here.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"id": "11", "content": "hello", "author": {"id": "7", "username": "me"}}`)
	}))
	defer server.Close()

	client, err := rest.New(rest.Options{Token: "a bot's token", BaseURL: server.URL, HTTP: server.Client()})
	if err != nil {
		log.Fatal(err)
	}
	message, err := client.Object(context.Background(), "create_message", rest.Args{
		"channel_id": "1327046393453613079",
		"content":    "hello",
		"files":      []rest.File{rest.FileBytes("notes.txt", []byte("some notes"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(message.Object("author").Str("username"), "said", message.Str("content"))

	_, err = client.Call(context.Background(), "create_message", rest.Args{"channel_id": "1", "file": "notes.txt"})
	fmt.Println(err)
	// Output:
	// me said hello
	// create_message: unknown option 'file', did you mean 'files'?
}
