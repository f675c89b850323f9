package main

import (
	"net/url"
	"testing"

	"cordial/discord"
)

func TestTokensGoToDiscordOnly(t *testing.T) {
	p := &process{redactor: discord.NewRedactor("my-secret-token")}
	options := p.webOptions("http://127.0.0.1:8080/api/v10", nil)
	for _, test := range []struct {
		address, header string
		withheld        bool
	}{
		{"https://discord.com/api/v10/users/@me", "Bot my-secret-token", false},
		{"https://cdn.discordapp.com/x", "my-secret-token", false},
		{"http://127.0.0.1:8080/api/v10/gateway", "my-secret-token", false},
		{"http://discord.com/api", "my-secret-token", true},
		{"http://127.0.0.1:8081/", "my-secret-token", true},
		{"https://notdiscord.com/", "my-secret-token", true},
		{"https://discord.com.example.com/", "my-secret-token", true},
		{"https://example.com/", "Bearer my-secret-token", true},
		{"https://example.com/", "MTMyNzA0NzA0NjM5MzQ1MzYx.GkXzQw.abcdefghijklmnopqrstuvwxyz-_0123456789", true},
		{"https://example.com/", "another", false},
	} {
		to, err := url.Parse(test.address)
		if err != nil {
			t.Fatal(err)
		}
		if got := options.Withhold(to, test.header); got != test.withheld {
			t.Errorf("%s to %s: withheld %v, want %v", test.header, test.address, got, test.withheld)
		}
	}
}
