package main

import (
	"net/url"
	"testing"

	"cordial/discord"
	"cordial/discord/rest"
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

// TestRefuseWeb tries to get to Discord with http, in every spelling, when dc is held back.
func TestRefuseWeb(t *testing.T) {
	readOnly, dryRun := &rest.Guard{ReadOnly: true}, &rest.Guard{Held: func(string) {}}
	guild := &rest.Guard{Guilds: []discord.Snowflake{"1"}}
	for _, test := range []struct {
		guard           *rest.Guard
		method, address string
		refused         bool
	}{
		{readOnly, "POST", "https://discord.com/api/v10/channels/1/messages", true},
		{readOnly, "POST", "https://DISCORD.com/api/v10/channels/1/messages", true},
		{readOnly, "POST", "https://discord.com./api/v10/channels/1/messages", true},
		{readOnly, "POST", "https://ｄiscord.com/api/v10/channels/1/messages", true},
		{readOnly, "POST", "https://ptb.discord.com:443/api/webhooks/1/x", true},
		{readOnly, "POST", "http://discordapp.com/api/webhooks/1/x", true},
		{readOnly, "PUT", "http://127.0.0.1:8080/api/v10", true},
		{readOnly, "PUT", "http://localhost:8080/api/v10", true},
		{readOnly, "PUT", "http://[::1]:8080/api/v10", true},
		{readOnly, "PUT", "http://127.0.0.1:8081/api/v10", false},
		{readOnly, "POST", "https://notdiscord.com/", false},
		{readOnly, "POST", "https://discord.com.example.com/", false},
		{readOnly, "GET", "https://discord.com/api/v10/users/@me", false},
		{dryRun, "DELETE", "https://discord.com/api/v10/channels/1", true},
		{dryRun, "GET", "https://discord.com/api/v10/channels/1", false},
		{guild, "GET", "https://discord.com/api/v10/channels/1", true},
		{guild, "GET", "https://discord.com//api/v10/channels/1", true},
		{guild, "GET", "https://discord.com/x/../API/v10/channels/1", true},
		{guild, "GET", "https://cdn.discordapp.com/attachments/1/2/a.png", false},
		{guild, "POST", "https://cdn.discordapp.com/attachments/1/2/a.png", true},
		{nil, "POST", "https://discord.com/api/v10/channels/1/messages", false},
	} {
		to, err := url.Parse(test.address)
		if err != nil {
			t.Fatal(err)
		}
		if err := refuseWeb(test.guard, test.method, to, "http://127.0.0.1:8080/api/v10"); (err != nil) != test.refused {
			t.Errorf("%s %s: %v, want refused %v", test.method, test.address, err, test.refused)
		}
	}
}
